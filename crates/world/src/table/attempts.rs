//! Which cluster works on an attempt.

use pipeline::ports::Attachment;
use pipeline::run::{AttemptRecord, ClusterId, Status};

use super::Table;

impl Table {
    /// Run item and attempt item change together, or not at all.
    pub(super) fn attach(&mut self, attachment: &Attachment) -> Option<ClusterId> {
        let run = &mut self.at(&attachment.key).filter(|row| row.run.outcome.is_none())?.run;
        let recorded = run.cluster_id.get_or_insert_with(|| attachment.cluster_id.clone()).clone();
        if recorded == attachment.cluster_id {
            run.status = Status::InProgress;
            run.updated_at = attachment.at;
            self.attempts.entry(attachment.key.clone()).or_insert_with(|| attachment.clone().into());
        }
        Some(recorded)
    }

    pub(super) fn by_cluster(&self, cluster: &ClusterId) -> Option<AttemptRecord> {
        let known = self.attempts.values().find(|attempt| &attempt.cluster_id == cluster).cloned();
        known.or_else(|| self.foreign(cluster))
    }

    /// A row that somebody else wrote, and that stands for its attempt itself.
    fn foreign(&self, cluster: &ClusterId) -> Option<AttemptRecord> {
        let runs = self.runs.values().map(|row| &row.run);
        let run = runs.filter(|run| run.is_foreign()).find(|run| run.cluster_id.as_ref() == Some(cluster))?;
        Some(AttemptRecord::of_foreign(run, cluster.clone()))
    }
}
