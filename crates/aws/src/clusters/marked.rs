//! Clusters found again by what their request carried.

use std::time::Duration;

use aws_sdk_emr::types::ClusterSummary;
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use pipeline::failure::Failure;
use pipeline::ports::{ClusterReport, Clusters, FoundCluster, Mark};
use pipeline::run::ClusterId;

use super::report::moment;
use crate::Aws;
use crate::failure::failure;

/// EMR's clock and ours may differ by this much.
const SKEW: Duration = Duration::from_secs(60);

/// ListClusters answers names but no tags, so each cluster of that name is asked for its own.
pub(super) async fn find(aws: &Aws, mark: &Mark, since: Timestamp) -> Result<Vec<FoundCluster>, Failure> {
    let mut found = Vec::new();
    for candidate in named(aws, mark, since).await? {
        let report = aws.describe(&candidate).await?;
        if let Some(report) = report.filter(|report| carries(report, mark)) {
            found.push(FoundCluster { cluster_id: candidate, state: report.state });
        }
    }
    Ok(found)
}

async fn named(aws: &Aws, mark: &Mark, since: Timestamp) -> Result<Vec<ClusterId>, Failure> {
    let after = since.as_second().saturating_sub_unsigned(SKEW.as_secs());
    let pages = aws.emr.list_clusters().created_after(DateTime::from_secs(after)).into_paginator();
    let listed = pages.items().send().try_collect().await;
    let listed = listed.map_err(|error| failure(format!("look for cluster {}", mark.name), &error))?;
    let mut named: Vec<_> =
        listed.into_iter().filter(|cluster| cluster.name.as_ref() == Some(&mark.name)).collect();
    named.sort_by_key(created);
    Ok(named.iter().filter_map(|cluster| ClusterId::parse(cluster.id.as_deref()?).ok()).collect())
}

fn created(cluster: &ClusterSummary) -> Option<Timestamp> {
    moment(cluster.status.as_ref()?.timeline.as_ref()?.creation_date_time.as_ref())
}

fn carries(report: &ClusterReport, mark: &Mark) -> bool {
    let carries = |tag: &str, value: String| report.tags.get(tag) == Some(&value);
    carries("Correlation_Id", mark.key.run.correlation_id.to_string())
        && carries("Run_Id", mark.key.attempt.to_string())
}
