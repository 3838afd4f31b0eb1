//! Claims and attachments.

use jiff::Timestamp;
use pipeline::failure::Kind;
use pipeline::ports::{Attachment, Claim, Claimed, Runs};
use pipeline::run::{ClusterId, OwedStep, PipelineName, Run, Topics};
use pipeline::signal::S3Object;
use serde_json::{Value, json};

use super::{DONE, cancelled, claimed_by, condition, key, refused, spelled, transactions};
use crate::wire::{answering, operations, sent};

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn claim() -> Claim {
    Claim {
        key: key(),
        pipeline: PipelineName::parse("pdm").unwrap(),
        date: "2026-11-20".into(),
        s3_prefix: Some("snapshots/full".into()),
        snapshot_type: None,
        at: time("2026-11-21T01:00:00Z"),
        claimant: "one".into(),
        lease_until: time("2026-11-21T01:01:00Z"),
        payload_hash: "p".into(),
        config_hash: "c".into(),
        launch: "{}".into(),
        launch_object: Some(S3Object { bucket: "landing".into(), key: "a/b.csv".into() }),
        name: "pdm".into(),
        owed: vec![OwedStep { name: "source".into(), fingerprint: "0a".into(), runs: true }],
        deadline: Some(time("2026-11-21T05:00:00Z")),
        continue_fails: true,
        notify: Topics { information: None, critical: Some("arn:critical".into()) },
        task_token: None,
        expires_at: time("2027-02-19T01:00:00Z"),
    }
}

#[tokio::test]
async fn a_claim_is_one_write_that_holds_only_where_there_is_no_run() {
    let (aws, wire) = answering(&[DONE]);
    assert_eq!(aws.claim(&claim()).await.unwrap(), Claimed::Won);
    let [write] = sent(&wire).try_into().unwrap();
    assert_eq!(condition(&write), "(attribute_not_exists(Correlation_Id))");
    assert_eq!(write["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
    assert_eq!(write["Key"], json!({"Correlation_Id": {"S": "export-7"}, "DataProduct": {"S": "PDM"}}));
}

#[tokio::test]
async fn a_claim_writes_the_columns_that_operators_know() {
    let (aws, wire) = answering(&[DONE]);
    aws.claim(&claim()).await.unwrap();
    let columns = sent(&wire)[0]["ExpressionAttributeValues"].clone();
    assert_eq!(
        columns,
        json!({
            ":Version": {"N": "1"}, ":Pipeline": {"S": "pdm"}, ":Attempt": {"N": "1"}, ":Run_Id": {"N": "1"},
            ":Status": {"S": "LAUNCHING"}, ":Date": {"S": "2026-11-20"},
            ":S3_Prefix_Snapshots": {"S": "snapshots/full"},
            ":Claimed_At": {"S": "2026-11-21T01:00:00.000Z"}, ":Claimed_By": {"S": "one"},
            ":Lease_Until": {"N": "1795222860000"}, ":Updated_At": {"S": "2026-11-21T01:00:00.000Z"},
            ":Payload_Hash": {"S": "p"}, ":Config_Hash": {"S": "c"}, ":Launch": {"S": "{}"},
            ":Launch_Object": {"M": {"bucket": {"S": "landing"}, "key": {"S": "a/b.csv"}}},
            ":Name": {"S": "pdm"}, ":Deadline": {"S": "2026-11-21T05:00:00.000Z"},
            ":Owed": {"L": [{"M": {"name": {"S": "source"}, "fingerprint": {"S": "0a"}, "runs": {"BOOL": true}}}]},
            ":Continue_Fails": {"BOOL": true}, ":Open": {"S": "run"},
            ":Notify": {"M": {"critical": {"S": "arn:critical"}}}, ":TimeToExist": {"N": "1802998800"},
        })
    );
}

#[tokio::test]
async fn a_lost_claim_answers_the_winners_row_without_another_read() {
    let (aws, wire) = answering(&[(400, &refused(&claimed_by("another")))]);
    let Claimed::Lost(run) = aws.claim(&claim()).await.unwrap() else { panic!("won") };
    assert_eq!((run.key, run.claimed_by.as_str()), (key().run, "another"));
    assert_eq!(run.lease_until, time("2026-11-21T01:01:00Z"));
    assert_eq!(operations(&wire), ["UpdateItem"]);
}

#[tokio::test]
async fn a_claim_that_was_sent_twice_is_won() {
    let (aws, _) = answering(&[(400, &refused(&claimed_by("one")))]);
    assert_eq!(aws.claim(&claim()).await.unwrap(), Claimed::Won);
}

/// The row of a claim as its claimant's rival has seen it.
async fn seen() -> Run {
    let (aws, _) = answering(&[(400, &refused(&claimed_by("one")))]);
    let rival = Claim { claimant: "two".into(), ..claim() };
    let Claimed::Lost(run) = aws.claim(&rival).await.unwrap() else { panic!("won") };
    *run
}

#[tokio::test]
async fn a_claim_is_taken_over_only_as_it_was_seen() {
    let (aws, wire) = answering(&[DONE]);
    let taken = aws.take_over(&seen().await, "two", time("2026-11-21T02:00:00Z")).await.unwrap();
    assert_eq!(taken, Claimed::Won);
    let [write] = sent(&wire).try_into().unwrap();
    assert_eq!(
        condition(&write),
        "(Attempt = 1 AND Status = LAUNCHING AND attribute_not_exists(Cluster_Id)) \
         AND (Claimed_By = one AND Lease_Until = 1795222860000)"
    );
    assert_eq!(spelled(&write, "UpdateExpression"), "SET Claimed_By = two, Lease_Until = 1795226400000");
}

#[tokio::test]
async fn a_claim_that_was_handed_back_meanwhile_may_be_claimed_again() {
    let gone = json!({"__type": "ConditionalCheckFailedException", "message": "no"}).to_string();
    let (aws, _) = answering(&[(400, &gone)]);
    let failure = aws.take_over(&seen().await, "two", Timestamp::MAX).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Throttled, "{failure}");
}

#[tokio::test]
async fn only_the_claimant_hands_back_and_only_without_a_cluster() {
    let (aws, wire) = answering(&[(400, &refused(&claimed_by("another")))]);
    aws.hand_back(&key(), "one", None).await.unwrap();
    let [write] = sent(&wire).try_into().unwrap();
    assert_eq!(operations(&wire), ["DeleteItem"]);
    assert_eq!(
        condition(&write),
        "(Attempt = 1 AND Status = LAUNCHING AND attribute_not_exists(Cluster_Id)) AND (Claimed_By = one)"
    );
}

fn attachment() -> Attachment {
    Attachment {
        key: key(),
        pipeline: PipelineName::parse("pdm").unwrap(),
        cluster_id: ClusterId::parse("j-1").unwrap(),
        steps: vec!["source".into(), "model".into()],
        at: time("2026-11-21T01:00:05Z"),
    }
}

#[tokio::test]
async fn a_cluster_is_recorded_in_the_run_and_its_attempt_together() {
    let (aws, wire) = answering(&[DONE]);
    assert_eq!(aws.attach(&attachment()).await.unwrap(), ClusterId::parse("j-1").ok());
    let [writes] = transactions(&wire).try_into().unwrap();
    let [run, attempt]: [Value; 2] = writes.try_into().unwrap();
    assert_eq!(
        condition(&run),
        "(Attempt = 1 AND attribute_not_exists(Outcome)) \
         AND (attribute_not_exists(Cluster_Id) OR Cluster_Id = j-1)"
    );
    assert_eq!(attempt["Key"]["DataProduct"]["S"], "PDM#attempt#1");
    assert_eq!(
        attempt["ExpressionAttributeValues"][":Steps"],
        json!({"L": [{"S": "source"}, {"S": "model"}]})
    );
    assert_eq!(attempt["ExpressionAttributeValues"][":TimeToExist"], json!({"N": "1802998805"}));
}

#[tokio::test]
async fn an_attachment_answers_whoever_is_recorded() {
    let with = |more: Value| {
        let mut row = claimed_by("one");
        row.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        row
    };
    for (row, recorded) in [
        (with(json!({"Cluster_Id": {"S": "j-2"}, "Status": {"S": "IN_PROGRESS"}})), Some("j-2")),
        (with(json!({"Cluster_Id": {"S": "j-2"}, "Attempt": {"N": "2"}})), None),
        (with(json!({"Cluster_Id": {"S": "j-2"}, "Outcome": {"S": "LOST"}})), None),
    ] {
        let lost = cancelled(&[Some(row.clone()), None]);
        let read = json!({"Item": row}).to_string();
        let (aws, wire) = answering(&[(400, &lost), (200, &read)]);
        let answer = aws.attach(&attachment()).await.unwrap();
        assert_eq!(answer.as_ref().map(ClusterId::as_str), recorded);
        assert_eq!(sent(&wire)[1]["ConsistentRead"], true);
    }
}

#[tokio::test]
async fn a_transaction_that_meets_another_is_tried_again() {
    let meeting = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons": [{"Code": "TransactionConflict", "Message": "ongoing"}, {"Code": "None"}],
    })
    .to_string();
    let (aws, wire) = answering(&[(400, &meeting), (400, &meeting), DONE]);
    assert!(aws.attach(&attachment()).await.unwrap().is_some());
    assert_eq!(operations(&wire).len(), 3);
    let (aws, _) = answering(&[(400, meeting.as_str()); 3]);
    assert_eq!(aws.attach(&attachment()).await.unwrap_err().kind, Kind::Throttled);
}
