//! What reaches DynamoDB: each write with the condition that makes it safe to repeat.

mod applied;
mod claims;
mod decided;
mod next;
mod reads;

use aws_smithy_http_client::test_util::StaticReplayClient;
use pipeline::run::{Attempt, AttemptKey, CorrelationId, DataProduct, RunKey};
use serde_json::{Value, json};

use crate::wire::sent;

const DONE: (u16, &str) = (200, "{}");

fn key() -> AttemptKey {
    let run = RunKey {
        correlation_id: CorrelationId::parse("export-7").unwrap(),
        data_product: DataProduct::parse("PDM").unwrap(),
    };
    AttemptKey { run, attempt: Attempt::FIRST }
}

/// DynamoDB's refusal of one write, with the item that it found.
fn refused(item: &Value) -> String {
    let word = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
    json!({"__type": word, "message": "The conditional request failed", "Item": item}).to_string()
}

/// DynamoDB's refusal of a transaction: for each write the item that it found, or nothing where it would have held.
fn cancelled(items: &[Option<Value>]) -> String {
    let reason = |item: &Option<Value>| match item {
        Some(item) => json!({"Code": "ConditionalCheckFailed", "Item": item, "Message": "no"}),
        None => json!({"Code": "None"}),
    };
    let reasons: Vec<Value> = items.iter().map(reason).collect();
    let word = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    json!({"__type": word, "Message": "Transaction cancelled", "CancellationReasons": reasons}).to_string()
}

/// The row of a claim that nobody has attached a cluster to.
fn claimed_by(claimant: &str) -> Value {
    json!({
        "Correlation_Id": {"S": "export-7"}, "DataProduct": {"S": "PDM"}, "Pipeline": {"S": "pdm"},
        "Attempt": {"N": "1"}, "Run_Id": {"N": "1"}, "Status": {"S": "LAUNCHING"},
        "Claimed_By": {"S": claimant}, "Claimed_At": {"S": "2026-11-21T01:00:00.000Z"},
        "Lease_Until": {"N": "1795222860000"}, "Updated_At": {"S": "2026-11-21T01:00:00.000Z"},
        "TimeToExist": {"N": "1802998800"},
    })
}

/// An expression of a write, with its names and values put in.
fn spelled(write: &Value, expression: &str) -> String {
    let text = write[expression].as_str().unwrap_or_default().to_owned();
    let tokens = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && !"_#:".contains(c));
    tokens.map(|token| put_in(write, token)).collect()
}

fn put_in(write: &Value, token: &str) -> String {
    let end = token.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_').len();
    let (word, rest) = token.split_at(end);
    let name = write["ExpressionAttributeNames"][word].as_str();
    let value = write["ExpressionAttributeValues"][word].as_object().and_then(|value| value.values().next());
    let value = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    name.map(str::to_owned).or(value).unwrap_or_else(|| word.to_owned()) + rest
}

fn condition(write: &Value) -> String {
    spelled(write, "ConditionExpression")
}

/// The writes of each transaction that was sent.
fn transactions(wire: &StaticReplayClient) -> Vec<Vec<Value>> {
    let updates = |body: &Value| {
        let items = body["TransactItems"].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item["Update"].clone()).collect()
    };
    sent(wire).iter().map(updates).collect()
}
