//! What an execution has seen so far, beside what the world itself remembers.

use std::rc::Rc;

use pipeline::failure::Kind;
use pipeline::run::History;

use crate::{Call, Cluster, Fate, World};

/// What promises are judged by.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The run table.
    pub table: Rc<History>,
    /// Every cluster ever made, oldest first.
    pub clusters: Rc<Vec<Cluster>>,
    /// The run table before the last move that changed anything.
    pub before: Rc<History>,
    /// The run table after the orderly execution; absent during that one.
    pub undisturbed: Option<Rc<History>>,
    /// Names of steps that may run again though they completed.
    pub always_run: Vec<String>,
    /// How many calls and events were disturbed.
    pub(crate) disturbed: usize,
    emr_refused: bool,
}

impl Facts {
    pub(crate) fn new(undisturbed: Option<Rc<History>>, always_run: &[String]) -> Self {
        Self { undisturbed, always_run: always_run.to_vec(), ..Self::default() }
    }

    /// The world is this at first.
    pub(crate) fn begin(&mut self, world: &World) {
        self.move_on(world);
        self.before = Rc::clone(&self.table);
    }

    /// The world has moved on to this.
    pub(crate) fn move_on(&mut self, world: &World) {
        let table = Rc::new(world.table());
        self.before = std::mem::replace(&mut self.table, table);
        self.clusters = Rc::new(world.clusters());
    }

    /// Whether EMR was made to refuse a request.
    pub fn emr_refused(&self) -> bool {
        self.emr_refused
    }

    pub(crate) fn disturb(&mut self, call: &Call, fate: Fate) {
        self.disturbed += 1;
        self.emr_refused |= call.name == "clusters.start" && fate == Fate::Fails(Kind::Refused);
    }

    /// What of it promises are judged by, beside the table.
    pub(crate) fn of_state(&self) -> impl std::fmt::Debug + use<> {
        self.emr_refused
    }
}
