//! Sort keys: a run, and beside it in the same partition its attempts and their steps.
//!
//! `{DataProduct}` · `{DataProduct}#attempt#{n}` · `{DataProduct}#attempt#{n}#step#{step id}`

use pipeline::run::{Attempt, AttemptKey, DataProduct, RunKey, StepId};

/// What an item is, by its sort key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SortKey {
    /// A run.
    Run(DataProduct),
    /// An attempt at it.
    Attempt(DataProduct, Attempt),
    /// A step of an attempt.
    Step(DataProduct, Attempt, StepId),
    /// An item that somebody else laid beside ours.
    Foreign,
}

impl SortKey {
    /// What this sort key names.
    pub(super) fn parse(text: &str) -> Self {
        Self::ours(text).unwrap_or(Self::Foreign)
    }

    fn ours(text: &str) -> Option<Self> {
        let mut parts = text.split('#');
        let product = DataProduct::parse(parts.next()?).ok()?;
        let attempt = |number: &str| number.parse().ok().map(Attempt);
        match parts.collect::<Vec<_>>().as_slice() {
            [] => Some(Self::Run(product)),
            ["attempt", number] => Some(Self::Attempt(product, attempt(number)?)),
            ["attempt", number, "step", id] => {
                Some(Self::Step(product, attempt(number)?, StepId::parse(id).ok()?))
            }
            _ => None,
        }
    }
}

/// Partition and sort key of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ItemKey {
    /// `Correlation_Id`.
    pub(super) partition: String,
    /// `DataProduct`.
    pub(super) sort: String,
}

/// The run item.
pub(super) fn run(key: &RunKey) -> ItemKey {
    ItemKey { partition: key.correlation_id.to_string(), sort: key.data_product.to_string() }
}

/// The attempt item.
pub(super) fn attempt(key: &AttemptKey) -> ItemKey {
    let run = run(&key.run);
    ItemKey { sort: format!("{}#attempt#{}", run.sort, key.attempt), ..run }
}

/// A step item.
pub(super) fn step(key: &AttemptKey, id: &StepId) -> ItemKey {
    let attempt = attempt(key);
    ItemKey { sort: format!("{}#step#{id}", attempt.sort), ..attempt }
}
