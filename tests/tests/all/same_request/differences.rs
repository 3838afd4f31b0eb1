//! Where two bodies differ.

use serde_json::Value;

const OUR_TAGS: [&str; 4] = ["Correlation_Id", "Run_Id", "Pipeline", "export_date"];

/// The body without what every launch adds.
pub(crate) fn without_our_tags(mut body: Value) -> Value {
    let Some(tags) = body.get_mut("Tags").and_then(Value::as_array_mut) else { return body };
    let had = tags.len();
    tags.retain(|tag| !OUR_TAGS.iter().any(|name| tag["Key"] == *name));
    assert!(tags.len() < had, "the tags of the run are missing");
    if tags.is_empty() {
        body.as_object_mut().unwrap().remove("Tags");
    }
    body
}

/// Every place at which they differ, numbers compared as numbers.
pub(crate) fn between(path: &str, theirs: &Value, ours: &Value) -> Vec<String> {
    match (theirs, ours) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
            let below = |name: &String| match (one.get(name), other.get(name)) {
                (Some(theirs), Some(ours)) => between(&format!("{path}.{name}"), theirs, ours),
                (theirs, ours) => vec![format!("{path}.{name}: boto3 sends {theirs:?}, we send {ours:?}")],
            };
            names.flat_map(below).collect()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let pairs = one.iter().zip(other).enumerate();
            pairs
                .flat_map(|(index, (theirs, ours))| between(&format!("{path}[{index}]"), theirs, ours))
                .collect()
        }
        (Value::Number(one), Value::Number(other)) if one.as_f64() == other.as_f64() => vec![],
        _ if theirs == ours => vec![],
        _ => vec![format!("{path}: boto3 sends {theirs}, we send {ours}")],
    }
}
