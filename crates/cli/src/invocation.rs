//! A function asked for its answer.

use aws::{Aws, Invoked};
use serde_json::Value;

use crate::stop::{Exit, Stop};

/// Invokes a function; what it refuses is told with its code.
pub(crate) async fn invoke(aws: &Aws, function: &str, event: &Value) -> Result<Value, Stop> {
    match aws.invoke(function, event).await? {
        Invoked::Answered(answer) => Ok(answer),
        Invoked::Failed(failed) => Err(refused(function, &failed)),
    }
}

/// Lambda's shape of a failure: `errorType` holds our code.
fn refused(function: &str, failed: &Value) -> Stop {
    let code = match member(failed, "errorType") {
        "" => "function.failed",
        code => code,
    };
    let message = match member(failed, "errorMessage") {
        "" => failed.to_string(),
        message => message.to_owned(),
    };
    Stop::new(Exit::Problems, code, format!("{function} refused: {message} [{code}]"))
}

/// A text of an answer; empty where there is none.
pub(crate) fn member<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_keeps_the_code_of_the_function() {
        let stop =
            refused("f", &json!({"errorType": "launch.folder", "errorMessage": "the pipeline is wrong"}));
        assert_eq!((stop.exit, stop.code.as_str()), (Exit::Problems, "launch.folder"));
    }
}
