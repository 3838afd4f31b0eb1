//! ListClusters: names and states of the clusters of a time.

use std::time::Duration;

use aws_sdk_emr::types::{ClusterStatus, ClusterSummary};
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use pipeline::failure::Failure;
use pipeline::ports::ListedCluster;
use pipeline::run::{ClusterId, ClusterState};

use super::report::moment;
use crate::Aws;
use crate::failure::failure;

/// EMR's clock and ours may differ by this much.
const SKEW: Duration = Duration::from_secs(60);

/// Every cluster that was made since, oldest first.
pub(super) async fn list(aws: &Aws, since: Timestamp) -> Result<Vec<ListedCluster>, Failure> {
    let after = since.as_second().saturating_sub_unsigned(SKEW.as_secs());
    let pages = aws.emr.list_clusters().created_after(DateTime::from_secs(after)).into_paginator();
    let listed = pages.items().send().try_collect().await;
    let mut listed = listed.map_err(|error| failure("list the clusters", &error))?;
    listed.sort_by_key(created);
    Ok(listed.iter().filter_map(one).collect())
}

fn created(cluster: &ClusterSummary) -> Option<Timestamp> {
    moment(cluster.status.as_ref()?.timeline.as_ref()?.creation_date_time.as_ref())
}

fn one(cluster: &ClusterSummary) -> Option<ListedCluster> {
    let state = cluster.status().and_then(ClusterStatus::state);
    Some(ListedCluster {
        cluster_id: ClusterId::parse(cluster.id.as_deref()?).ok()?,
        name: cluster.name.clone().unwrap_or_default(),
        state: state.and_then(|state| ClusterState::parse(state.as_str())),
    })
}
