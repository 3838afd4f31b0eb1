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
async fn rows_of_scripts_are_read_however_they_count() {
    let row = |more: Value| {
        let mut row = json!({"Correlation_Id": {"S": "export-7"}, "DataProduct": {"S": "PDM"}});
        row.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        row
    };
    let run = read(row(json!({
        "Run_Id": {"S": "2"}, "TimeToExist": {"N": "1802998800000"},
        "S3_Prefix_Analytical_DataSet": {"S": "analytical"},
    })));
    let run = run.await.unwrap();
    assert_eq!((run.attempt, run.flaw, run.s3_prefix.as_deref()), (Attempt(2), None, Some("analytical")));
    assert_eq!(run.expires_at.as_second(), 1_802_998_800);
    let run = read(row(json!({"Run_Id": {"S": "two"}}))).await.unwrap();
    assert_eq!(run.attempt, Attempt::FIRST);
    assert!(run.flaw.unwrap().contains("Run_Id holds \"two\""));
}

#[tokio::test]
async fn an_end_of_another_cluster_is_none() {
    let row = |ended: &str, announced: &str| {
        let mut row = claimed_by("one");
        let more = json!({
            "Cluster_Id": {"S": "j-2"}, "Outcome": {"S": "STEP_FAILED"}, "Cause": {"M": {}},
            "Stopping": {"S": "CANCELLED"}, "Announced": {"BOOL": true},
            "Ended_Cluster_Id": {"S": ended}, "Stopping_Cluster_Id": {"S": ended},
            "Announced_Cluster_Id": {"S": announced},
        });
        row.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        row
    };
    for (ended, announced, end, told) in
        [("j-2", "j-2", true, true), ("j-1", "j-1", false, false), ("j-2", "j-1", true, false)]
    {
        let run = read(row(ended, announced)).await.unwrap();
        let shown = (run.outcome.is_some(), run.cause.is_some(), run.stopping.is_some());
        assert_eq!((shown, run.announced), ((end, end, end), told), "{ended} {announced}");
    }
}

#[tokio::test]
async fn a_decision_that_cannot_be_read_keeps_everybody_from_deciding_anew() {
    let decided = |course: &str| {
        let mut row = claimed_by("one");
        row["Decision"] = json!({"M": {"course": {"S": course}, "at": {"S": "2026-11-21T02:10:00Z"}}});
        row
    };
    assert_eq!(read(decided("RELAUNCH")).await.unwrap().decision.unwrap().attempt, Attempt(1));
    let run = read(decided("DREAM")).await.unwrap();
    assert_eq!((run.decision, run.flaw.is_some()), (None, true));
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
async fn a_row_of_somebody_elses_stands_for_its_attempt() {
    let row = json!({
        "Correlation_Id": {"S": "export-7"}, "DataProduct": {"S": "PDM"}, "Run_Id": {"N": "3"},
        "Cluster_Id": {"S": "j-10"},
    });
    for (launch, attempt) in [(None, Some(Attempt(3))), (Some("{}"), None)] {
        let mut row = row.clone();
        if let Some(launch) = launch {
            row["Launch"] = json!({"S": launch});
        }
        let (aws, _) = answering(&[(200, &json!({"Items": [row]}).to_string())]);
        let found = aws.by_cluster(&ClusterId::parse("j-10").unwrap()).await.unwrap();
        assert_eq!(found.map(|found| found.key.attempt), attempt);
    }
}

#[tokio::test]
async fn open_runs_are_those_of_the_sparse_index_on_every_page() {
    let last = json!({"Correlation_Id": {"S": "export-7"}});
    let first = json!({"Items": [claimed_by("one")], "LastEvaluatedKey": last}).to_string();
    let second = json!({"Items": [claimed_by("two")]}).to_string();
    let (aws, wire) = answering(&[(200, &first), (200, &second)]);
    let open = aws.open().await.unwrap();
    assert_eq!(open.iter().map(|run| run.claimed_by.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(sent(&wire)[0]["IndexName"], "Open-index");
    assert_eq!(sent(&wire)[0]["ExpressionAttributeValues"], json!({":open": {"S": "run"}}));
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
