//! What an execution has seen so far, beside what the world itself remembers.

use std::rc::Rc;

use pipeline::run::History;

use crate::Fate;

/// What promises are judged by.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The run table before the last move that changed anything.
    pub before: History,
    /// The run table after the orderly execution; absent during that one.
    pub undisturbed: Option<Rc<History>>,
    /// The calls that were disturbed, and how.
    pub disturbed: Vec<(&'static str, Fate)>,
    /// How many events never arrived.
    pub lost: usize,
    /// Names of steps that may run again though they completed.
    pub always_run: Vec<String>,
}

impl Facts {
    /// Whether a list or an index has answered from before.
    pub fn a_list_lagged(&self) -> bool {
        self.disturbed.iter().any(|(_, fate)| *fate == Fate::Stale)
    }

    /// Whether EMR was made to refuse a request.
    pub fn emr_refused(&self) -> bool {
        let refused = Fate::Fails(pipeline::failure::Kind::Refused);
        self.disturbed.iter().any(|disturbed| *disturbed == ("clusters.start", refused))
    }
}
