//! Local mode: the whole system on one machine.

mod generate;
mod home;
mod server;
mod signals;
pub(crate) mod state;
mod up;

use crate::arguments::LocalCommand;
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;

/// Runs a command of local mode.
pub(crate) async fn run(command: LocalCommand, terminal: &Terminal) -> Result<Exit, Stop> {
    match command {
        LocalCommand::Up(arguments) => up::run(&arguments, terminal).await,
        LocalCommand::Generate(arguments) => generate::run(&arguments, terminal).await,
        LocalCommand::Demo(_) => Ok(Exit::Fine),
    }
}
