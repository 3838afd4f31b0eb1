//! Nothing that EMR tells arrives: the sweeper alone does everything.

use serde_json::{Value, json};

use super::deployment::pass;
use super::given::{AT_ONCE, attempt_of, fail_once, put_three_steps, steps_of, told_people};
use crate::local_stack::given::text;
use crate::support::function::{Function, Launcher};
use crate::support::queue::Queue;
use crate::support::stack::{Stack, stack_of_its_own};

/// Sweeps until the run is at a state; answers all that was repaired meanwhile.
fn sweep_until(stack: &Stack, sweeper: &Function, status: &str) -> Vec<String> {
    let mut repaired = vec![];
    stack.until(status, || {
        let swept = sweeper.invoke(&json!({}));
        assert_eq!(swept.ok()["errors"], json!([]), "{swept:?}");
        let repairs = swept.ok()["repairs"].as_array().unwrap();
        repaired.extend(repairs.iter().map(|repair| text(repair, "/done").to_owned()));
        (text(&stack.run("lost-1").unwrap(), "/Status") == status).then_some(())
    });
    repaired
}

#[test]
fn a_run_of_which_every_event_is_lost_is_resumed_and_completed_by_the_sweeper() {
    let stack = stack_of_its_own();
    let diary = put_three_steps(stack, "lost", AT_ONCE);
    let (information, critical) = (stack.text("/topics/information"), stack.text("/topics/critical"));
    let people = Queue::of_topic(stack, "lost-people", information);
    let alarms = Queue::of_topic(stack, "lost-alarms", critical);
    let sweeper = Function::of(stack, "sweeper");
    stack.disturb(json!({"kind": "lose_event", "source": "aws.emr", "times": "always"}));
    fail_once(stack, "lost", "model");
    Launcher::deployed(stack).invoke(&json!({"pipeline": "lost", "correlation_id": "lost-1"})).ok();

    let recorded = sweep_until(stack, &sweeper, "FAILED");
    assert!(recorded.iter().any(|done| done.contains("attempt 1 had ended STEP_FAILED")), "{recorded:?}");
    assert_eq!(stack.clusters("lost").len(), 1, "events may still be on their way");
    pass(stack, stack.text("/table"), &stack.run("lost-1").unwrap());
    let relaunched = sweep_until(stack, &sweeper, "COMPLETED");
    let done = relaunched.join("\n");
    assert!(done.contains("attempt 1 had failed, and attempt 2 is launched"), "{done}");
    assert!(done.contains("attempt 2 had ended SUCCEEDED"), "{done}");

    let rows = stack.rows("lost-1");
    assert_eq!(diary.entries(), ["source", "model", "report"]);
    assert_eq!(text(attempt_of(&rows, 1), "/Decision/from"), "model");
    assert_eq!(steps_of(&rows, 2), [("model", "COMPLETED"), ("report", "COMPLETED")]);
    assert_eq!(stack.clusters("lost").len(), 2);
    let told = [told_people(&people, "lost-1"), told_people(&people, "lost-1")];
    let titles = told.each_ref().map(|told| text(told, "/metadata/eventType"));
    assert_eq!(titles, ["STEP_FAILED", "SUCCEEDED"]);
    assert!(alarms.is_empty(), "a failure that is mended alarms nobody");
    assert_eq!(untouched(stack), Vec::<String>::new());
}

/// What recorder and relauncher were called with although nothing was to reach them.
fn untouched(stack: &Stack) -> Vec<String> {
    let calls = |kind: &str| stack.calls_of(&format!("emr-relay-{kind}"));
    ["recorder", "relauncher"].into_iter().flat_map(calls).collect()
}

#[test]
fn a_sweep_in_which_nothing_is_amiss_repairs_and_tells_nothing() {
    let deployment = super::deployment::Deployment::new("calm");
    deployment.put(AT_ONCE);
    deployment.hears_ends();
    deployment.launch("calm");
    deployment.events.next();
    told_people(&deployment.information, "calm");
    for _ in 0..2 {
        assert_eq!(deployment.sweep(), Value::Array(vec![]));
    }
    assert!(deployment.information.is_empty() && deployment.critical.is_empty());
}
