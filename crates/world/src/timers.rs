//! One-time schedules: kept until a test lets them be due.

use std::collections::BTreeMap;

use pipeline::failure::Failure;
use pipeline::ports::{Clock, Timer, Timers};

use crate::World;

#[derive(Default)]
pub(crate) struct Set(BTreeMap<String, Timer>);

impl World {
    /// The timers that are set, by name.
    pub fn timers(&self) -> Vec<Timer> {
        self.state.borrow().timers.0.values().cloned().collect()
    }

    /// Takes the timers whose time has come, earliest first: each is due once.
    pub fn due(&self) -> Vec<Timer> {
        let now = self.now();
        let mut state = self.state.borrow_mut();
        let (due, left) =
            std::mem::take(&mut state.timers.0).into_values().partition(|timer| timer.at <= now);
        let left: Vec<Timer> = left;
        state.timers.0 = left.into_iter().map(|timer| (timer.name.clone(), timer)).collect();
        let mut due: Vec<Timer> = due;
        due.sort_by_key(|timer| timer.at);
        due
    }
}

impl Timers for World {
    async fn set(&self, timer: &Timer) -> Result<(), Failure> {
        self.call("timers.set", |state| {
            state.timers.0.entry(timer.name.clone()).or_insert_with(|| timer.clone());
            Ok(())
        })
        .await
    }
}
