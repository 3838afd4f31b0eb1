//! The commands by which a person steps in.

use clap::Args;

use super::RunName;

/// Examples of `relay resume`.
pub(super) const RESUME_EXAMPLES: &str = "\
Examples:
  relay resume rentals-2026-01-31 --watch
  relay resume rentals-2026-01-31 --from transform    # whatever has completed";

/// Examples of `relay cancel`.
pub(super) const CANCEL_EXAMPLES: &str = "\
Examples:
  relay cancel rentals-2026-01-31
  relay cancel rentals-2026-01-31 --yes --json

Exit code 1 says that something could not be stopped; the same command may be given again.";

/// Examples of `relay sweep`.
pub(super) const SWEEP_EXAMPLES: &str = "\
Examples:
  relay sweep --dry-run    # what would be repaired
  relay sweep";

/// Examples of `relay break-claim`.
pub(super) const BREAK_CLAIM_EXAMPLES: &str = "\
Examples:
  relay break-claim rentals-2026-01-31 && relay sweep
  relay break-claim rentals-2026-01-31 --yes    # although its time has not run out";

/// `relay resume`.
#[derive(Debug, Args)]
pub(crate) struct ResumeArguments {
    #[command(flatten)]
    pub(crate) name: RunName,
    /// The step to begin at [default: the one that failed].
    #[arg(long, value_name = "STEP")]
    pub(crate) from: Option<String>,
    /// Follow the run to its end.
    #[arg(long)]
    pub(crate) watch: bool,
    /// The relauncher function.
    #[arg(long, env = "RELAY_RELAUNCHER_FUNCTION", default_value = "emr-relay-relauncher")]
    pub(crate) function: String,
}

/// `relay cancel`.
#[derive(Debug, Args)]
pub(crate) struct CancelArguments {
    #[command(flatten)]
    pub(crate) name: RunName,
    /// Do not ask first.
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// `relay sweep`.
#[derive(Debug, Args)]
pub(crate) struct SweepArguments {
    /// Show what would be repaired, and change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The sweeper function.
    #[arg(long, env = "RELAY_SWEEPER_FUNCTION", default_value = "emr-relay-sweeper")]
    pub(crate) function: String,
}

/// `relay break-claim`.
#[derive(Debug, Args)]
pub(crate) struct BreakClaimArguments {
    #[command(flatten)]
    pub(crate) name: RunName,
    /// Take the claim although its holder may still be alive.
    #[arg(long, short)]
    pub(crate) yes: bool,
}
