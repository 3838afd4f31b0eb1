//! What came of exploring, in a form that helps.

use std::fmt;

use super::choices::Choices;
use super::execution::Breach;
use super::search::{Played, Search};
use super::story::Story;
use super::trace::Trace;

/// How much was tried, and everything held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Explored {
    /// How many executions.
    pub executions: usize,
    /// In how many of them something was disturbed.
    pub disturbed: usize,
}

/// A promise that does not hold, and the shortest course found that breaks it.
#[derive(Debug, Clone)]
pub struct Broken {
    /// The promise.
    pub promise: String,
    /// How it was broken.
    pub told: String,
    /// The seed whose execution broke it first, where it was sampled.
    pub seed: Option<u64>,
    /// The choices that break it.
    pub trace: Trace,
    /// How many executions it took to find.
    pub executions: usize,
    pub(crate) test: String,
    pub(crate) story: Story,
}

impl Explored {
    /// As much as both together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { executions: self.executions + other.executions, disturbed: self.disturbed + other.disturbed }
    }

    pub(crate) fn add(&mut self, played: &Played) {
        let facts = &played.course.borrow().facts;
        self.executions += 1;
        self.disturbed += usize::from(facts.disturbed > 0);
    }
}

impl Search<'_> {
    /// The report of a broken promise, on the shortest course that breaks it.
    pub(crate) fn told(&self, found: (Breach, Trace), executions: usize) -> Broken {
        let promise = found.0.promise.clone();
        let (breach, trace) = self.cheaper(&promise).unwrap_or(found);
        let trace = self.shortened(&promise, trace);
        self.report(breach, trace, executions)
    }

    /// The report of a broken promise, on this course.
    pub(crate) fn report(&self, breach: Breach, trace: Trace, executions: usize) -> Broken {
        let (played, story) = self.tell(Choices::of_trace(trace.clone()));
        let Breach { promise, told } = played.breach.unwrap_or(breach);
        Broken { promise, told, seed: None, trace, executions, test: test_name(), story }
    }
}

/// Tests run on a thread of their name.
fn test_name() -> String {
    let thread = std::thread::current();
    thread.name().filter(|name| *name != "main").unwrap_or_default().to_owned()
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { promise, told, seed, trace, executions, test, story } = self;
        writeln!(f, "\nBROKEN    {promise}")?;
        writeln!(f, "          {told}")?;
        writeln!(f, "found     after {executions} executions")?;
        let replay = format!("cargo test -p world --test explore -- --nocapture --exact {test}");
        if let Some(seed) = seed {
            writeln!(f, "seed      {seed}, as it was found: RELAY_SEED={seed} {replay}")?;
        }
        writeln!(f, "trace     {trace}")?;
        writeln!(f, "replay    RELAY_TRACE={trace} {replay}")?;
        write!(f, "\n{story}")
    }
}

impl std::error::Error for Broken {}
