//! The launcher alone: clusters are made and stand there.

use world::explore::{Deliveries, Faults, Scenario, invariants::*};

use crate::actors::launcher;
use crate::given::{held, world};

/// What the launcher promises whatever lists show.
fn launcher_alone() -> Scenario {
    Scenario::new(world)
        .actor(launcher())
        .always(a_recorded_cluster_is_kept)
        .always(the_recorded_cluster_is_not_terminated)
        .always(state_only_rises)
        .always(nothing_is_told_before_it_is_stored)
        .always(a_throttled_launch_costs_no_attempt)
        .finally(every_row_has_a_cluster)
        .finally(every_end_is_told)
}

#[test]
fn one_delivery_and_three_faults_end_with_a_recorded_cluster() {
    held(launcher_alone().explore(Deliveries(1), Faults(3)));
}

#[test]
fn two_deliveries_and_a_fault_end_with_a_recorded_cluster() {
    held(launcher_alone().explore(Deliveries(2), Faults(1)));
}
