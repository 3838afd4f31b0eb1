//! Where choices come from, and which were taken.

use super::trace::Trace;

/// A source of choices that remembers what it gave.
pub(crate) struct Choices {
    source: Source,
    taken: Vec<Taken>,
}

enum Source {
    /// As a trace says, and by default after its end.
    Trace(Trace),
    /// As a seed says.
    Random(SplitMix),
}

struct Taken {
    choice: usize,
    /// What could be chosen after it.
    next: Option<usize>,
}

/// Of so many calls one is disturbed by a seed, as long as the budget lasts.
const DISTURBED_ONE_IN: u64 = 8;

impl Choices {
    pub(crate) fn of_trace(trace: Trace) -> Self {
        Self { source: Source::Trace(trace), taken: vec![] }
    }

    pub(crate) fn of_seed(seed: u64) -> Self {
        Self { source: Source::Random(SplitMix(seed)), taken: vec![] }
    }

    /// One of these, of which the first is the default. Each keeps its number whether the others can be paid for or not,
    /// so that a trace means the same within any budget that allows it; one that is not allowed means the default.
    pub(crate) fn pick(&mut self, of: &[usize]) -> usize {
        self.take(of, |random, of| random.below(of))
    }

    /// As [`Self::pick`], for choices that a seed leaves at their default most of the time.
    pub(crate) fn pick_rarely(&mut self, of: &[usize]) -> usize {
        self.take(of, |random, of| match random.below(DISTURBED_ONE_IN) {
            0 => random.below(of),
            _ => 0,
        })
    }

    fn take(&mut self, of: &[usize], random: impl FnOnce(&mut SplitMix, u64) -> u64) -> usize {
        let asked = match &mut self.source {
            Source::Trace(trace) => {
                let choice = usize::from(trace.at(self.taken.len()));
                of.iter().position(|known| *known == choice).unwrap_or(0)
            }
            Source::Random(source) => random(source, of.len().max(1) as u64) as usize,
        };
        let choice = of.get(asked).copied().unwrap_or(0);
        self.taken.push(Taken { choice, next: of.get(asked + 1).copied() });
        choice
    }

    /// How many were made.
    pub(crate) fn count(&self) -> usize {
        self.taken.len()
    }

    /// What was chosen.
    pub(crate) fn trace(&self) -> Trace {
        Trace::new(self.chosen(self.taken.len()))
    }

    fn chosen(&self, count: usize) -> Vec<u16> {
        self.taken.iter().take(count).map(|taken| taken.choice as u16).collect()
    }

    /// The course to try after this one, depth first; `None` after the last.
    pub(crate) fn next(&self) -> Option<Trace> {
        let last = self.taken.iter().rposition(|taken| taken.next.is_some())?;
        let mut choices = self.chosen(last);
        choices.extend(self.taken.get(last).and_then(|taken| taken.next).map(|next| next as u16));
        Some(Trace::new(choices))
    }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators": the same numbers from a seed everywhere.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_course_is_taken_once() {
        let mut seen = Vec::new();
        let mut next = Some(Trace::default());
        while let Some(trace) = next {
            let mut choices = Choices::of_trace(trace);
            // The second choice is there only after one answer to the first.
            let first = choices.pick(&[0, 2, 3]);
            let second = choices.pick(if first == 2 { &[0, 1] } else { &[0] });
            seen.push((first, second));
            next = choices.next();
        }
        assert_eq!(seen, [(0, 0), (2, 0), (2, 1), (3, 0)]);
    }

    #[test]
    fn a_seed_always_gives_the_same_choices() {
        let taken = |seed| {
            let mut choices = Choices::of_seed(seed);
            (0..20)
                .map(|_| (choices.pick(&[0, 1, 2, 3]), choices.pick_rarely(&[0, 1, 2])))
                .collect::<Vec<_>>()
        };
        assert_eq!(taken(7), taken(7));
        assert_ne!(taken(7), taken(8));
    }
}
