//! The command line.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use jiff::civil::Date;

const EXIT_CODES: &str = "\
Exit codes:
    0  done, and all is well
    1  what was asked about has failed or has problems
    2  the command line cannot be understood
    3  AWS, or the local stack, cannot be reached or does not let us in
    4  something that relay needs on this machine is missing (make setup)
  130  stopped by Ctrl-C";

/// Check pipelines, launch them, watch their runs, and run the whole system on one machine.
#[derive(Debug, Parser)]
#[command(name = "relay", version, after_help = EXIT_CODES, max_term_width = 110)]
pub(crate) struct Arguments {
    /// What every command takes.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Print JSON, for scripts.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Talk to the local stack that `relay local up` has started (in DIR, if it was given --data DIR).
    #[arg(long, global = true, value_name = "DIR", num_args = 0..=1, require_equals = true)]
    pub(crate) local: Option<Option<PathBuf>>,
    /// Profile of the AWS configuration.
    #[arg(long, global = true, conflicts_with = "local")]
    pub(crate) profile: Option<String>,
    /// Region [default: that of the environment or profile].
    #[arg(long, global = true, conflicts_with = "local")]
    pub(crate) region: Option<String>,
    /// The run table.
    #[arg(long, global = true, env = "TABLE_NAME", default_value = "emr-relay-runs")]
    pub(crate) table: String,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a pipeline's folder: all problems of all files, with the lines that they are about.
    #[command(after_help = VALIDATE_EXAMPLES)]
    Validate(ValidateArguments),
    /// Show what would be launched, and why; nothing is started.
    #[command(after_help = PLAN_EXAMPLES)]
    Plan(PlanArguments),
    /// Ask the launcher function for a run.
    #[command(after_help = LAUNCH_EXAMPLES)]
    Launch(LaunchArguments),
    /// List the latest runs.
    #[command(after_help = "Example:\n  relay runs --pipeline rentals --limit 5")]
    Runs(RunsArguments),
    /// Show a run: its attempts, its steps, and why it failed.
    #[command(after_help = STATUS_EXAMPLES)]
    Status(StatusArguments),
    /// Run the whole system on this machine: real Spark, real functions, no AWS account.
    #[command(subcommand)]
    Local(LocalCommand),
    /// Print the script that teaches a shell to complete `relay`.
    #[command(
        after_help = "Example:\n  relay completions bash > ~/.local/share/bash-completion/completions/relay"
    )]
    Completions {
        /// The shell.
        shell: Shell,
    },
}

const VALIDATE_EXAMPLES: &str = "\
Examples:
  relay validate pipelines/rentals
  relay validate s3://my-config/pdm --json";

const PLAN_EXAMPLES: &str = "\
Examples:
  relay plan pipelines/rentals
  relay plan pipelines/rentals --date 2026-01-31
  echo '{\"resume_from\": \"kpis\"}' | relay plan pipelines/rentals --event -
  relay plan pipelines/rentals --json | jq .request";

/// `relay validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateArguments {
    /// A folder of this machine, or s3://BUCKET/FOLDER.
    pub(crate) folder: String,
}

/// `relay plan`.
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// A folder of this machine, or s3://BUCKET/FOLDER.
    pub(crate) folder: String,
    /// The launch event as JSON, in whatever envelope; - reads standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) event: Option<PathBuf>,
    /// Plan as if it were this day (UTC).
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) date: Option<Date>,
}

const LAUNCH_EXAMPLES: &str = "\
Examples:
  relay launch rentals --watch
  relay launch rentals --event event.json --correlation-id rentals-2026-01-31
  relay launch rentals --dry-run --json";

const STATUS_EXAMPLES: &str = "\
Examples:
  relay status rentals-2026-01-31
  relay status rentals-2026-01-31 --watch     # exit code 1 if it fails";

/// `relay launch`.
#[derive(Debug, Args)]
pub(crate) struct LaunchArguments {
    /// The pipeline's folder in the configuration bucket.
    pub(crate) pipeline: String,
    /// The launch event as JSON; - reads standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) event: Option<PathBuf>,
    /// Names the run; asked for twice, it is launched once [default: the pipeline and the time].
    #[arg(long, value_name = "ID")]
    pub(crate) correlation_id: Option<String>,
    /// Show the launcher's plan, and start nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Follow the run to its end.
    #[arg(long)]
    pub(crate) watch: bool,
    /// The launcher function.
    #[arg(long, env = "RELAY_LAUNCHER_FUNCTION", default_value = "emr-relay-launcher")]
    pub(crate) function: String,
}

/// `relay runs`.
#[derive(Debug, Args)]
pub(crate) struct RunsArguments {
    /// How many.
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: usize,
    /// Of this pipeline only.
    #[arg(long)]
    pub(crate) pipeline: Option<String>,
}

/// `relay status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArguments {
    /// The run's correlation id.
    pub(crate) run: String,
    /// Follow the run to its end.
    #[arg(long)]
    pub(crate) watch: bool,
}

/// The commands of local mode.
#[derive(Debug, Subcommand)]
pub(crate) enum LocalCommand {
    /// Start local mode and keep it up until Ctrl-C.
    #[command(after_help = UP_EXAMPLES)]
    Up(UpArguments),
    /// Run a pipeline from nothing to its results, and clean up.
    #[command(after_help = DEMO_EXAMPLES)]
    Demo(DemoArguments),
    /// Write input for a pipeline that brings a generator.
    #[command(
        after_help = "Example:\n  relay local generate rentals --rows 100000 --seed 7 --out /tmp/rentals"
    )]
    Generate(GenerateArguments),
}

const UP_EXAMPLES: &str = "\
Examples:
  relay local up                       # then, in another shell: relay --local runs
  relay local up --port 4566 --data /tmp/relay
  relay local up --sweep-every 10      # what was lost is found within 10 seconds";

const DEMO_EXAMPLES: &str = "\
Examples:
  relay local demo rentals
  relay local demo rentals --rows 200000 --fail kpis
  relay local demo pdm --fail model
  relay local demo ./my-pipeline --input ./my-input --keep";

/// `relay local up`.
#[derive(Debug, Args)]
pub(crate) struct UpArguments {
    /// Port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Folder for objects and logs [default: target/local of the project].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Call the sweeper this often, in place of its deployed schedule.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) sweep_every: Option<NonZeroU32>,
}

/// `relay local demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// A pipeline of the project (pipelines/NAME), or a folder of your own.
    #[arg(value_name = "NAME|FOLDER")]
    pub(crate) pipeline: String,
    /// How much input to generate.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) rows: u64,
    /// Which input to generate: the same seed makes the same rows.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Input of your own, uploaded to s3://relay-data/NAME/raw/ instead of generated rows.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["rows", "seed"])]
    pub(crate) input: Option<PathBuf>,
    /// Make this step fail, to see how that is told.
    #[arg(long, value_name = "STEP")]
    pub(crate) fail: Option<String>,
    /// Stay up afterwards, to look around, until Ctrl-C.
    #[arg(long)]
    pub(crate) keep: bool,
}

/// `relay local generate`.
#[derive(Debug, Args)]
pub(crate) struct GenerateArguments {
    /// A pipeline of the project (pipelines/NAME), or a folder of your own, that holds a generate.py.
    #[arg(value_name = "NAME|FOLDER")]
    pub(crate) pipeline: String,
    /// How many rows of its main table.
    #[arg(long)]
    pub(crate) rows: u64,
    /// The same seed makes the same rows.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Where to write [default: target/test-data/NAME of the project].
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}
