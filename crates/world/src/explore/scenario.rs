//! A scenario: who acts in which world, and what must hold.

use jiff::SignedDuration;
use serde_json::Value;

use crate::World;

use super::actor::Actor;
use super::budget::Switches;
use super::facts::Facts;
use super::life::{Life, stays};

/// What is explored.
pub struct Scenario {
    pub(crate) world: fn() -> World,
    pub(crate) actors: Vec<Actor>,
    pub(crate) life: Life,
    pub(crate) always: Vec<Promise>,
    pub(crate) finally: Vec<Promise>,
    pub(crate) switches: Switches,
    pub(crate) fated: fn(&str) -> bool,
    pub(crate) lists_lag: bool,
    pub(crate) meetings_end: bool,
    pub(crate) events_come_again: bool,
    pub(crate) may_be_lost: fn(&Value) -> bool,
    pub(crate) timeout: SignedDuration,
    pub(crate) always_run: Vec<String>,
}

pub(crate) struct Promise {
    pub(crate) name: String,
    pub(crate) holds: Box<Check>,
}

type Check = dyn Fn(&World, &Facts) -> Result<(), String>;

impl Promise {
    /// Named as its function is.
    fn new<F: Fn(&World, &Facts) -> Result<(), String> + 'static>(holds: F) -> Self {
        let path = std::any::type_name::<F>();
        let name = path.rsplit("::").next().unwrap_or(path).replace('_', " ");
        Self { name, holds: Box::new(holds) }
    }
}

impl Scenario {
    /// In a world that this makes, nobody acts yet, clusters stand still, and every interleaving counts.
    pub fn new(world: fn() -> World) -> Self {
        Self {
            world,
            actors: vec![],
            life: stays,
            always: vec![],
            finally: vec![],
            switches: Switches::Any,
            fated: |name| !["documents.", "secrets.", "logs."].iter().any(|port| name.starts_with(port)),
            lists_lag: true,
            meetings_end: true,
            events_come_again: false,
            may_be_lost: |_| false,
            timeout: SignedDuration::from_secs(60),
            always_run: vec![],
        }
    }

    /// Adds an actor.
    #[must_use]
    pub fn actor(mut self, actor: Actor) -> Self {
        self.actors.push(actor);
        self
    }

    /// How clusters move.
    #[must_use]
    pub fn life(mut self, life: Life) -> Self {
        self.life = life;
        self
    }

    /// Which moves out of turn are tried.
    #[must_use]
    pub fn switches(mut self, switches: Switches) -> Self {
        self.switches = switches;
        self
    }

    /// Which calls may be disturbed, by their names; by default all but reads of documents, secrets and logs.
    #[must_use]
    pub fn fated(mut self, fated: fn(&str) -> bool) -> Self {
        self.fated = fated;
        self
    }

    /// Lists and indexes show at once what was written.
    #[must_use]
    pub fn lists_are_current(mut self) -> Self {
        self.lists_lag = false;
        self
    }

    /// Follows every course to its end, also where it meets one that was followed: slower, and it must find the same.
    #[must_use]
    pub fn following_all(mut self) -> Self {
        self.meetings_end = false;
        self
    }

    /// Whatever is posted arrives as often as the budget's [`Deliveries`](super::Deliveries) say.
    #[must_use]
    pub fn every_event_comes_again(mut self) -> Self {
        self.events_come_again = true;
        self
    }

    /// Which events may be lost, by their bodies; by default none.
    #[must_use]
    pub fn may_be_lost(mut self, may_be_lost: fn(&Value) -> bool) -> Self {
        self.may_be_lost = may_be_lost;
        self
    }

    /// Steps that run again on every resume.
    #[must_use]
    pub fn always_run(mut self, steps: &[&str]) -> Self {
        self.always_run = steps.iter().map(|step| (*step).to_owned()).collect();
        self
    }

    /// What must hold after every move.
    #[must_use]
    pub fn always<F>(mut self, holds: F) -> Self
    where
        F: Fn(&World, &Facts) -> Result<(), String> + 'static,
    {
        self.always.push(Promise::new(holds));
        self
    }

    /// What must hold when nothing is left to do.
    #[must_use]
    pub fn finally<F>(mut self, holds: F) -> Self
    where
        F: Fn(&World, &Facts) -> Result<(), String> + 'static,
    {
        self.finally.push(Promise::new(holds));
        self
    }
}
