//! Which fates may await a call, and what may become of an event.

use pipeline::failure::Kind;

use crate::{Call, Fate};

/// What the invocation at hand did before the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// A write that went fine: whoever would die before this call has died right after that one.
    FineWrite,
    /// Anything else.
    Other,
}

/// Calls that are made as soon as they can be: nobody can see when.
pub(crate) fn is_unwaited(name: &'static str) -> bool {
    ["documents.", "secrets.", "logs.", "notices."].iter().any(|port| name.starts_with(port))
}

/// What may befall a call, apart from nothing. A read that fails says the same for whatever reason, and so does a write
/// that is harmless to repeat, but for RunJobFlow, where each kind proves something else.
pub(crate) fn fates(call: &Call, before: Before) -> Vec<Fate> {
    let mut fates = match (call.is_read(), call.name) {
        (true, _) => vec![Fate::Fails(Kind::Unknown)],
        (false, "clusters.start") => START.to_vec(),
        (false, _) => vec![Fate::CrashAfter, Fate::LosesAnswer, Fate::Fails(Kind::Throttled)],
    };
    if call.may_lag() {
        fates.push(Fate::Stale);
    }
    if before == Before::Other {
        fates.push(Fate::CrashBefore);
    }
    fates
}

const START: [Fate; 5] = [
    Fate::CrashAfter,
    Fate::LosesAnswer,
    Fate::Fails(Kind::Unknown),
    Fate::Fails(Kind::Throttled),
    Fate::Fails(Kind::Refused),
];

/// What becomes of an event on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Destiny {
    /// It arrives.
    Arrives,
    /// It never arrives.
    Lost,
    /// It arrives twice.
    Doubled,
    /// It arrives when everything else has come to rest.
    Late,
}
