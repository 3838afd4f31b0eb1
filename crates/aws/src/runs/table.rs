//! Which table, and how long its items stay.

use jiff::{SignedDuration, Timestamp};

/// The run table and its indexes, as they were deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunTable {
    /// The table.
    pub name: String,
    /// The index by `Cluster_Id`, with all attributes projected.
    pub cluster_index: String,
    /// The sparse index by `Open`, with all attributes projected.
    pub open_index: String,
    /// How many days attempts and steps stay after they were first written, and runs after they ended.
    pub retention_days: u32,
}

impl RunTable {
    /// A table with the usual indexes.
    pub fn named(name: impl Into<String>, retention_days: u32) -> Self {
        Self {
            name: name.into(),
            cluster_index: "Cluster_Id-index".into(),
            open_index: "Open-index".into(),
            retention_days,
        }
    }

    /// `TimeToExist` of an item first written now.
    pub(super) fn expiry(&self, at: Timestamp) -> Timestamp {
        let retention = SignedDuration::from_hours(24 * i64::from(self.retention_days));
        at.saturating_add(retention).unwrap_or(Timestamp::MAX)
    }
}
