//! Many runs that fail at the same time: each is resumed once, and none is lost.

use std::collections::BTreeSet;

use serde_json::json;

use super::given::{AT_ONCE, told_end};
use crate::local_stack::given::{ends_of, put_pipeline, text};
use crate::support::function::Launcher;
use crate::support::stack::{Stack, stack_of_its_own};

/// As many as an account has nightly pipelines, and more than a machine of two cores works at in one go.
const MANY: usize = 200;
const NAME: &str = "many";

/// A step that fails on the first cluster of a run, and on no other: the first one leaves a mark.
fn failing_first(stack: &Stack) -> String {
    let marks = format!("{}/many-marks", stack.text("/data"));
    std::fs::create_dir_all(&marks).unwrap();
    format!("! mkdir {marks}/{{{{correlation_id}}}} 2>/dev/null")
}

/// Events that nobody could be given.
fn dead_letters(stack: &Stack) -> Vec<String> {
    let waiting = |queue: &str| {
        let asked = json!({"QueueUrl": stack.text(queue), "AttributeNames": ["ApproximateNumberOfMessages"]});
        let answer = stack.call("sqs", "get_queue_attributes", asked);
        text(&answer, "/Attributes/ApproximateNumberOfMessages").to_owned()
    };
    ["/queues/events", "/queues/functions"].map(waiting).to_vec()
}

#[test]
fn every_one_of_many_runs_that_fail_at_once_is_resumed_once() {
    let stack = stack_of_its_own();
    put_pipeline(stack, NAME, &[("only", &failing_first(stack))]);
    stack.put_file(NAME, "pipeline.yaml", AT_ONCE.as_bytes());
    let events = ends_of(stack, NAME);
    // What tells of progress only would keep the functions busy for longer than the ends do.
    for progress in
        [json!({"detail_type": "EMR Step*"}), json!({"state": "STARTING"}), json!({"state": "RUNNING"})]
    {
        let mut lost = json!({"kind": "lose_event", "source": "aws.emr", "times": "always"});
        lost.as_object_mut().unwrap().extend(progress.as_object().unwrap().clone());
        stack.disturb(lost);
    }
    let launcher = Launcher::deployed(stack);
    let names: BTreeSet<String> = (0..MANY).map(|number| format!("many-{number:03}")).collect();
    for name in &names {
        launcher.call_as_events_do(&json!({"pipeline": NAME, "correlation_id": name}));
    }

    let (mut failed, mut completed) = (BTreeSet::new(), BTreeSet::new());
    while completed.len() < MANY {
        let end = events.next();
        let name = text(&end, "/detail/correlation_id").to_owned();
        match told_end(&end) {
            (1, "FAILED", "RELAUNCH") => failed.insert(name),
            (2, "COMPLETED", "") => completed.insert(name),
            _ => panic!("{end:#}"),
        };
    }
    assert_eq!((&failed, &completed), (&names, &names));
    assert_eq!(stack.clusters(NAME).len(), 2 * MANY);
    assert_eq!(dead_letters(stack), ["0", "0"]);
}
