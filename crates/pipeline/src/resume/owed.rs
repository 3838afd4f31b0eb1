//! Which steps a failed run still owes.
//!
//! All that its attempt was to run and that are not COMPLETED by EMR's own list; where that cannot be had, those from the
//! recorded `CurrentStep` on. What has changed since the attempt was claimed may only be what runs again anyhow.

use std::collections::BTreeSet;

use crate::run::{OwedStep, StepRecord, StepState};

use super::{Failed, NamedStep, Policy};

/// The names of the owed steps, in the order of the pipeline; or why they are not certain.
pub(super) fn steps(failed: &Failed<'_>, policy: &Policy) -> Result<Vec<String>, String> {
    let done = done(failed)?;
    unchanged(failed, &done)?;
    let owes = |step: &NamedStep| !done.contains(&step.step.name);
    let mut owed: Vec<bool> = failed.steps.iter().map(owes).collect();
    shift_back(failed, policy, &mut owed);
    let names: Vec<String> = failed
        .steps
        .iter()
        .zip(&owed)
        .filter(|(_, owed)| **owed)
        .map(|(step, _)| step.step.name.clone())
        .collect();
    match names.is_empty() && !failed.steps.is_empty() {
        true => Err("every step has completed, so there is nothing to resume".to_owned()),
        false => Ok(names),
    }
}

/// The steps that need not run again: those that the attempt was not given, and those that it completed.
fn done(failed: &Failed<'_>) -> Result<BTreeSet<String>, String> {
    let given = given(failed);
    let recorded: Vec<&StepRecord> =
        failed.history.steps.iter().filter(|step| step.attempt == failed.run.attempt_key()).collect();
    let completed = if recorded.iter().any(|step| step.settled) {
        by_list(failed, &given, &recorded)?
    } else if failed.run.cluster_id.is_none() {
        BTreeSet::new()
    } else {
        by_current_step(failed, &given)?
    };
    let left_out = failed.run.owed.iter().filter(|step| !step.runs).map(|step| step.name.clone());
    Ok(completed.into_iter().chain(left_out).collect())
}

/// The names of the steps that the attempt was to run; of a row that somebody else wrote, all.
fn given<'a>(failed: &Failed<'a>) -> Vec<&'a str> {
    match failed.run.owed.is_empty() {
        true => failed.steps.iter().map(|step| step.step.name.as_str()).collect(),
        false => failed.run.owed.iter().filter(|step| step.runs).map(|step| step.name.as_str()).collect(),
    }
}

fn by_list(
    failed: &Failed<'_>,
    given: &[&str],
    recorded: &[&StepRecord],
) -> Result<BTreeSet<String>, String> {
    let strange = recorded.iter().find(|step| !given.contains(&step.name.as_str()));
    if let Some(step) = strange.filter(|_| failed.run.is_foreign()) {
        return Err(format!("its cluster had a step {}, which the pipeline has not", step.name));
    }
    let mut completed = BTreeSet::new();
    for name in given {
        let asked = given.iter().filter(|other| *other == name).count();
        let is_done = |step: &&&StepRecord| step.name == *name && step.state == StepState::Completed;
        match recorded.iter().filter(is_done).count() {
            0 => {}
            all if all >= asked => {
                completed.insert((*name).to_owned());
            }
            some => {
                return Err(format!(
                    "{some} of {asked} steps called {name} have completed, and which one cannot be told by the name"
                ));
            }
        }
    }
    Ok(completed)
}

/// Steps that ran one after the other have completed up to the one that is recorded as begun.
fn by_current_step(failed: &Failed<'_>, given: &[&str]) -> Result<BTreeSet<String>, String> {
    let unknown = "EMR does not show what became of its steps";
    if !failed.sequential {
        return Err(format!("{unknown}, and they ran side by side"));
    }
    let Some(current) = failed.run.current_step.as_deref() else {
        return Err(format!("{unknown}, and its row has no CurrentStep"));
    };
    let named =
        |name: &&str| failed.steps.iter().any(|step| step.step.name == **name && step.is_called(current));
    let places: Vec<usize> = (0..given.len()).filter(|place| given.get(*place).is_some_and(named)).collect();
    match places.as_slice() {
        [place] => Ok(given.iter().take(*place).map(|name| (*name).to_owned()).collect()),
        [] => Err(format!("{unknown}, and the pipeline has no step that is recorded as {current:?}")),
        _ => Err(format!("{unknown}, and several steps of the pipeline may be recorded as {current:?}")),
    }
}

/// Whether the pipeline has changed in no other way than a resume allows: what precedes the resume point, and whatever
/// has completed, is as it was, and what is owed is there.
fn unchanged(failed: &Failed<'_>, done: &BTreeSet<String>) -> Result<(), String> {
    let (run, help) = (failed.run, "; resume by hand with --from STEP");
    let same = run.config_hash.as_deref().is_none_or(|hash| hash == failed.config_hash);
    if same || run.owed.is_empty() || done.is_empty() {
        return Ok(());
    }
    let now = |name: &str| failed.steps.iter().position(|step| step.step.name == name);
    for step in &run.owed {
        let there = now(&step.name).and_then(|place| failed.steps.get(place));
        match (there, done.contains(&step.name)) {
            (None, false) => {
                return Err(format!("step {} is owed, and is no longer in the pipeline{help}", step.name));
            }
            (None, true) => {
                return Err(format!(
                    "step {} has completed, and is no longer in the pipeline{help}",
                    step.name
                ));
            }
            (Some(there), true) if there.step.fingerprint != step.fingerprint => {
                return Err(format!("step {} has changed since it completed{help}", step.name));
            }
            (Some(_), _) => {}
        }
    }
    let resumes_at = run.owed.iter().position(|step| !done.contains(&step.name)).unwrap_or(run.owed.len());
    let before = names(run.owed.iter().take(resumes_at));
    let first_owed = run.owed.get(resumes_at).and_then(|step| now(&step.name)).unwrap_or(failed.steps.len());
    match before == names(failed.steps.iter().take(first_owed).map(|step| &step.step)) {
        true => Ok(()),
        false => Err(format!("the steps before the resume point have changed since they completed{help}")),
    }
}

fn names<'a>(steps: impl Iterator<Item = &'a OwedStep>) -> Vec<&'a str> {
    steps.map(|step| step.name.as_str()).collect()
}

/// `not_resumable`: where a step failed that another one has to prepare, everything from that one on runs again.
fn shift_back(failed: &Failed<'_>, policy: &Policy, owed: &mut [bool]) {
    let place = |name: &str| failed.steps.iter().position(|step| step.step.name == name);
    let mut resumed: Vec<usize> = failures(failed).filter_map(place).collect();
    resumed.extend(owed.iter().position(|owed| *owed));
    while let Some(at) = resumed.pop() {
        let target = failed.steps.get(at).and_then(|step| policy.not_resumable.get(&step.step.name));
        if let Some(target) = target.and_then(|target| place(target)).filter(|target| *target < at) {
            owed.iter_mut().take(at).skip(target).for_each(|owed| *owed = true);
            resumed.push(target);
        }
    }
}

fn failures<'a>(failed: &Failed<'a>) -> impl Iterator<Item = &'a str> {
    let attempt = failed.run.attempt_key();
    let broken = |step: &&StepRecord| matches!(step.state, StepState::Failed | StepState::Interrupted);
    let steps = failed.history.steps.iter().filter(move |step| step.attempt == attempt);
    steps.filter(broken).map(|step| step.name.as_str())
}
