//! The run table: items that move by conditions only, as [`Runs`](pipeline::ports::Runs) states them.

mod attempts;
mod claims;
mod port;
mod updates;

use std::collections::BTreeMap;

use pipeline::ports::Fence;
use pipeline::run::{AttemptKey, AttemptRecord, Cause, History, Outcome, Run, RunKey, StepId, StepRecord};

use crate::World;

/// Its name.
pub(crate) const TABLE: &str = "runs";

#[derive(Clone, Default)]
pub(crate) struct Table {
    runs: BTreeMap<RunKey, Row>,
    attempts: BTreeMap<AttemptKey, AttemptRecord>,
    steps: BTreeMap<(AttemptKey, StepId), StepRecord>,
}

/// A run item, with what no reader is shown.
#[derive(Clone)]
struct Row {
    run: Run,
    /// How far the step is that `CurrentStep` names.
    rank: Option<String>,
    /// Whether something is still to come.
    open: bool,
}

impl Table {
    /// The row of a run, if it is at this attempt.
    fn at(&mut self, key: &AttemptKey) -> Option<&mut Row> {
        self.runs.get_mut(&key.run).filter(|row| row.run.attempt == key.attempt)
    }

    /// The row of a run, if it has not moved on from what the fence names.
    fn fenced(&mut self, key: &AttemptKey, fence: &Fence) -> Option<&mut Row> {
        self.at(key).filter(|row| match fence {
            Fence::Cluster(cluster) => row.run.cluster_id.as_ref() == Some(cluster),
            Fence::Claimant(claimant) => &row.run.claimed_by == claimant && row.run.cluster_id.is_none(),
        })
    }

    fn history(&self, mine: impl Fn(&RunKey) -> bool) -> History {
        History {
            runs: self.runs.values().map(|row| row.run.clone()).filter(|run| mine(&run.key)).collect(),
            attempts: self.attempts.values().filter(|attempt| mine(&attempt.key.run)).cloned().collect(),
            steps: self.steps.values().filter(|step| mine(&step.attempt.run)).cloned().collect(),
        }
    }
}

/// Whether an end may be written over what is recorded: nothing, or the same end less well explained.
fn may_end(
    recorded: Option<Outcome>,
    known: Option<&Cause>,
    outcome: Outcome,
    cause: Option<&Cause>,
) -> bool {
    let fullness = |cause: Option<&Cause>| cause.map_or(0, Cause::fullness);
    match recorded {
        None => true,
        Some(recorded) => recorded == outcome && fullness(cause) > fullness(known),
    }
}

impl World {
    /// Everything in the run table.
    pub fn table(&self) -> History {
        self.state.borrow().table.history(|_| true)
    }

    /// Empties the table, as if everything had been somebody else's.
    pub fn forget_rows(&self) {
        self.state.borrow_mut().table = Table::default();
    }

    /// How far the steps are that rows name, and which rows are open.
    pub(crate) fn ranks(&self) -> Vec<(Option<String>, bool)> {
        self.state.borrow().table.runs.values().map(|row| (row.rank.clone(), row.open)).collect()
    }

    /// Writes a run item as somebody would who asks for no condition: an operator, or a step by hand.
    pub fn put_run(&self, run: Run) {
        let mut state = self.state.borrow_mut();
        let known = state.table.runs.remove(&run.key);
        let open = known.as_ref().is_some_and(|row| row.open);
        let rank = known.and_then(|row| row.rank);
        state.table.runs.insert(run.key.clone(), Row { run, rank, open });
    }
}
