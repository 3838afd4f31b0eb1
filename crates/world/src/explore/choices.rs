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
    choice: u16,
    of: u16,
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

    /// One of so many; 0 is the default. A trace that names more than there are means the default.
    pub(crate) fn pick(&mut self, of: usize) -> usize {
        self.take(of, |random, of| random.below(of))
    }

    /// As [`Self::pick`], for choices that a seed leaves at their default most of the time.
    pub(crate) fn pick_rarely(&mut self, of: usize) -> usize {
        self.take(of, |random, of| match random.below(DISTURBED_ONE_IN) {
            0 => random.below(of),
            _ => 0,
        })
    }

    fn take(&mut self, of: usize, random: impl FnOnce(&mut SplitMix, u64) -> u64) -> usize {
        if of < 2 {
            return 0;
        }
        let choice = match &mut self.source {
            Source::Trace(trace) => usize::from(trace.at(self.taken.len())),
            Source::Random(source) => random(source, of as u64) as usize,
        };
        let choice = if choice < of { choice } else { 0 };
        self.taken.push(Taken { choice: choice as u16, of: of as u16 });
        choice
    }

    /// How many were made.
    pub(crate) fn count(&self) -> usize {
        self.taken.len()
    }

    /// What was chosen.
    pub(crate) fn trace(&self) -> Trace {
        Trace::new(self.taken.iter().map(|taken| taken.choice).collect())
    }

    /// The course to try after this one, depth first; `None` after the last.
    pub(crate) fn next(&self) -> Option<Trace> {
        let last = self.taken.iter().rposition(|taken| taken.choice + 1 < taken.of)?;
        let mut choices: Vec<u16> = self.taken.iter().take(last + 1).map(|taken| taken.choice).collect();
        if let Some(choice) = choices.last_mut() {
            *choice += 1;
        }
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
            let first = choices.pick(3);
            let second = if first == 1 { choices.pick(2) } else { choices.pick(1) };
            seen.push((first, second));
            next = choices.next();
        }
        assert_eq!(seen, [(0, 0), (1, 0), (1, 1), (2, 0)]);
    }

    #[test]
    fn a_seed_always_gives_the_same_choices() {
        let taken = |seed| {
            let mut choices = Choices::of_seed(seed);
            (0..20).map(|_| (choices.pick(5), choices.pick_rarely(3))).collect::<Vec<_>>()
        };
        assert_eq!(taken(7), taken(7));
        assert_ne!(taken(7), taken(8));
    }
}
