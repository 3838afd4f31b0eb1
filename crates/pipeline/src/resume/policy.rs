//! How often, how soon and after which failures a run is relaunched.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::definition::{Backoff, DEFAULT_MAX_ATTEMPTS, Retry};
use crate::run::Attempt;

use super::NamedStep;

/// The rules of relaunching: what `pipeline.yaml` says, else what the environment says, else the defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Attempts in all, the first included.
    pub max_attempts: u32,
    /// A failure of one of these steps is final; a step's name, or the base name of its script.
    pub steps_not_to_retry: Vec<String>,
    /// A failure of a step resumes at the step that it maps to.
    pub not_resumable: BTreeMap<String, String>,
    /// How long to wait before each further attempt.
    pub backoff: Backoff,
}

/// What the environment of the function says, in the words of older relaunchers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployed {
    /// `MAX_RETRY_COUNT`: relaunches, so one less than attempts.
    pub max_retry_count: Option<u32>,
    /// `STEPS_TO_NOT_RETRY`.
    pub steps_not_to_retry: Vec<String>,
}

impl Policy {
    /// The rules of a pipeline in a deployment.
    pub fn of(retry: &Retry, deployed: &Deployed) -> Self {
        let by_count = deployed.max_retry_count.map(|count| count.saturating_add(1));
        Self {
            max_attempts: retry.max_attempts.or(by_count).unwrap_or(DEFAULT_MAX_ATTEMPTS),
            steps_not_to_retry: retry
                .steps_not_to_retry
                .clone()
                .unwrap_or_else(|| deployed.steps_not_to_retry.clone()),
            not_resumable: retry.not_resumable.clone(),
            backoff: retry.backoff.clone(),
        }
    }

    /// How long to wait after this attempt.
    pub(super) fn wait_after(&self, attempt: Attempt) -> Duration {
        let grown = i32::try_from(attempt.0).unwrap_or(i32::MAX).saturating_sub(1);
        let max = self.backoff.max.as_duration().as_secs_f64();
        let wait = self.backoff.first.as_duration().as_secs_f64() * self.backoff.factor.powi(grown);
        Duration::try_from_secs_f64(wait.min(max)).unwrap_or(self.backoff.max.as_duration())
    }

    /// The step whose failure is final, if this one is; either may be called by its name or by its script's.
    pub(super) fn names_final(&self, failed: &str, steps: &[NamedStep]) -> Option<String> {
        let same = |named: &String| {
            named == failed || steps.iter().any(|step| step.is_called(failed) && step.is_called(named))
        };
        self.steps_not_to_retry.iter().any(same).then(|| failed.to_owned())
    }
}
