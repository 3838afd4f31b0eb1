//! Following a run until it ends, and telling each change once.
//!
//! On a terminal, a line at the bottom shows what runs now and for how long; elsewhere there are only the changes.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use pipeline::failure::{Failure, Remedy};
use pipeline::ports::Runs;
use pipeline::run::{AttemptRecord, CorrelationId, History, Run, StepState};

use crate::show::{Standing, StepLine, outcome_text, seconds, standing_text, step_lines};
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
        for change in told.changes(&history) {
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
    /// What is new since the last look: runs that go on, then attempts and steps, and the ends of runs last.
    fn changes(&mut self, history: &History) -> Vec<String> {
        let (ended, going): (Vec<&Run>, Vec<&Run>) =
            history.runs.iter().partition(|run| run.status.is_ended());
        let mut changes: Vec<String> = going.into_iter().filter_map(|run| self.run(run)).collect();
        for attempt in &history.attempts {
            changes.extend(self.attempt(attempt));
            let lines = step_lines(attempt, &history.steps);
            changes
                .extend(lines.iter().enumerate().filter_map(|(place, line)| self.step(attempt, place, line)));
        }
        changes.extend(ended.into_iter().filter_map(|run| self.run(run)));
        changes
    }

    fn run(&mut self, run: &Run) -> Option<String> {
        let subject = format!("run {}", run.key.correlation_id);
        let told = format!("{subject} {}", outcome_text(run));
        self.is_new(subject, run.status.to_string()).then_some(told)
    }

    fn attempt(&mut self, attempt: &AttemptRecord) -> Option<String> {
        let subject = format!("attempt {} on cluster {}", attempt.key.attempt, attempt.cluster_id);
        let word = attempt.ready_at.map_or("is starting", |_| "is up");
        let told = format!("{subject} {word}");
        self.is_new(subject, word.to_owned()).then_some(told)
    }

    /// Names may stand twice, so a step is known by its place. Its times may be filled in later: that is no news.
    fn step(&mut self, attempt: &AttemptRecord, place: usize, line: &StepLine<'_>) -> Option<String> {
        let ended = line.record.filter(|record| record.state.is_ended()).and_then(|record| record.ended_at);
        let took = ended.and_then(|at| line.took(at)).map(|took| format!(" after {}", seconds(took)));
        let told = format!("step {} {}{}", line.name, standing_text(line.standing), took.unwrap_or_default());
        let key = format!("{} step {place}", attempt.cluster_id);
        self.is_new(key, line.standing.as_str().to_owned()).then_some(told)
    }

    fn is_new(&mut self, key: String, word: String) -> bool {
        self.0.insert(key, word.clone()) != Some(word)
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

#[cfg(test)]
mod tests {
    use pipeline::run::{
        Attempt, AttemptKey, ClusterId, DataProduct, PipelineName, RunKey, StepId, StepRecord,
    };

    use super::*;

    fn history(states: &[(&str, StepState)]) -> History {
        let run = RunKey {
            correlation_id: CorrelationId::parse("r").unwrap(),
            data_product: DataProduct::parse("P").unwrap(),
        };
        let key = AttemptKey { run, attempt: Attempt::FIRST };
        let attempt = AttemptRecord {
            key: key.clone(),
            pipeline: PipelineName::parse("p").unwrap(),
            cluster_id: ClusterId::parse("j-1").unwrap(),
            steps: vec!["load".into(), "load".into()],
            started_at: Timestamp::UNIX_EPOCH,
            ready_at: None,
            ended_at: None,
            outcome: None,
            cause: None,
            normalized_instance_hours: None,
            decision: None,
        };
        let steps = states.iter().map(|(id, state)| step(&key, id, *state)).collect();
        History { runs: vec![], attempts: vec![attempt], steps }
    }

    fn step(attempt: &AttemptKey, id: &str, state: StepState) -> StepRecord {
        let (started_at, settled) = (Some(Timestamp::UNIX_EPOCH), false);
        let (attempt, step_id) = (attempt.clone(), StepId::parse(id).unwrap());
        StepRecord { attempt, step_id, name: "load".into(), state, started_at, ended_at: None, settled }
    }

    #[test]
    fn each_change_is_told_once_also_where_two_steps_have_one_name() {
        let mut told = Told::default();
        assert_eq!(told.changes(&history(&[])).len(), 3);
        assert_eq!(told.changes(&history(&[])), Vec::<String>::new());
        let running = told.changes(&history(&[("s-1", StepState::Running)]));
        assert_eq!(running.len(), 1, "{running:?}");
        let mut later = history(&[("s-1", StepState::Completed), ("s-2", StepState::Running)]);
        assert_eq!(told.changes(&later).len(), 2);
        later.steps.iter_mut().for_each(|step| step.ended_at = Some(Timestamp::UNIX_EPOCH));
        assert_eq!(told.changes(&later), Vec::<String>::new());
    }
}
