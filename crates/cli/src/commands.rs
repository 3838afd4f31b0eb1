//! One module for each command.

use crate::arguments::{Arguments, Command};
use crate::local;
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;

mod break_claim;
mod cancel;
mod completions;
mod explain;
mod launch;
mod named_run;
mod plan;
mod resume;
mod runs;
mod status;
mod sweep;
mod timeline;
mod validate;

pub(crate) use launch::new_id;
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
        Command::Explain(command) => explain::run(global, &command, terminal).await,
        Command::Timeline(command) => timeline::run(global, &command, terminal).await,
        Command::Resume(command) => resume::run(global, &command, terminal).await,
        Command::Cancel(command) => cancel::run(global, &command, terminal).await,
        Command::Sweep(command) => sweep::run(global, &command, terminal).await,
        Command::BreakClaim(command) => break_claim::run(global, &command, terminal).await,
        Command::Local(command) => local::run(command, terminal).await,
        Command::Completions { shell } => completions::print(shell),
    }
}
