//! Pipelines on real Spark whose steps fail once.

use serde_json::{Value, json};

use super::given::{attempt_of, fail_once, told_end};
use crate::local_stack::given::{ends_of, text};
use crate::support::function::Launcher;
use crate::support::local::root;
use crate::support::stack::{Stack, stack_of_its_own};

/// Uploads a pipeline of this repository and input for it; it waits for a second before it resumes.
fn lay_down(stack: &Stack, name: &str, rows: &str) -> String {
    let place = json!({
        "folder": root().join("pipelines").join(name),
        "raw": format!("{}/{name}-input", stack.text("/data")),
        "data_bucket": stack.text("/buckets/data"),
        "config_bucket": stack.text("/buckets/config"),
        "name": name,
        "rows": rows,
    });
    stack.script(include_str!("spark/lay_down.py"), &place);
    format!("{name}/raw")
}

/// When each object below a prefix of the data bucket was written.
fn written(stack: &Stack, prefix: &str) -> Vec<(String, String)> {
    let asked = json!({"Bucket": stack.text("/buckets/data"), "Prefix": prefix});
    let found = stack.call("s3", "list_objects_v2", asked);
    let objects = found["Contents"].as_array().cloned().unwrap_or_default();
    objects.iter().map(|one| (text(one, "/Key").to_owned(), text(one, "/LastModified").to_owned())).collect()
}

/// Names of the steps of an attempt, in the order in which they were given to its cluster.
fn given_to(rows: &[Value], attempt: u32) -> Vec<&str> {
    attempt_of(rows, attempt)["Steps"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

#[test]
fn rentals_whose_kpis_fail_once_complete_without_transforming_again() {
    let stack = stack_of_its_own();
    lay_down(stack, "rentals", "500");
    let events = ends_of(stack, "rentals");
    fail_once(stack, "rentals*", "kpis");
    Launcher::deployed(stack).invoke(&json!({"pipeline": "rentals", "correlation_id": "rentals-1"})).ok();
    let failed = events.next();
    assert_eq!(told_end(&failed), (1, "FAILED", "RELAUNCH"), "{failed:#}");
    let before = written(stack, "rentals/curated/");
    assert!(!before.is_empty() && written(stack, "rentals/kpis/").is_empty(), "{before:?}");
    let ended = events.next();
    assert_eq!(told_end(&ended), (2, "COMPLETED", ""), "{ended:#}");
    assert_eq!(written(stack, "rentals/curated/"), before, "transform ran again");
    assert!(!written(stack, "rentals/kpis/").is_empty());
    let rows = stack.rows("rentals-1");
    assert_eq!(given_to(&rows, 1), ["transform", "kpis"]);
    assert_eq!(given_to(&rows, 2), ["kpis"]);
}

#[test]
fn pdm_that_fails_at_its_model_resumes_there_with_metrics_of_its_own() {
    let stack = stack_of_its_own();
    let prefix = lay_down(stack, "pdm", "200");
    let events = ends_of(stack, "pdm");
    fail_once(stack, "*", "model");
    let event =
        json!({"pipeline": "pdm", "correlation_id": "pdm-1", "s3_prefix": prefix, "snapshot_type": "full"});
    Launcher::deployed(stack).invoke(&event).ok();
    let failed = events.next();
    assert_eq!(told_end(&failed), (1, "FAILED", "RELAUNCH"), "{failed:#}");
    assert_eq!(text(&failed, "/detail/cause/step"), "model", "{failed:#}");
    let ended = events.next();
    assert_eq!(told_end(&ended), (2, "COMPLETED", ""), "{ended:#}");
    let rows = stack.rows("pdm-1");
    let (all, again) = (given_to(&rows, 1), given_to(&rows, 2));
    let model = all.iter().position(|step| *step == "model").unwrap();
    assert_eq!((again[0], &again[1..]), ("metrics-setup", &all[model..]), "of {all:?}");
    assert_eq!(again.last(), Some(&"flush-s3"));
}
