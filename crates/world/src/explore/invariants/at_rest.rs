//! What holds when nothing is left to do.

use jiff::Timestamp;
use pipeline::run::{AttemptRecord, Course, History, Run, Status, StepRecord};

use super::{attempts_of, clusters_of, holds, names};
use crate::World;
use crate::explore::Facts;
use crate::explore::story::short;

/// Whatever lives with a run's tags is the cluster that its row names.
pub fn no_cluster_lives_beside_the_recorded_one(_: &World, facts: &Facts) -> Result<(), String> {
    let runs = &facts.table.runs;
    for cluster in facts.clusters.iter().filter(|cluster| cluster.is_alive()) {
        let recorded = runs.iter().any(|run| run.cluster_id.as_ref() == Some(&cluster.id));
        holds(recorded, || format!("{} lives, and no row names it", short(cluster.id.as_str())))?;
    }
    Ok(())
}

/// No row still waits for a cluster, and one that goes on names the cluster that it goes on with.
pub fn every_row_has_a_cluster(_: &World, facts: &Facts) -> Result<(), String> {
    let runs = &facts.table.runs;
    holds(!runs.is_empty(), || "there is no row".into())?;
    for run in runs {
        let refused = run.status == Status::Failed && facts.emr_refused();
        holds(refused || run.cluster_id.is_some(), || {
            format!("the row is {} and names no cluster", run.status)
        })?;
    }
    Ok(())
}

/// A run whose recorded cluster is down is not IN_PROGRESS any more.
pub fn what_has_ended_is_recorded(_: &World, facts: &Facts) -> Result<(), String> {
    let clusters = &facts.clusters;
    for run in facts.table.runs.iter().filter(|run| !run.status.is_ended()) {
        let down = clusters
            .iter()
            .find(|cluster| Some(&cluster.id) == run.cluster_id.as_ref() && !cluster.is_alive());
        holds(down.is_none(), || format!("{} is down, and the row is {}", told(run), run.status))?;
    }
    Ok(())
}

fn told(run: &Run) -> String {
    run.cluster_id.as_ref().map(|id| short(id.as_str())).unwrap_or_default()
}

/// Every run that has ended was told at least once, to programs and to people, and is marked so.
pub fn every_end_is_told(world: &World, facts: &Facts) -> Result<(), String> {
    for run in &facts.table.runs {
        let Some(outcome) = run.outcome else { continue };
        let told = world.published().iter().any(|change| {
            change.correlation_id == run.key.correlation_id.as_str() && change.outcome == outcome.as_str()
        });
        holds(told, || format!("{outcome} was never put on the bus"))?;
        holds(world.notifications() > 0, || format!("{outcome} was told to nobody"))?;
        holds(run.announced, || format!("{outcome} is not marked as announced"))?;
    }
    Ok(())
}

/// Every attempt that failed was told, whether another one followed it or not.
pub fn every_failed_attempt_is_told(world: &World, facts: &Facts) -> Result<(), String> {
    for attempt in &facts.table.attempts {
        let Some(outcome) = attempt.outcome.filter(|outcome| outcome.status() == Status::Failed) else {
            continue;
        };
        let told = world.published().iter().any(|change| {
            change.run_id == attempt.key.attempt.0
                && change.correlation_id == attempt.key.run.correlation_id.as_str()
                && change.outcome == outcome.as_str()
        });
        holds(told, || format!("{outcome} of attempt {} was never put on the bus", attempt.key.attempt))?;
    }
    Ok(())
}

/// What failed has been relaunched, or is given up with a reason that was told.
pub fn every_failure_is_relaunched_or_given_up(_: &World, facts: &Facts) -> Result<(), String> {
    for run in facts.table.runs.iter().filter(|run| run.status == Status::Failed) {
        let given_up = run.decided().is_some_and(|decision| decision.course == Course::GiveUp);
        holds(given_up && run.announced, || {
            format!("attempt {} FAILED, and what is decided is {:?}", run.attempt, run.decision)
        })?;
    }
    Ok(())
}

/// The run is COMPLETED, whatever befell it, unless EMR was made to refuse it.
pub fn the_run_is_completed(_: &World, facts: &Facts) -> Result<(), String> {
    let runs = &facts.table.runs;
    holds(facts.emr_refused() || runs.iter().all(|run| run.status == Status::Completed), || {
        format!("it is {:?}", runs.iter().map(|run| (run.attempt, run.status)).collect::<Vec<_>>())
    })
}

/// Where as many clusters were made as in the orderly course, the row ends as there, however many events were lost.
pub fn the_row_ends_as_in_the_orderly_course(_: &World, facts: &Facts) -> Result<(), String> {
    let Some(orderly) = &facts.undisturbed else { return Ok(()) };
    if facts.emr_refused() || facts.clusters.len() != orderly.attempts.len() {
        return Ok(());
    }
    let (expected, found) = (ends(orderly), ends(&facts.table));
    holds(expected == found, || format!("it ends {found:?}, and not {expected:?}"))
}

/// What of rows, attempts and steps does not depend on who recorded it, and when.
fn ends(table: &History) -> impl PartialEq + std::fmt::Debug + use<> {
    let run = |run: &Run| {
        let place = run.current_step.clone();
        (run.attempt, run.status, run.outcome, run.cluster_id.clone(), place, run.announced)
    };
    let attempt =
        |attempt: &AttemptRecord| (attempt.key.clone(), attempt.cluster_id.clone(), attempt.outcome);
    let step = |step: &StepRecord| (step.attempt.clone(), step.name.clone(), step.state);
    (
        table.runs.iter().map(run).collect::<Vec<_>>(),
        table.attempts.iter().map(attempt).collect::<Vec<_>>(),
        table.steps.iter().map(step).collect::<Vec<_>>(),
    )
}

/// Whatever was lost, late or doubled: rows, attempts and steps are what they are after the orderly course, but for
/// times and for who held the claim.
pub fn the_end_is_that_of_the_orderly_course(_: &World, facts: &Facts) -> Result<(), String> {
    let Some(orderly) = &facts.undisturbed else { return Ok(()) };
    let (expected, found) = (timeless(orderly), timeless(&facts.table));
    for (one, other) in found.runs.iter().zip(&expected.runs) {
        holds(one == other, || format!("the row is\n{one:#?}\nand not\n{other:#?}"))?;
    }
    let made: Vec<_> =
        found.runs.iter().flat_map(attempts_of).map(|key| names(&clusters_of(facts, &key))).collect();
    holds(found.attempts == expected.attempts, || format!("attempts differ; made were {made:?}"))?;
    holds(found.steps == expected.steps, || {
        format!("steps are {:#?}\nand not {:#?}", found.steps, expected.steps)
    })
}

fn timeless(table: &History) -> History {
    let (mut runs, mut attempts, mut steps) =
        (table.runs.clone(), table.attempts.clone(), table.steps.clone());
    runs.iter_mut().for_each(without_times);
    attempts.iter_mut().for_each(|attempt: &mut AttemptRecord| {
        attempt.started_at = Timestamp::UNIX_EPOCH;
        attempt.ready_at = None;
        attempt.ended_at = None;
    });
    for step in &mut steps {
        (step.started_at, step.ended_at) = (None, None);
    }
    History { runs, attempts, steps }
}

fn without_times(run: &mut Run) {
    let epoch = Timestamp::UNIX_EPOCH;
    (run.claimed_at, run.lease_until, run.updated_at, run.expires_at) = (epoch, epoch, epoch, epoch);
    run.claimed_by.clear();
}
