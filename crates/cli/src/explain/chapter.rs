//! One attempt, put together from the run item, the attempt item and the step items.

use jiff::Timestamp;
use pipeline::run::{Attempt, AttemptRecord, Cause, Decision, History, Outcome, Run};

use crate::show::{StepLine, step_lines};

/// One attempt.
#[derive(Debug)]
pub(crate) struct Chapter<'a> {
    /// Which.
    pub(crate) attempt: Attempt,
    /// When it was claimed and by whom. The row knows it of the last attempt only.
    pub(crate) claim: Option<(Timestamp, &'a str)>,
    /// The attempt item; `None` where no cluster was ever recorded.
    pub(crate) record: Option<&'a AttemptRecord>,
    /// Its steps, in the order in which it owes them.
    pub(crate) steps: Vec<StepLine<'a>>,
    /// How it ended.
    pub(crate) outcome: Option<Outcome>,
    /// When it ended, as far as that is known.
    pub(crate) ended_at: Option<Timestamp>,
    /// Why.
    pub(crate) cause: Option<&'a Cause>,
    /// What is done about it.
    pub(crate) decision: Option<&'a Decision>,
}

/// The attempts at a run, first one first; the last one also while it has no cluster.
pub(crate) fn chapters<'a>(run: &'a Run, history: &'a History) -> Vec<Chapter<'a>> {
    let mut records: Vec<&AttemptRecord> =
        history.attempts.iter().filter(|attempt| attempt.key.run == run.key).collect();
    records.sort_by_key(|record| record.key.attempt);
    let recorded = records.iter().any(|record| record.key.attempt == run.attempt);
    let mut chapters: Vec<Chapter<'a>> =
        records.into_iter().map(|record| of_record(run, record, history)).collect();
    if !recorded {
        chapters.push(of_row(run));
    }
    chapters
}

fn of_record<'a>(run: &'a Run, record: &'a AttemptRecord, history: &'a History) -> Chapter<'a> {
    let current = Some(run).filter(|run| run.attempt == record.key.attempt);
    Chapter {
        attempt: record.key.attempt,
        claim: current.map(claim),
        record: Some(record),
        steps: step_lines(record, &history.steps),
        outcome: record.outcome.or(current.and_then(|run| run.outcome)),
        ended_at: record.ended_at.or(current.and_then(ended_at)),
        cause: record.cause.as_ref().or(current.and_then(|run| run.cause.as_ref())),
        decision: latest(run, record).or(record.decision.as_ref()),
    }
}

/// The row keeps why there is a next attempt, which a person may have asked for after it was given up.
fn latest<'a>(run: &'a Run, record: &AttemptRecord) -> Option<&'a Decision> {
    let about = |decision: &&Decision| {
        decision.attempt == record.key.attempt && decision.cluster_id.as_ref() == Some(&record.cluster_id)
    };
    run.decision.as_ref().filter(about)
}

fn of_row(run: &Run) -> Chapter<'_> {
    Chapter {
        attempt: run.attempt,
        claim: Some(claim(run)),
        record: None,
        steps: vec![],
        outcome: run.outcome,
        ended_at: ended_at(run),
        cause: run.cause.as_ref(),
        decision: run.decided(),
    }
}

fn claim(run: &Run) -> (Timestamp, &str) {
    (run.claimed_at, run.claimed_by.as_str())
}

fn ended_at(run: &Run) -> Option<Timestamp> {
    run.outcome.map(|_| run.updated_at)
}

impl Chapter<'_> {
    /// When it began, as far as that is known.
    pub(crate) fn began(&self) -> Option<Timestamp> {
        let started = self.record.map(|record| record.started_at);
        let claimed = self.claim.map(|(at, _)| at);
        claimed.into_iter().chain(started).min()
    }
}
