//! The commands that tell of a run.

use std::path::PathBuf;

use clap::Args;

use super::RunName;

/// Examples of `relay explain`.
pub(super) const EXPLAIN_EXAMPLES: &str = "\
Examples:
  relay explain rentals-2026-01-31
  relay explain rentals-2026-01-31 --json | jq -r '.[0].next.command'";

/// Examples of `relay timeline`.
pub(super) const TIMELINE_EXAMPLES: &str = "\
Examples:
  relay timeline rentals-2026-01-31                  # writes rentals-2026-01-31.svg
  relay timeline rentals-2026-01-31 -o run.svg
  relay timeline rentals-2026-01-31 -o - | rsvg-convert > run.png";

/// `relay explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The run's correlation id.
    pub(crate) run: String,
}

/// `relay timeline`.
#[derive(Debug, Args)]
pub(crate) struct TimelineArguments {
    #[command(flatten)]
    pub(crate) name: RunName,
    /// Where to write the drawing; - is standard output [default: RUN.svg].
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}
