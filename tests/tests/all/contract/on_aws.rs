//! The script on the adapters, against the local AWS.

use std::time::{Duration, Instant};

use aws::{AwsNotices, AwsSecrets, EmrClusters, RunTable, RunsTable, S3Documents, S3Logs, Settings};
use pipeline::ports::{Clusters, Documents, Logs, Notices, Runs, Secrets};
use pipeline::run::{ClusterId, ClusterState, StepState};
use serde_json::{Value, json};

use super::given;
use super::stage::{Chapter, Stage};
use super::transcript::Transcript;
use crate::support::local::{Local, local};

/// A cluster whose steps do next to nothing is down long before this.
const PATIENCE: Duration = Duration::from_secs(120);

struct Adapters {
    local: &'static Local,
    documents: S3Documents,
    secrets: AwsSecrets,
    logs: S3Logs,
    clusters: EmrClusters,
    runs: RunsTable,
    notices: AwsNotices,
}

/// What the chapter tells of AWS.
pub(crate) fn tell(chapter: &impl Chapter) -> Vec<String> {
    let local = local();
    furnish(local);
    let mut told = Transcript::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { chapter.play(&adapters(local), &mut told).await });
    told.lines()
}

fn adapters(local: &'static Local) -> Adapters {
    let aws = aws::connect(&Settings {
        region: local.text("/region").into(),
        access_key_id: "testing".into(),
        secret_access_key: "testing".to_owned().into(),
        session_token: None,
        endpoint_url: Some(local.endpoint().into()),
    });
    Adapters {
        local,
        documents: aws.documents(),
        secrets: aws.secrets(),
        logs: aws.logs(),
        clusters: aws.clusters(),
        runs: aws.runs(RunTable::named(local.text("/table"), 90)),
        notices: aws.notices("default"),
    }
}

/// Every chapter may lay everything down: the same thing twice is the same thing.
fn furnish(local: &Local) {
    let documents: Vec<Value> = given::DOCUMENTS
        .iter()
        .map(|(folder, name, content)| json!({"key": format!("{folder}/{name}"), "content": content}))
        .collect();
    let (folder, log) = given::LOG;
    let input = json!({
        "bucket": local.text("/buckets/config"),
        "documents": documents,
        "log_bucket": local.text("/buckets/logs"),
        "log": {"folder": folder, "text": log},
        "secrets": given::SECRETS,
        "parameters": given::PARAMETERS,
        "security_configuration": given::SECURITY_CONFIGURATION,
    });
    local.script(include_str!("furnish.py"), &input);
}

impl Stage for Adapters {
    fn documents(&self) -> &impl Documents {
        &self.documents
    }

    fn secrets(&self) -> &impl Secrets {
        &self.secrets
    }

    fn logs(&self) -> &impl Logs {
        &self.logs
    }

    fn clusters(&self) -> &impl Clusters {
        &self.clusters
    }

    fn runs(&self) -> &impl Runs {
        &self.runs
    }

    fn notices(&self) -> &impl Notices {
        &self.notices
    }

    fn bucket(&self) -> &str {
        self.local.text("/buckets/config")
    }

    fn log_bucket(&self) -> &str {
        self.local.text("/buckets/logs")
    }

    fn topic(&self) -> &str {
        self.local.text("/topics/critical")
    }

    async fn see_end(&self, cluster: &ClusterId, _steps: &[StepState]) {
        let begun = Instant::now();
        while !self.state(cluster).await.is_some_and(ClusterState::is_ended) {
            assert!(begun.elapsed() < PATIENCE, "{cluster} is not down after {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Adapters {
    async fn state(&self, cluster: &ClusterId) -> Option<ClusterState> {
        self.clusters.describe(cluster).await.unwrap().and_then(|report| report.state)
    }
}
