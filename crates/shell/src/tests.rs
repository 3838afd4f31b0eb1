//! One invocation, from its payload to its answer.

use std::cell::RefCell;

use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use pipeline::failure::{Explained, Remedy};
use pipeline::launch::Invocation;
use serde::Deserialize;
use serde_json::{Value, json};

use super::claimant::Claimants;
use super::payload::Payload;
use super::serve;

#[derive(Debug, thiserror::Error)]
#[error("another invocation is launching it")]
struct InFlight;

impl Explained for InFlight {
    fn code(&self) -> &'static str {
        "launch.in_flight"
    }
    fn remedy(&self) -> Remedy {
        Remedy::Retry
    }
}

async fn invoked(
    payload: &str,
    verb: impl AsyncFn(Value, Invocation) -> Result<Value, InFlight>,
) -> Result<Value, Diagnostic> {
    let mut context = Context::default();
    context.request_id = "r-1".into();
    context.deadline = 1_795_222_860_000;
    // As the runtime reads it, without asking for the end of the text.
    let mut reader = serde_json::Deserializer::from_str(payload);
    let payload = Payload::deserialize(&mut reader).unwrap();
    serve(&verb, &Claimants::of_this_process(), LambdaEvent::new(payload, context)).await
}

#[tokio::test]
async fn a_verb_gets_the_event_and_the_time_at_which_it_is_stopped() {
    let seen = RefCell::new(None);
    let verb = async |event: Value, invocation: Invocation| {
        seen.replace(Some((event, invocation)));
        Ok(json!({"JobFlowId": "j-1"}))
    };
    let answer = invoked(r#"{"pipeline": "pdm"}"#, verb).await.unwrap();
    let (event, invocation) = seen.into_inner().unwrap();
    assert_eq!((answer, event), (json!({"JobFlowId": "j-1"}), json!({"pipeline": "pdm"})));
    assert_eq!(invocation.request_id, "r-1");
    assert_eq!(invocation.deadline.to_string(), "2026-11-21T01:01:00Z");
}

#[tokio::test]
async fn a_failure_is_a_function_error_also_where_trying_again_helps() {
    let answer = invoked("{}", async |_, _| Err(InFlight)).await.unwrap_err();
    assert_eq!(answer.error_type, "launch.in_flight");
    assert_eq!(answer.error_message, "another invocation is launching it");
}

#[tokio::test]
async fn an_event_that_is_not_json_is_told_as_such_and_reaches_no_verb() {
    let answer = invoked("pipeline: pdm", async |_, _| panic!("the verb was called")).await.unwrap_err();
    assert_eq!(answer.error_type, "event.not_json");
    assert!(answer.error_message.starts_with("the event is not JSON: "), "{}", answer.error_message);
}
