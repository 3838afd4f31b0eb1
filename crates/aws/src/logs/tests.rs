//! Logs, whole, cut off and absent.

use std::io::Write;

use aws_smithy_http_client::test_util::ReplayEvent;
use aws_smithy_types::body::SdkBody;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{Request, Response};
use pipeline::ports::Logs;

use crate::wire::replaying;

const FOLDER: &str = "s3n://logs/pdm/j-1/steps/s-1/";

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn answer(status: u16, body: impl Into<Vec<u8>>) -> ReplayEvent {
    let answer = Response::builder().status(status).body(SdkBody::from(body.into())).unwrap();
    ReplayEvent::new(Request::builder().body(SdkBody::empty()).unwrap(), answer)
}

fn absent() -> ReplayEvent {
    answer(404, "<Error><Code>NoSuchKey</Code></Error>")
}

#[tokio::test]
async fn a_log_is_read_from_its_start_and_unpacked() {
    let (aws, wire) = replaying(vec![answer(206, packed("ERROR no such table\n"))]);
    assert_eq!(aws.step_log(FOLDER).await.unwrap().as_deref(), Some("ERROR no such table\n"));
    let request = wire.actual_requests().next().unwrap();
    assert!(request.uri().contains("/pdm/j-1/steps/s-1/stderr.gz"), "{}", request.uri());
    assert_eq!(request.headers().get("range"), Some("bytes=0-262143"));
}

#[tokio::test]
async fn an_empty_log_of_errors_gives_way_to_what_was_printed() {
    let (aws, _) = replaying(vec![answer(206, packed("")), answer(206, packed("printed"))]);
    assert_eq!(aws.step_log(FOLDER).await.unwrap().as_deref(), Some("printed"));
    let empty = "<Error><Code>InvalidRange</Code></Error>";
    let (aws, _) = replaying(vec![answer(416, empty), answer(206, packed("printed"))]);
    assert_eq!(aws.step_log(FOLDER).await.unwrap().as_deref(), Some("printed"));
}

#[tokio::test]
async fn a_log_that_has_not_arrived_is_none() {
    let (aws, _) = replaying(vec![absent(), absent()]);
    assert_eq!(aws.step_log(FOLDER).await.unwrap(), None);
}

#[tokio::test]
async fn a_log_that_was_cut_off_is_read_as_far_as_it_goes() {
    let noise: String = (0..20_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_string()).collect();
    let whole = packed(&noise);
    let (aws, _) = replaying(vec![answer(206, &whole[..whole.len() / 2])]);
    let text = aws.step_log(FOLDER).await.unwrap().unwrap();
    assert!(noise.starts_with(text.trim_end_matches('\u{fffd}')) && text.len() > 10_000);
}

#[tokio::test]
async fn a_log_that_unpacks_to_far_more_is_cut() {
    let (aws, _) = replaying(vec![answer(206, packed(&"a".repeat(5_000_000)))]);
    assert_eq!(aws.step_log(FOLDER).await.unwrap().unwrap().len(), 1024 * 1024);
}
