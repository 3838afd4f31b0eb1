//! Local mode: the whole system on one machine.

mod demo;
mod faults;
mod generate;
mod home;
mod impatience;
mod results;
mod server;
mod signals;
pub(crate) mod state;
mod unchanged;
mod up;
mod upload;

use crate::arguments::LocalCommand;
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;

/// Runs a command of local mode.
pub(crate) async fn run(command: LocalCommand, terminal: &Terminal) -> Result<Exit, Stop> {
    match command {
        LocalCommand::Up(arguments) => up::run(&arguments, terminal).await,
        LocalCommand::Generate(arguments) => generate::run(&arguments, terminal).await,
        LocalCommand::Demo(arguments) => demo::run(&arguments, terminal).await,
    }
}
