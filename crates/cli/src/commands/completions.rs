//! `relay completions SHELL`.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::stop::{Exit, Stop};

/// Prints the script that teaches a shell to complete `relay`.
pub(crate) fn print(shell: Shell) -> Result<Exit, Stop> {
    clap_complete::generate(shell, &mut Arguments::command(), "relay", &mut std::io::stdout());
    Ok(Exit::Fine)
}
