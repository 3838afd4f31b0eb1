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
    use pipeline::run::{
        Attempt, AttemptKey, ClusterId, CorrelationId, DataProduct, PipelineName, RunKey, StepId,
    };

    use super::*;

    fn attempt(ended_at: Option<Timestamp>) -> AttemptRecord {
        let run = RunKey {
            correlation_id: CorrelationId::parse("r").unwrap(),
            data_product: DataProduct::parse("P").unwrap(),
        };
        AttemptRecord {
            key: AttemptKey { run, attempt: Attempt::FIRST },
            pipeline: PipelineName::parse("p").unwrap(),
            cluster_id: ClusterId::parse("j-1").unwrap(),
            steps: ["source", "model", "model", "collect"].map(str::to_owned).to_vec(),
            started_at: Timestamp::UNIX_EPOCH,
            ready_at: None,
            ended_at,
            outcome: None,
            cause: None,
            normalized_instance_hours: None,
            decision: None,
        }
    }

    fn record(attempt: &AttemptRecord, id: &str, name: &str, second: i64, state: StepState) -> StepRecord {
        StepRecord {
            attempt: attempt.key.clone(),
            step_id: StepId::parse(id).unwrap(),
            name: name.to_owned(),
            state,
            started_at: Some(Timestamp::from_second(second).unwrap()),
            ended_at: None,
            settled: false,
        }
    }

    fn standings(attempt: &AttemptRecord, records: &[StepRecord]) -> Vec<(String, &'static str)> {
        let lines = step_lines(attempt, records);
        lines.iter().map(|line| (line.name.to_owned(), line.standing.as_str())).collect()
    }

    #[test]
    fn steps_stand_in_the_order_in_which_they_are_owed_and_unknown_ones_come_last() {
        let attempt = attempt(None);
        let records = [
            record(&attempt, "s-9", "added by hand", 1, StepState::Running),
            record(&attempt, "s-3", "model", 30, StepState::Running),
            record(&attempt, "s-4", "model", 20, StepState::Completed),
            record(&attempt, "s-1", "source", 10, StepState::Completed),
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
        let attempt = attempt(Some(Timestamp::UNIX_EPOCH));
        assert!(standings(&attempt, &[]).iter().all(|(_, state)| *state == "NEVER_RUN"));
    }
}
