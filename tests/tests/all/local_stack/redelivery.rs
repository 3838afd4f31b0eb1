//! Events that are delivered again after whatever has happened: one cluster, and one row that knows it.

use serde_json::{Value, json};

use super::given::{put_pipeline, text};
use crate::support::function::Launcher;
use crate::support::stack::stack;

/// Seconds that a launch may take, after which a claim without a cluster is uncertain. Shorter than the time that local
/// mode lets pass before it delivers again.
const TIMEOUT: u32 = 8;

/// What came of an event in the end.
struct Delivered {
    launcher: Launcher,
    /// What the last delivery answered.
    answer: Value,
    /// How many deliveries it took.
    deliveries: Value,
}

/// Launches a pipeline of this name under a fault of its launcher, delivering the event until it is answered.
fn launched_under(name: &str, fault: Value) -> Delivered {
    launched_into(stack().text("/table"), name, fault)
}

/// The same with another run table.
fn launched_into(table: &str, name: &str, mut fault: Value) -> Delivered {
    let (stack, correlation_id) = (stack(), format!("{name}-1"));
    put_pipeline(stack, name, &[("only", "true")]);
    let variables = json!({"TABLE_NAME": table});
    let launcher = Launcher::new(stack, &format!("{name}-launcher"), TIMEOUT, variables);
    fault["function"] = launcher.name.clone().into();
    stack.disturb(fault);
    let event = json!({"pipeline": name, "correlation_id": correlation_id});
    let mut told = launcher.send(&event).next();
    assert_eq!(told["requestContext"]["condition"], "Success", "{told}\n{}", launcher.log());
    let answer = told["responsePayload"].take();
    let clusters = stack.clusters(name);
    assert_eq!(clusters.len(), 1, "{name}: {clusters:?}");
    assert_eq!(text(&answer, "/JobFlowId"), clusters[0], "{name}: {answer}");
    let run = stack.run_of(table, &correlation_id).unwrap_or_else(|| panic!("{name} has no row"));
    assert_eq!(text(&run, "/Cluster_Id"), clusters[0], "{name}: {run}");
    Delivered { launcher, answer, deliveries: told["requestContext"]["approximateInvokeCount"].take() }
}

fn starts(launcher: &Launcher) -> usize {
    stack().calls_of(&launcher.name).iter().filter(|call| *call == "emr RunJobFlow").count()
}

#[test]
fn a_launch_that_emr_throttles_for_a_while_happens_at_last() {
    let fault = json!({"kind": "throttle", "service": "emr", "operation": "RunJobFlow", "times": 2});
    let Delivered { launcher, deliveries, .. } = launched_under("throttled", fault);
    assert_eq!((deliveries, starts(&launcher)), (json!(3), 3));
    assert_eq!(launcher.log().matches("launch.not_taken").count(), 2, "{}", launcher.log());
    assert_eq!(stack().run("throttled-1").unwrap()["Run_Id"], 1, "throttling costs no attempt");
}

#[test]
fn a_cluster_whose_making_was_answered_with_an_error_is_found_and_not_made_again() {
    let fault = json!({"kind": "error_after", "service": "emr", "operation": "RunJobFlow"});
    let Delivered { launcher, answer, deliveries } = launched_under("unanswered", fault);
    assert_eq!((deliveries, starts(&launcher)), (json!(1), 1));
    let again = launcher.invoke(&json!({"pipeline": "unanswered", "correlation_id": "unanswered-1"}));
    assert_eq!(again.ok()["JobFlowId"], answer["JobFlowId"]);
    assert_eq!(stack().clusters("unanswered").len(), 1);
}

#[test]
fn an_error_that_left_no_cluster_is_looked_into_before_another_is_made() {
    let fault = json!({"kind": "error_before", "service": "emr", "operation": "RunJobFlow"});
    let Delivered { launcher, deliveries, .. } = launched_under("silent", fault);
    assert_eq!((deliveries, starts(&launcher)), (json!(2), 2));
    assert_eq!(launcher.log().matches("launch.unanswered").count(), 1, "{}", launcher.log());
}

#[test]
fn an_event_that_comes_again_after_the_end_gets_the_run_that_was() {
    let stack = stack();
    put_pipeline(stack, "ended", &[("only", "true")]);
    let events = super::given::ends_of(stack, "ended");
    let launcher = Launcher::new(stack, "ended-launcher", 60, json!({}));
    let event = json!({"pipeline": "ended", "correlation_id": "ended-1"});
    let launched = launcher.invoke(&event);
    events.next();
    let again = launcher.invoke(&event);
    assert_eq!(again.ok()["JobFlowId"], launched.ok()["JobFlowId"]);
    assert_eq!((text(again.ok(), "/status"), text(again.ok(), "/outcome")), ("COMPLETED", "SUCCEEDED"));
    assert_eq!(stack.clusters("ended").len(), 1);
}

#[test]
fn a_launcher_that_dies_at_any_of_its_calls_leaves_one_cluster_and_one_row() {
    let stack = stack();
    put_pipeline(stack, "unharmed", &[("only", "true")]);
    let launcher = Launcher::new(stack, "unharmed-launcher", 60, json!({}));
    launcher.invoke(&json!({"pipeline": "unharmed"})).ok();
    let calls = stack.calls_of(&launcher.name);
    assert!(calls.contains(&"emr RunJobFlow".to_owned()), "{calls:?}");
    // The recorder does not know this table, so that nothing but the next delivery can set things right.
    stack.put_table("killed-runs");
    std::thread::scope(|scope| {
        for call in 1..=calls.len() {
            for after in [false, true] {
                let fault = json!({"kind": "kill_function", "call": call, "after": after});
                scope.spawn(move || {
                    let delivered = launched_into("killed-runs", &format!("killed-{call}-{after}"), fault);
                    assert_eq!(delivered.deliveries, 2, "it was not killed at call {call}");
                });
            }
        }
    });
}

#[test]
fn a_run_whose_launcher_died_with_the_cluster_made_is_recorded_by_the_events_of_the_cluster() {
    let stack = stack();
    put_pipeline(stack, "orphaned", &[("only", "true")]);
    let events = super::given::ends_of(stack, "orphaned");
    let launcher = Launcher::new(stack, "orphaned-launcher", 60, json!({}));
    stack.disturb(json!({"kind": "kill_function", "function": launcher.name, "operation": "RunJobFlow",
                         "after": true}));
    let event = json!({"pipeline": "orphaned", "correlation_id": "orphaned-1"});
    let killed = launcher.invoke(&event);
    assert_eq!(killed.answer["errorType"], "Runtime.ExitError", "{killed:?}");

    let end = events.next();
    assert_eq!(text(&end, "/detail/status"), "COMPLETED", "{end}");
    assert_eq!(stack.clusters("orphaned"), [text(&end, "/detail/cluster_id")]);
    let again = launcher.invoke(&event);
    assert_eq!(again.ok()["JobFlowId"], end["detail"]["cluster_id"], "{again:?}");
}
