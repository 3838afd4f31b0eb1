//! `relay status`: one run, with its attempts, its steps, and why it failed.

use aws::Aws;
use jiff::Timestamp;
use pipeline::ports::{Logs, Runs};
use pipeline::run::{CorrelationId, History, Run, Status};
use serde_json::{Value, json};

use crate::arguments::{Global, StatusArguments};
use crate::connection::connect;
use crate::follow::{follow, no_run};
use crate::show::{history_json, history_text};
use crate::stop::{Exit, Stop};
use crate::terminal::{BOLD, Terminal, paint};

/// How much of a failed step's log is shown.
const LOG_LINES: usize = 25;

/// Shows a run as it stands, or follows it to its end.
pub(crate) async fn run(
    global: &Global,
    arguments: &StatusArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let id = parse(&arguments.run)?;
    let aws = connect(global).await?;
    let history = match arguments.watch {
        true => follow(&aws, &id, terminal).await?,
        false => aws.history(&id).await?,
    };
    if history.runs.is_empty() {
        return Err(no_run(&id));
    }
    show(&aws, &history, terminal).await
}

/// Shows a history with the log of what failed; a failed run is what the exit code tells.
pub(crate) async fn show(aws: &Aws, history: &History, terminal: &Terminal) -> Result<Exit, Stop> {
    let log = failed_log(aws, history).await;
    terminal.show(|| as_json(history, log.as_deref()), || as_text(history, log.as_deref()))?;
    let failed = |run: &Run| matches!(run.status, Status::Failed | Status::Cancelled);
    Ok(if history.runs.iter().any(failed) { Exit::Problems } else { Exit::Fine })
}

/// A run is named by its correlation id.
pub(crate) fn parse(run: &str) -> Result<CorrelationId, Stop> {
    CorrelationId::parse(run).map_err(|error| {
        Stop::new(Exit::Usage, "relay.run", error.to_string()).instead("relay runs lists the latest runs")
    })
}

/// The end of the failed step's log. It arrives minutes after the step on EMR: not having it is no failure.
async fn failed_log(aws: &Aws, history: &History) -> Option<String> {
    let cause = history.runs.iter().find_map(|run| run.cause.as_ref())?;
    let log = aws.step_log(cause.log_uri.as_deref()?).await.ok()??;
    let lines: Vec<&str> = log.lines().collect();
    Some(lines.iter().skip(lines.len().saturating_sub(LOG_LINES)).copied().collect::<Vec<_>>().join("\n"))
}

fn as_json(history: &History, log: Option<&str>) -> Value {
    let mut value = history_json(history);
    if let (Value::Object(members), Some(log)) = (&mut value, log) {
        members.insert("log".to_owned(), json!(log));
    }
    value
}

fn as_text(history: &History, log: Option<&str>) -> String {
    let text = history_text(history, Timestamp::now());
    match log {
        None => text,
        Some(log) => format!("{text}\n\n{}\n{log}", paint(BOLD, "the end of the failed step's log")),
    }
}
