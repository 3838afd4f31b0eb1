//! Following a run until it ends, and telling each change once.
//!
//! On a terminal, a line at the bottom shows what runs now and for how long; elsewhere there are only the changes.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use pipeline::failure::{Failure, Remedy};
use pipeline::ports::Runs;
use pipeline::run::{
    Attempt, AttemptRecord, CorrelationId, Course, Decision, History, Run, Status, StepState,
};

use crate::show::{
    Standing, StepLine, cause_facts, decision_text, moment, outcome_style, outcome_text, seconds,
    standing_text, step_lines,
};
use crate::stop::{Exit, Stop};
use crate::terminal::{Terminal, paint};

/// How often the table is asked.
const PAUSE: Duration = Duration::from_millis(500);
/// How often in a row it may fail to answer.
const PATIENCE: u32 = 10;

/// How long after a failure a decision about it is waited for. Where nothing decides, none comes.
const DECIDING: SignedDuration = SignedDuration::from_secs(60);

/// Follows the runs of a correlation id until all have ended, and nothing more is to come by itself.
pub(crate) async fn follow(
    runs: &impl Runs,
    id: &CorrelationId,
    terminal: &Terminal,
) -> Result<History, Stop> {
    Follower::new(id, terminal).until(runs, is_over).await
}

/// Whether nothing more happens to any of the runs.
pub(crate) fn is_over(history: &History, now: Timestamp) -> bool {
    !history.runs.iter().any(|run| goes_on(run, now))
}

fn goes_on(run: &Run, now: Timestamp) -> bool {
    if !run.status.is_ended() {
        return true;
    }
    match run.decided().map(|decision| &decision.course) {
        Some(Course::Relaunch { .. }) => true,
        Some(Course::HandOver | Course::GiveUp) => false,
        None => run.status == Status::Failed && run.cluster_id.is_some() && now <= run.updated_at + DECIDING,
    }
}

/// Watches the runs of a correlation id, and remembers what it has told.
pub(crate) struct Follower<'a> {
    id: &'a CorrelationId,
    terminal: &'a Terminal,
    told: Told,
}

impl<'a> Follower<'a> {
    /// Has told nothing yet.
    pub(crate) fn new(id: &'a CorrelationId, terminal: &'a Terminal) -> Self {
        Self { id, terminal, told: Told::default() }
    }

    /// Tells each change until this holds of the history.
    pub(crate) async fn until(
        &mut self,
        runs: &impl Runs,
        holds: impl Fn(&History, Timestamp) -> bool,
    ) -> Result<History, Stop> {
        let bar = bar();
        loop {
            let history = patiently(runs, self.id).await?;
            if history.runs.is_empty() {
                return Err(no_run(self.id));
            }
            for change in self.told.changes(&history) {
                bar.suspend(|| self.terminal.story(change));
            }
            let now = Timestamp::now();
            if holds(&history, now) {
                bar.finish_and_clear();
                return Ok(history);
            }
            bar.set_message(running(&history, now));
            tokio::time::sleep(PAUSE).await;
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
    /// What is new since the last look, in the order in which it came about: a run goes on before the attempt that it
    /// is at, and ends after it.
    fn changes(&mut self, history: &History) -> Vec<String> {
        let mut attempts: Vec<&AttemptRecord> = history.attempts.iter().collect();
        attempts.sort_by_key(|attempt| attempt.key.attempt);
        let mut changes = Vec::new();
        for attempt in attempts {
            let at = history.runs.iter().find(|run| run.attempt_key() == attempt.key);
            changes.extend(at.filter(|run| !run.status.is_ended()).and_then(|run| self.run(run)));
            changes.extend(self.attempt(attempt));
            let lines = step_lines(attempt, &history.steps);
            changes
                .extend(lines.iter().enumerate().filter_map(|(place, line)| self.step(attempt, place, line)));
            changes.extend(self.end(attempt));
            changes.extend(attempt.decision.as_ref().and_then(|decision| self.decision(decision)));
        }
        for run in &history.runs {
            changes.extend(self.run(run));
            changes.extend(run.decided().and_then(|decision| self.decision(decision)));
        }
        changes
    }

    fn run(&mut self, run: &Run) -> Option<String> {
        let subject = format!("run {}", run.key.correlation_id);
        let told = format!("{subject} {}", outcome_text(run));
        let key = format!("{subject} of {}", run.key.data_product);
        self.is_new(key, run.status.to_string()).then_some(told)
    }

    fn attempt(&mut self, attempt: &AttemptRecord) -> Option<String> {
        let subject = format!("attempt {} on cluster {}", attempt.key.attempt, attempt.cluster_id);
        let word = attempt.ready_at.map_or("is starting", |_| "is up");
        let told = format!("{subject} {word}");
        self.is_new(subject, word.to_owned()).then_some(told)
    }

    /// An attempt that did not end well, why, and what is done about it.
    fn end(&mut self, attempt: &AttemptRecord) -> Option<String> {
        let outcome = attempt.outcome.filter(|outcome| outcome.status() != Status::Completed)?;
        let cause = attempt.cause.as_ref().map(|cause| format!("\n{}", cause_facts(cause)));
        let told = format!(
            "attempt {} ended {}{}",
            attempt.key.attempt,
            paint(outcome_style(outcome), outcome),
            cause.unwrap_or_default()
        );
        let key = format!("end of {}", attempt.cluster_id);
        self.is_new(key, outcome.to_string()).then_some(told)
    }

    /// It stands in the run item and in the attempt item, and stays in the latter.
    fn decision(&mut self, decision: &Decision) -> Option<String> {
        let key = format!("decision about {} {:?}", decision.attempt, decision.cluster_id);
        let word = decision.course.as_str().to_owned();
        self.is_new(key, word).then(|| format!("decided: {}", decision_text(decision)))
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
    let next = history.runs.iter().filter_map(|run| Some(run.decided()?).zip(Some(run.attempt)));
    match (running.is_empty(), next.filter_map(|(decision, attempt)| waiting(decision, attempt)).next()) {
        (false, _) => running.join(", "),
        (true, Some(waiting)) => waiting,
        (true, None) => "waiting for the cluster".to_owned(),
    }
}

fn waiting(decision: &Decision, attempt: Attempt) -> Option<String> {
    match &decision.course {
        Course::Relaunch { at, .. } => {
            Some(format!("attempt {} waits until {}", attempt.next(), moment(*at)))
        }
        Course::HandOver | Course::GiveUp => None,
    }
}

#[cfg(test)]
mod tests {
    use pipeline::run::{Outcome, StepRecord};

    use super::*;
    use crate::given::{at, attempt, decision, ended, resumed, resumes, run, step};

    fn history(steps: &[(usize, StepState, Option<i64>)]) -> History {
        let attempt = attempt(1, &["load", "load"], 0);
        let step = |(place, state, ended): &(usize, StepState, Option<i64>)| -> StepRecord {
            step(&attempt, *place, "load", *state, (Some(1), *ended))
        };
        History { runs: vec![], steps: steps.iter().map(step).collect(), attempts: vec![attempt.clone()] }
    }

    #[test]
    fn each_change_is_told_once_also_where_two_steps_have_one_name() {
        let mut told = Told::default();
        assert_eq!(told.changes(&history(&[])).len(), 3);
        assert_eq!(told.changes(&history(&[])), Vec::<String>::new());
        let running = told.changes(&history(&[(1, StepState::Running, None)]));
        assert_eq!(running.len(), 1, "{running:?}");
        let later = [(1, StepState::Completed, None), (2, StepState::Running, None)];
        assert_eq!(told.changes(&history(&later)).len(), 2);
        let later = [(1, StepState::Completed, Some(9)), (2, StepState::Running, Some(9))];
        assert_eq!(told.changes(&history(&later)), Vec::<String>::new());
    }

    #[test]
    fn a_run_is_followed_as_long_as_something_comes_by_itself() {
        let failed = ended(1, Outcome::StepFailed, 100);
        let decided = |decision| Run { decision: Some(decision), ..failed.clone() };
        for (run, second, over) in [
            (run(1), 9_999, false),
            (failed.clone(), 160, false),
            (failed.clone(), 161, true),
            (decided(resumes(1, "kpis", 200)), 9_999, false),
            (decided(decision(1, Course::GiveUp, "w")), 101, true),
            (decided(decision(1, Course::HandOver, "w")), 101, true),
            (ended(1, Outcome::Succeeded, 100), 100, true),
            (ended(1, Outcome::Cancelled, 100), 100, true),
            (Run { cluster_id: None, ..ended(1, Outcome::Validation, 100) }, 100, true),
        ] {
            let history = History { runs: vec![run.clone()], ..History::default() };
            assert_eq!(is_over(&history, at(second)), over, "{} {:?}", run.status, run.decision);
        }
    }

    #[test]
    fn a_failure_is_told_with_its_cause_before_the_attempt_that_mends_it() {
        let told = Told::default().changes(&resumed()).join("\n");
        let told = anstream::adapter::strip_str(&told).to_string();
        let parts = [
            "attempt 1 ended STEP_FAILED",
            "ValueError",
            "attempt 2 on cluster",
            "run rentals-2026-01-31 COMPLETED",
        ];
        let places: Vec<_> = parts.iter().map(|part| told.find(part)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{told}");
    }
}
