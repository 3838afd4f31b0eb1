//! One module for each command.

use crate::arguments::{Arguments, Command};
use crate::local;
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;

mod completions;
mod launch;
mod plan;
mod runs;
mod status;
mod validate;

pub(crate) use launch::{invoke, new_id};
pub(crate) use status::{parse as parse_run, show as show_history};
pub(crate) use validate::problem_text;

/// Runs the command that was asked for.
pub(crate) async fn run(arguments: Arguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let global = &arguments.global;
    match arguments.command {
        Command::Validate(command) => validate::run(global, &command, terminal).await,
        Command::Plan(command) => plan::run(global, &command, terminal).await,
        Command::Launch(command) => launch::run(global, &command, terminal).await,
        Command::Runs(command) => runs::run(global, &command, terminal).await,
        Command::Status(command) => status::run(global, &command, terminal).await,
        Command::Local(command) => local::run(command, terminal).await,
        Command::Completions { shell } => completions::print(shell),
    }
}
