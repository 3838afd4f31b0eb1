//! A secret reaches EMR, and nothing else that anybody reads.

use serde_json::json;

use super::given::{ends_of, put_pipeline, text};
use crate::support::function::Launcher;
use crate::support::queue::Queue;
use crate::support::stack::stack;

const CANARY: &str = "canary-Zq8vT2";

const CONFIGURATIONS: &str = "\
Configurations:
  - Classification: spark-hive-site
    Properties: {javax.jdo.option.ConnectionPassword: secrecy/metastore}
  - Classification: app
    Properties:
      token: 'Bearer {{resolve:ssm-secure:/secrecy/token}}'
";

#[test]
fn a_secret_is_sent_to_emr_and_shown_nowhere() {
    let stack = stack();
    put_pipeline(stack, "secrecy", &[("model", "echo 'Error: it broke' >&2; exit 1")]);
    stack.put_file("secrecy", "pipeline.yaml", b"retry: {max_attempts: 1}\n");
    stack.put_file("secrecy", "configurations.yaml", CONFIGURATIONS.as_bytes());
    stack.put_secret("secrecy/metastore", &json!({"password": CANARY, "username": "hive"}).to_string());
    let parameter = json!({"Name": "/secrecy/token", "Value": CANARY, "Type": "SecureString"});
    stack.call("ssm", "put_parameter", parameter);
    let events = ends_of(stack, "secrecy");
    let people = Queue::of_topic(stack, "secrecy-people", stack.text("/topics/critical"));
    let launcher = Launcher::new(stack, "secrecy-launcher", 60, json!({"LOG_LEVEL": "trace"}));

    let plan = launcher.invoke(&json!({"pipeline": "secrecy", "dry_run": true}));
    assert!(plan.ok()["request"].to_string().contains("***"), "{plan:?}");
    assert!(plan.ok()["checks"].as_array().unwrap().iter().all(|check| check["ok"] == true), "{plan:?}");
    let launched = launcher.invoke(&json!({"pipeline": "secrecy", "correlation_id": "secrecy-1"}));
    let end = events.next();
    let told = people.next_with(|told| text(told, "/metadata/threadId") == "secrecy-1");

    let sent = stack.call("emr", "describe_cluster", json!({"ClusterId": launched.ok()["JobFlowId"]}));
    let sent = sent["Cluster"]["Configurations"].to_string();
    assert!(sent.contains(&format!("Bearer {CANARY}")) && sent.matches(CANARY).count() == 2, "{sent}");
    let recorder =
        std::fs::read_to_string(format!("{}/functions/emr-relay-recorder.log", stack.text("/data")));
    let seen = format!(
        "{plan:?} {launched:?} {end} {told} {:?} {} {}",
        stack.rows("secrecy-1"),
        launcher.log(),
        recorder.unwrap(),
    );
    assert!(!seen.contains(CANARY), "the secret is shown");
    assert!(seen.contains("secrecy/metastore"), "the secret's name may be shown");
}

#[test]
fn a_secret_that_emr_quotes_in_its_refusal_is_masked() {
    let stack = stack();
    put_pipeline(stack, "quoted", &[("only", "true")]);
    let password = CONFIGURATIONS.replace("secrecy/", "quoted/");
    stack.put_file("quoted", "configurations.yaml", password.as_bytes());
    stack.put_secret("quoted/metastore", &json!({"password": CANARY}).to_string());
    let parameter = json!({"Name": "/quoted/token", "Value": CANARY, "Type": "SecureString"});
    stack.call("ssm", "put_parameter", parameter);
    let events = ends_of(stack, "quoted");
    let people = Queue::of_topic(stack, "quoted-people", stack.text("/topics/critical"));
    let launcher = Launcher::new(stack, "quoted-launcher", 60, json!({}));
    let message = format!("the value {CANARY} is not allowed");
    stack.disturb(json!({"kind": "error_before", "service": "emr", "operation": "RunJobFlow", "status": 400,
                         "code": "ValidationException", "message": message, "function": launcher.name}));

    let refused = launcher.invoke(&json!({"pipeline": "quoted", "correlation_id": "quoted-1"}));
    let end = events.next();
    let told = people.next_with(|told| text(told, "/metadata/threadId") == "quoted-1");
    let run = stack.run("quoted-1").unwrap();
    assert_eq!(text(&run, "/Cause/message"), "the value *** is not allowed", "{run}");
    let seen = format!("{refused:?} {end} {told} {run} {}", launcher.log());
    assert!(!seen.contains(CANARY), "the secret is shown");
}
