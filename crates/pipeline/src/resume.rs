//! What is done about an attempt that failed: resumed at these steps, or stopped, because.
//!
//! Pure, and never a guess: where it is not certain which steps are owed, it stops and says so.

mod owed;
mod policy;
mod scripts;

pub use policy::{Deployed, Policy};
pub use scripts::NamedStep;
pub(crate) use scripts::named_steps;

use jiff::Timestamp;

use crate::run::{AttemptRecord, History, Outcome, Run};

/// A run whose current attempt has failed, and the pipeline as it is now.
#[derive(Debug, Clone, Copy)]
pub struct Failed<'a> {
    /// The run item.
    pub run: &'a Run,
    /// Everything beside it.
    pub history: &'a History,
    /// The steps of the pipeline now, as the run's launch event leaves them.
    pub steps: &'a [NamedStep],
    /// Whether the steps of the cluster run one after the other.
    pub sequential: bool,
    /// Hash of the pipeline's folder now.
    pub config_hash: &'a str,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resume {
    /// Another attempt runs these steps.
    Relaunch {
        /// Their names, in order.
        owed: Vec<String>,
        /// The first of them, where steps before it are left out.
        from: Option<String>,
        /// When, at the earliest.
        at: Timestamp,
        /// Why, for a person.
        why: String,
    },
    /// None, because.
    Stop(String),
}

/// Decides about a failure.
pub fn decide(failed: &Failed<'_>, policy: &Policy) -> Resume {
    match may_relaunch(failed, policy).and_then(|why| Ok((owed::steps(failed, policy)?, why))) {
        Ok((owed, why)) => relaunch(failed, policy, owed, why),
        Err(why) => Resume::Stop(why),
    }
}

/// What a person asks for who wants a run resumed where it stands: the budget and the kind of failure do not matter.
///
/// # Errors
/// Why it is not certain which steps are owed.
pub fn owed_now(failed: &Failed<'_>, policy: &Policy) -> Result<Vec<String>, String> {
    owed::steps(failed, policy)
}

/// The first of the owed steps, where others are left out.
pub fn first_of(owed: &[String], steps: &[NamedStep]) -> Option<String> {
    (owed.len() < steps.len()).then(|| owed.first().cloned()).flatten()
}

fn relaunch(failed: &Failed<'_>, policy: &Policy, owed: Vec<String>, why: String) -> Resume {
    let ended = attempt_of(failed).and_then(|attempt| attempt.ended_at).unwrap_or(failed.run.updated_at);
    let at = ended.checked_add(policy.wait_after(failed.run.attempt)).unwrap_or(ended);
    Resume::Relaunch { from: first_of(&owed, failed.steps), owed, at, why }
}

fn attempt_of<'a>(failed: &Failed<'a>) -> Option<&'a AttemptRecord> {
    failed.history.attempts.iter().find(|attempt| attempt.key == failed.run.attempt_key())
}

/// Whether the policy allows another attempt after this failure, whatever its steps; the answer says why.
pub fn may_relaunch(failed: &Failed<'_>, policy: &Policy) -> Result<String, String> {
    let run = failed.run;
    if let Some(flaw) = &run.flaw {
        return Err(flaw.clone());
    }
    // A step may have failed before the cancelling reached it.
    if run.stopping == Some(Outcome::Cancelled) {
        return Err("a person cancelled it".to_owned());
    }
    let class = class(run.outcome)?;
    if let Some(step) = failed_step(run).and_then(|step| policy.names_final(step, failed.steps)) {
        return Err(format!("a failure of step {step} is never a reason to relaunch (steps_not_to_retry)"));
    }
    let (attempt, max) = (run.attempt.0, policy.max_attempts);
    match attempt < max {
        true => Ok(format!("{class}, in attempt {attempt} of {max}")),
        false => Err(format!("attempt {attempt} of {max} was the last")),
    }
}

fn failed_step(run: &Run) -> Option<&str> {
    let cause = run.cause.as_ref().filter(|_| run.outcome == Some(Outcome::StepFailed));
    cause.and_then(|cause| cause.step.as_deref()).or(run.current_step.as_deref())
}

/// The kind of the failure in words, or why it is none that another attempt helps against.
fn class(outcome: Option<Outcome>) -> Result<&'static str, String> {
    let stop = |why: &str| Err(why.to_owned());
    match outcome {
        Some(Outcome::StepFailed) => Ok("a step failed"),
        Some(Outcome::BootstrapFailed) => Ok("a bootstrap action failed"),
        Some(Outcome::InstanceFailed) => Ok("instances failed"),
        Some(Outcome::Capacity) => Ok("EC2 had not the instances that were asked for"),
        Some(Outcome::Internal) => Ok("EMR failed"),
        Some(Outcome::TimedOut) => Ok("its deadline stopped it"),
        Some(Outcome::Validation) => stop("EMR refused the request, and would refuse it again"),
        Some(Outcome::Cancelled) => stop("a person stopped it"),
        Some(Outcome::Lost) => stop("EMR does not know its cluster any more, so what it did is unknown"),
        Some(Outcome::Succeeded | Outcome::SucceededWithErrors | Outcome::NothingToDo) => {
            stop("it did not fail")
        }
        None => stop("it has not ended"),
    }
}

#[cfg(test)]
mod tests;
