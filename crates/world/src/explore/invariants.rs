//! Promises of the system, each a function that says how it is broken.
//!
//! *Always* and *at rest* are different promises. At every moment: a row names one cluster for an attempt and keeps it,
//! nobody terminates the cluster that a row names, no cluster lives without a row of its run, state only rises, nothing is told before it is stored, and a run is
//! COMPLETED only with all it owed. Only at rest: no cluster lives beside the recorded one, no row waits for a cluster,
//! every end has been told. Between a RunJobFlow and the write that records it nobody can promise more: the call has no
//! token. Without a list that lags there is one cluster for an attempt at every moment, too; with one, a second cluster
//! may live until it is swept.

mod always;
mod at_rest;

pub use always::{
    a_recorded_cluster_is_kept, a_throttled_launch_costs_no_attempt, completed_means_all_steps_completed,
    every_living_cluster_has_a_row, no_attempt_beyond_the_budget, no_completed_step_runs_again,
    no_two_clusters_of_a_run_are_up_at_once, no_unfinished_step_is_skipped,
    nothing_is_told_before_it_is_stored, one_cluster_is_made_for_an_attempt, state_only_rises,
    the_recorded_cluster_is_not_terminated, what_always_runs_is_in_every_attempt,
};
pub use at_rest::{
    every_end_is_told, every_failed_attempt_is_told, every_failure_is_relaunched_or_given_up,
    every_row_has_a_cluster, no_cluster_lives_beside_the_recorded_one, the_end_is_that_of_the_orderly_course,
    the_row_ends_as_in_the_orderly_course, the_run_is_completed, what_has_ended_is_recorded,
};

use pipeline::run::{Attempt, AttemptKey, History, Run};

use crate::Cluster;

use super::Facts;
use super::story::short;

/// The clusters that carry the tags of an attempt, oldest first.
fn clusters_of<'f>(facts: &'f Facts, key: &AttemptKey) -> Vec<&'f Cluster> {
    let carries = |cluster: &&Cluster| {
        let tagged = |name: &str, value: &str| cluster.report.tags.get(name).is_some_and(|tag| tag == value);
        tagged("Correlation_Id", key.run.correlation_id.as_str())
            && tagged("Run_Id", &key.attempt.to_string())
    };
    facts.clusters.iter().filter(carries).collect()
}

/// The attempts that a run has come to, first one first.
fn attempts_of(run: &Run) -> impl Iterator<Item = AttemptKey> {
    (1..=run.attempt.0).map(|number| AttemptKey { run: run.key.clone(), attempt: Attempt(number) })
}

/// Each row with what it was in the other table, if it was.
fn beside<'h>(now: &'h History, then: &'h History) -> impl Iterator<Item = (&'h Run, Option<&'h Run>)> {
    now.runs.iter().map(|run| (run, then.runs.iter().find(|known| known.key == run.key)))
}

fn holds(holds: bool, told: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(told()) }
}

fn names(clusters: &[&Cluster]) -> String {
    clusters.iter().map(|cluster| short(cluster.id.as_str())).collect::<Vec<_>>().join(" and ")
}
