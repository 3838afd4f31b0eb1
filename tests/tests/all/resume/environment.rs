//! What the relauncher is told by its environment, in the words of older relaunchers.

use serde_json::json;

use super::deployment::Deployment;
use super::given::{AT_ONCE, fail_once, put_three_steps, told_end, told_people};
use crate::local_stack::given::text;
use crate::support::queue::Queue;

#[test]
fn the_environment_says_how_often_and_after_which_steps_where_the_pipeline_does_not() {
    let settings = json!({"MAX_RETRY_COUNT": "2", "STEPS_TO_NOT_RETRY": "report, other"});
    let deployment = Deployment::with("deployed-policy", settings);
    for (name, step, definition, course) in [
        ("deployed-policy-final", "report", AT_ONCE, "GIVE_UP"),
        ("deployed-policy-other", "model", AT_ONCE, "RELAUNCH"),
        (
            "deployed-policy-own",
            "report",
            "retry: {backoff: {first: 0s}, steps_not_to_retry: []}\n",
            "RELAUNCH",
        ),
        ("deployed-policy-once", "model", "retry: {backoff: {first: 0s}, max_attempts: 1}\n", "GIVE_UP"),
    ] {
        put_three_steps(deployment.stack, name, definition);
        fail_once(deployment.stack, name, step);
        let cluster = deployment.launch(name);
        deployment.ended(&cluster);
        let invoked = deployment.tell_failure(&cluster);
        assert!(!invoked.failed, "{invoked:?}");
        let failed = deployment.events.next();
        assert_eq!(told_end(&failed), (1, "FAILED", course), "{name}: {failed:#}");
        let why = text(&failed, "/detail/decision/why");
        let expected = match name {
            "deployed-policy-final" => {
                "a failure of step report is never a reason to relaunch (steps_not_to_retry)"
            }
            "deployed-policy-once" => "attempt 1 of 1 was the last",
            _ => "a step failed, in attempt 1 of 3",
        };
        assert_eq!(why, expected, "{name}");
    }
}

#[test]
fn another_launcher_is_asked_once_by_the_message_that_it_knows() {
    let stack = crate::support::stack::stack();
    let topic = stack.call("sns", "create_topic", json!({"Name": "older-launcher"}))["TopicArn"].take();
    let asked = Queue::of_topic(stack, "older-launcher", topic.as_str().unwrap());
    let deployment = Deployment::with("handed-over", json!({"SNS_TOPIC": topic}));
    deployment.put(AT_ONCE);
    deployment.hears_ends();
    let ends = json!({"kind": "double_event", "source": "aws.emr", "state": "TERMINATED_WITH_ERRORS"});
    fail_once(stack, "handed-over", "model");
    let event = json!({"pipeline": "handed-over", "correlation_id": "handed-over", "export_date": "2026-11-20",
                       "s3_prefix": "exports/2026-11-20", "snapshot_type": "incremental"});
    let launched = deployment.launcher.invoke(&event);
    let cluster = text(launched.ok(), "/JobFlowId").to_owned();
    let mut doubled = ends;
    doubled["cluster_id"] = cluster.clone().into();
    stack.disturb(doubled);

    let expected = json!({"correlation_id": "handed-over", "s3_prefix": "exports/2026-11-20",
                          "snapshot_type": "incremental", "export_date": "2026-11-20"});
    assert_eq!(asked.next(), expected);
    let failed = deployment.events.next();
    assert_eq!(told_end(&failed), (1, "FAILED", "HAND_OVER"), "{failed:#}");
    let told = told_people(&deployment.information, "handed-over");
    let description = text(&told, "/content/description");
    assert!(description.contains("Then: another launcher was asked to resume it"), "{told}");
    let late = deployment.tell_failure(&cluster);
    assert_eq!(text(late.ok(), "/status"), "handed over", "{late:?}");
    deployment.let_time_pass("handed-over");
    assert_eq!(deployment.sweep(), json!([]), "what is handed over is at rest");
    assert!(asked.is_empty(), "the other launcher was asked twice");
    assert!(deployment.events.is_empty() && deployment.critical.is_empty());
    assert_eq!(stack.clusters("handed-over").len(), 1, "the other launcher launches");
}
