//! A failure as Lambda answers it.

use std::error::Error;

use lambda_runtime::Diagnostic;
use pipeline::failure::{Explained, Remedy};

/// `errorType` is the stable code, `errorMessage` the whole chain of causes in one line.
pub(crate) fn diagnostic(error: &impl Explained) -> Diagnostic {
    Diagnostic { error_type: error.code().to_owned(), error_message: chain(error) }
}

/// An error and all of its causes; one that a message repeats is told once.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        source = cause.source();
    }
    told
}

/// The remedy, as a word of the log.
pub(crate) fn word(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Retry => "retry",
        Remedy::GiveUp => "give_up",
        Remedy::LookFirst => "look_first",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the run table did not answer")]
    struct Outer(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("claim run a of PDM: no such table (ResourceNotFoundException)")]
    struct Inner;

    impl Explained for Outer {
        fn code(&self) -> &'static str {
            "launch.runs"
        }
        fn remedy(&self) -> Remedy {
            Remedy::GiveUp
        }
    }

    #[test]
    fn a_failure_is_answered_with_its_code_and_every_cause() {
        let answer = diagnostic(&Outer(Inner));
        assert_eq!(answer.error_type, "launch.runs");
        assert_eq!(
            answer.error_message,
            "the run table did not answer: claim run a of PDM: no such table (ResourceNotFoundException)"
        );
    }
}
