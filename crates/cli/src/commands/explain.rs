//! `relay explain`: what happened to a run, and what to do next.

use jiff::Timestamp;
use pipeline::ports::Runs;
use pipeline::run::Status;
use serde_json::Value;

use crate::arguments::{ExplainArguments, Global};
use crate::commands::status;
use crate::connection::connect;
use crate::explain::{Story, as_json, as_text, stories};
use crate::follow::no_run;
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;

/// Tells the story of each run of a correlation id; a failed run is what the exit code tells.
pub(crate) async fn run(
    global: &Global,
    arguments: &ExplainArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let id = status::parse(&arguments.run)?;
    let history = connect(global).await?.history(&id).await?;
    if history.runs.is_empty() {
        return Err(no_run(&id));
    }
    let stories = stories(&history, Timestamp::now());
    terminal.show(
        || stories.iter().map(as_json).collect::<Value>(),
        || stories.iter().map(as_text).collect::<Vec<_>>().join("\n\n\n"),
    )?;
    let failed = |story: &Story<'_>| matches!(story.run.status, Status::Failed | Status::Cancelled);
    Ok(if stories.iter().any(failed) { Exit::Problems } else { Exit::Fine })
}
