//! Relaunchers that die at any of their calls: one second cluster, and nobody is left uninformed.

use serde_json::{Value, json};

use super::deployment::{Deployment, SUCCESS};
use super::given::{AT_ONCE, fail_once, put_three_steps, told_end};
use crate::local_stack::given::text;
use crate::support::function::Function;

/// Seconds that a relauncher may take, after which its claim is uncertain. Shorter than the time that local mode lets pass
/// before it delivers again.
const TIMEOUT: u32 = 8;

/// A run that fails once, and the relauncher of its own that hears of it, under a fault.
fn resumed_under(deployment: &Deployment, name: &str, fault: Option<Value>) -> (Function, Value) {
    let stack = deployment.stack;
    put_three_steps(stack, name, AT_ONCE);
    let relauncher = deployment.relauncher(&format!("{name}-relauncher"), TIMEOUT, json!({}));
    deployment.hears(&relauncher, json!(name), &["TERMINATED_WITH_ERRORS"]);
    let told = relauncher.told();
    if let Some(mut fault) = fault {
        fault["function"] = relauncher.name.clone().into();
        stack.disturb(fault);
    }
    fail_once(stack, name, "model");
    deployment.launch(name);
    let told = told.next();
    assert_eq!(told["requestContext"]["condition"], "Success", "{told}\n{}", relauncher.log());
    (relauncher, told)
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

#[test]
fn a_relauncher_that_dies_at_any_of_its_calls_starts_one_second_cluster() {
    let deployment = Deployment::new("deaths");
    deployment.hears(&deployment.recorder, json!({"prefix": "deaths"}), &SUCCESS);
    let (unharmed, _) = resumed_under(&deployment, "deaths-none", None);
    let calls = deployment.stack.calls_of(&unharmed.name);
    assert!(calls.contains(&"emr RunJobFlow".to_owned()), "{calls:?}");
    let fates: Vec<(usize, bool)> =
        (1..=calls.len()).flat_map(|call| [false, true].map(|after| (call, after))).collect();
    let names: Vec<String> = fates.iter().map(|(call, after)| format!("deaths-{call}-{after}")).collect();
    std::thread::scope(|scope| {
        for ((call, after), name) in fates.iter().zip(&names) {
            let fault = json!({"kind": "kill_function", "call": call, "after": after});
            let deployment = &deployment;
            scope.spawn(move || {
                let (_, told) = resumed_under(deployment, name, Some(fault));
                let deliveries = &told["requestContext"]["approximateInvokeCount"];
                assert_eq!(deliveries, 2, "{name} was not killed");
            });
        }
    });
    assert_all_told(&deployment, &names);
    for name in &names {
        assert_resumed_once(&deployment, name);
    }
}

/// Every failure is told, with what is done about it, and every success.
fn assert_all_told(deployment: &Deployment, names: &[String]) {
    let mut untold: Vec<(&str, u64)> =
        names.iter().flat_map(|name| [(name.as_str(), 1), (name.as_str(), 2)]).collect();
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
    put_three_steps(deployment.stack, "undead", AT_ONCE);
    let relauncher = deployment.relauncher("undead-dying", TIMEOUT, json!({}));
    deployment.stack.disturb(json!({"kind": "kill_function", "function": relauncher.name, "times": "always",
                                    "operation": "RunJobFlow"}));
    let cluster = deployment.fail("undead");
    let killed = relauncher.invoke(&super::given::failure_of(&cluster, ""));
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
