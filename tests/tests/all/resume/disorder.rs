//! Every event twice, and in any order: the same as if they had come as they should.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::given::{AT_ONCE, STEPS, fail_once, failure_of, told_end};
use crate::local_stack::given::{ends_of, put_pipeline, text};
use crate::support::function::{Function, Launcher};
use crate::support::stack::{Stack, stack, stack_of_its_own};

const NAME: &str = "disorder";
const RUN: &str = "disorder-1";

/// Columns that are another each time.
const FLEETING: [&str; 6] =
    ["Claimed_By", "Lease_Until", "Normalized_Instance_Hours", "Step_Rank", "TimeToExist", "at"];

/// Lives through a run that fails once, to where it is told that it has completed.
fn live(stack: &'static Stack, disturb: impl Fn()) {
    put_pipeline(stack, NAME, &STEPS.map(|step| (step, "true")));
    stack.put_file(NAME, "pipeline.yaml", AT_ONCE.as_bytes());
    let events = ends_of(stack, NAME);
    fail_once(stack, NAME, "model");
    disturb();
    Launcher::deployed(stack).invoke(&json!({"pipeline": NAME, "correlation_id": RUN})).ok();
    events.next_with(|end| told_end(end) == (2, "COMPLETED", ""));
}

/// The rows, with names in the place of ids and without what is another each time.
fn lasting(stack: &Stack) -> Vec<Value> {
    let rows = stack.rows(RUN);
    let names: BTreeMap<&str, &str> = rows.iter().filter_map(named).collect();
    let mut rows: Vec<Value> = rows.iter().map(|row| plain(row, &names)).collect();
    rows.sort_by_key(|row| text(row, "/DataProduct").to_owned());
    rows
}

/// A step's id with its name, and that of an attempt's cluster with the name of the attempt.
fn named(row: &Value) -> Option<(&str, &str)> {
    let product = text(row, "/DataProduct");
    match (row.get("Step_Id"), product.rsplit_once('#')) {
        (Some(id), _) => Some((id.as_str()?, text(row, "/Name"))),
        (None, Some((_, attempt))) => Some((text(row, "/Cluster_Id"), attempt)),
        (None, None) => None,
    }
}

fn plain(value: &Value, names: &BTreeMap<&str, &str>) -> Value {
    match value {
        Value::Object(columns) => columns
            .iter()
            .filter(|(name, _)| !name.ends_with("_At") && !FLEETING.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), plain(value, names)))
            .collect(),
        Value::Array(items) => items.iter().map(|item| plain(item, names)).collect(),
        Value::String(text) => {
            names.iter().fold(text.clone(), |text, (id, name)| text.replace(id, name)).into()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// Lines that may wake somebody; what comes twice is ordinary.
fn alarms_in_logs(stack: &'static Stack) -> Vec<String> {
    let logs = ["launcher", "recorder", "relauncher"].map(|kind| Function::of(stack, kind).log()).join("\n");
    let alarms = logs.lines().filter(|line| line.contains("\"ERROR\""));
    alarms.map(str::to_owned).collect()
}

#[test]
fn events_that_come_twice_and_in_any_order_change_nothing() {
    let (orderly, disorderly) = (stack(), stack_of_its_own());
    live(orderly, || ());
    live(disorderly, || {
        disorderly.disturb(json!({"kind": "double_event", "times": "always"}));
        disorderly.disturb(json!({"kind": "shuffle_events", "source": "aws.emr", "times": "always"}));
    });
    let rows = [orderly, disorderly].map(|stack| {
        let [cluster, _] = stack.clusters(NAME).try_into().unwrap();
        let late = Function::of(stack, "relauncher").invoke(&failure_of(&cluster, ""));
        assert!(text(late.ok(), "/status").starts_with("ignored, since"), "{late:?}");
        assert_eq!(stack.clusters(NAME).len(), 2, "a late event started a cluster");
        lasting(stack)
    });
    assert_eq!(rows[1], rows[0]);
    assert_eq!(alarms_in_logs(disorderly), Vec::<String>::new());
}
