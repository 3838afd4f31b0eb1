//! What holds at every moment.

use pipeline::run::{History, Run, Status, StepState};

use super::{attempts_of, beside, clusters_of, holds, names};
use crate::explore::Facts;
use crate::explore::story::short;
use crate::{Cluster, World};

/// Where no list lags, RunJobFlow is taken once for an attempt.
pub fn one_cluster_is_made_for_an_attempt(_: &World, facts: &Facts) -> Result<(), String> {
    for run in &facts.table.runs {
        for key in attempts_of(run) {
            let made = clusters_of(facts, &key);
            holds(made.len() < 2, || format!("{} were made for attempt {}", names(&made), key.attempt))?;
        }
    }
    Ok(())
}

/// Whatever lives with our tags has a row that can still come to know it: a claim is handed back only by who is sure that
/// it led to nothing.
pub fn every_living_cluster_has_a_row(_: &World, facts: &Facts) -> Result<(), String> {
    let runs = &facts.table.runs;
    for cluster in facts.clusters.iter().filter(|cluster| cluster.is_alive()) {
        let tag = cluster.report.tags.get("Correlation_Id");
        let known = runs.iter().any(|run| tag.is_some_and(|tag| tag == run.key.correlation_id.as_str()));
        holds(known, || format!("{} lives, and there is no row", short(cluster.id.as_str())))?;
    }
    Ok(())
}

/// Where no list lags, no step of a run can run beside another attempt's: of all clusters of a run one is up.
pub fn no_two_clusters_of_a_run_are_up_at_once(_: &World, facts: &Facts) -> Result<(), String> {
    for run in &facts.table.runs {
        let mut up: Vec<&Cluster> = attempts_of(run).flat_map(|key| clusters_of(facts, &key)).collect();
        up.retain(|cluster| cluster.is_up());
        holds(up.len() < 2, || format!("{} are up for one run", names(&up)))?;
    }
    Ok(())
}

/// The cluster of an attempt, once recorded, is never replaced by another.
pub fn a_recorded_cluster_is_kept(_: &World, facts: &Facts) -> Result<(), String> {
    for (run, before) in beside(&facts.table, &facts.before) {
        let Some(before) = before.filter(|before| before.attempt == run.attempt) else { continue };
        let kept = before.cluster_id.is_none() || before.cluster_id == run.cluster_id;
        holds(kept, || format!("the row named {:?}, and now {:?}", before.cluster_id, run.cluster_id))?;
    }
    Ok(())
}

/// Nobody of ours terminates the cluster that a row names while the run goes on; but for one that is being stopped.
pub fn the_recorded_cluster_is_not_terminated(_: &World, facts: &Facts) -> Result<(), String> {
    let clusters = &facts.clusters;
    for run in facts.table.runs.iter().filter(|run| run.outcome.is_none() && run.stopping.is_none()) {
        let recorded = clusters.iter().find(|cluster| Some(&cluster.id) == run.cluster_id.as_ref());
        let Some(recorded) = recorded else { continue };
        let terminated = recorded.report.reason_code.as_deref() == Some("USER_REQUEST");
        holds(!terminated, || format!("{} was terminated", short(recorded.id.as_str())))?;
    }
    Ok(())
}

/// Status, outcome, cause, place and announcement of an attempt never go back, nor do attempts; but a claim that led to
/// nothing may be handed back, and what was told of a relaunch is told anew when it is given up.
pub fn state_only_rises(_: &World, facts: &Facts) -> Result<(), String> {
    for (run, before) in beside(&facts.table, &facts.before) {
        let Some(before) = before else { continue };
        holds(rises(before, run), || {
            format!(
                "attempt {} {} {:?} after attempt {} {} {:?}",
                run.attempt, run.status, run.outcome, before.attempt, before.status, before.outcome
            )
        })?;
    }
    Ok(())
}

fn rises(before: &Run, now: &Run) -> bool {
    if now.attempt > before.attempt {
        return before.outcome.is_some();
    }
    if now.attempt < before.attempt {
        return before.is_claim() && now.outcome.is_some() && now.attempt.next() == before.attempt;
    }
    let fullness = |run: &Run| run.cause.as_ref().map_or(0, |cause| cause.fullness());
    now.status >= before.status
        && (before.outcome.is_none() || now.outcome == before.outcome)
        && fullness(now) >= fullness(before)
        && (now.announced >= before.announced || now.decision != before.decision)
}

/// Every event of ours tells an outcome that the table has, of the run or of an attempt at it; and no event tells what is
/// done about it before that is decided in the table.
pub fn nothing_is_told_before_it_is_stored(world: &World, facts: &Facts) -> Result<(), String> {
    let table = &facts.table;
    for change in world.published() {
        let (id, attempt, outcome) = (&change.correlation_id, change.run_id, &change.outcome);
        let run = table.runs.iter().any(|run| {
            run.key.correlation_id.as_str() == id
                && run.attempt.0 == attempt
                && run.outcome.is_some_and(|stored| stored.as_str() == outcome)
        });
        let earlier = table.attempts.iter().any(|stored| {
            stored.key.run.correlation_id.as_str() == id
                && stored.key.attempt.0 == attempt
                && stored.outcome.is_some_and(|stored| stored.as_str() == outcome)
        });
        holds(run || earlier, || format!("{outcome} of attempt {attempt} was told and is nowhere stored"))?;
        holds(change.decision.is_none() || is_decided(table, id, attempt), || {
            format!("what is done about attempt {attempt} was told and is nowhere stored")
        })?;
    }
    Ok(())
}

fn is_decided(table: &History, id: &str, attempt: u32) -> bool {
    let runs = table.runs.iter().filter(|run| run.key.correlation_id.as_str() == id);
    let attempts = table.attempts.iter().filter(|known| known.key.run.correlation_id.as_str() == id);
    let decisions = runs.map(|run| &run.decision).chain(attempts.map(|known| &known.decision));
    decisions.flatten().any(|decision| decision.attempt.0 == attempt)
}

/// A new attempt is claimed only when the one before it has a cluster that was recorded: what EMR did not take, it may
/// take later.
pub fn a_throttled_launch_costs_no_attempt(_: &World, facts: &Facts) -> Result<(), String> {
    let table = &facts.table;
    for run in &table.runs {
        for key in attempts_of(run).filter(|key| key.attempt < run.attempt) {
            let recorded = table.attempts.iter().any(|attempt| attempt.key == key);
            holds(recorded, || format!("attempt {} went by without a cluster", key.attempt))?;
        }
    }
    Ok(())
}

/// No run comes to more attempts than its policy allows.
pub fn no_attempt_beyond_the_budget<const MAX: u32>(_: &World, facts: &Facts) -> Result<(), String> {
    let beyond = facts.table.runs.iter().find(|run| run.attempt.0 > MAX);
    beyond.map_or(Ok(()), |run| Err(format!("attempt {} of {MAX} was claimed", run.attempt)))
}

/// A COMPLETED run has completed every step that its first attempt owed, on whichever cluster; a step that may fail
/// (CONTINUE) has at least ended.
pub fn completed_means_all_steps_completed(_: &World, facts: &Facts) -> Result<(), String> {
    let table = &facts.table;
    for run in table.runs.iter().filter(|run| run.status == Status::Completed) {
        let clusters: Vec<&Cluster> = attempts_of(run).flat_map(|key| clusters_of(facts, &key)).collect();
        let Some(first) = table.attempts.iter().find(|attempt| attempt.key.run == run.key) else { continue };
        for step in &first.steps {
            let done = clusters.iter().any(|cluster| has_done(cluster, step));
            holds(done, || format!("the run is COMPLETED, and step {step} never was"))?;
        }
    }
    Ok(())
}

fn has_done(cluster: &Cluster, name: &str) -> bool {
    cluster.steps.iter().filter(|step| step.name == name).any(|step| {
        let may_fail = step.action_on_failure.as_deref() == Some("CONTINUE");
        step.state == Some(StepState::Completed) || (may_fail && step.state == Some(StepState::Failed))
    })
}

/// What an attempt completed on its cluster, no later attempt begins, but for the steps that run on every resume.
pub fn no_completed_step_runs_again(_: &World, facts: &Facts) -> Result<(), String> {
    for_each_resume(facts, |done, cluster| {
        let again = cluster.steps.iter().find(|step| {
            step.started_at.is_some() && done.contains(&step.name) && !facts.always_run.contains(&step.name)
        });
        let id = short(cluster.id.as_str());
        again.map_or(Ok(()), |step| Err(format!("{id} runs step {}, which had completed", step.name)))
    })
}

/// Of the steps that run on every resume, each later attempt has those that the first one had.
pub fn what_always_runs_is_in_every_attempt(_: &World, facts: &Facts) -> Result<(), String> {
    let first = facts.table.attempts.iter().find(|attempt| attempt.key.attempt.0 == 1);
    let owed = first.map(|attempt| attempt.steps.as_slice()).unwrap_or_default();
    for_each_resume(facts, |_, cluster| {
        let mut always = facts.always_run.iter().filter(|step| owed.contains(step));
        let missing = always.find(|always| !cluster.steps.iter().any(|step| step.name == **always));
        let id = short(cluster.id.as_str());
        missing.map_or(Ok(()), |step| Err(format!("{id} skips step {step}, which always runs")))
    })
}

/// A later attempt owes whatever no earlier one completed.
pub fn no_unfinished_step_is_skipped(_: &World, facts: &Facts) -> Result<(), String> {
    let table = &facts.table;
    for_each_resume(facts, |done, cluster| {
        let first = table.attempts.iter().find(|attempt| attempt.key.attempt.0 == 1);
        let mut owed = first.map(|attempt| attempt.steps.clone()).unwrap_or_default();
        owed.retain(|step| !done.contains(step));
        let missing = owed.iter().find(|owed| !cluster.steps.iter().any(|step| &step.name == *owed));
        let id = short(cluster.id.as_str());
        missing.map_or(Ok(()), |step| Err(format!("{id} skips step {step}, which has not completed")))
    })
}

/// Calls this with the steps that earlier attempts completed, for each cluster of a second or later attempt. What a
/// cluster completed that was started behind a list that lagged, and that no attempt recorded, nobody builds on.
fn for_each_resume(
    facts: &Facts,
    mut check: impl FnMut(&[String], &Cluster) -> Result<(), String>,
) -> Result<(), String> {
    for run in &facts.table.runs {
        let mut done = Vec::new();
        for key in attempts_of(run) {
            let clusters = clusters_of(facts, &key);
            if key.attempt.0 > 1 {
                clusters.iter().try_for_each(|cluster| check(&done, cluster))?;
            }
            let recorded = facts.table.attempts.iter().find(|attempt| attempt.key == key);
            let is_recorded =
                |cluster: &&&Cluster| recorded.is_some_and(|attempt| attempt.cluster_id == cluster.id);
            let completed = clusters.iter().filter(is_recorded).flat_map(|cluster| &cluster.steps);
            done.extend(
                completed
                    .filter(|step| step.state == Some(StepState::Completed))
                    .map(|step| step.name.clone()),
            );
        }
    }
    Ok(())
}
