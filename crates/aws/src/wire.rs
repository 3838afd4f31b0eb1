//! AWS as a list of answers, and what was asked of it.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_emr::config::retry::RetryConfig;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use aws_types::region::Region;
use http::{Request, Response};
use serde_json::Value;

use crate::timers::Scheduler;
use crate::{Aws, Deployment, RunTable, Schedules};

/// Answers each call with the next of these, whatever it asks.
pub(crate) fn answering(answers: &[(u16, &str)]) -> (Aws, StaticReplayClient) {
    let event = |(status, body): &(u16, &str)| {
        let answer = Response::builder().status(*status).body(SdkBody::from(*body)).unwrap();
        ReplayEvent::new(Request::builder().body(SdkBody::empty()).unwrap(), answer)
    };
    replaying(answers.iter().map(event).collect())
}

/// Answers each call with the next of these answers.
pub(crate) fn replaying(events: Vec<ReplayEvent>) -> (Aws, StaticReplayClient) {
    let wire = StaticReplayClient::new(events);
    (over(wire.clone()), wire)
}

/// Answers like `answering`, and tries again as the functions do.
pub(crate) fn answering_persistently(answers: &[(u16, &str)]) -> (Aws, StaticReplayClient) {
    let (_, wire) = answering(answers);
    (retrying(wire.clone(), RetryConfig::standard()), wire)
}

/// Everything over this HTTP client, without retries.
pub(crate) fn over(client: impl aws_sdk_emr::config::HttpClient + 'static) -> Aws {
    retrying(client, RetryConfig::disabled())
}

fn retrying(client: impl aws_sdk_emr::config::HttpClient + 'static, retries: RetryConfig) -> Aws {
    let credentials = Credentials::new("id", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(aws_sdk_emr::config::BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-west-2"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(retries)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .http_client(client)
        .build();
    let deployment = Deployment { table: RunTable::named("runs", 90), bus: "pipelines".into() };
    let schedules = Schedules {
        group: "relay".into(),
        role_arn: "arn:aws:iam::1:role/scheduler".into(),
        function_arn: "arn:aws:lambda:eu-west-2:1:function:relauncher".into(),
    };
    let scheduler = Some(Scheduler::over(&config, schedules));
    Aws { scheduler, ..Aws::over(&config, deployment) }
}

/// The JSON bodies that were sent, in their order.
pub(crate) fn sent(wire: &StaticReplayClient) -> Vec<Value> {
    let body = |request: &aws_sdk_emr::config::http::HttpRequest| {
        serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default()
    };
    wire.actual_requests().map(body).collect()
}

/// The operations that were asked for, in their order.
pub(crate) fn operations(wire: &StaticReplayClient) -> Vec<String> {
    let operation = |request: &aws_sdk_emr::config::http::HttpRequest| {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        target.rsplit('.').next().unwrap_or_default().to_owned()
    };
    wire.actual_requests().map(operation).collect()
}
