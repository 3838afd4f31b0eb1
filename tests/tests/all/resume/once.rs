//! A run that fails once, in the stack as it is deployed.

use serde_json::{Value, json};

use super::diary::Diary;
use super::given::{AT_ONCE, attempt_of, fail_once, put_three_steps_with, steps_of, told_end, told_people};
use crate::local_stack::given::{ends_of, text};
use crate::support::function::Launcher;
use crate::support::queue::Queue;
use crate::support::stack::{Stack, stack};

/// What came of a run of a pipeline of three steps.
struct Lived {
    stack: &'static Stack,
    ends: [Value; 2],
    told: [Value; 2],
    rows: Vec<Value>,
    /// What each step wrote down.
    diary: Vec<String>,
}

fn live(name: &str, model: &str, disturb: impl Fn(&Stack)) -> Lived {
    let (stack, id) = (stack(), format!("{name}-1"));
    let diary = put_three_steps_with(stack, name, AT_ONCE, model);
    let events = ends_of(stack, name);
    let people = Queue::of_topic(stack, &format!("{name}-people"), stack.text("/topics/information"));
    disturb(stack);
    Launcher::deployed(stack).invoke(&json!({"pipeline": name, "correlation_id": id})).ok();
    let ends = [events.next(), events.next()];
    let told = [told_people(&people, &id), told_people(&people, &id)];
    assert!(events.is_empty(), "an end was told twice");
    Lived { stack, ends, told, rows: stack.rows(&id), diary: diary.entries() }
}

impl Lived {
    fn run(&self) -> &Value {
        self.rows.iter().find(|row| row.get("Launch").is_some()).unwrap()
    }

    /// The run, its attempts and what was told agree: it was resumed at this step for this reason.
    fn assert_resumed_at(&self, step: &str, outcome: &str, why: &str) {
        let [failed, ended] = &self.ends;
        assert_eq!(told_end(failed), (1, "FAILED", "RELAUNCH"), "{failed:#}");
        assert_eq!(told_end(ended), (2, "COMPLETED", ""), "{ended:#}");
        assert_eq!(text(failed, "/detail/outcome"), outcome);
        let run = self.run();
        assert_eq!((text(run, "/Status"), &run["Attempt"]), ("COMPLETED", &json!(2)), "{run:#}");
        let (first, second) = (attempt_of(&self.rows, 1), attempt_of(&self.rows, 2));
        assert_eq!((text(first, "/Outcome"), text(second, "/Outcome")), (outcome, "SUCCEEDED"));
        assert_eq!(text(second, "/Cluster_Id"), text(run, "/Cluster_Id"));
        for decision in [&run["Decision"], &first["Decision"], &failed["detail"]["decision"]] {
            assert_eq!((text(decision, "/course"), text(decision, "/from")), ("RELAUNCH", step));
            assert_eq!(text(decision, "/why"), why, "{decision}");
        }
        let [failure, success] = &self.told.each_ref().map(|told| text(told, "/content/description"));
        assert!(failure.contains(&format!("Then: attempt 2 resumes at step {step}")), "{failure}");
        assert!(failure.contains(why) && failure.contains("attempt 1 on j-"), "{failure}");
        assert!(success.contains("ended **COMPLETED**: attempt 2 on j-"), "{success}");
        assert!(!success.contains("Then:"), "{success}");
    }
}

#[test]
fn a_run_whose_step_fails_once_is_resumed_at_that_step_and_completes() {
    let lived = live("once-failed", "true", |stack| fail_once(stack, "once-failed", "model"));
    lived.assert_resumed_at("model", "STEP_FAILED", "a step failed, in attempt 1 of 2");
    assert_eq!(lived.diary, ["source", "model", "report"], "what had completed did not run again");
    let first = [("model", "FAILED"), ("report", "CANCELLED"), ("source", "COMPLETED")];
    assert_eq!(steps_of(&lived.rows, 1), first);
    assert_eq!(steps_of(&lived.rows, 2), [("model", "COMPLETED"), ("report", "COMPLETED")]);
    assert_eq!(lived.stack.clusters("once-failed").len(), 2);
}

#[test]
fn a_run_whose_cluster_dies_amid_a_step_is_resumed_at_that_step_and_completes() {
    let fault = json!({"kind": "kill_cluster", "step_name": "model", "cluster_name": "once-killed", "ms": 1});
    let endless = Diary::endless_once(stack(), "once-killed");
    let lived = live("once-killed", &endless, |stack| stack.disturb(fault.clone()));
    lived.assert_resumed_at("model", "INSTANCE_FAILED", "instances failed, in attempt 1 of 2");
    // The killed step may have begun to write.
    let begun: Vec<&str> = lived.diary.iter().map(String::as_str).filter(|step| *step != "model").collect();
    assert_eq!(begun, ["source", "report"], "what had completed did not run again");
    let first = [("model", "INTERRUPTED"), ("report", "CANCELLED"), ("source", "COMPLETED")];
    assert_eq!(steps_of(&lived.rows, 1), first);
    assert_eq!(steps_of(&lived.rows, 2), [("model", "COMPLETED"), ("report", "COMPLETED")]);
    assert_eq!(lived.stack.clusters("once-killed").len(), 2);
}
