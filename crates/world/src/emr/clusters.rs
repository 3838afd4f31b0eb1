//! The port to EMR.

use jiff::Timestamp;
use pipeline::cluster::RunJobFlow;
use pipeline::failure::{Failure, Kind};
use pipeline::plan::RUN_TABLE;
use pipeline::ports::{
    ClusterReport, Clusters, FoundCluster, ListedCluster, Mark, StartedCluster, StepReport, Uncancelled,
};
use pipeline::run::{ClusterId, StepId};

use super::Cluster;
use crate::funnel::refusal;
use crate::table::TABLE;
use crate::{State, World};

/// Clusters on one page of a list.
const PAGE: usize = 50;

/// The most steps that one request may bring.
const MAX_STEPS: usize = 256;

impl Clusters for World {
    async fn start(&self, request: &RunJobFlow) -> Result<StartedCluster, Failure> {
        self.call("clusters.start", |state| {
            acceptable(request)?;
            let cluster_id = state.emr.make(request, state.now);
            let arn = format!("arn:aws:elasticmapreduce:eu-west-1:123456789012:cluster/{cluster_id}");
            Ok(StartedCluster { cluster_id, arn: Some(arn) })
        })
        .await
    }

    async fn find_marked(&self, mark: &Mark, since: Timestamp) -> Result<Vec<FoundCluster>, Failure> {
        self.call("clusters.find_marked", |state| Ok(found(state, mark, since))).await
    }

    async fn list(&self, since: Timestamp) -> Result<Vec<ListedCluster>, Failure> {
        let mut listed = Vec::new();
        loop {
            let page = self.call("clusters.list", |state| Ok(page(state, since, listed.len()))).await?;
            let last = page.len() < PAGE;
            listed.extend(page);
            if last {
                return Ok(listed);
            }
        }
    }

    async fn describe(&self, cluster: &ClusterId) -> Result<Option<ClusterReport>, Failure> {
        self.call("clusters.describe", |state| Ok(state.emr.known(cluster).map(|known| known.report.clone())))
            .await
    }

    async fn steps(&self, cluster: &ClusterId) -> Result<Vec<StepReport>, Failure> {
        let listed = self.call("clusters.steps", |state| match state.emr.known(cluster) {
            Some(known) => Ok(known.steps.clone()),
            None => Err(unknown_cluster("list the steps of", cluster)),
        });
        let listed = listed.await?;
        // What stands on further pages is another call each.
        for _ in 0..listed.len() / PAGE {
            self.call("clusters.steps", |_| Ok(())).await?;
        }
        Ok(listed)
    }

    async fn terminate(&self, clusters: &[ClusterId]) -> Result<(), Failure> {
        self.call("clusters.terminate", |state| {
            if let Some(stranger) = clusters.iter().find(|id| state.emr.known(id).is_none()) {
                return Err(never_made(stranger));
            }
            // Protection keeps off people and failed steps; the port lifts it.
            clusters.iter().for_each(|id| state.emr.life(id, state.now).terminate());
            Ok(())
        })
        .await
    }

    async fn cancel_steps(&self, cluster: &ClusterId, steps: &[StepId]) -> Result<Vec<Uncancelled>, Failure> {
        self.call("clusters.cancel_steps", |state| match state.emr.known(cluster) {
            Some(_) => Ok(state.emr.life(cluster, state.now).cancel(steps)),
            None => Err(unknown_cluster("cancel the steps of", cluster)),
        })
        .await
    }

    async fn copy_security_configuration(&self, from: &str, to: &str) -> Result<(), Failure> {
        self.call("clusters.copy_security_configuration", |state| {
            let known = &mut state.emr.security_configurations;
            if known.contains(to) {
                return Ok(());
            }
            if !known.contains(from) {
                let doing = format!("copy security configuration {from}");
                let message = format!("Security configuration with name '{from}' does not exist.");
                return Err(refusal(&doing, "InvalidRequestException", &message, Kind::Refused));
            }
            known.insert(to.to_owned());
            Ok(())
        })
        .await
    }
}

/// What EMR refuses whatever else a request says.
fn acceptable(request: &RunJobFlow) -> Result<(), Failure> {
    let problem = if request.name.is_none() {
        "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must not be null"
    } else if request.instances.is_none() {
        "1 validation error detected: Value at 'instances' failed to satisfy constraint: Member must not be null"
    } else if request.steps.iter().flatten().count() > MAX_STEPS {
        "Maximum number of steps for a job flow exceeded."
    } else {
        return Ok(());
    };
    Err(refusal("start a cluster", "ValidationException", problem, Kind::Refused))
}

fn page(state: &State, since: Timestamp, from: usize) -> Vec<ListedCluster> {
    let listed = |cluster: &Cluster| ListedCluster {
        cluster_id: cluster.id.clone(),
        name: cluster.report.name.clone(),
        state: cluster.report.state,
    };
    shown(state, since).skip(from).take(PAGE).map(listed).collect()
}

/// What ListClusters shows: nothing that is younger than its lag.
fn shown(state: &State, since: Timestamp) -> impl Iterator<Item = &Cluster> {
    let until = state.now - state.emr.listing_lag;
    let clusters = state.emr.clusters.iter().filter(|_| !state.stale);
    clusters.filter(move |cluster| cluster.created_at >= since && cluster.created_at <= until)
}

fn found(state: &State, mark: &Mark, since: Timestamp) -> Vec<FoundCluster> {
    shown(state, since)
        .filter(|cluster| carries(cluster, mark))
        .map(|cluster| FoundCluster { cluster_id: cluster.id.clone(), state: cluster.report.state })
        .collect()
}

fn carries(cluster: &Cluster, mark: &Mark) -> bool {
    let tagged = |key: &str, value: &str| cluster.report.tags.get(key).is_some_and(|tag| tag == value);
    cluster.report.name == mark.name
        && cluster.report.tags.get(RUN_TABLE).is_none_or(|table| table == TABLE)
        && tagged("Correlation_Id", mark.key.run.correlation_id.as_str())
        && tagged("Run_Id", &mark.key.attempt.to_string())
}

/// TerminateJobFlows has a word of its own for it.
fn never_made(cluster: &ClusterId) -> Failure {
    let message = "Specified job flow ID not valid.";
    refusal(&format!("terminate {cluster}"), "ValidationException", message, Kind::Refused)
}

fn unknown_cluster(doing: &str, cluster: &ClusterId) -> Failure {
    let message = format!("Cluster id '{cluster}' is not valid.");
    refusal(&format!("{doing} {cluster}"), "InvalidRequestException", &message, Kind::Refused)
}
