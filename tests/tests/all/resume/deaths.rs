//! Relaunchers that die at any of their calls: one second cluster, and nobody is left uninformed.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::deployment::{Deployment, SUCCESS};
use super::given::{AT_ONCE, fail_once, failure_of, put_three_steps, told_end};
use crate::local_stack::given::text;
use crate::support::function::{Function, Invoked};

/// Seconds that a relauncher may take, after which its claim is uncertain. Shorter than the time that local mode lets pass
/// before it delivers again.
const TIMEOUT: u32 = 8;

/// How many of them die at a time; more would only wait for each other.
const AT_ONCE_DYING: usize = 4;

/// A run of a pipeline of this name whose step `model` will fail once, and a relauncher of its own under a fault.
fn dying(deployment: &Deployment, name: &str, mut fault: Value) -> Function {
    put_three_steps(deployment.stack, name, AT_ONCE);
    let relauncher = deployment.relauncher(&format!("{name}-dying"), TIMEOUT, json!({}));
    fault["function"] = relauncher.name.clone().into();
    deployment.stack.disturb(fault);
    relauncher
}

/// A relauncher dies at one of its calls, and its event is delivered again until it is answered.
fn resumed_though(deployment: &Deployment, name: &str, call: usize, after: bool) {
    let fault = json!({"kind": "kill_function", "call": call, "after": after});
    let relauncher = dying(deployment, name, fault);
    let event = failure_of(&deployment.fail(name), "");
    let killed = relauncher.invoke(&event);
    assert!(has_died(&killed), "{name} was not killed: {killed:?}");
    let answered = deployment.stack.until("the answer of a delivery", || {
        Some(relauncher.invoke(&event)).filter(|answered| !answered.failed)
    });
    assert_went_on(name, text(answered.ok(), "/status"));
}

/// Killed as it was asked for, or, on a machine that is busy with others, out of its time before it came so far.
fn has_died(invoked: &Invoked) -> bool {
    ["Runtime.ExitError", "Sandbox.Timedout"].iter().any(|died| invoked.answer["errorType"] == *died)
}

/// The next delivery launches, or finds that the new cluster's own events were there before it.
fn assert_went_on(name: &str, status: &str) {
    assert!(status == "launched" || status.contains("it was relaunched already"), "{name}: {status}");
}

/// There are two clusters, and the run is on the second of them.
fn assert_resumed_once(deployment: &Deployment, name: &str) {
    let clusters = deployment.stack.clusters(name);
    let run = deployment.run(name);
    assert_eq!((clusters.len(), &run["Attempt"]), (2, &json!(2)), "{name}: {clusters:?} {run:#}");
    assert!(clusters.iter().any(|cluster| cluster == text(&run, "/Cluster_Id")), "{name}: {run:#}");
    let attempts: Vec<Value> = deployment.rows(name);
    let on_clusters = attempts.iter().filter(|row| row.get("Steps").is_some()).count();
    assert_eq!(on_clusters, 2, "{name}: {attempts:#?}");
}

/// Every call of a relauncher that nothing happens to.
fn calls(deployment: &Deployment) -> usize {
    deployment.put(AT_ONCE);
    let relaunched = deployment.tell_failure(&deployment.fail(deployment.name));
    assert_eq!(text(relaunched.ok(), "/status"), "launched", "{relaunched:?}");
    let calls = deployment.stack.calls_of(&deployment.relauncher.name);
    assert!(calls.contains(&"emr RunJobFlow".to_owned()), "{calls:?}");
    calls.len()
}

#[test]
fn a_relauncher_that_dies_at_any_of_its_calls_starts_one_second_cluster() {
    let deployment = &Deployment::new("deaths");
    deployment.hears(&deployment.recorder, json!({"prefix": "deaths"}), &SUCCESS);
    let fates = (1..=calls(deployment)).flat_map(|call| [false, true].map(|after| (call, after)));
    let fates: Vec<(usize, bool, String)> =
        fates.map(|(call, after)| (call, after, format!("deaths-{call}-{after}"))).collect();
    let waiting = Mutex::new(fates.iter());
    let next = || waiting.lock().unwrap().next();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE_DYING {
            scope.spawn(|| {
                while let Some((call, after, name)) = next() {
                    resumed_though(deployment, name, *call, *after);
                }
            });
        }
    });
    let names: Vec<&str> = fates.iter().map(|(_, _, name)| name.as_str()).collect();
    assert_all_told(deployment, &names);
    for name in names {
        assert_resumed_once(deployment, name);
    }
}

#[test]
fn an_event_whose_relauncher_died_at_the_start_of_a_cluster_is_delivered_again() {
    let deployment = Deployment::new("reborn");
    deployment.hears(&deployment.recorder, json!({"prefix": "reborn"}), &SUCCESS);
    let told = [("reborn-before", false), ("reborn-after", true)].map(|(name, after)| {
        let fault = json!({"kind": "kill_function", "operation": "RunJobFlow", "after": after});
        let relauncher = dying(&deployment, name, fault);
        deployment.hears(&relauncher, json!(name), &["TERMINATED_WITH_ERRORS"]);
        fail_once(deployment.stack, name, "model");
        deployment.launch(name);
        relauncher.told()
    });
    for told in told {
        let told = told.next();
        assert_eq!(told["requestContext"]["condition"], "Success", "{told}");
        assert_eq!(told["requestContext"]["approximateInvokeCount"], 2, "it was not killed");
        assert_went_on("reborn", text(&told, "/responsePayload/status"));
    }
    assert_all_told(&deployment, &["reborn-before", "reborn-after"]);
    for name in ["reborn-before", "reborn-after"] {
        assert_resumed_once(&deployment, name);
    }
}

/// Every failure is told, with what is done about it, and every success.
fn assert_all_told(deployment: &Deployment, names: &[&str]) {
    let mut untold: Vec<(&str, u64)> = names.iter().flat_map(|name| [(*name, 1), (*name, 2)]).collect();
    while !untold.is_empty() {
        let end = deployment.events.next();
        let (attempt, status, course) = told_end(&end);
        let expected = [("", ""), ("FAILED", "RELAUNCH"), ("COMPLETED", "")];
        assert_eq!((status, course), expected[usize::try_from(attempt).unwrap()], "{end:#}");
        untold.retain(|told| *told != (text(&end, "/detail/correlation_id"), attempt));
    }
}

#[test]
fn a_relauncher_that_always_dies_is_stood_in_for_by_the_sweeper() {
    let deployment = Deployment::new("undead");
    deployment.hears(&deployment.recorder, json!({"prefix": "undead"}), &SUCCESS);
    let fault = json!({"kind": "kill_function", "operation": "RunJobFlow", "times": "always"});
    let relauncher = dying(&deployment, "undead", fault);
    let cluster = deployment.fail("undead");
    let killed = relauncher.invoke(&failure_of(&cluster, ""));
    assert_eq!(killed.answer["errorType"], "Runtime.ExitError", "{killed:?}");
    let failed = deployment.events.next();
    assert_eq!(told_end(&failed), (1, "FAILED", "RELAUNCH"), "{failed:#}");
    assert_eq!(deployment.stack.clusters("undead").len(), 1);

    // The claim is somebody's until the time is up that its function may take.
    let repairs = deployment.stack.until("the sweeper to settle the claim", || {
        Some(deployment.sweep()).filter(|repairs| repairs != &json!([]))
    });
    assert!(text(&repairs, "/0/done").contains("its launch had been left half way; attempt 2 is on j-"));
    let ended = deployment.events.next();
    assert_eq!(told_end(&ended), (2, "COMPLETED", ""), "{ended:#}");
    assert_resumed_once(&deployment, "undead");
}
