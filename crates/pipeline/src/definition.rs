//! `pipeline.yaml`: everything around a run. Every key is optional, and an absent file means the defaults.

mod expectation;
mod period;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::document::{self, Node, Problems};

pub use expectation::{Comparison, Expectation, RowCount};
pub use period::Period;

/// What a team says about a pipeline beyond its cluster.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Definition {
    /// The sort key of the run table. Default: the last part of the folder's name, in upper case.
    pub data_product: Option<String>,
    /// What happens after a failure.
    pub retry: Retry,
    /// Which dates a run works on. Default: none, the run has no dates.
    pub catch_up: Option<CatchUp>,
    /// What must be there before anything is paid for. Default: nothing is checked.
    pub source: Option<Source>,
    /// What is forbidden here.
    pub guards: Guards,
    /// How long each attempt at a run may live before it is stopped as `TIMED_OUT`. Default: for ever.
    pub deadline: Option<Period>,
    /// What is catalogued after a run that completed.
    pub catalog: Catalog,
    /// What is asked of the data after a run that completed, in this order.
    pub queries: Vec<Query>,
    /// A metrics file that must not outlive its run. Default: none.
    pub metrics: Option<Metrics>,
    /// Who is told.
    pub notify: Notify,
}

/// What happens after a failure.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retry {
    /// How many attempts a run has in all, the first included; 1 or more. Default: `MAX_RETRY_COUNT` of the
    /// environment plus one, and 2 without that.
    pub max_attempts: Option<u32>,
    /// A failure in one of these steps is final. Default: `STEPS_TO_NOT_RETRY` of the environment, else none.
    pub steps_not_to_retry: Option<Vec<String>>,
    /// These steps run again on every resume, in their place.
    pub always_run: Vec<String>,
    /// A failure in a step named here resumes at the step that it maps to.
    pub not_resumable: BTreeMap<String, String>,
    /// Whether a failed step whose action is CONTINUE fails the run, so that it is relaunched for that step. Default:
    /// where steps run side by side (`StepConcurrencyLevel` above 1), since EMR demands CONTINUE there.
    pub continue_fails: Option<bool>,
    /// How long to wait before each further attempt.
    pub backoff: Backoff,
    /// What is merged into the request of the second and every later attempt; read from the document itself, so
    /// that its values keep their places.
    #[serde(deserialize_with = "left_in_the_document")]
    pub overrides: Option<Node>,
}

/// The attempts of a run where nobody says otherwise.
pub const DEFAULT_MAX_ATTEMPTS: u32 = 2;

/// How long to wait before each further attempt.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Backoff {
    /// Before the second attempt. Default: `2m`.
    pub first: Period,
    /// By how much the wait grows with each attempt; 1 or more. Default: 2.
    pub factor: f64,
    /// The longest wait. Default: `30m`.
    pub max: Period,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Period::minutes(2), factor: 2.0, max: Period::minutes(30) }
    }
}

/// The dates of a run.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CatchUp {
    /// These steps are repeated, one for each missing date. Default: none.
    pub expand: Vec<String>,
    /// The arguments that each of them gets. Default: none.
    pub args: Vec<String>,
    /// The newest date due is the scheduled day less this. Default: 1.
    pub lag_days: u32,
    /// Older dates are gone at the source, and are refused. Default: all dates are there.
    pub retention_days: Option<u32>,
    /// The most dates that one run takes on. Default: 30.
    pub max_dates: u32,
}

impl Default for CatchUp {
    fn default() -> Self {
        Self { expand: Vec::new(), args: Vec::new(), lag_days: 1, retention_days: None, max_dates: 30 }
    }
}

/// What must be there before a cluster is paid for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The roles to assume, one from the other. Default: the function's own.
    #[serde(default)]
    pub role_chain: Vec<String>,
    /// The bucket. Required.
    pub bucket: String,
    /// Where at least one object must lie. Required.
    pub prefixes: Vec<String>,
    /// What follows where nothing lies. Default: `fail`.
    #[serde(default)]
    pub on_missing: OnMissing,
}

/// What follows where a source is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnMissing {
    /// The launch is refused.
    #[default]
    Fail,
    /// The launch is tried again later.
    Wait,
    /// The run ends as `NOTHING_TO_DO`.
    NothingToDo,
}

/// What is forbidden here.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Guards {
    /// Where this runs; `production`, `preproduction` and `integration` forbid test flags. Default: unsaid.
    pub environment: Option<String>,
}

/// What is catalogued.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Catalog {
    /// The Glue crawlers to run. Default: none.
    pub crawlers: Vec<String>,
}

/// A question to the data.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Its name, each once. Required.
    pub name: String,
    /// The file in the folder that holds the statement. Required.
    pub sql: String,
    /// The database. Default: the workgroup's.
    #[serde(default)]
    pub database: Option<String>,
    /// The workgroup. Default: `primary`.
    #[serde(default = "primary")]
    pub workgroup: String,
    /// What is bound to the statement's question marks. Default: nothing.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// What the answer must look like. Default: anything.
    #[serde(default)]
    pub expect: Expectation,
}

fn primary() -> String {
    "primary".to_owned()
}

/// A metrics file, removed at the start and at the end of a run so that nothing stale is scraped.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// The bucket. Required.
    pub bucket: String,
    /// The object. Required.
    pub key: String,
}

/// The topics of notifications. Default: the functions' own.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// For what went well.
    pub information: Option<String>,
    /// For what somebody must see.
    pub critical: Option<String>,
}

impl Definition {
    /// Reads the tree of a `pipeline.yaml`.
    ///
    /// # Errors
    /// All problems of the file.
    pub fn read(node: &Node) -> Result<Self, Problems> {
        let mut definition: Self = document::read_sparse(node)?;
        let overrides = node.get("retry").and_then(|retry| retry.get("overrides"));
        definition.retry.overrides = overrides.filter(|overrides| !overrides.is_null()).cloned();
        Ok(definition)
    }

    /// The data product of this pipeline, which lies in that folder.
    pub fn data_product(&self, folder: &str) -> String {
        let last_part = || folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_uppercase();
        self.data_product.clone().unwrap_or_else(last_part)
    }
}

fn left_in_the_document<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Node>, D::Error> {
    serde::de::IgnoredAny::deserialize(deserializer).map(|_| None)
}

#[cfg(test)]
mod tests;
