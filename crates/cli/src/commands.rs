//! One module for each command.

use crate::arguments::{Arguments, Command};
use crate::local;
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;

mod completions;

/// Runs the command that was asked for.
pub(crate) async fn run(arguments: Arguments, terminal: &Terminal) -> Result<Exit, Stop> {
    match arguments.command {
        Command::Local(command) => local::run(command, terminal).await,
        Command::Completions { shell } => completions::print(shell),
    }
}
