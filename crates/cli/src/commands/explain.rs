//! `relay explain`: what happened to a run, and what to do next.

use jiff::Timestamp;
use pipeline::ports::{Logs, Runs};
use pipeline::record::first_error_line;
use pipeline::run::{History, Status};
use serde_json::Value;

use crate::arguments::{ExplainArguments, Global};
use crate::commands::status;
use crate::connection::connect;
use crate::explain::{Story, as_json, as_text, stories};
use crate::follow::no_run;
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;

/// EMR lays logs down minutes after a step has failed, often later than its end was recorded: what had not arrived then
/// is read now. A log that cannot be read leaves the story as it is.
async fn look_into_logs(logs: &impl Logs, history: &mut History) {
    let causes = history.attempts.iter_mut().filter_map(|attempt| attempt.cause.as_mut());
    for cause in causes.filter(|cause| cause.log_line.is_none()) {
        let Some(folder) = cause.log_uri.clone() else { continue };
        if let Ok(Some(log)) = logs.step_log(&folder).await {
            cause.log_line = first_error_line(&log);
        }
    }
}

/// Tells the story of each run of a correlation id; a failed run is what the exit code tells.
pub(crate) async fn run(
    global: &Global,
    arguments: &ExplainArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let id = status::parse(&arguments.run)?;
    let aws = connect(global).await?;
    let mut history = aws.history(&id).await?;
    if history.runs.is_empty() {
        return Err(no_run(&id));
    }
    look_into_logs(&aws, &mut history).await;
    let stories = stories(&history, Timestamp::now());
    terminal.show(
        || stories.iter().map(as_json).collect::<Value>(),
        || stories.iter().map(as_text).collect::<Vec<_>>().join("\n\n\n"),
    )?;
    let failed = |story: &Story<'_>| matches!(story.run.status, Status::Failed | Status::Cancelled);
    Ok(if stories.iter().any(failed) { Exit::Problems } else { Exit::Fine })
}

#[cfg(test)]
mod tests {
    use pipeline::failure::Failure;

    use super::*;
    use crate::given::resumed;

    /// Every step has left this log.
    struct Left(&'static str);

    impl Logs for Left {
        async fn step_log(&self, _: &str) -> Result<Option<String>, Failure> {
            Ok(Some(self.0.to_owned()))
        }
    }

    #[tokio::test]
    async fn a_log_that_arrived_after_the_end_was_recorded_is_read_when_somebody_asks() {
        let mut history = resumed();
        let known = history.attempts[0].cause.clone().unwrap().log_line;
        look_into_logs(&Left("INFO\nValueError: late"), &mut history).await;
        assert_eq!(history.attempts[0].cause.clone().unwrap().log_line, known);
        history.attempts[0].cause.as_mut().unwrap().log_line = None;
        look_into_logs(&Left("INFO\nValueError: late"), &mut history).await;
        assert_eq!(history.attempts[0].cause.clone().unwrap().log_line.as_deref(), Some("ValueError: late"));
    }
}
