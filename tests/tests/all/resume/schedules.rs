//! Resumes that wait: for a one-time schedule, or, where that cannot be made, for the sweeper.

use serde_json::{Value, json};

use super::deployment::{Deployment, SUCCESS};
use super::given::{STEPS, put_three_steps, told_end};
use crate::local_stack::given::text;
use crate::support::function::Invoked;

/// A wait that no test sits out.
const LATER: &str = "retry: {backoff: {first: 30m}}\n";

#[test]
fn a_resume_that_waits_is_launched_by_its_schedule() {
    let deployment = Deployment::new("waiting");
    let diary = deployment.put("retry: {backoff: {first: 3s}}\n");
    deployment.hears_ends();
    super::given::fail_once(deployment.stack, "waiting", "model");
    deployment.launch("waiting");
    let failed = deployment.events.next();
    assert_eq!(told_end(&failed), (1, "FAILED", "RELAUNCH"), "{failed:#}");
    assert_eq!(told_end(&deployment.events.next()), (2, "COMPLETED", ""));
    let second = deployment.rows("waiting");
    let started = text(super::given::attempt_of(&second, 2), "/Started_At");
    assert!(started >= text(&failed, "/detail/decision/at"), "{started} is before {failed:#}");
    assert_eq!(diary.entries(), STEPS);
    assert_eq!(deployment.stack.clusters("waiting").len(), 2);
    assert_eq!(schedules(&deployment), Vec::<Value>::new(), "its schedule is gone");
}

/// Schedules that wait and name the relauncher of a deployment.
fn schedules(deployment: &Deployment) -> Vec<Value> {
    let listed = deployment.stack.call("scheduler", "list_schedules", json!({"GroupName": "emr-relay"}));
    let all = listed["Schedules"].as_array().cloned().unwrap_or_default();
    all.into_iter().filter(|schedule| text(schedule, "/Target/Arn") == deployment.relauncher.arn).collect()
}

fn assert_not_scheduled(invoked: &Invoked, told: &str) {
    assert_eq!(text(&invoked.answer, "/errorType"), "relaunch.timers", "{invoked:?}");
    assert_eq!(invoked.errors().len(), 1, "{invoked:?}");
    let error = invoked.errors()[0].to_string();
    assert!(error.contains("the sweeper launches it when it is due") && error.contains(told), "{error}");
}

#[test]
fn a_failure_whose_schedule_cannot_be_made_is_told_all_the_same_and_resumed_by_the_sweeper() {
    let deployment = Deployment::new("unscheduled");
    deployment.hears(&deployment.recorder, json!({"prefix": "unscheduled"}), &SUCCESS);
    let function = &deployment.relauncher.name;
    let always = json!({"service": "scheduler", "operation": "CreateSchedule", "function": function});
    let denied = json!({"kind": "error_before", "status": 403, "code": "AccessDeniedException",
                        "message": "not authorized to perform: scheduler:CreateSchedule"});
    let throttled = json!({"kind": "throttle"});
    // The SDK asks again by itself where it is throttled.
    for (name, mut fault, times, told) in [
        ("unscheduled-denied", denied, json!(2), "AccessDenied"),
        ("unscheduled-throttled", throttled, json!(50), "Throttl"),
    ] {
        let diary = put_three_steps(deployment.stack, name, LATER);
        let cluster = deployment.fail(name);
        fault.as_object_mut().unwrap().extend(always.as_object().unwrap().clone());
        fault["times"] = times;
        deployment.stack.disturb(fault);
        for _ in 0..2 {
            assert_not_scheduled(&deployment.tell_failure(&cluster), told);
        }
        let failed = deployment.events.next();
        assert_eq!(told_end(&failed), (1, "FAILED", "RELAUNCH"), "{failed:#}");
        assert!(deployment.events.is_empty(), "the failure was told twice");
        assert_eq!(deployment.sweep(), json!([]), "it is not due yet");

        deployment.let_time_pass(name);
        let repairs = deployment.sweep();
        assert_eq!(text(&repairs, "/0/done"), "attempt 1 had failed, and attempt 2 is launched", "{repairs}");
        assert_eq!(told_end(&deployment.events.next()), (2, "COMPLETED", ""));
        assert_eq!(diary.entries(), STEPS);
        assert_eq!(deployment.stack.clusters(name).len(), 2);
    }
}
