//! What an order adds to the request of its pipeline.

use serde_json::json;

use crate::document::{Node, Problem, Problems, Source, Value};
use crate::folder::Folder;
use crate::launch::Order;
use crate::overlay::{add_step_args, add_to_every_step, extend, merge};
use crate::run::AttemptKey;

/// The tag that names the run table of a cluster's deployment.
pub const RUN_TABLE: &str = "Run_Table";

/// Lays `retry.overrides` over the request.
pub(super) fn lay_over_retry(request: &mut Node, folder: &Folder) -> Problems {
    folder.definition.retry.overrides.clone().map(|overrides| merge(request, overrides)).unwrap_or_default()
}

/// Lays the event over the request: overrides, extensions, arguments.
pub(super) fn lay_over(request: &mut Node, order: &Order, date: &str) -> Problems {
    let event = &order.event;
    let mut problems = Problems::default();
    if let Some(overrides) = &event.overrides {
        let node = Node::from_json(&Source::named("event: overrides"), &json!(overrides));
        problems.extend(merge(request, node));
    }
    if let Some(extensions) = &event.extend {
        let node = Node::from_json(&Source::named("event: extend"), &json!(extensions));
        problems.extend(extend(request, &node));
    }
    if let Some(args) = &event.additional_step_args {
        let node = Node::from_json(&Source::named("event: additional_step_args"), &json!(args));
        problems.extend(add_step_args(request, &node));
    }
    if order.object.is_some() {
        add_to_every_step(request, &object_args(order, date), &Source::named("S3 notification"));
    }
    problems
}

/// The arguments that the existing Python launcher gives to each step for an object that has arrived.
fn object_args(order: &Order, date: &str) -> Vec<String> {
    let Some(object) = &order.object else { return vec![] };
    let named = [
        ("--correlation_id", order.correlation_id.as_str()),
        ("--s3_bucket_name", &object.bucket),
        ("--s3_prefix", &object.key),
        ("--export_date", date),
    ];
    named.into_iter().flat_map(|(name, value)| [name.to_owned(), value.to_owned()]).collect()
}

/// The prefix that the run reads: as the event names it, else the key of the object that asked for it.
pub(super) fn s3_prefix(order: &Order) -> Option<String> {
    order.event.s3_prefix.clone().or_else(|| order.object.as_ref().map(|object| object.key.clone()))
}

/// The tags by which a cluster is found again. A tag of the same key that the folder gives is replaced.
pub(super) fn put_tags(request: &mut Node, order: &Order, key: &AttemptKey, date: &str) {
    let run_id = key.attempt.to_string();
    let mut tags = vec![
        ("Correlation_Id", key.run.correlation_id.as_str()),
        ("Run_Id", run_id.as_str()),
        ("Pipeline", order.pipeline.as_str()),
    ];
    if let Some(table) = &order.table {
        tags.push((RUN_TABLE, table));
    }
    if order.object.is_some() {
        tags.push(("export_date", date));
    }
    if let Some(Node { value: Value::List(known), .. }) = request.get_mut("Tags") {
        known.retain(|tag| {
            let key = tag.get("Key").and_then(Node::as_text);
            !tags.iter().any(|(name, _)| key == Some(name))
        });
    }
    let tags: Vec<_> = tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
    // Tags that are no list are told when the request is typed.
    let _ = extend(request, &Node::from_json(&Source::named("emr-relay"), &json!({"Tags": tags})));
}

/// Puts the name of a copy in the place of the security configuration: the name is made of the attempt, so that a
/// repeated launch finds its own copy.
pub(super) fn copy_security_configuration(
    request: &mut Node,
    order: &Order,
    key: &AttemptKey,
    event: &Source,
) -> Result<Option<(String, String)>, Problems> {
    if order.event.copy_secconfig != Some(true) {
        return Ok(None);
    }
    let Some(from) = request.get("SecurityConfiguration").and_then(Node::as_text).map(str::to_owned) else {
        let message = "copy_secconfig is set, but the cluster has no SecurityConfiguration to copy";
        return Err(Problem::about("event.copy_secconfig", event, message).into());
    };
    let to = format!("{from}-{}-{}", key.run.correlation_id, key.attempt);
    let name = Node::from_json(&Source::named("emr-relay"), &json!({"SecurityConfiguration": to}));
    let problems = merge(request, name);
    problems.unless_errors(Some((from, to)))
}
