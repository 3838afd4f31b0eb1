//! What a sweep has to do, chosen from two lists that may lag.
//!
//! EMR answers few questions: a sweep may use a fifth of what an account gets, so clusters are looked at one by one only
//! where the list of all clusters says that something has happened, and the rest in turn.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::ports::ListedCluster;
use crate::record::SHOWS_AFTER;
use crate::run::{AttemptKey, ClusterId, ClusterState, Course, Run, RunKey, Status};

use super::Repair;

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// A claim whose lease has run out.
    Settle(RunKey),
    /// An attempt whose cluster has ended or cannot be seen.
    Record(Work),
    /// An attempt of which nothing seems amiss, but whose events may be lost: looked at in its turn.
    Follow(Work),
    /// An attempt that is alive past its deadline.
    Stop {
        /// The attempt.
        attempt: AttemptKey,
        /// Its cluster.
        cluster_id: ClusterId,
        /// When it should have been over.
        deadline: Timestamp,
    },
    /// A run that has ended, and of which nobody has told or carried out what follows.
    GoOn(AttemptKey),
    /// A living cluster that no open run names.
    Examine(ClusterId),
}

/// An attempt and the cluster that works on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The attempt.
    pub attempt: AttemptKey,
    /// Its cluster.
    pub cluster_id: ClusterId,
    /// How many pages its steps fill (ListSteps answers 50 on each).
    pub pages: usize,
}

impl Work {
    fn of(run: &Run, cluster_id: &ClusterId) -> Self {
        let steps = run.owed.iter().filter(|step| step.runs).count();
        Self { attempt: run.attempt_key(), cluster_id: cluster_id.clone(), pages: 1 + steps / 50 }
    }
}

impl Task {
    /// How much of its kind's budget it takes.
    fn cost(&self) -> usize {
        match self {
            Self::Record(work) | Self::Follow(work) => work.pages,
            Self::Settle(_) | Self::Stop { .. } | Self::GoOn(_) | Self::Examine(_) => 1,
        }
    }

    /// What it would do, as far as that is known without doing it.
    pub(super) fn would(&self) -> Option<Repair> {
        let repair = |run: &RunKey, cluster: Option<&ClusterId>, done: String| {
            Some(Repair { run: Some(run.clone()), cluster_id: cluster.cloned(), done })
        };
        match self {
            Self::Settle(run) => {
                repair(run, None, "its launch was left half way, and would be settled".to_owned())
            }
            Self::Record(Work { attempt, cluster_id, .. }) => repair(
                &attempt.run,
                Some(cluster_id),
                format!("attempt {} would be recorded as EMR shows the end of {cluster_id}", attempt.attempt),
            ),
            Self::Stop { attempt, cluster_id, deadline } => repair(
                &attempt.run,
                Some(cluster_id),
                format!(
                    "attempt {} is alive past its deadline {deadline}; {cluster_id} would be stopped",
                    attempt.attempt
                ),
            ),
            Self::GoOn(attempt) => repair(
                &attempt.run,
                None,
                format!("attempt {} has ended, and what follows would be done and told", attempt.attempt),
            ),
            Self::Follow(_) | Self::Examine(_) => None,
        }
    }
}

/// What is left alone for so long is being done by somebody.
const GRACE: SignedDuration = SignedDuration::from_mins(2);

/// What there is to do, the most urgent first.
pub fn tasks(open: &[Run], listed: &[ListedCluster], now: Timestamp) -> Vec<Task> {
    let states: BTreeMap<&ClusterId, Option<ClusterState>> =
        listed.iter().map(|cluster| (&cluster.cluster_id, cluster.state)).collect();
    let mut tasks: Vec<Task> = open.iter().filter_map(|run| urgent(run, &states, now)).collect();
    let named: BTreeSet<&ClusterId> = open.iter().filter_map(|run| run.cluster_id.as_ref()).collect();
    let unnamed = listed.iter().filter(|cluster| lives(cluster) && !named.contains(&cluster.cluster_id));
    tasks.extend(unnamed.map(|cluster| Task::Examine(cluster.cluster_id.clone())));
    let waits = |run: &&Run| urgent(run, &states, now).is_none();
    tasks.extend(open.iter().filter(waits).filter_map(in_turn));
    tasks
}

fn lives(cluster: &ListedCluster) -> bool {
    !matches!(
        cluster.state,
        Some(ClusterState::Terminating | ClusterState::Terminated | ClusterState::TerminatedWithErrors)
    )
}

fn urgent(run: &Run, states: &BTreeMap<&ClusterId, Option<ClusterState>>, now: Timestamp) -> Option<Task> {
    if run.outcome.is_some() {
        return unfinished(run, now).then(|| Task::GoOn(run.attempt_key()));
    }
    let Some(cluster_id) = &run.cluster_id else {
        return (now > run.lease_until).then(|| Task::Settle(run.key.clone()));
    };
    let ended = match states.get(cluster_id) {
        Some(state) => state.is_some_and(ClusterState::is_ended),
        None => now > run.claimed_at + SHOWS_AFTER,
    };
    if ended {
        return Some(Task::Record(Work::of(run, cluster_id)));
    }
    let deadline = run.deadline.filter(|deadline| now > *deadline)?;
    Some(Task::Stop { attempt: run.attempt_key(), cluster_id: cluster_id.clone(), deadline })
}

/// A run that has ended has something to come as long as it is not told, or its next attempt is due.
fn unfinished(run: &Run, now: Timestamp) -> bool {
    let due = match run.decided().map(|decision| &decision.course) {
        Some(Course::Relaunch { at, .. }) => (*at).max(run.updated_at),
        Some(Course::HandOver | Course::GiveUp) | None => run.updated_at,
    };
    now > due + GRACE
}

/// A run of which nothing seems amiss may still have lost the events of its steps.
fn in_turn(run: &Run) -> Option<Task> {
    let runs = run.outcome.is_none() && run.status == Status::InProgress;
    let cluster_id = run.cluster_id.as_ref().filter(|_| runs)?;
    Some(Task::Follow(Work::of(run, cluster_id)))
}

/// How many calls a sweep may make of those that EMR answers least often: a fifth of what flows back into the account's
/// bucket between two sweeps, five minutes apart ("Amazon EMR endpoints and quotas"): RunJobFlow, ListSteps and
/// ListClusters 0.5 a second, DescribeCluster 1 a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Claims that are settled: each lists clusters, twice at most, and may start one.
    pub settled: usize,
    /// Runs that go on: each may start a cluster.
    pub gone_on: usize,
    /// Pages of steps of clusters that have ended.
    pub recorded: usize,
    /// Pages of steps of clusters that are looked at in their turn.
    pub followed: usize,
    /// Clusters that are examined for whose they are.
    pub examined: usize,
    /// Clusters that are stopped.
    pub stopped: usize,
}

impl Budget {
    /// What one sweep may use.
    pub fn of_a_sweep() -> Self {
        Self { settled: 4, gone_on: 16, recorded: 16, followed: 8, examined: 20, stopped: 20 }
    }

    /// The tasks that fit, in order, and how many have to wait. Where there are more of a kind than fit, each sweep begins
    /// at another one, so that every one has its turn.
    pub fn choose(self, tasks: Vec<Task>, now: Timestamp) -> (Vec<Task>, usize) {
        let turn = usize::try_from(now.as_second() / SWEEPS_APART).unwrap_or_default();
        let kinds: [(IsOne, usize); 6] = [
            (|task| matches!(task, Task::Settle(_)), self.settled),
            (|task| matches!(task, Task::GoOn(_)), self.gone_on),
            (|task| matches!(task, Task::Stop { .. }), self.stopped),
            (|task| matches!(task, Task::Record(_)), self.recorded),
            (|task| matches!(task, Task::Follow(_)), self.followed),
            (|task| matches!(task, Task::Examine(_)), self.examined),
        ];
        let total = tasks.len();
        let chosen: Vec<Task> = kinds
            .into_iter()
            .flat_map(|(is_one, fits)| {
                let of_kind: Vec<Task> = tasks.iter().filter(|task| is_one(task)).cloned().collect();
                in_rotation(of_kind, fits, turn)
            })
            .collect();
        let left = total - chosen.len();
        (chosen, left)
    }
}

/// Whether a task is of a kind.
type IsOne = fn(&Task) -> bool;

const SWEEPS_APART: i64 = 300;

fn in_rotation(mut tasks: Vec<Task>, fits: usize, turn: usize) -> Vec<Task> {
    let total: usize = tasks.iter().map(Task::cost).sum();
    if total > fits {
        let first = (turn * fits) % tasks.len();
        tasks.rotate_left(first);
    }
    let mut spent = 0;
    let affordable = |task: &Task| {
        spent += task.cost();
        spent <= fits
    };
    tasks.into_iter().take_while(affordable).collect()
}
