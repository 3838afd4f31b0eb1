//! Clusters found again by what their request carried.

use jiff::Timestamp;
use pipeline::failure::Failure;
use pipeline::plan::RUN_TABLE;
use pipeline::ports::{ClusterReport, Clusters, FoundCluster, Mark};

use super::listed::list;
use crate::Aws;

/// ListClusters answers names but no tags, so each cluster of that name is asked for its own.
pub(super) async fn find(aws: &Aws, mark: &Mark, since: Timestamp) -> Result<Vec<FoundCluster>, Failure> {
    let mut found = Vec::new();
    for candidate in list(aws, since).await?.into_iter().filter(|cluster| cluster.name == mark.name) {
        let report = aws.describe(&candidate.cluster_id).await?;
        if let Some(report) = report.filter(|report| carries(report, mark, &aws.table.name)) {
            found.push(FoundCluster { cluster_id: candidate.cluster_id, state: report.state });
        }
    }
    Ok(found)
}

/// A cluster that names another table is of another deployment, which may well count the same runs.
fn carries(report: &ClusterReport, mark: &Mark, table: &str) -> bool {
    let carries = |tag: &str, value: String| report.tags.get(tag) == Some(&value);
    report.tags.get(RUN_TABLE).is_none_or(|tagged| tagged == table)
        && carries("Correlation_Id", mark.key.run.correlation_id.to_string())
        && carries("Run_Id", mark.key.attempt.to_string())
}
