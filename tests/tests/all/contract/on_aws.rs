//! The script on the adapters, against the local AWS.

use std::sync::Once;
use std::time::{Duration, Instant};

use aws::{Aws, Deployment, Identity, RunTable, Schedules};
use pipeline::ports::Clusters;
use pipeline::run::{ClusterId, ClusterState, StepState};
use serde_json::{Value, json};

use super::given;
use super::stage::{Chapter, Ports, Stage};
use super::transcript::Transcript;
use super::writers::Written;
use crate::support::local::{Local, local};

/// A cluster whose steps do next to nothing is down long before this.
const PATIENCE: Duration = Duration::from_secs(120);

struct Adapters {
    local: &'static Local,
    aws: Aws,
}

/// What the chapter tells of AWS.
pub(crate) fn tell(chapter: &impl Chapter) -> Vec<String> {
    static FURNISHED: Once = Once::new();
    let local = local();
    FURNISHED.call_once(|| furnish(local));
    let mut told = Transcript::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { chapter.play(&adapters(local), &mut told).await });
    told.lines()
}

fn adapters(local: &'static Local) -> Adapters {
    let identity = Identity {
        region: local.text("/region").into(),
        access_key_id: "testing".into(),
        secret_access_key: "testing".to_owned().into(),
        session_token: None,
        endpoint_url: Some(local.endpoint().into()),
    };
    let deployment = Deployment { table: RunTable::named(local.text("/table"), 90), bus: "default".into() };
    let schedules = Schedules {
        group: "default".into(),
        role_arn: "arn:aws:iam::123456789012:role/scheduler".into(),
        function_arn: "arn:aws:lambda:eu-west-2:123456789012:function:relauncher".into(),
    };
    Adapters { local, aws: aws::connect_with_timers(&identity, deployment, schedules) }
}

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
    fn ports(&self) -> &impl Ports {
        &self.aws
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

    fn write_on_cluster(&self, written: &Written) {
        let key = json!({
            "Correlation_Id": {"S": written.key.correlation_id.as_str()},
            "DataProduct": {"S": written.key.data_product.as_str()},
        });
        let input = json!({"table": self.local.text("/table"), "key": key, "columns": written.columns()});
        self.local.script(include_str!("write_on_cluster.py"), &input);
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
        self.aws.describe(cluster).await.unwrap().and_then(|report| report.state)
    }
}
