//! Events and messages, as they leave.

use pipeline::announcement::{Notification, RunStateChange};
use pipeline::failure::Kind;
use pipeline::ports::Notices;
use serde_json::{Value, json};

use super::subject;
use crate::wire::{answering, answering_persistently, sent};

const TOLD: &str =
    "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>";

fn change() -> RunStateChange {
    serde_json::from_value(json!({
        "version": 1, "pipeline": "pdm", "correlation_id": "export-7", "data_product": "PDM", "run_id": 1,
        "status": "COMPLETED", "outcome": "SUCCEEDED", "date": "2026-11-20",
        "ended_at": "2026-11-21T02:00:00Z",
    }))
    .unwrap()
}

#[tokio::test]
async fn an_end_is_an_event_of_ours_on_our_bus() {
    let (aws, wire) = answering(&[(200, r#"{"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}"#)]);
    aws.publish(&change()).await.unwrap();
    let entry = &sent(&wire)[0]["Entries"][0];
    assert_eq!(entry["EventBusName"], "pipelines");
    assert_eq!(
        (&entry["Source"], &entry["DetailType"]),
        (&json!("emr-relay"), &json!("Pipeline Run State Change"))
    );
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    assert_eq!(detail, serde_json::to_value(change()).unwrap());
}

#[tokio::test]
async fn an_event_that_was_not_taken_is_a_failure_though_the_call_succeeded() {
    for (code, kind) in [("ThrottlingException", Kind::Throttled), ("InternalFailure", Kind::Unknown)] {
        let entries = json!([{"ErrorCode": code, "ErrorMessage": "try later"}]);
        let answer = json!({"FailedEntryCount": 1, "Entries": entries}).to_string();
        let (aws, _) = answering(&[(200, &answer)]);
        let failure = aws.publish(&change()).await.unwrap_err();
        assert_eq!((failure.word.as_str(), failure.kind), (code, kind));
    }
}

#[tokio::test]
async fn people_are_told_under_a_subject_that_sns_takes() {
    let (aws, wire) = answering(&[(200, TOLD)]);
    aws.notify("arn:aws:sns:eu-west-2:1:critical", &Notification::of(&change())).await.unwrap();
    let request = wire.actual_requests().next().unwrap();
    let form = std::str::from_utf8(request.body().bytes().unwrap()).unwrap().to_owned();
    assert!(form.contains("Action=Publish"), "{form}");
    assert!(form.contains("Subject=pdm%20SUCCEEDED%20%282026-11-20%29"), "{form}");
    assert_eq!(subject(" Zürich\nnightly "), "Z?rich?nightly");
    assert_eq!(subject(&"x".repeat(300)).len(), 100);
}

/// What was published, as form fields.
fn forms(wire: &aws_smithy_http_client::test_util::StaticReplayClient) -> Vec<String> {
    let form = |body: &[u8]| std::str::from_utf8(body).unwrap().to_owned();
    wire.actual_requests().map(|request| form(request.body().bytes().unwrap())).collect()
}

#[tokio::test(start_paused = true)]
async fn a_message_for_a_program_is_sent_once_even_where_people_would_be_told_again() {
    let answers = [(500, "<ErrorResponse/>"), (200, TOLD)];
    let message = json!({"correlation_id": "export-7", "s3_prefix": null});
    let (aws, wire) = answering_persistently(&answers);
    let failure = aws.send("arn:aws:sns:eu-west-2:1:older", &message).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unknown);
    let [form] = forms(&wire).try_into().unwrap();
    let text = "%7B%22correlation_id%22%3A%22export-7%22%2C%22s3_prefix%22%3Anull%7D";
    assert!(form.contains(&format!("Message={text}")), "{form}");
    let (aws, wire) = answering_persistently(&answers);
    aws.notify("arn:aws:sns:eu-west-2:1:critical", &Notification::of(&change())).await.unwrap();
    assert_eq!(forms(&wire).len(), 2);
}
