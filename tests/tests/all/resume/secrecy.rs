//! A secret of a run that fails, is resumed, and is swept: it reaches both clusters, and nothing that anybody reads.

use serde_json::{Value, json};

use super::deployment::{Deployment, SUCCESS};
use super::given::{AT_ONCE, told_end};
use crate::local_stack::given::text;
use crate::support::queue::Queue;

const CANARY: &str = "canary-Rw5kL9";

const CONFIGURATIONS: &str = "\
Configurations:
  - Classification: spark-hive-site
    Properties: {javax.jdo.option.ConnectionPassword: kept/metastore}
";

/// Everything that has come to a queue.
fn all_of(queue: &Queue) -> Vec<String> {
    std::iter::from_fn(|| queue.next_if_any()).collect()
}

/// The settings that a cluster was started with.
fn sent_to(deployment: &Deployment, cluster: &str) -> String {
    let answer = deployment.stack.call("emr", "describe_cluster", json!({"ClusterId": cluster}));
    answer["Cluster"]["Configurations"].to_string()
}

#[test]
fn a_secret_reaches_both_clusters_of_a_run_that_is_resumed_and_is_shown_nowhere() {
    let deployment = Deployment::with("kept", json!({"LOG_LEVEL": "trace"}));
    let stack = deployment.stack;
    deployment.put(AT_ONCE);
    deployment.hears(&deployment.recorder, json!("kept"), &SUCCESS);
    stack.put_file("kept", "configurations.yaml", CONFIGURATIONS.as_bytes());
    stack.put_secret("kept/metastore", &json!({"password": CANARY}).to_string());
    let message = format!("the value {CANARY} is not allowed just now");
    stack.disturb(json!({"kind": "error_after", "service": "emr", "operation": "RunJobFlow",
                         "message": message, "function": deployment.relauncher.name}));
    let mut shown = vec![];
    let cluster = deployment.fail("kept");
    shown.push(format!("{:?}", deployment.tell_failure(&cluster)));
    shown.push(format!("{:?}", deployment.tell_failure(&cluster)));
    let (failed, ended) = (deployment.events.next(), deployment.events.next());
    assert_eq!((told_end(&failed), told_end(&ended)), ((1, "FAILED", "RELAUNCH"), (2, "COMPLETED", "")));
    deployment.let_time_pass("kept");
    shown.push(deployment.sweep().to_string());

    let clusters = stack.clusters("kept");
    assert_eq!(clusters.len(), 2);
    for cluster in &clusters {
        assert!(sent_to(&deployment, cluster).contains(CANARY), "{cluster} has no password");
    }
    let rows = Value::from(deployment.rows("kept"));
    assert!(text(&rows, "/0/Correlation_Id") == "kept");
    shown.extend([failed.to_string(), ended.to_string(), rows.to_string()]);
    shown.extend(all_of(&deployment.information).into_iter().chain(all_of(&deployment.critical)));
    let functions = [&deployment.launcher, &deployment.recorder, &deployment.relauncher, &deployment.sweeper];
    for function in functions {
        let log = function.log();
        assert!(log.contains("request_id"), "{} logged nothing", function.name);
        shown.push(log);
    }
    for text in shown {
        assert!(!text.contains(CANARY), "the secret is shown: {text}");
    }
}
