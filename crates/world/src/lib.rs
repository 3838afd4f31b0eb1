//! AWS in memory, behind every port of the domain: it keeps state and is asked about it, and never plays back answers.
//!
//! One thread, no runtime, no socket. Every port call passes one funnel, which decides its [`Fate`]; futures are polled
//! by hand ([`run`], [`Invocation`]), so that a crash can stand between any two effects.

mod emr;
mod executor;
pub mod explore;
mod files;
mod funnel;
mod notices;
mod table;
mod timers;

pub use emr::Cluster;
pub use executor::{Ending, Invocation, Progress, run};
pub use funnel::{At, Call, Fate, Fates};

use std::cell::RefCell;

use jiff::{SignedDuration, Timestamp};
use pipeline::ports::Clock;

/// All there is, behind one handle that every port is implemented for.
#[derive(Default)]
pub struct World {
    state: RefCell<State>,
    funnel: funnel::Funnel,
}

/// What effects change.
#[derive(Clone, Default)]
struct State {
    now: Timestamp,
    /// Whether the call at hand sees lists and indexes as they were before anything of interest happened.
    stale: bool,
    /// How often anything was written: whoever has seen this number has seen everything.
    writes: usize,
    emr: emr::Emr,
    table: table::Table,
    files: files::Files,
    notices: notices::Told,
    timers: timers::Set,
}

impl World {
    /// An empty world, in which every call is fine.
    pub fn new(now: Timestamp) -> Self {
        Self { state: RefCell::new(State { now, ..State::default() }), funnel: funnel::Funnel::default() }
    }

    /// Another world that is as this one is now, in which every call is fine.
    pub(crate) fn again(&self) -> Self {
        let state = RefCell::new(self.state.borrow().clone());
        Self { state, funnel: funnel::Funnel::default() }
    }

    /// From now on these fates await the calls, whose numbers begin again at 0.
    pub fn decree(&self, fates: Fates) {
        self.funnel.decree(fates);
    }

    /// The names of the calls made since the last decree, in their order: where a crash can be asked for.
    pub fn calls(&self) -> Vec<&'static str> {
        self.funnel.calls()
    }

    /// How often anything was written.
    pub(crate) fn writes(&self) -> usize {
        self.state.borrow().writes
    }

    /// Lets time pass; it never does by itself.
    pub fn pass(&self, span: SignedDuration) {
        let mut state = self.state.borrow_mut();
        state.now += span;
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        self.state.borrow().now
    }
}
