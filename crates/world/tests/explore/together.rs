//! The launcher and the recorder at once: events of a cluster that nobody has recorded yet.

use world::explore::{Deliveries, Faults, Scenario, Switches, completes, invariants::*};

use crate::actors::{is_final, launcher, recorder};
use crate::given::{held, world};

fn launcher_and_recorder() -> Scenario {
    Scenario::new(world)
        .actor(launcher())
        .actor(recorder())
        .life(completes)
        .switches(Switches::UpTo(2))
        .may_be_lost(|event| !is_final(event))
        .always(every_living_cluster_has_a_row)
        .always(a_recorded_cluster_is_kept)
        .always(the_recorded_cluster_is_not_terminated)
        .always(state_only_rises)
        .always(nothing_is_told_before_it_is_stored)
        .always(a_throttled_launch_costs_no_attempt)
        .always(completed_means_all_steps_completed)
        .finally(every_row_has_a_cluster)
        .finally(what_has_ended_is_recorded)
        .finally(every_end_is_told)
}

/// Further than everything can be tried: two deliveries, four faults, and as many switches as there are moves.
#[test]
fn two_launches_and_their_events_end_recorded_and_told_as_far_as_seeds_show() {
    let scenario = launcher_and_recorder().switches(Switches::Any);
    held(scenario.sample(Deliveries(2), Faults(4), 0..500));
}

#[test]
fn a_launch_and_its_events_end_recorded_and_told() {
    held(launcher_and_recorder().explore(Deliveries(1), Faults(1)));
}
