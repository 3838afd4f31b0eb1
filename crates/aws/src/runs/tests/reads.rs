//! Rows, also those that others wrote.

use jiff::Timestamp;
use pipeline::ports::Runs;
use pipeline::run::{Attempt, ClusterId, CorrelationId, Run, Status};
use serde_json::{Value, json};

use super::{claimed_by, key};
use crate::wire::{answering, sent};

async fn read(item: Value) -> Result<Run, pipeline::failure::Failure> {
    let (aws, _) = answering(&[(200, &json!({"Item": item}).to_string())]);
    aws.find(&key().run).await.map(Option::unwrap)
}

#[tokio::test]
async fn a_row_that_somebody_wrote_by_hand_is_still_a_run() {
    let run = read(json!({
        "Correlation_Id": {"S": "export-7"}, "DataProduct": {"S": "PDM"}, "Run_Id": {"N": "3"},
        "Status": {"S": "In-Progress"}, "CurrentStep": {"S": "source"},
    }))
    .await
    .unwrap();
    assert_eq!((run.attempt, run.status), (Attempt(3), Status::InProgress));
    assert_eq!((run.pipeline.as_str(), run.current_step.as_deref()), ("pdm", Some("source")));
    assert_eq!((run.payload_hash, run.claimed_by.as_str()), (None, ""));
    assert_eq!((run.claimed_at, run.expires_at), (Timestamp::UNIX_EPOCH, Timestamp::MAX));
}

#[tokio::test]
async fn the_attempt_is_our_own_count_whatever_writers_on_clusters_make_of_run_id() {
    let mut row = claimed_by("one");
    row["Run_Id"] = json!({"N": "7"});
    assert_eq!(read(row).await.unwrap().attempt, Attempt(1));
}

#[tokio::test]
async fn a_column_that_cannot_be_read_is_named_with_its_row() {
    for (column, value, told) in [
        ("Cluster_Id", json!({"S": "cluster"}), "column Cluster_Id holds \"cluster\""),
        ("TimeToExist", json!({"S": "soon"}), "column TimeToExist holds \"soon\""),
        ("Updated_At", json!({"S": "yesterday"}), "column Updated_At holds \"yesterday\""),
    ] {
        let mut row = claimed_by("one");
        row[column] = value;
        let failure = read(row).await.unwrap_err().to_string();
        assert!(failure.starts_with("read the item export-7 / PDM: "), "{failure}");
        assert!(failure.contains(told), "{failure}");
    }
}

/// Items that stand beside a run.
fn beside() -> Vec<Value> {
    let at = |sort: &str, more: Value| {
        let mut item = json!({"Correlation_Id": {"S": "export-7"}, "DataProduct": {"S": sort}});
        item.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        item
    };
    let attempt = |number: u32| {
        let columns = json!({"Cluster_Id": {"S": format!("j-{number}")}, "Pipeline": {"S": "pdm"}});
        at(&format!("PDM#attempt#{number}"), columns)
    };
    vec![
        claimed_by("one"),
        attempt(10),
        attempt(2),
        at("PDM#attempt#2#step#s-1", json!({"Name": {"S": "model"}, "State": {"S": "RUNNING"}})),
        at("PDM#query#daily", json!({"State": {"S": "whatever"}})),
    ]
}

#[tokio::test]
async fn a_history_holds_every_page_sorted_into_what_it_is() {
    let items = beside();
    let (some, rest) = items.split_at(2);
    let first = json!({"Items": some, "LastEvaluatedKey": {"Correlation_Id": {"S": "export-7"}}}).to_string();
    let second = json!({"Items": rest}).to_string();
    let (aws, wire) = answering(&[(200, &first), (200, &second)]);
    let history = aws.history(&CorrelationId::parse("export-7").unwrap()).await.unwrap();
    let attempts: Vec<u32> = history.attempts.iter().map(|attempt| attempt.key.attempt.0).collect();
    assert_eq!((history.runs.len(), attempts, history.steps.len()), (1, vec![2, 10], 1));
    assert!(sent(&wire).iter().all(|query| query["ConsistentRead"] == true));
}

#[tokio::test]
async fn the_index_answers_the_attempt_and_not_the_run_beside_it() {
    let mut items = beside();
    items[0]["Cluster_Id"] = json!({"S": "j-10"});
    let found = json!({"Items": &items[..2]}).to_string();
    let (aws, wire) = answering(&[(200, &found)]);
    let attempt = aws.by_cluster(&ClusterId::parse("j-10").unwrap()).await.unwrap().unwrap();
    assert_eq!(attempt.key.attempt, Attempt(10));
    assert_eq!(sent(&wire)[0]["IndexName"], "Cluster_Id-index");
}

#[tokio::test]
async fn the_newest_runs_are_listed_first() {
    let claimed = |id: &str, at: &str| {
        let mut row = claimed_by("one");
        row["Correlation_Id"] = json!({"S": id});
        row["Claimed_At"] = json!({"S": at});
        row
    };
    let rows = [
        claimed("old", "2026-11-19T01:00:00.000Z"),
        claimed("new", "2026-11-21T01:00:00.000Z"),
        claimed("middle", "2026-11-20T01:00:00.000Z"),
    ];
    let (aws, _) = answering(&[(200, &json!({"Items": rows}).to_string())]);
    let listed = aws.list(2).await.unwrap();
    let ids: Vec<&str> = listed.iter().map(|run| run.key.correlation_id.as_str()).collect();
    assert_eq!(ids, ["new", "middle"]);
}
