//! Timers, as they leave.

use jiff::Timestamp;
use pipeline::failure::Kind;
use pipeline::ports::{Timer, Timers};
use serde_json::json;

use super::expression;
use crate::Aws;
use crate::wire::{answering, sent};

fn timer() -> Timer {
    Timer {
        name: "relaunch-0a".into(),
        at: "2999-11-21T01:05:00.250Z".parse().unwrap(),
        event: json!({"relaunch": {"attempt": 1}}),
    }
}

const MADE: (u16, &str) =
    (200, r#"{"ScheduleArn": "arn:aws:scheduler:eu-west-2:1:schedule/relay/relaunch-0a"}"#);

#[tokio::test]
async fn a_timer_calls_the_relauncher_once_and_vanishes() {
    let (aws, wire) = answering(&[MADE]);
    aws.set(&timer()).await.unwrap();
    assert!(wire.actual_requests().next().unwrap().uri().ends_with("/schedules/relaunch-0a"));
    let [mut body] = sent(&wire).try_into().unwrap();
    body.as_object_mut().unwrap().remove("ClientToken");
    assert_eq!(
        body,
        json!({
            "GroupName": "relay",
            "ScheduleExpression": "at(2999-11-21T01:05:01)",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                "Arn": "arn:aws:lambda:eu-west-2:1:function:relauncher",
                "RoleArn": "arn:aws:iam::1:role/scheduler",
                "Input": r#"{"relaunch":{"attempt":1}}"#,
            },
        })
    );
}

#[test]
fn a_timer_is_never_early_and_never_past() {
    let now: Timestamp = "2026-11-21T01:04:00.5Z".parse().unwrap();
    for (at, told) in [
        ("2026-11-21T01:03:00Z", "at(2026-11-21T01:04:06)"),
        ("2026-11-21T01:04:01Z", "at(2026-11-21T01:04:06)"),
        ("2026-11-21T01:05:00Z", "at(2026-11-21T01:05:00)"),
        ("2026-11-21T01:05:00.000000001Z", "at(2026-11-21T01:05:01)"),
        ("2026-12-31T23:59:59.999Z", "at(2027-01-01T00:00:00)"),
    ] {
        assert_eq!(expression(at.parse().unwrap(), now), told);
    }
}

#[tokio::test]
async fn a_name_that_exists_is_the_timer() {
    let taken = r#"{"__type": "ConflictException", "Message": "Schedule relaunch-0a already exists."}"#;
    let (aws, _) = answering(&[(409, taken)]);
    assert_eq!(aws.set(&timer()).await, Ok(()));
}

#[tokio::test]
async fn a_group_that_does_not_exist_is_a_failure_as_is_a_connection_without_schedules() {
    let missing =
        r#"{"__type": "ResourceNotFoundException", "Message": "Schedule group relay does not exist."}"#;
    let (aws, _) = answering(&[(404, missing)]);
    assert_eq!(aws.set(&timer()).await.unwrap_err().kind, Kind::NotFound);
    let (aws, wire) = answering(&[]);
    let without = Aws { scheduler: None, ..aws };
    assert_eq!(without.set(&timer()).await.unwrap_err().kind, Kind::Refused);
    assert_eq!(sent(&wire).len(), 0);
}
