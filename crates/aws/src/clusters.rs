//! Clusters on EMR.

mod cancel;
mod listed;
mod marked;
mod report;
mod terminate;

use aws_sdk_emr::operation::describe_cluster::DescribeClusterError;
use jiff::Timestamp;
use pipeline::cluster::RunJobFlow;
use pipeline::failure::{Failure, Kind};
use pipeline::ports::{
    ClusterReport, Clusters, FoundCluster, ListedCluster, Mark, StartedCluster, StepReport, Uncancelled,
};
use pipeline::run::{ClusterId, StepId};

use crate::Aws;
use crate::failure::failure;
use crate::run_job_flow::{SendError, send_once};

impl Clusters for Aws {
    async fn start(&self, request: &RunJobFlow) -> Result<StartedCluster, Failure> {
        let doing = format!("start cluster {}", request.name.as_deref().unwrap_or_default());
        let sent = send_once(&self.emr, request.clone()).await;
        let accepted = sent.map_err(|error| not_started(&doing, &error))?;
        let cluster_id =
            ClusterId::parse(&accepted.job_flow_id).map_err(|bad| nameless(&doing, bad.to_string()))?;
        Ok(StartedCluster { cluster_id, arn: accepted.cluster_arn })
    }

    async fn find_marked(&self, mark: &Mark, since: Timestamp) -> Result<Vec<FoundCluster>, Failure> {
        marked::find(self, mark, since).await
    }

    async fn list(&self, since: Timestamp) -> Result<Vec<ListedCluster>, Failure> {
        listed::list(self, since).await
    }

    async fn describe(&self, cluster: &ClusterId) -> Result<Option<ClusterReport>, Failure> {
        let sent = self.emr.describe_cluster().cluster_id(cluster.as_str()).send().await;
        match sent {
            Ok(answer) => Ok(answer.cluster().map(report::cluster)),
            // The id is well formed: what EMR cannot accept about it is that it knows no such cluster.
            Err(error) => match error.as_service_error() {
                Some(DescribeClusterError::InvalidRequestException(_)) => Ok(None),
                _ => Err(failure(format!("describe {cluster}"), &error)),
            },
        }
    }

    async fn steps(&self, cluster: &ClusterId) -> Result<Vec<StepReport>, Failure> {
        let pages = self.emr.list_steps().cluster_id(cluster.as_str()).into_paginator();
        let listed = pages.items().send().try_collect().await;
        let newest_first = listed.map_err(|error| failure(format!("list the steps of {cluster}"), &error))?;
        newest_first.iter().rev().map(|step| report::step(cluster, step)).collect()
    }

    async fn terminate(&self, clusters: &[ClusterId]) -> Result<(), Failure> {
        terminate::terminate(self, clusters).await
    }

    async fn cancel_steps(&self, cluster: &ClusterId, steps: &[StepId]) -> Result<Vec<Uncancelled>, Failure> {
        cancel::cancel_steps(self, cluster, steps).await
    }

    async fn copy_security_configuration(&self, from: &str, to: &str) -> Result<(), Failure> {
        let read = self.emr.describe_security_configuration().name(from).send().await;
        let original =
            read.map_err(|error| failure(format!("read security configuration {from}"), &error))?;
        let copy = self.emr.create_security_configuration().name(to);
        match copy.set_security_configuration(original.security_configuration).send().await {
            Ok(_) => Ok(()),
            // EMR has no code for a name that is taken: whether the copy is there is asked, not read from the message.
            Err(_) if self.has_security_configuration(to).await => Ok(()),
            Err(error) => Err(failure(format!("copy security configuration {from} to {to}"), &error)),
        }
    }
}

impl Aws {
    async fn has_security_configuration(&self, name: &str) -> bool {
        self.emr.describe_security_configuration().name(name).send().await.is_ok()
    }
}

fn not_started(doing: &str, error: &SendError) -> Failure {
    match error {
        SendError::Failed(error) => failure(doing, error.as_ref()),
        SendError::Nameless => nameless(doing, error.to_string()),
    }
}

/// EMR took the request, but did not say what it made.
fn nameless(doing: &str, message: String) -> Failure {
    Failure { doing: doing.to_owned(), word: "answer".into(), message, kind: Kind::Unknown }
}

#[cfg(test)]
mod tests;
