//! Courses that meet: two executions that have come to the same state go on alike, so only the first is followed.
//!
//! A state is the world, the letters under way, what each living invocation has gone through, and what promises are
//! judged by. Times count from now, since nothing else can be seen of them; what an invocation knows is what it called
//! and how the world was then; and who held a claim is forgotten once he is dead, since nobody is called so again.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Debug, Write};

use jiff::Timestamp;
use pipeline::ports::Clock;
use pipeline::run::{AttemptRecord, Course, Decision, History, Run, StepRecord};

use super::budget::Budget;
use super::execution::Execution;
use crate::{Cluster, State, World};

/// Every state that was come to so far.
#[derive(Default)]
pub(crate) struct Meetings {
    /// With what was left to spend there.
    known: HashMap<u64, Vec<Budget>>,
    /// The states of the execution at hand.
    own: HashSet<(u64, Budget)>,
    /// How many choices of the execution at hand repeat those of the one before.
    repeated: usize,
}

impl Meetings {
    /// Another execution begins, of which so many choices were made before.
    pub(crate) fn begin(&mut self, repeated: usize) {
        self.own.clear();
        self.repeated = repeated;
    }

    /// Whether the execution at hand still repeats, after so many choices.
    pub(crate) fn repeats(&self, chosen: usize) -> bool {
        chosen < self.repeated
    }

    /// Whether an execution was here before that could go at least as far. One that comes back to where it was itself
    /// has met nobody: it goes round in circles, and shall be seen to.
    pub(crate) fn met(&mut self, state: u64, left: Budget) -> bool {
        if !self.own.insert((state, left)) {
            return false;
        }
        let known = self.known.entry(state).or_default();
        if known.iter().any(|known| known.covers(&left)) {
            return true;
        }
        known.push(left);
        false
    }
}

/// A hash of whatever is shown to it: FNV-1a, since it is shown thousands of short texts.
pub(crate) struct Print(u64);

impl Print {
    pub(crate) fn add(mut self, what: impl Debug) -> Self {
        // Hashing a text cannot fail; a state that cannot be shown would only be met less often.
        let _always = write!(self, "{what:?}");
        self
    }

    pub(crate) fn of(what: impl Debug) -> u64 {
        Self::default().add(what).end()
    }

    pub(crate) fn end(&self) -> u64 {
        self.0
    }
}

impl Default for Print {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Write for Print {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

impl Execution<'_> {
    /// A hash of everything that decides how this execution may go on.
    pub(crate) fn state(&self) -> u64 {
        let now = self.world.now();
        let mut print = Print::default().add((self.world_state, self.last));
        for live in &self.live {
            print = print.add((live.mail.of_state(now), live.known, from(now, live.deadline)));
        }
        self.mailbox.states(now).fold(print, Print::add).add(self.course.borrow().facts.of_state()).end()
    }

    /// A hash of the world as ports show it.
    pub(crate) fn world_print(&self) -> u64 {
        let living: Vec<&str> = self.live.iter().map(|live| live.claimant.as_str()).collect();
        world_print(self.world, &living)
    }
}

fn world_print(world: &World, living: &[&str]) -> u64 {
    // What is added to a world must be added here, or courses would be taken to meet that do not.
    let State { timers: _, now, stale: _, writes: _, emr: _, table: _, files: _, notices: _ } =
        *world.state.borrow();
    let History { runs, attempts, steps } = world.table();
    let mut print = Print::default().add(world.ranks()).add(world.security_configurations());
    for run in runs {
        print = print.add(run_state(run, now, living));
    }
    for attempt in attempts {
        print = print.add(attempt_state(attempt, now));
    }
    for step in steps {
        print = print.add(step_state(step, now));
    }
    for cluster in world.of_clusters(|cluster| cluster_state(cluster, now)) {
        print = print.add(cluster);
    }
    for timer in world.timers() {
        print = print.add((timer.name, from(now, timer.at)));
    }
    for change in world.published() {
        print = print.add((change.correlation_id, change.run_id, change.outcome));
    }
    print.add(world.notifications()).end()
}

/// Seconds from now.
pub(crate) fn from(now: Timestamp, at: Timestamp) -> i64 {
    at.duration_since(now).as_secs()
}

fn moved(at: Timestamp, now: Timestamp) -> Timestamp {
    Timestamp::UNIX_EPOCH + at.duration_since(now)
}

fn run_state(run: Run, now: Timestamp, living: &[&str]) -> Run {
    let claimed_by = if living.contains(&run.claimed_by.as_str()) { run.claimed_by } else { String::new() };
    Run {
        claimed_by,
        decision: run.decision.map(|decision| decision_state(decision, now)),
        deadline: run.deadline.map(|at| moved(at, now)),
        claimed_at: moved(run.claimed_at, now),
        lease_until: moved(run.lease_until, now),
        updated_at: moved(run.updated_at, now),
        expires_at: moved(run.expires_at, now),
        ..run
    }
}

fn decision_state(decision: Decision, now: Timestamp) -> Decision {
    let course = match decision.course {
        Course::Relaunch { from, at } => Course::Relaunch { from, at: moved(at, now) },
        settled @ (Course::HandOver | Course::GiveUp) => settled,
    };
    Decision { course, ..decision }
}

fn attempt_state(attempt: AttemptRecord, now: Timestamp) -> AttemptRecord {
    AttemptRecord {
        started_at: moved(attempt.started_at, now),
        ready_at: attempt.ready_at.map(|at| moved(at, now)),
        ended_at: attempt.ended_at.map(|at| moved(at, now)),
        decision: attempt.decision.map(|decision| decision_state(decision, now)),
        ..attempt
    }
}

fn step_state(step: StepRecord, now: Timestamp) -> StepRecord {
    StepRecord {
        started_at: step.started_at.map(|at| moved(at, now)),
        ended_at: step.ended_at.map(|at| moved(at, now)),
        ..step
    }
}

/// Without its request, of which ports show nothing more than this.
fn cluster_state(cluster: &Cluster, now: Timestamp) -> impl Debug + use<> {
    let mut report = cluster.report.clone();
    report.ready_at = report.ready_at.map(|at| moved(at, now));
    report.ended_at = report.ended_at.map(|at| moved(at, now));
    let mut steps = cluster.steps.clone();
    for step in &mut steps {
        step.started_at = step.started_at.map(|at| moved(at, now));
        step.ended_at = step.ended_at.map(|at| moved(at, now));
    }
    (cluster.id.clone(), from(now, cluster.created_at), report, steps, cluster.ends_as)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{Deliveries, Faults, Switches};

    fn left(faults: usize) -> Budget {
        Budget { deliveries: Deliveries(1), faults: Faults(faults), switches: Switches::Any }
    }

    #[test]
    fn a_state_is_followed_again_only_by_who_can_go_further_from_it() {
        let mut meetings = Meetings::default();
        for (state, faults, met) in [(1, 1, false), (1, 0, true), (1, 1, true), (1, 2, false), (2, 0, false)]
        {
            meetings.begin(0);
            assert_eq!(meetings.met(state, left(faults)), met, "{state} {faults}");
        }
    }

    #[test]
    fn an_execution_meets_neither_itself_nor_those_whose_choices_it_repeats() {
        let mut meetings = Meetings::default();
        meetings.begin(0);
        assert!(!meetings.met(1, left(1)) && !meetings.met(1, left(1)));
        meetings.begin(2);
        assert!(meetings.repeats(1) && !meetings.repeats(2));
    }
}
