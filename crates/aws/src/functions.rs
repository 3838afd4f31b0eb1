//! Functions, invoked by their names. People's tools do this; no function of ours invokes another.

use aws_sdk_lambda::primitives::Blob;
use pipeline::failure::{Failure, Kind};
use serde_json::Value;

use crate::Aws;
use crate::failure::failure;

/// How an invocation ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Invoked {
    /// The function answered.
    Answered(Value),
    /// The function failed, and says so.
    Failed(Value),
}

impl Aws {
    /// Invokes a function and waits for its answer. The SDK sends it again where no answer comes, as Lambda's callers
    /// do: the payload has to name the work that it asks for.
    ///
    /// # Errors
    /// Lambda did not answer, or the function may not be invoked.
    pub async fn invoke(&self, function: &str, payload: &Value) -> Result<Invoked, Failure> {
        let doing = format!("invoke {function}");
        let call = self.functions.invoke().function_name(function).payload(Blob::new(payload.to_string()));
        let answer = call.send().await.map_err(|error| failure(doing.clone(), &error))?;
        let body = answer.payload.unwrap_or_else(|| Blob::new("null"));
        let body = serde_json::from_slice(body.as_ref()).map_err(|error| unreadable(doing, &error))?;
        Ok(match answer.function_error {
            None => Invoked::Answered(body),
            Some(_) => Invoked::Failed(body),
        })
    }
}

fn unreadable(doing: String, error: &serde_json::Error) -> Failure {
    Failure {
        doing,
        word: "answer".into(),
        message: format!("the answer is not JSON: {error}"),
        kind: Kind::Unknown,
    }
}
