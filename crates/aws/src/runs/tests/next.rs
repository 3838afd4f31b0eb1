//! The claim of a further attempt, and the same handed back.

use jiff::Timestamp;
use pipeline::ports::{Claimed, NextClaim, Runs};
use pipeline::run::{AttemptKey, Course, Decision, Run, Topics};
use serde_json::{Value, json};

use super::{DONE, claimed_by, condition, key, refused, spelled};
use crate::wire::{answering, operations, sent};

fn failed() -> Value {
    let mut row = claimed_by("one");
    row["Status"] = json!({"S": "FAILED"});
    row["Outcome"] = json!({"S": "STEP_FAILED"});
    row["Cluster_Id"] = json!({"S": "j-1"});
    row["Launch"] = json!({"S": "{}"});
    row
}

/// A row that a script on a cluster wrote.
fn foreign() -> Value {
    json!({
        "Correlation_Id": {"S": "export-7"}, "DataProduct": {"S": "PDM"}, "Run_Id": {"N": "4"},
        "Status": {"S": "FAILED"}, "CurrentStep": {"S": "model"}, "Cluster_Id": {"S": "j-1"},
        "Outcome": {"S": "STEP_FAILED"}, "Ended_Cluster_Id": {"S": "j-1"},
        "TimeToExist": {"N": "1802998800000"},
    })
}

async fn seen(row: &Value) -> Run {
    let (aws, _) = answering(&[(200, &json!({"Item": row}).to_string())]);
    aws.find(&key().run).await.unwrap().unwrap()
}

fn claim(seen: Run) -> NextClaim {
    let at: Timestamp = "2026-11-21T03:00:00Z".parse().unwrap();
    let course = Course::Relaunch { from: None, at };
    let decision =
        Decision { attempt: seen.attempt, cluster_id: seen.cluster_id.clone(), course, why: "why".into() };
    NextClaim {
        at,
        claimant: "two".into(),
        lease_until: at,
        pipeline: seen.pipeline.clone(),
        launch: "{}".into(),
        config_hash: "c".into(),
        notify: Topics::NONE,
        name: "pdm".into(),
        owed: vec![],
        deadline: None,
        continue_fails: false,
        decision,
        expires_at: at,
        seen,
    }
}

const AS_SEEN: &str = "(Outcome = STEP_FAILED) AND (attribute_exists(Outcome) AND \
     (attribute_not_exists(Ended_Cluster_Id) OR Ended_Cluster_Id = Cluster_Id)) AND (Cluster_Id = j-1)";

#[tokio::test]
async fn a_further_attempt_is_one_write_on_the_run_as_it_was_seen() {
    let (aws, wire) = answering(&[DONE, DONE]);
    let claimed = aws.claim_next(&claim(seen(&failed()).await)).await.unwrap();
    assert_eq!(claimed, Claimed::Won);
    let [write, count] = sent(&wire).try_into().unwrap();
    assert_eq!(
        condition(&write),
        format!(
            "(attribute_exists(Correlation_Id)) AND (attribute_not_exists(Attempt) OR Attempt = 1) AND {AS_SEEN}"
        )
    );
    assert_eq!(write["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
    assert_eq!(write["ExpressionAttributeValues"][":Attempt"], json!({"N": "2"}));
    assert!(spelled(&write, "UpdateExpression").ends_with(
        " REMOVE Owed, Deadline, Notify, Outcome, Cause, Cause_Fullness, Ended_Cluster_Id, Cluster_Id, Announced, \
         Announced_Cluster_Id, Stopping, Stopping_Cluster_Id, Step_Rank"
    ));
    assert_eq!(condition(&count), "(Attempt = 2) AND (attribute_not_exists(Run_Id) OR Run_Id < 2)");
    assert_eq!(spelled(&count, "UpdateExpression"), "SET Run_Id = 2");
}

#[tokio::test]
async fn a_claim_is_won_whatever_becomes_of_the_number_that_others_count() {
    for answer in [(400, refused(&failed())), (500, "{}".to_owned())] {
        let (aws, wire) = answering(&[DONE, (answer.0, &answer.1)]);
        assert_eq!(aws.claim_next(&claim(seen(&failed()).await)).await.unwrap(), Claimed::Won);
        assert_eq!(operations(&wire), ["UpdateItem", "UpdateItem"]);
    }
}

#[tokio::test]
async fn who_finds_itself_claimed_has_won_and_who_finds_another_learns_who() {
    let second = |claimant: &str| {
        let mut row = claimed_by(claimant);
        row["Attempt"] = json!({"N": "2"});
        refused(&row)
    };
    let (aws, _) = answering(&[(400, &second("two"))]);
    assert_eq!(aws.claim_next(&claim(seen(&failed()).await)).await.unwrap(), Claimed::Won);
    let (aws, _) = answering(&[(400, &second("three"))]);
    let Claimed::Lost(run) = aws.claim_next(&claim(seen(&failed()).await)).await.unwrap() else {
        panic!("won")
    };
    assert_eq!(run.claimed_by, "three");
    // The first attempt may have been claimed by the same invocation.
    let (aws, _) = answering(&[(400, &refused(&claimed_by("two")))]);
    assert!(matches!(aws.claim_next(&claim(seen(&failed()).await)).await.unwrap(), Claimed::Lost(_)));
}

#[tokio::test]
async fn a_claim_that_is_handed_back_leaves_the_run_as_it_was() {
    let before = seen(&failed()).await;
    let (aws, wire) = answering(&[DONE]);
    let second = AttemptKey { attempt: before.attempt.next(), ..key() };
    aws.hand_back(&second, "two", Some(&before)).await.unwrap();
    let [write] = sent(&wire).try_into().unwrap();
    assert_eq!(
        condition(&write),
        "(Attempt = 2 AND Status = LAUNCHING AND attribute_not_exists(Cluster_Id)) AND (Claimed_By = two)"
    );
    let expression = spelled(&write, "UpdateExpression");
    for set in ["Attempt = 1", "Outcome = STEP_FAILED", "Cluster_Id = j-1", "Claimed_By = one"] {
        assert!(expression.contains(set), "{set} in {expression}");
    }
    assert!(!expression.contains("Run_Id"), "{expression}");
}

#[tokio::test]
async fn a_row_of_somebody_elses_that_is_handed_back_is_theirs_again() {
    let before = seen(&foreign()).await;
    let (aws, wire) = answering(&[DONE]);
    let next = AttemptKey { attempt: before.attempt.next(), ..key() };
    aws.hand_back(&next, "two", Some(&before)).await.unwrap();
    let [write] = sent(&wire).try_into().unwrap();
    let expression = spelled(&write, "UpdateExpression");
    let (sets, removed) = expression.split_once(" REMOVE ").unwrap();
    assert_eq!(
        sets,
        "SET Run_Id = 4, Status = FAILED, Outcome = STEP_FAILED, Cause_Fullness = 0, Ended_Cluster_Id = j-1, \
         Cluster_Id = j-1, TimeToExist = 1802998800"
    );
    for column in ["Attempt", "Version", "Pipeline", "Launch", "Claimed_By", "Lease_Until", "Decision"] {
        assert!(removed.split(", ").any(|one| one == column), "{column} in {removed}");
    }
}
