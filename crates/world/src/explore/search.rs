//! Through every course within a budget, or through as many as there are seeds.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use pipeline::run::History;

use super::budget::{Budget, Deliveries, Faults, Switches};
use super::choices::Choices;
use super::course::{Course, Shared};
use super::execution::Breach;
use super::facts::Facts;
use super::meeting::Meetings;
use super::report::{Broken, Explored};
use super::scenario::Scenario;
use super::story::Story;
use super::trace::Trace;
use crate::World;

/// The environment variable whose trace is replayed and told instead of exploring.
const TRACE: &str = "RELAY_TRACE";

/// The environment variable whose seed is replayed and told instead of sampling.
const SEED: &str = "RELAY_SEED";

/// One scenario within one budget.
pub(crate) struct Search<'s> {
    pub(crate) scenario: &'s Scenario,
    pub(crate) budget: Budget,
    /// The world that every execution begins with: made once, since making it costs more than an execution.
    pub(crate) start: Rc<World>,
    /// The run table after the orderly course.
    pub(crate) orderly: Option<Rc<History>>,
}

/// An execution that was played.
pub(crate) struct Played {
    pub(crate) breach: Option<Breach>,
    pub(crate) course: Shared,
}

impl Scenario {
    /// Tries every course within the budget, depth first.
    ///
    /// # Errors
    /// The first broken promise, on a course made as short as it can be.
    pub fn explore(&self, deliveries: Deliveries, faults: Faults) -> Result<Explored, Box<Broken>> {
        let search = Search::new(self, deliveries, faults)?;
        if let Some(trace) = asked(TRACE) {
            return search.retell_trace(trace);
        }
        let (explored, broken) = search.depth_first(usize::MAX);
        match broken {
            None => Ok(explored),
            Some(broken) => Err(Box::new(search.told(broken, explored.executions))),
        }
    }

    /// Plays one course and tells it.
    ///
    /// # Errors
    /// The promise that it breaks.
    pub fn replay(
        &self,
        deliveries: Deliveries,
        faults: Faults,
        trace: Trace,
    ) -> Result<Explored, Box<Broken>> {
        Search::new(self, deliveries, faults)?.retell_trace(trace)
    }

    /// Tries one course within the budget for each seed.
    ///
    /// # Errors
    /// As [`Self::explore`].
    pub fn sample(
        &self,
        deliveries: Deliveries,
        faults: Faults,
        seeds: Range<u64>,
    ) -> Result<Explored, Box<Broken>> {
        let search = Search::new(self, deliveries, faults)?;
        if let Some(trace) = asked(TRACE) {
            return search.retell_trace(trace);
        }
        if let Some(seed) = asked(SEED) {
            return search.retell(Choices::of_seed(seed));
        }
        let mut explored = Explored::default();
        for seed in seeds {
            let played = search.play(Choices::of_seed(seed), None);
            explored.add(&played);
            let unbroken = search.demand_unbroken(&played, &explored);
            unbroken.map_err(|broken| Box::new(Broken { seed: Some(seed), ..*broken }))?;
        }
        Ok(explored)
    }
}

/// What somebody who replays asks for. What cannot be read is as if it were not there: nothing is replayed then, which
/// shows.
fn asked<T: std::str::FromStr>(variable: &str) -> Option<T> {
    std::env::var(variable).ok()?.parse().ok()
}

impl<'s> Search<'s> {
    /// Plays the orderly course first, which the others are compared with.
    fn new(scenario: &'s Scenario, deliveries: Deliveries, faults: Faults) -> Result<Self, Box<Broken>> {
        let budget = Budget { deliveries, faults: Faults(0), switches: Switches::UpTo(0) };
        let mut search = Self { scenario, budget, start: Rc::new((scenario.world)()), orderly: None };
        let played = search.play(Choices::of_trace(Trace::default()), None);
        search.demand_unbroken(&played, &Explored::default())?;
        search.orderly = Some(Rc::clone(&played.course.borrow().facts.table));
        search.budget = Budget { deliveries, faults, switches: scenario.switches };
        Ok(search)
    }

    /// Every course within the budget, or so many, or up to the first that breaks a promise.
    pub(crate) fn depth_first(&self, limit: usize) -> (Explored, Option<(Breach, Trace)>) {
        let mut explored = Explored::default();
        let mut meetings = Meetings::default();
        let mut next = Some(Trace::default());
        while let Some(trace) = next.filter(|_| explored.executions < limit) {
            meetings.begin(trace.choices().len());
            let followed = self.scenario.meetings_end.then_some(&mut meetings);
            let played = self.play_within(Choices::of_trace(trace), None, followed);
            explored.add(&played);
            let choices = &played.course.borrow().choices;
            if let Some(breach) = played.breach {
                return (explored, Some((breach, choices.trace())));
            }
            next = choices.next();
        }
        (explored, None)
    }

    /// Plays one execution.
    pub(crate) fn play(&self, choices: Choices, story: Option<&mut Story>) -> Played {
        self.play_within(choices, story, None)
    }

    /// Plays one execution up to where it meets another. A panic of what is explored is a broken promise too.
    fn play_within(
        &self,
        choices: Choices,
        story: Option<&mut Story>,
        meetings: Option<&mut Meetings>,
    ) -> Played {
        let facts = Facts::new(self.orderly.clone(), &self.scenario.always_run);
        let course = Course::shared(choices, self.budget, self.scenario, facts);
        let breach = catch_unwind(AssertUnwindSafe(|| {
            let world = self.start.again();
            self.scenario.play(&world, self.budget.deliveries.0, &course, story, meetings).err()
        }));
        let breach = breach.unwrap_or_else(|panic| Some(panicked(panic.as_ref())));
        Played { breach, course }
    }

    /// Plays and tells.
    pub(crate) fn tell(&self, choices: Choices) -> (Played, Story) {
        let mut story = Story::default();
        let played = self.play(choices, Some(&mut story));
        (played, story)
    }

    fn demand_unbroken(&self, played: &Played, explored: &Explored) -> Result<(), Box<Broken>> {
        match &played.breach {
            None => Ok(()),
            Some(breach) => {
                let trace = played.course.borrow().choices.trace();
                Err(Box::new(self.told((breach.clone(), trace), explored.executions)))
            }
        }
    }

    /// Tells the course of a trace. One that cannot be taken as it says is of other code or of another budget.
    fn retell_trace(&self, trace: Trace) -> Result<Explored, Box<Broken>> {
        let taken = self.play(Choices::of_trace(trace.clone()), None).course.borrow().choices.trace();
        if taken != trace {
            eprintln!("\nRELAY_TRACE={trace} does not fit this scenario; what follows is {taken}.");
        }
        self.retell(Choices::of_trace(taken))
    }

    /// Tells one course, whether it breaks a promise or not.
    fn retell(&self, choices: Choices) -> Result<Explored, Box<Broken>> {
        let (played, story) = self.tell(choices);
        let mut explored = Explored::default();
        explored.add(&played);
        let trace = played.course.borrow().choices.trace();
        match played.breach {
            Some(breach) => Err(Box::new(self.report(breach, trace, 1))),
            None => {
                eprintln!("\nEvery promise holds.\n\n{story}");
                Ok(explored)
            }
        }
    }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Breach {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    Breach { promise: "nothing panics".into(), told: text.unwrap_or("a panic without words").to_owned() }
}
