//! What went wrong, and what may be done about it.
//!
//! Every error of this crate answers two questions without being read by a person: *which* failure it is (a stable
//! code) and *what helps* (a [`Remedy`]). Callers decide on those two alone, never on a message.

/// What helps against a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing happened; the same call may be made again.
    Retry,
    /// Nothing happened, and the same call would fail again: a person has to change something.
    GiveUp,
    /// It may or may not have happened. Look before acting: never answer silence with a second try.
    LookFirst,
}

/// An error that knows its code and its remedy.
pub trait Explained: std::error::Error {
    /// A stable, dotted code such as `launch.payload_differs`, for scripts and alarms.
    fn code(&self) -> &'static str;

    /// What helps.
    fn remedy(&self) -> Remedy;

    /// Whether it belongs to the ordinary course of things, as where an event comes twice: nobody has to be woken.
    fn is_ordinary(&self) -> bool {
        false
    }
}

/// A call through a port that did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{doing}: {message} ({word})")]
pub struct Failure {
    /// What was being done, with its subject: `read s3://bucket/folder/cluster.yaml`.
    pub doing: String,
    /// The service's own word for the error (`ThrottlingException`), or `timeout`, `connection`.
    pub word: String,
    /// The service's own message.
    pub message: String,
    /// What the failure proves about the effect.
    pub kind: Kind,
}

/// What a failed call proves about its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Refused for being too many: the effect did not happen and the call costs nothing to repeat.
    Throttled,
    /// Not permitted: the effect did not happen.
    Denied,
    /// What the call names does not exist.
    NotFound,
    /// Refused for what it says: the effect did not happen.
    Refused,
    /// The service never saw the call (no connection was made).
    NeverSent,
    /// A server error, a timeout or a broken answer: the effect may have happened.
    Unknown,
}

impl Failure {
    /// What helps, by what the failure proves.
    pub fn remedy(&self) -> Remedy {
        match self.kind {
            Kind::Throttled | Kind::NeverSent => Remedy::Retry,
            Kind::Denied | Kind::NotFound | Kind::Refused => Remedy::GiveUp,
            Kind::Unknown => Remedy::LookFirst,
        }
    }

    /// What helps when repeating the call is harmless: what is unknown may then simply be tried again.
    pub fn remedy_if_idempotent(&self) -> Remedy {
        match self.remedy() {
            Remedy::LookFirst => Remedy::Retry,
            settled => settled,
        }
    }
}
