//! `relay`: check pipelines, launch them, watch their runs, and run the whole system on one machine.

mod arguments;
mod commands;
mod connection;
mod event_file;
mod explain;
mod follow;
#[cfg(test)]
mod given;
mod invocation;
mod local;
mod named_folder;
mod next;
mod show;
mod stop;
mod terminal;
mod timeline;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::terminal::Terminal;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.global.json);
    match commands::run(arguments, &terminal).await {
        Ok(exit) => exit.into(),
        Err(stop) => terminal.tell(&stop).into(),
    }
}
