//! Why a command stopped: an exit code for scripts, a sentence for people, and the way out.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use pipeline::failure::{Failure, Kind};
use serde_json::{Value, json};

/// The exit codes of `relay`, as `relay --help` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, and all is well.
    Fine = 0,
    /// What was asked about has failed, or has problems.
    Problems = 1,
    /// The command line cannot be understood (clap's own code).
    Usage = 2,
    /// AWS, or the local stack, cannot be reached, or does not let us in.
    Unreachable = 3,
    /// Something that `relay` needs on this machine is missing.
    NotSetUp = 4,
    /// Ctrl-C, as shells count it.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The end of a command that did not do what was asked.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) exit: Exit,
    /// A stable word for scripts.
    pub(crate) code: String,
    what: String,
    instead: Option<String>,
    /// Each problem with its place, for scripts.
    problems: Option<Box<Value>>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Stop {
    /// A stop with a code for scripts and a clause for people.
    pub(crate) fn new(exit: Exit, code: &str, what: impl Into<String>) -> Self {
        Self { exit, code: code.into(), what: what.into(), instead: None, problems: None, source: None }
    }

    /// Names the way out.
    pub(crate) fn instead(self, instead: impl Into<String>) -> Self {
        Self { instead: Some(instead.into()), ..self }
    }

    /// Names the cause.
    pub(crate) fn because(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// Lists the problems for scripts; people are shown them with their lines.
    pub(crate) fn listing(self, problems: Value) -> Self {
        Self { problems: Some(Box::new(problems)), ..self }
    }

    /// Ctrl-C.
    pub(crate) fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "relay.interrupted", "stopped by Ctrl-C")
    }

    /// The way out, where one is known.
    pub(crate) fn way_out(&self) -> Option<&str> {
        self.instead.as_deref()
    }

    /// The stop for scripts.
    pub(crate) fn to_json(&self) -> Value {
        let mut error =
            json!({"code": self.code, "message": self.chain().join(": "), "instead": self.instead});
        if let (Value::Object(members), Some(problems)) = (&mut error, &self.problems) {
            members.insert("problems".to_owned(), problems.as_ref().clone());
        }
        json!({"error": error})
    }

    /// What went wrong and why, outermost first.
    pub(crate) fn chain(&self) -> Vec<String> {
        let mut chain = vec![self.what.clone()];
        let mut cause = self.source();
        while let Some(error) = cause {
            chain.push(error.to_string());
            cause = error.source();
        }
        chain
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what.fmt(f)
    }
}

impl Error for Stop {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        let stop = |exit, code| Self::new(exit, code, failure.to_string());
        match failure.kind {
            Kind::NeverSent => stop(Exit::Unreachable, "aws.unreachable")
                .instead("check the network and AWS_ENDPOINT_URL; for local mode: relay local up"),
            Kind::Denied => stop(Exit::Unreachable, "aws.denied")
                .instead("check the credentials (AWS_PROFILE, or relay --profile) and what they permit"),
            Kind::Throttled | Kind::Unknown => {
                stop(Exit::Unreachable, "aws.no_answer").instead("try again in a moment")
            }
            Kind::NotFound => stop(Exit::Problems, "aws.not_found")
                .instead("check the name, the region and the account that it should be in"),
            Kind::Refused => stop(Exit::Problems, "aws.refused"),
        }
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        // Whoever reads our output has seen enough: `relay runs | head`.
        let exit = match error.kind() {
            std::io::ErrorKind::BrokenPipe => Exit::Fine,
            _ => Exit::Problems,
        };
        Self::new(exit, "relay.io", "a file or the terminal could not be used").because(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_call_ends_in_the_exit_code_of_what_it_proves() {
        for (kind, exit) in [
            (Kind::NeverSent, Exit::Unreachable),
            (Kind::Denied, Exit::Unreachable),
            (Kind::Throttled, Exit::Unreachable),
            (Kind::NotFound, Exit::Problems),
            (Kind::Refused, Exit::Problems),
        ] {
            let failure = Failure { doing: "read".into(), word: "W".into(), message: "m".into(), kind };
            assert_eq!(Stop::from(failure).exit, exit, "{kind:?}");
        }
    }
}
