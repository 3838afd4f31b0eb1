//! How far an execution may stray from the orderly course.

/// How often the launch event is delivered at first. What fails or dies is delivered again without being counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Deliveries(pub usize);

/// How many calls may be disturbed, events lost, doubled or late, and steps fail, together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Faults(pub usize);

/// How often somebody may move before whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Switches {
    /// As often as it makes a difference: every interleaving.
    Any,
    /// So often at most. Most errors of interleaving show with two ("context bounding", Musuvathi and Qadeer).
    UpTo(usize),
}

/// What an execution may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Budget {
    /// First deliveries.
    pub deliveries: Deliveries,
    /// Disturbances.
    pub faults: Faults,
    /// Moves out of turn.
    pub switches: Switches,
}

impl Budget {
    pub(crate) fn has_fault(&self) -> bool {
        self.faults.0 > 0
    }

    pub(crate) fn has_switch(&self) -> bool {
        self.switches != Switches::UpTo(0)
    }

    /// Whether whoever has this left can do all that one with the other can.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let switches = match (self.switches, other.switches) {
            (Switches::Any, _) => true,
            (Switches::UpTo(_), Switches::Any) => false,
            (Switches::UpTo(own), Switches::UpTo(others)) => own >= others,
        };
        switches && self.faults.0 >= other.faults.0
    }

    /// The caller has asked whether there is one.
    pub(crate) fn spend_fault(&mut self) {
        self.faults.0 = self.faults.0.saturating_sub(1);
    }

    pub(crate) fn spend_switch(&mut self) {
        if let Switches::UpTo(left) = &mut self.switches {
            *left = left.saturating_sub(1);
        }
    }
}
