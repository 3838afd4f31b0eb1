//! Every kind of failure, from the wire.

use std::io::Read;
use std::net::TcpListener;
use std::thread;

use aws_smithy_http_client::test_util::NeverClient;
use pipeline::cluster::RunJobFlow;
use pipeline::failure::{Kind, Remedy};
use pipeline::ports::{Clusters, Runs, Secrets};
use pipeline::run::CorrelationId;

use crate::wire::{answering, over};
use crate::{Aws, Deployment, Identity, RunTable, connect};

#[tokio::test]
async fn an_answer_proves_what_its_word_and_status_prove() {
    for (status, word, kind) in [
        (400, "ThrottlingException", Kind::Throttled),
        (400, "RequestLimitExceeded", Kind::Throttled),
        (400, "ProvisionedThroughputExceededException", Kind::Throttled),
        (429, "TooManyRequestsException", Kind::Throttled),
        (503, "SlowDown", Kind::Throttled),
        (400, "AccessDeniedException", Kind::Denied),
        (403, "Forbidden", Kind::Denied),
        (400, "UnrecognizedClientException", Kind::Denied),
        (400, "ExpiredTokenException", Kind::Denied),
        (400, "ResourceNotFoundException", Kind::NotFound),
        (404, "Gone", Kind::NotFound),
        (400, "ValidationException", Kind::Refused),
        (400, "InternalServerException", Kind::Unknown),
        (500, "InternalFailure", Kind::Unknown),
        (503, "ServiceUnavailable", Kind::Unknown),
        (200, "not JSON", Kind::Unknown),
    ] {
        let body = match status {
            200 => word.to_owned(),
            _ => format!(r#"{{"__type": "{word}", "message": "because"}}"#),
        };
        let (aws, _) = answering(&[(status, &body)]);
        let failure = aws.secret("pdm/metastore").await.unwrap_err();
        assert_eq!(failure.kind, kind, "{status} {word}: {failure}");
        assert!(failure.to_string().starts_with("read secret pdm/metastore: "), "{failure}");
    }
}

#[tokio::test]
async fn a_failure_tells_the_services_own_word_and_message() {
    let body = r#"{"__type": "com.amazonaws#ResourceNotFoundException", "message": "no such table"}"#;
    let (aws, _) = answering(&[(400, body)]);
    let failure = aws.history(&CorrelationId::parse("a").unwrap()).await.unwrap_err();
    assert_eq!(failure.to_string(), "read the runs of a: no such table (ResourceNotFoundException)");
    assert_eq!(failure.remedy(), Remedy::GiveUp);
}

#[tokio::test]
async fn a_connection_that_was_never_made_proves_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let failure = at(port).start(&RunJobFlow::default()).await.unwrap_err();
    assert_eq!((failure.kind, failure.word.as_str()), (Kind::NeverSent, "connection"), "{failure}");
}

#[tokio::test]
async fn a_connection_that_breaks_off_proves_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        let (mut caller, _) = listener.accept().unwrap();
        let mut some = [0; 64];
        caller.read_exact(&mut some).unwrap();
    });
    let failure = at(port).start(&RunJobFlow::default()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unknown, "{failure}");
    server.join().unwrap();
}

#[tokio::test(start_paused = true)]
async fn silence_proves_nothing() {
    let failure = over(NeverClient::new()).start(&RunJobFlow::default()).await.unwrap_err();
    assert_eq!((failure.kind, failure.word.as_str()), (Kind::Unknown, "timeout"), "{failure}");
}

/// AWS at a port of this machine.
fn at(port: u16) -> Aws {
    let identity = Identity {
        region: "eu-west-2".into(),
        access_key_id: "id".into(),
        secret_access_key: "secret".to_owned().into(),
        session_token: None,
        endpoint_url: Some(format!("http://127.0.0.1:{port}")),
    };
    connect(&identity, Deployment { table: RunTable::named("runs", 90), bus: "default".into() })
}
