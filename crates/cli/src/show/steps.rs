//! How the steps of an attempt stand: those that it owes, with what is known of each.

use jiff::{SignedDuration, Timestamp};
use pipeline::run::{AttemptRecord, StepRecord, StepState};

/// What is known of one step of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StepLine<'a> {
    pub(crate) name: &'a str,
    pub(crate) standing: Standing,
    pub(crate) record: Option<&'a StepRecord>,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// As its record says.
    Known(StepState),
    /// Nothing is recorded yet.
    Waiting,
    /// The attempt has ended, and the step was never heard of.
    NeverRun,
}

impl Standing {
    /// The word for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Known(state) => state.as_str(),
            Self::Waiting => StepState::Pending.as_str(),
            Self::NeverRun => "NEVER_RUN",
        }
    }
}

impl StepLine<'_> {
    /// How long the step ran, or has been running.
    pub(crate) fn took(&self, now: Timestamp) -> Option<SignedDuration> {
        let record = self.record?;
        let until = match record.state.is_ended() {
            true => record.ended_at?,
            false => now,
        };
        Some(until.duration_since(record.started_at?))
    }
}

/// The steps of an attempt in the order in which it owes them. Names may stand twice: records go to them in the order
/// in which the steps began.
pub(crate) fn step_lines<'a>(attempt: &'a AttemptRecord, records: &'a [StepRecord]) -> Vec<StepLine<'a>> {
    let mut records: Vec<&StepRecord> = records.iter().filter(|step| step.attempt == attempt.key).collect();
    records.sort_by_key(|step| (step.started_at.unwrap_or(Timestamp::MAX), step.step_id.clone()));
    let missing = match attempt.ended_at {
        Some(_) => Standing::NeverRun,
        None => Standing::Waiting,
    };
    let mut lines: Vec<StepLine<'a>> = attempt
        .steps
        .iter()
        .map(|name| match records.iter().position(|record| record.name == *name) {
            Some(place) => known(records.remove(place)),
            None => StepLine { name, standing: missing, record: None },
        })
        .collect();
    lines.extend(records.into_iter().map(known));
    lines
}

fn known(record: &StepRecord) -> StepLine<'_> {
    StepLine { name: &record.name, standing: Standing::Known(record.state), record: Some(record) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::given::{at, attempt, step};

    const STEPS: &[&str] = &["source", "model", "model", "collect"];

    fn standings(attempt: &AttemptRecord, records: &[StepRecord]) -> Vec<(String, &'static str)> {
        let lines = step_lines(attempt, records);
        lines.iter().map(|line| (line.name.to_owned(), line.standing.as_str())).collect()
    }

    #[test]
    fn steps_stand_in_the_order_in_which_they_are_owed_and_unknown_ones_come_last() {
        let attempt = attempt(1, STEPS, 0);
        let began = |second| (Some(second), None);
        let records = [
            step(&attempt, 9, "added by hand", StepState::Running, began(1)),
            step(&attempt, 3, "model", StepState::Running, began(30)),
            step(&attempt, 4, "model", StepState::Completed, began(20)),
            step(&attempt, 1, "source", StepState::Completed, began(10)),
        ];
        let expected = [
            ("source", "COMPLETED"),
            ("model", "COMPLETED"),
            ("model", "RUNNING"),
            ("collect", "PENDING"),
            ("added by hand", "RUNNING"),
        ];
        assert_eq!(standings(&attempt, &records), expected.map(|(name, state)| (name.to_owned(), state)));
    }

    #[test]
    fn a_step_that_was_never_heard_of_when_its_cluster_ended_has_never_run() {
        let attempt = AttemptRecord { ended_at: Some(at(900)), ..attempt(1, STEPS, 0) };
        assert!(standings(&attempt, &[]).iter().all(|(_, state)| *state == "NEVER_RUN"));
    }
}
