//! A person wants a run resumed.

use serde_json::{Value, json};

use super::deployment::Deployment;
use super::given::told_end;
use crate::local_stack::given::text;
use crate::support::function::Invoked;

fn wish(deployment: &Deployment, body: Value) -> Invoked {
    deployment.relauncher.invoke(&json!({"resume": body}))
}

fn assert_refused(invoked: &Invoked, code: &str, why: &str) {
    assert_eq!(text(&invoked.answer, "/errorType"), code, "{invoked:?}");
    assert!(text(&invoked.answer, "/errorMessage").contains(why), "{why:?}: {invoked:?}");
}

#[test]
fn a_person_resumes_a_run_that_was_given_up_from_a_step_and_only_once() {
    let deployment = Deployment::new("wished");
    let diary = deployment.put("retry: {steps_not_to_retry: [model]}\n");
    let cluster = deployment.fail("wished");
    let given_up = deployment.tell_failure(&cluster);
    deployment.assert_given_up("wished", &given_up, "a failure of step model is never a reason to relaunch");
    assert_eq!(told_end(&deployment.events.next()), (1, "FAILED", "GIVE_UP"));

    let misspelt = wish(&deployment, json!({"correlation_id": "wished", "form": "source"}));
    assert_refused(&misspelt, "relaunch.event", "from");
    let unknown = wish(&deployment, json!({"correlation_id": "wishes"}));
    assert_refused(&unknown, "relaunch.event", "there is no run wishes");
    let nowhere = wish(&deployment, json!({"correlation_id": "wished", "from": "modell"}));
    assert_refused(&nowhere, "relaunch.not_resumable", "modell");
    assert_eq!(deployment.stack.clusters("wished").len(), 1);

    deployment.hears_ends();
    let asked = json!({"correlation_id": "wished", "data_product": "WISHED", "attempt": 1, "from": "source"});
    let resumed = wish(&deployment, asked.clone());
    assert_eq!(text(resumed.ok(), "/status"), "launched", "{resumed:?}");
    assert_eq!(told_end(&deployment.events.next()), (2, "COMPLETED", ""));
    assert_refused(
        &wish(&deployment, asked),
        "relaunch.not_resumable",
        "it was relaunched already, as attempt 2",
    );
    assert_eq!(deployment.stack.clusters("wished").len(), 2);
    assert_eq!(diary.entries(), ["source", "source", "model", "report"]);
    let run = deployment.run("wished");
    assert_eq!(text(&run, "/Decision/why"), "a person asked for it", "{run:#}");
}
