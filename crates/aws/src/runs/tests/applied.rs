//! Updates of what is recorded.

use pipeline::ports::{Applied, AttemptUpdate, Fence, RunUpdate, Runs, Updates};
use pipeline::run::{Cause, ClusterId, Outcome, StepId, StepRecord, StepState};
use serde_json::{Value, json};

use super::{DONE, cancelled, condition, key, refused, spelled, transactions};
use crate::wire::{answering, operations, sent};

fn fence() -> Fence {
    Fence::Cluster(ClusterId::parse("j-1").unwrap())
}

fn nothing() -> Updates {
    Updates { run: None, attempt: None, steps: vec![], at: "2026-11-21T02:00:00Z".parse().unwrap() }
}

fn step(id: &str, state: StepState) -> StepRecord {
    StepRecord {
        attempt: key(),
        step_id: StepId::parse(id).unwrap(),
        name: "model".into(),
        state,
        started_at: "2026-11-21T01:30:00Z".parse().ok(),
        ended_at: None,
        settled: false,
    }
}

fn ended() -> RunUpdate {
    let cause = Cause { code: Some("STEP_FAILURE".into()), step: Some("model".into()), ..Cause::default() };
    RunUpdate::End {
        outcome: Outcome::StepFailed,
        cause: Some(cause),
        current_step: Some("model".into()),
        decision: None,
    }
}

/// The one write that these updates make.
async fn written(fence: &Fence, updates: &Updates) -> Value {
    let (aws, wire) = answering(&[DONE]);
    aws.apply(&key(), fence, updates).await.unwrap();
    let [write] = sent(&wire).try_into().unwrap();
    write
}

#[tokio::test]
async fn progress_is_written_while_the_run_is_ours_and_only_forward() {
    let progress = RunUpdate::Progress { step: "model".into(), rank: "0002".into() };
    let write = written(&fence(), &Updates { run: Some(progress), ..nothing() }).await;
    assert_eq!(
        condition(&write),
        "(attribute_not_exists(Attempt) OR Attempt = 1) AND (Cluster_Id = j-1) \
         AND (attribute_not_exists(Outcome) OR \
         (attribute_exists(Ended_Cluster_Id) AND Ended_Cluster_Id <> Cluster_Id)) \
         AND (attribute_not_exists(Step_Rank) OR Step_Rank < 0002)"
    );
}

#[tokio::test]
async fn an_end_gives_way_only_to_the_same_end_with_a_fuller_cause() {
    let claimant = Fence::Claimant("one".into());
    let write = written(&claimant, &Updates { run: Some(ended()), ..nothing() }).await;
    assert_eq!(
        condition(&write),
        "(attribute_not_exists(Attempt) OR Attempt = 1) \
         AND (Claimed_By = one AND attribute_not_exists(Cluster_Id)) \
         AND (attribute_not_exists(Outcome) OR \
         (attribute_exists(Ended_Cluster_Id) AND Ended_Cluster_Id <> Cluster_Id) \
         OR (Outcome = STEP_FAILED AND Cause_Fullness < 2))"
    );
    assert_eq!(write["ExpressionAttributeValues"][":Status"], json!({"S": "FAILED"}));
    assert_eq!(
        write["ExpressionAttributeValues"][":Cause"],
        json!({"M": {
            "class": {"S": "STEP_FAILED"}, "code": {"S": "STEP_FAILURE"}, "step": {"S": "model"},
        }})
    );
}

#[tokio::test]
async fn the_earliest_readiness_stays() {
    let ready = AttemptUpdate::Ready { at: "2026-11-21T01:10:00Z".parse().unwrap() };
    let write = written(&fence(), &Updates { attempt: Some(ready), ..nothing() }).await;
    assert_eq!(
        condition(&write),
        "(Cluster_Id = j-1) AND (attribute_not_exists(Ready_At) OR Ready_At > 2026-11-21T01:10:00.000Z)"
    );
}

#[tokio::test]
async fn a_step_takes_a_higher_state_until_it_is_settled() {
    let updates = Updates { steps: vec![step("s-1", StepState::CancelPending)], ..nothing() };
    let write = written(&fence(), &updates).await;
    assert_eq!(write["Key"]["DataProduct"]["S"], "PDM#attempt#1#step#s-1");
    assert_eq!(
        condition(&write),
        "(attribute_not_exists(Settled)) AND (attribute_not_exists(State) OR State IN (PENDING, RUNNING))"
    );
    let settled = StepRecord { settled: true, ..step("s-1", StepState::Pending) };
    let write = written(&fence(), &Updates { steps: vec![settled], ..nothing() }).await;
    assert_eq!(condition(&write), "(attribute_not_exists(Settled))");
    assert!(spelled(&write, "UpdateExpression").ends_with(" REMOVE Ended_At"));
}

#[tokio::test]
async fn a_step_that_did_not_rise_still_gets_the_time_that_it_lacked() {
    let row = json!({"State": {"S": "COMPLETED"}, "Ended_At": {"S": "2026-11-21T01:40:00.000Z"}});
    let (aws, wire) = answering(&[(400, &refused(&row)), DONE]);
    let updates = Updates { steps: vec![step("s-1", StepState::Running)], ..nothing() };
    assert_eq!(aws.apply(&key(), &fence(), &updates).await.unwrap(), Applied::default());
    assert_eq!(
        spelled(&sent(&wire)[1], "UpdateExpression"),
        "SET Started_At = if_not_exists(Started_At, 2026-11-21T01:30:00.000Z)"
    );
}

#[tokio::test]
async fn several_items_change_in_one_round_trip() {
    let (aws, wire) = answering(&[DONE]);
    let updates = Updates {
        run: Some(ended()),
        steps: vec![step("s-1", StepState::Failed), step("s-2", StepState::Cancelled)],
        ..nothing()
    };
    let applied = aws.apply(&key(), &fence(), &updates).await.unwrap();
    assert_eq!(applied, Applied { run: true, attempt: false, steps: 2 });
    assert_eq!(operations(&wire), ["TransactWriteItems"]);
}

#[tokio::test]
async fn what_is_refused_does_not_keep_the_rest_from_being_written() {
    let settled = json!({"State": {"S": "FAILED"}, "Settled": {"BOOL": true}});
    let (aws, wire) = answering(&[(400, &cancelled(&[Some(settled), None, None])), DONE]);
    let updates = Updates {
        run: Some(ended()),
        steps: vec![step("s-1", StepState::Failed), step("s-2", StepState::Cancelled)],
        ..nothing()
    };
    let applied = aws.apply(&key(), &fence(), &updates).await.unwrap();
    assert_eq!(applied, Applied { run: true, attempt: false, steps: 1 });
    let again: Vec<Value> =
        transactions(&wire)[1].iter().map(|write| write["Key"]["DataProduct"]["S"].clone()).collect();
    assert_eq!(again, ["PDM#attempt#1#step#s-2", "PDM"]);
}

#[tokio::test]
async fn more_steps_than_a_transaction_takes_are_written_in_several() {
    let (aws, wire) = answering(&[DONE, DONE]);
    let steps = (0..120).map(|number| step(&format!("s-{number}"), StepState::Completed)).collect();
    let applied = aws.apply(&key(), &fence(), &Updates { steps, ..nothing() }).await.unwrap();
    assert_eq!(applied.steps, 120);
    assert_eq!(transactions(&wire).iter().map(Vec::len).collect::<Vec<_>>(), [100, 20]);
}

#[tokio::test]
async fn an_announcement_is_noted_only_by_whom_the_run_belongs_to() {
    let (aws, wire) = answering(&[(400, &refused(&json!({})))]);
    aws.mark_announced(&key(), &fence(), None).await.unwrap();
    let written = condition(&sent(&wire)[0]);
    assert!(
        written.contains("(Cluster_Id = j-1)") && written.contains("Decision.cluster_id <> j-1"),
        "{written}"
    );
}

#[tokio::test]
async fn an_end_is_that_of_its_cluster_and_expires_in_seconds() {
    let write = written(&fence(), &Updates { run: Some(ended()), ..nothing() }).await;
    assert_eq!(write["ExpressionAttributeValues"][":Ended_Cluster_Id"], json!({"S": "j-1"}));
    assert_eq!(write["ExpressionAttributeValues"][":TimeToExist"], json!({"N": "1803002400"}));
    let write = written(&Fence::Claimant("one".into()), &Updates { run: Some(ended()), ..nothing() }).await;
    assert!(spelled(&write, "UpdateExpression").ends_with(" REMOVE Ended_Cluster_Id"));
}
