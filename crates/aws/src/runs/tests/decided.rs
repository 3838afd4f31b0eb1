//! Decisions, stops, and what is told of them.

use pipeline::ports::{AttemptUpdate, Fence, RunUpdate, Runs, Updates};
use pipeline::run::{Attempt, ClusterId, Course, Decision, Outcome};
use serde_json::{Value, json};

use super::{DONE, condition, key, spelled};
use crate::wire::{answering, sent};

/// What every write on the cluster relies on, and what a decision does beside.
const FENCED: &str = "(attribute_not_exists(Attempt) OR Attempt = 1) AND (Cluster_Id = j-1)";
const ENDED: &str = "(attribute_exists(Outcome) AND \
     (attribute_not_exists(Ended_Cluster_Id) OR Ended_Cluster_Id = Cluster_Id))";

fn decision(course: Course) -> Decision {
    let cluster_id = ClusterId::parse("j-1").ok();
    Decision { attempt: Attempt(1), cluster_id, course, why: "step model failed".into() }
}

fn relaunch() -> Course {
    Course::Relaunch { from: Some("model".into()), at: "2026-11-21T02:10:00Z".parse().unwrap() }
}

async fn written(update: RunUpdate) -> Value {
    let (aws, wire) = answering(&[DONE]);
    let at = "2026-11-21T02:00:00Z".parse().unwrap();
    let updates = Updates { run: Some(update), attempt: None, steps: vec![], at };
    let fence = Fence::Cluster(ClusterId::parse("j-1").unwrap());
    aws.apply(&key(), &fence, &updates).await.unwrap();
    let [write] = sent(&wire).try_into().unwrap();
    write
}

#[tokio::test]
async fn a_decision_stands_beside_its_end_which_is_then_untold() {
    let write = written(RunUpdate::Decide(decision(relaunch()))).await;
    assert_eq!(
        condition(&write),
        format!(
            "{FENCED} AND {ENDED} \
             AND (attribute_not_exists(Decision.cluster_id) OR Decision.cluster_id <> j-1)"
        )
    );
    assert!(spelled(&write, "UpdateExpression").ends_with(" REMOVE Announced, Announced_Cluster_Id"));
    assert_eq!(
        write["ExpressionAttributeValues"][":Decision"],
        json!({"M": {
            "course": {"S": "RELAUNCH"}, "why": {"S": "step model failed"}, "from": {"S": "model"},
            "at": {"S": "2026-11-21T02:10:00.000Z"}, "attempt": {"N": "1"}, "cluster_id": {"S": "j-1"},
        }})
    );
}

#[tokio::test]
async fn only_hope_gives_way() {
    let write = written(RunUpdate::Decide(decision(Course::GiveUp))).await;
    assert!(condition(&write).ends_with("OR Decision.cluster_id <> j-1 OR Decision.course <> GIVE_UP)"));
    let write = written(RunUpdate::Decide(decision(Course::HandOver))).await;
    assert!(condition(&write).ends_with("OR Decision.cluster_id <> j-1)"));
}

#[tokio::test]
async fn an_attempt_keeps_the_last_decision_about_it() {
    let (aws, wire) = answering(&[DONE]);
    let attempt = Some(AttemptUpdate::Decide(decision(Course::GiveUp)));
    let updates = Updates { run: None, attempt, steps: vec![], at: "2026-11-21T02:00:00Z".parse().unwrap() };
    aws.apply(&key(), &Fence::Cluster(ClusterId::parse("j-1").unwrap()), &updates).await.unwrap();
    let [write] = sent(&wire).try_into().unwrap();
    assert_eq!(write["Key"]["DataProduct"]["S"], "PDM#attempt#1");
    assert_eq!(condition(&write), "(Cluster_Id = j-1)");
    assert_eq!(write["ExpressionAttributeValues"][":Decision"]["M"]["course"], json!({"S": "GIVE_UP"}));
}

#[tokio::test]
async fn a_run_is_stopped_for_the_first_reason_and_while_it_lives() {
    let write = written(RunUpdate::Stop(Outcome::TimedOut)).await;
    assert_eq!(
        condition(&write),
        format!(
            "{FENCED} AND (attribute_not_exists(Outcome) OR \
             (attribute_exists(Ended_Cluster_Id) AND Ended_Cluster_Id <> Cluster_Id)) \
             AND (attribute_not_exists(Stopping) OR \
             (attribute_exists(Stopping_Cluster_Id) AND Stopping_Cluster_Id <> Cluster_Id))"
        )
    );
    assert_eq!(write["ExpressionAttributeValues"][":Stopping"], json!({"S": "TIMED_OUT"}));
}

#[tokio::test]
async fn a_run_that_is_told_leaves_the_open_ones_unless_something_is_to_come() {
    let relaunch = Course::Relaunch { from: None, at: jiff::Timestamp::UNIX_EPOCH };
    for (course, expression, told) in [
        (
            Some(relaunch),
            "SET Announced = true, Announced_Cluster_Id = j-1, Open = run",
            "Decision.course = RELAUNCH",
        ),
        (
            Some(Course::GiveUp),
            "SET Announced = true, Announced_Cluster_Id = j-1 REMOVE Open",
            "Decision.course = GIVE_UP",
        ),
        (None, "SET Announced = true, Announced_Cluster_Id = j-1 REMOVE Open", "Decision.cluster_id <> j-1"),
    ] {
        let (aws, wire) = answering(&[DONE]);
        let fence = Fence::Cluster(ClusterId::parse("j-1").unwrap());
        aws.mark_announced(&key(), &fence, course.map(decision).as_ref()).await.unwrap();
        let sent = &sent(&wire)[0];
        assert_eq!(spelled(sent, "UpdateExpression"), expression);
        assert!(condition(sent).contains(told), "{}", condition(sent));
    }
}
