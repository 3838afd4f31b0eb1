//! What reaches EMR: every member as it was written, and no request twice.

mod members;

use aws_sdk_emr::Client;
use aws_sdk_emr::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_types::body::SdkBody;
use http::{Request, Response};
use pipeline::cluster::RunJobFlow;
use serde_json::{Value, json};

use self::members::Members;
use super::{Accepted, SendError, lay, send_once};

/// A request with every member of every shape, as its author would write it.
const WHOLE: &str = include_str!("../../tests/fixtures/run_job_flow.json");

const ACCEPTED: (u16, &str) = (200, r#"{"JobFlowId": "j-1K48XXXXXXHCB", "ClusterArn": "arn:aws:emr"}"#);

#[tokio::test]
async fn every_member_reaches_emr_as_it_was_written() {
    let emr = answering(&[ACCEPTED]);
    let accepted = send_once(&client(&emr), parse(WHOLE)).await.unwrap();
    let told = Accepted { job_flow_id: "j-1K48XXXXXXHCB".into(), cluster_arn: Some("arn:aws:emr".into()) };
    assert_eq!(accepted, told);
    assert_eq!(sent(&emr), [serde_json::from_str::<Value>(WHOLE).unwrap()]);
}

#[tokio::test]
async fn what_is_empty_is_sent_empty_and_what_is_absent_is_not_sent() {
    let sparse = json!({"Name": "", "Steps": [], "Configurations": [{"Properties": {}}], "Instances": {}});
    let emr = answering(&[ACCEPTED]);
    send_once(&client(&emr), parse(&sparse.to_string())).await.unwrap();
    assert_eq!(sent(&emr), [sparse]);
}

#[test]
fn the_whole_request_has_every_member_of_the_model() {
    let members = Members::of::<RunJobFlow>(&serde_json::from_str(WHOLE).unwrap());
    assert_eq!(members.absent(), Vec::<String>::new());
    assert_eq!((members.shapes(), members.count()), (43, 184), "the model of 2009-03-31 has these many");
}

#[test]
fn the_sdk_has_no_member_that_the_whole_request_lacks() {
    let call = lay(client(&answering(&[])).run_job_flow(), parse(WHOLE));
    let shown = format!("{:#?}", call.as_input());
    let unset: Vec<&str> = shown.lines().filter(|line| line.ends_with(": None,")).collect();
    assert_eq!(unset, Vec::<&str>::new());
}

#[tokio::test]
async fn a_request_that_failed_is_not_sent_again() {
    for failure in [
        (500, r#"{"__type": "InternalServerError"}"#),
        (503, r#"{"__type": "ServiceUnavailable"}"#),
        (400, r#"{"__type": "ThrottlingException"}"#),
    ] {
        let emr = answering(&[failure, ACCEPTED]);
        let answer = send_once(&client(&emr), RunJobFlow::default()).await;
        assert!(matches!(answer, Err(SendError::Failed(_))), "{failure:?}: {answer:?}");
        assert_eq!(sent(&emr).len(), 1, "{failure:?}");
    }
}

#[tokio::test]
async fn an_answer_that_names_no_cluster_is_not_taken_for_one() {
    let answer = send_once(&client(&answering(&[(200, "{}")])), RunJobFlow::default()).await;
    assert!(matches!(answer, Err(SendError::Nameless)), "{answer:?}");
}

fn parse(json: &str) -> RunJobFlow {
    serde_json::from_str(json).unwrap()
}

fn answering(answers: &[(u16, &'static str)]) -> StaticReplayClient {
    let event = |(status, body): &(u16, &'static str)| {
        let response = Response::builder().status(*status).body(SdkBody::from(*body)).unwrap();
        ReplayEvent::new(Request::new(SdkBody::empty()), response)
    };
    StaticReplayClient::new(answers.iter().map(event).collect())
}

fn client(emr: &StaticReplayClient) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::for_tests())
        .http_client(emr.clone());
    Client::from_conf(config.build())
}

fn sent(emr: &StaticReplayClient) -> Vec<Value> {
    let body = |request: &aws_sdk_emr::config::http::HttpRequest| {
        serde_json::from_slice(request.body().bytes().unwrap()).unwrap()
    };
    emr.actual_requests().map(body).collect()
}
