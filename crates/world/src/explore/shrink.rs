//! From a broken course to a short one that is broken in the same way.

use super::choices::Choices;
use super::search::{Played, Search};
use super::trace::Trace;

impl Search<'_> {
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
