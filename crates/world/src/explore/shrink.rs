//! From a broken course to a short one that is broken in the same way.

use std::rc::Rc;

use super::budget::{Budget, Faults, Switches};
use super::choices::Choices;
use super::execution::Breach;
use super::search::{Played, Search};
use super::trace::Trace;

/// How many courses are tried within each smaller budget.
const TRIED: usize = 3_000;

/// Faults and switches, the cheapest first.
const CHEAP: [(usize, usize); 8] = [(0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (2, 1), (3, 0)];

impl Search<'_> {
    /// The same promise broken within a small budget, if that can be: a course that was found deep down, or by a seed,
    /// has much in it that has nothing to do with it.
    pub(crate) fn cheaper(&self, promise: &str) -> Option<(Breach, Trace)> {
        let budgets = CHEAP.map(|(faults, switches)| Budget {
            faults: Faults(faults),
            switches: Switches::UpTo(switches),
            ..self.budget
        });
        budgets.into_iter().filter(|budget| self.budget.covers(budget) && *budget != self.budget).find_map(
            |budget| {
                let search =
                    Search { budget, start: Rc::clone(&self.start), orderly: self.orderly.clone(), ..*self };
                search.depth_first(TRIED).1.filter(|(found, _)| found.promise == promise)
            },
        )
    }

    /// Takes back one deviation after the other as long as the same promise stays broken.
    pub(crate) fn shortened(&self, promise: &str, trace: Trace) -> Trace {
        let mut best = trace;
        while let Some(shorter) = self.shorter(promise, &best) {
            best = shorter;
        }
        best
    }

    fn shorter(&self, promise: &str, trace: &Trace) -> Option<Trace> {
        let choices = trace.choices();
        let cut = (0..choices.len()).map(|place| Trace::new(choices.iter().take(place).copied().collect()));
        let deviations = (0..choices.len()).rev().filter(|place| trace.at(*place) != 0);
        let without = deviations.map(|place| {
            let taken = |(other, choice): (usize, &u16)| if other == place { 0 } else { *choice };
            Trace::new(choices.iter().enumerate().map(taken).collect())
        });
        cut.chain(without).find_map(|candidate| {
            let taken = self.breaks(promise, candidate)?;
            (weight(&taken) < weight(trace)).then_some(taken)
        })
    }

    /// The choices that were really taken, if they break the promise.
    fn breaks(&self, promise: &str, trace: Trace) -> Option<Trace> {
        let Played { breach, course } = self.play(Choices::of_trace(trace), None);
        let same = breach.is_some_and(|breach| breach.promise == promise);
        same.then(|| course.borrow().choices.trace())
    }
}

/// Fewer deviations are shorter; then fewer choices.
fn weight(trace: &Trace) -> (usize, usize) {
    let deviations = trace.choices().iter().filter(|choice| **choice != 0).count();
    (deviations, trace.choices().len())
}
