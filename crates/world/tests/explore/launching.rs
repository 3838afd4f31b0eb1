//! The launcher alone: clusters are made and stand there.

use world::explore::{Deliveries, Faults, Scenario, Switches, invariants::*};

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
        .finally(one_lagging_list_leaves_no_second_cluster)
}

/// What it promises beyond that where lists show at once what was written.
fn launcher_with_current_lists() -> Scenario {
    launcher_alone().lists_are_current().always(one_cluster_is_made_for_an_attempt)
}

#[test]
fn one_delivery_and_three_faults_end_with_one_recorded_cluster() {
    held(launcher_with_current_lists().explore(Deliveries(1), Faults(3)));
}

#[test]
fn two_deliveries_and_a_fault_end_with_one_recorded_cluster() {
    held(launcher_with_current_lists().explore(Deliveries(2), Faults(1)));
}

#[test]
fn two_deliveries_two_switches_and_two_faults_end_with_one_recorded_cluster() {
    held(launcher_with_current_lists().switches(Switches::UpTo(2)).explore(Deliveries(2), Faults(2)));
}

#[test]
fn where_lists_lag_once_a_second_cluster_does_not_outlive_the_launch() {
    held(launcher_alone().explore(Deliveries(1), Faults(3)));
}
