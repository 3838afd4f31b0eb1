//! Seeds on every core: as many executions as there is time for.

use std::ops::Range;
use std::panic::resume_unwind;
use std::thread::{self, Builder, ScopedJoinHandle};

use super::budget::{Deliveries, Faults};
use super::report::{Broken, Explored};
use super::scenario::Scenario;

type Sampled = Result<Explored, Box<Broken>>;

/// As [`Scenario::sample`], with the seeds shared out among all cores; each makes its own scenario by this.
///
/// # Errors
/// The broken promise of the lowest range of seeds that has one.
pub fn sample_on_all_cores(
    scenario: fn() -> Scenario,
    deliveries: Deliveries,
    faults: Faults,
    seeds: Range<u64>,
) -> Sampled {
    thread::scope(|scope| {
        let workers: Vec<_> = shares(seeds)
            .map(|share| {
                // Reports name the test by its thread.
                let named = Builder::new().name(thread::current().name().unwrap_or_default().to_owned());
                begun(named.spawn_scoped(scope, move || scenario().sample(deliveries, faults, share)))
            })
            .collect();
        let sampled = workers.into_iter().map(joined);
        sampled.reduce(|one, other| Ok(one?.and(other?))).unwrap_or_else(|| Ok(Explored::default()))
    })
}

#[expect(clippy::expect_used, reason = "seeds that were not tried must not count as if they had been")]
fn begun<T>(worker: std::io::Result<T>) -> T {
    worker.expect("a thread can be begun")
}

fn joined(worker: ScopedJoinHandle<'_, Sampled>) -> Sampled {
    worker.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Ranges of about the same length, one for each core.
fn shares(seeds: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let length = seeds.end.saturating_sub(seeds.start);
    let bound = move |share: u64| seeds.start + length * share / cores;
    (0..cores).map(move |share| bound(share)..bound(share + 1))
}
