//! One-time schedules: kept until a test lets them be due.

use pipeline::failure::Failure;
use pipeline::ports::{Clock, Timer, Timers};

use crate::World;

/// In the order in which they were set.
#[derive(Clone, Default)]
pub(crate) struct Set(Vec<Timer>);

impl World {
    /// The timers that are set, in that order.
    pub fn timers(&self) -> Vec<Timer> {
        self.state.borrow().timers.0.clone()
    }

    /// Takes the timers whose time has come, earliest first: each is due once.
    pub fn due(&self) -> Vec<Timer> {
        let now = self.now();
        let timers = &mut self.state.borrow_mut().timers.0;
        let mut due: Vec<Timer> = timers.extract_if(.., |timer| timer.at <= now).collect();
        due.sort_by_key(|timer| timer.at);
        due
    }
}

impl Timers for World {
    async fn set(&self, timer: &Timer) -> Result<(), Failure> {
        self.call("timers.set", |state| {
            if !state.timers.0.iter().any(|set| set.name == timer.name) {
                state.timers.0.push(timer.clone());
            }
            Ok(())
        })
        .await
    }
}
