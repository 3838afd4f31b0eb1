//! The launcher alone: clusters are made and stand there.

use world::explore::{Deliveries, Faults, Scenario, Switches, invariants::*};

use crate::actors::{launcher, sweeper};
use crate::given::{held, world};

/// What the launcher promises whatever lists show.
fn launcher_alone() -> Scenario {
    Scenario::new(world)
        .actor(launcher())
        .always(every_living_cluster_has_a_row)
        .always(a_recorded_cluster_is_kept)
        .always(the_recorded_cluster_is_not_terminated)
        .always(state_only_rises)
        .always(nothing_is_told_before_it_is_stored)
        .always(a_throttled_launch_costs_no_attempt)
        .finally(every_row_has_a_cluster)
        .finally(every_end_is_told)
}

/// What it promises beyond that where lists show at once what was written.
fn launcher_with_current_lists() -> Scenario {
    launcher_alone()
        .lists_are_current()
        .always(one_cluster_is_made_for_an_attempt)
        .always(no_two_clusters_of_a_run_are_up_at_once)
        .finally(no_cluster_lives_beside_the_recorded_one)
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

/// A second cluster may be left to the sweeper, but never without a row.
#[test]
fn where_lists_lag_one_delivery_and_three_faults_end_with_a_recorded_cluster() {
    held(launcher_alone().explore(Deliveries(1), Faults(3)));
}

#[test]
fn where_a_list_lags_and_an_invocation_dies_the_launch_leaves_no_second_cluster() {
    let scenario = launcher_alone().finally(no_cluster_lives_beside_the_recorded_one);
    held(scenario.explore(Deliveries(1), Faults(2)));
}

#[test]
fn where_lists_lag_and_the_sweeper_comes_three_faults_leave_no_second_cluster() {
    let swept = launcher_alone().actor(sweeper(6)).switches(Switches::UpTo(0));
    held(swept.finally(no_cluster_lives_beside_the_recorded_one).explore(Deliveries(1), Faults(3)));
}
