//! Following a run until it ends, and telling each change once.
//!
//! On a terminal, a line at the bottom shows what runs now and for how long; elsewhere there are only the changes.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use pipeline::failure::{Failure, Remedy};
use pipeline::ports::Runs;
use pipeline::run::{CorrelationId, History, StepState};

use crate::show::{Standing, outcome_text, seconds, standing_text, step_lines};
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;

/// How often the table is asked.
const PAUSE: Duration = Duration::from_millis(500);
/// How often in a row it may fail to answer.
const PATIENCE: u32 = 10;

/// Follows the runs of a correlation id until all have ended.
pub(crate) async fn follow(
    runs: &impl Runs,
    id: &CorrelationId,
    terminal: &Terminal,
) -> Result<History, Stop> {
    let mut told = Told::default();
    let bar = bar();
    loop {
        let history = patiently(runs, id).await?;
        for change in told.changes(&history, Timestamp::now()) {
            bar.suspend(|| terminal.story(change));
        }
        bar.set_message(running(&history, Timestamp::now()));
        match history.runs.as_slice() {
            [] => return Err(no_run(id)),
            runs if runs.iter().all(|run| run.status.is_ended()) => {
                bar.finish_and_clear();
                return Ok(history);
            }
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// The end of a correlation id that nobody has launched.
pub(crate) fn no_run(id: &CorrelationId) -> Stop {
    Stop::new(Exit::Problems, "relay.no_run", format!("there is no run {id}"))
        .instead("relay runs lists the latest; --table names another run table")
}

async fn patiently(runs: &impl Runs, id: &CorrelationId) -> Result<History, Failure> {
    let mut left = PATIENCE;
    loop {
        match runs.history(id).await {
            Err(failure) if left > 0 && failure.remedy_if_idempotent() == Remedy::Retry => left -= 1,
            answer => return answer,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn bar() -> ProgressBar {
    let style =
        ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// What has been told already: the word for each thing that can change.
#[derive(Debug, Default)]
struct Told(BTreeMap<String, String>);

impl Told {
    /// What is new since the last look.
    fn changes(&mut self, history: &History, now: Timestamp) -> Vec<String> {
        let mut changes = Vec::new();
        for run in history.runs.iter().filter(|run| !run.status.is_ended()) {
            self.tell(&mut changes, format!("run {}", run.key.correlation_id), outcome_text(run));
        }
        for attempt in &history.attempts {
            let on = format!("attempt {} on cluster {}", attempt.key.attempt, attempt.cluster_id);
            let ready = attempt.ready_at.map_or("is starting", |_| "is up");
            self.tell(&mut changes, on.clone(), ready.to_owned());
            for (place, line) in step_lines(attempt, &history.steps).iter().enumerate() {
                let took = match line.standing {
                    Standing::Known(state) if state.is_ended() => line.took(now),
                    _ => None,
                };
                let took = took.map(|took| format!(" after {}", seconds(took))).unwrap_or_default();
                let word = format!("{}{took}", standing_text(line.standing));
                self.tell_of(&mut changes, format!("{on} {place}"), format!("step {}", line.name), word);
            }
        }
        for run in history.runs.iter().filter(|run| run.status.is_ended()) {
            self.tell(&mut changes, format!("run {}", run.key.correlation_id), outcome_text(run));
        }
        changes
    }

    fn tell(&mut self, changes: &mut Vec<String>, subject: String, word: String) {
        self.tell_of(changes, subject.clone(), subject, word);
    }

    fn tell_of(&mut self, changes: &mut Vec<String>, key: String, subject: String, word: String) {
        if self.0.get(&key) != Some(&word) {
            changes.push(format!("{subject} {word}"));
            self.0.insert(key, word);
        }
    }
}

/// What runs now, in one line.
fn running(history: &History, now: Timestamp) -> String {
    let lines = history.attempts.iter().flat_map(|attempt| step_lines(attempt, &history.steps));
    let running: Vec<String> = lines
        .filter(|line| line.standing == Standing::Known(StepState::Running))
        .map(|line| format!("{} {}", line.name, line.took(now).map(seconds).unwrap_or_default()))
        .collect();
    match running.is_empty() {
        true => "waiting for the cluster".to_owned(),
        false => running.join(", "),
    }
}
