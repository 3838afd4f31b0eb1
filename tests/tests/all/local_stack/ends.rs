//! Runs that the recorder follows to their end, by EMR's own events.

use serde_json::{Value, json};

use super::given::{ends_of, put_pipeline, text};
use crate::support::function::Launcher;
use crate::support::queue::Queue;
use crate::support::stack::stack;

/// Name and state of the steps of a run, in the order of their start.
fn steps_of(rows: &[Value]) -> Vec<(&str, &str)> {
    let mut steps: Vec<&Value> = rows.iter().filter(|row| row.get("Step_Id").is_some()).collect();
    steps.sort_by_key(|row| text(row, "/Started_At"));
    steps.into_iter().map(|row| (text(row, "/Name"), text(row, "/State"))).collect()
}

#[test]
fn a_run_is_recorded_step_by_step_and_its_success_is_told() {
    let stack = stack();
    put_pipeline(stack, "succeeding", &[("source", "echo $EMR_STEP_ID"), ("model", "true")]);
    let events = ends_of(stack, "succeeding");
    let people = Queue::of_topic(stack, "succeeding-people", stack.text("/topics/information"));
    let launcher = Launcher::new(stack, "succeeding-launcher", 60, json!({}));
    let launched = launcher.invoke(&json!({"pipeline": "succeeding", "correlation_id": "succeeding-1"}));

    let end = events.next();
    let cluster = text(launched.ok(), "/JobFlowId");
    assert!(cluster.starts_with("j-"), "{launched:?}");
    assert_eq!(text(&end, "/detail/cluster_id"), cluster, "{end}");
    assert_eq!((text(&end, "/detail/status"), text(&end, "/detail/outcome")), ("COMPLETED", "SUCCEEDED"));
    let rows = stack.rows("succeeding-1");
    let run = stack.run("succeeding-1").unwrap();
    assert_eq!((text(&run, "/Status"), text(&run, "/CurrentStep")), ("COMPLETED", "model"), "{run}");
    assert_eq!((text(&run, "/Cluster_Id"), &run["Run_Id"]), (cluster, &json!(1)), "{run}");
    assert_eq!(steps_of(&rows), [("source", "COMPLETED"), ("model", "COMPLETED")], "{rows:#?}");
    let told = people.next_with(|told| text(told, "/metadata/threadId") == "succeeding-1");
    assert!(text(&told, "/content/title").starts_with("succeeding SUCCEEDED"), "{told}");
    assert_eq!(launched.errors().len(), 0, "{launched:?}");
}

#[test]
fn a_failed_step_is_told_with_its_cause_and_the_line_of_its_log() {
    let stack = stack();
    let failing = "echo starting >&2; echo 'ValueError: no column a' >&2; exit 3";
    put_pipeline(stack, "failing", &[("source", "true"), ("model", failing), ("report", "true")]);
    stack.put_file("failing", "pipeline.yaml", b"retry: {max_attempts: 1}\n");
    let events = ends_of(stack, "failing");
    let people = Queue::of_topic(stack, "failing-people", stack.text("/topics/critical"));
    let launcher = Launcher::new(stack, "failing-launcher", 60, json!({}));
    launcher.invoke(&json!({"pipeline": "failing", "correlation_id": "failing-1"}));

    let end = events.next();
    assert_eq!((text(&end, "/detail/status"), text(&end, "/detail/outcome")), ("FAILED", "STEP_FAILED"));
    let run = stack.run("failing-1").unwrap();
    assert_eq!((text(&run, "/Status"), text(&run, "/CurrentStep")), ("FAILED", "model"), "{run}");
    assert_eq!(text(&run, "/Cause/step"), "model", "{run}");
    assert_eq!(text(&run, "/Cause/log_line"), "ValueError: no column a", "{run}");
    assert!(text(&run, "/Cause/log_uri").starts_with("s3://relay-logs/emr/j-"), "{run}");
    assert_eq!(run["Cause"], with_class(&end), "what is told is what is stored");
    let rows = stack.rows("failing-1");
    let mut states = steps_of(&rows);
    states.sort_unstable();
    assert_eq!(states, [("model", "FAILED"), ("report", "CANCELLED"), ("source", "COMPLETED")]);
    let told = people.next_with(|told| text(told, "/metadata/threadId") == "failing-1");
    let description = text(&told, "/content/description");
    assert!(description.contains("ValueError: no column a") && description.contains("model"), "{told}");
}

/// The cause of an event, with the class that a row's cause has beside it.
fn with_class(end: &Value) -> Value {
    let mut cause = end["detail"]["cause"].clone();
    cause["class"] = end["detail"]["outcome"].clone();
    cause
}

#[test]
fn a_cluster_that_a_person_stops_is_cancelled_and_not_a_failure() {
    let stack = stack();
    put_pipeline(stack, "stopped", &[("endless", "sleep 600")]);
    let events = ends_of(stack, "stopped");
    let running = json!({"source": ["aws.emr"], "detail-type": ["EMR Step Status Change"],
                         "detail": {"state": ["RUNNING"], "name": ["endless"]}});
    let running = Queue::of_events(stack, "stopped-running", running);
    let launcher = Launcher::new(stack, "stopped-launcher", 60, json!({}));
    let launched = launcher.invoke(&json!({"pipeline": "stopped", "correlation_id": "stopped-1"}));

    running.next();
    stack.call("emr", "terminate_job_flows", json!({"JobFlowIds": [launched.ok()["JobFlowId"]]}));
    let end = events.next();
    assert_eq!((text(&end, "/detail/status"), text(&end, "/detail/outcome")), ("CANCELLED", "CANCELLED"));
    assert_eq!(text(&stack.run("stopped-1").unwrap(), "/Status"), "CANCELLED");
}
