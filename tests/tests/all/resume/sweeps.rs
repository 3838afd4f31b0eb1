//! What only the sweeper sees: runs past their deadline, and clusters that no run is on.

use serde_json::{Value, json};

use super::deployment::Deployment;
use super::diary::Diary;
use super::given::{put_three_steps_with, told_end};
use crate::local_stack::given::text;
use crate::support::queue::Queue;

#[test]
fn a_run_that_outlives_its_deadline_is_stopped_recorded_as_timed_out_and_resumed() {
    let deployment = Deployment::new("overdue");
    let (stack, sweeping) = (deployment.stack, "retry: {backoff: {first: 0s}}\ndeadline: 1s\n");
    let endless = Diary::endless_once(stack, "overdue");
    let diary = put_three_steps_with(stack, "overdue", sweeping, &endless);
    deployment.hears_ends();
    let running = json!({"source": ["aws.emr"], "detail-type": ["EMR Step Status Change"],
                         "detail": {"state": ["COMPLETED"], "name": ["source"]}});
    let running = Queue::of_events(stack, "overdue-running", running);
    let cluster = deployment.launch("overdue");
    running.next_with(|step| text(step, "/detail/clusterId") == cluster);
    stack.until("the step to hang", || (diary.entries().len() == 2).then_some(()));
    let repairs =
        stack.until("the deadline", || Some(deployment.sweep()).filter(|repairs| repairs != &json!([])));
    let done = text(&repairs, "/0/done");
    assert!(done.contains("attempt 1 was alive past its deadline") && done.contains(&cluster), "{done}");

    let failed = deployment.events.next();
    assert_eq!(told_end(&failed), (1, "FAILED", "RELAUNCH"), "{failed:#}");
    assert_eq!(text(&failed, "/detail/outcome"), "TIMED_OUT", "{failed:#}");
    assert_eq!(text(&failed, "/detail/decision/from"), "model");
    assert_eq!(text(&failed, "/detail/cause/code"), "DEADLINE", "{failed:#}");
    assert_eq!(told_end(&deployment.events.next()), (2, "COMPLETED", ""));
    assert_eq!(diary.entries(), ["source", "model", "model", "report"]);
    assert_eq!(stack.clusters("overdue").len(), 2);
}

/// Starts a cluster of one endless step that carries these tags.
fn stray(deployment: &Deployment, tags: Value) -> String {
    let request = json!({"Name": deployment.name, "ServiceRole": "r", "JobFlowRole": "p",
        "ReleaseLabel": "emr-7.5.0", "Tags": tags,
        "Instances": {"KeepJobFlowAliveWhenNoSteps": true, "InstanceGroups": [
            {"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}]}});
    let made = deployment.stack.call("emr", "run_job_flow", request);
    text(&made, "/JobFlowId").to_owned()
}

/// Tags as our launches set them.
fn ours(table: &str) -> Value {
    let tags = [("Correlation_Id", "stray-run"), ("Run_Id", "1"), ("Pipeline", "stray"), (TABLE_TAG, table)];
    tags.map(|(key, value)| json!({"Key": key, "Value": value})).into()
}

const TABLE_TAG: &str = pipeline::plan::RUN_TABLE;

fn state(deployment: &Deployment, cluster: &str) -> String {
    let answer = deployment.stack.call("emr", "describe_cluster", json!({"ClusterId": cluster}));
    text(&answer, "/Cluster/Status/State").to_owned()
}

#[test]
fn a_cluster_of_ours_that_no_run_is_on_is_listed_then_terminated_and_told() {
    let deployment = Deployment::new("stray");
    let cluster = stray(&deployment, ours("stray"));
    let others = stray(&deployment, ours("of-another-deployment"));
    let nobodys = stray(&deployment, json!([]));
    let dry = deployment.sweeper.invoke(&json!({"dry_run": true}));
    assert_eq!(dry.ok()["dry_run"], true);
    let would = dry.ok()["repairs"].as_array().unwrap();
    let expected = format!("{cluster} would be terminated: there is no run stray-run of pipeline stray");
    assert_eq!(would.iter().map(|repair| text(repair, "/done")).collect::<Vec<_>>(), [expected]);
    assert!(deployment.critical.is_empty(), "a dry run tells nobody");
    assert!(!state(&deployment, &cluster).starts_with("TERMINAT"));

    let repairs = deployment.sweep();
    assert_eq!(text(&repairs, "/0/cluster_id"), cluster, "{repairs}");
    assert_eq!(repairs.as_array().unwrap().len(), 1, "{repairs}");
    let alarm = deployment.critical.next();
    assert_eq!(
        text(&alarm, "/content/title"),
        format!("emr-relay terminates cluster {cluster}, which no run is on"),
        "{alarm}"
    );
    deployment.ended(&cluster);
    assert_eq!(deployment.sweep(), json!([]));
    for left in [&others, &nobodys] {
        assert!(!state(&deployment, left).starts_with("TERMINAT"), "{left} is none of ours");
    }
    deployment.stack.call("emr", "terminate_job_flows", json!({"JobFlowIds": [others, nobodys]}));
}
