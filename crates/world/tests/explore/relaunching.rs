//! The relauncher, after a failure of which it is told: so often, and never quite in time.

use world::explore::{Deliveries, Faults, Scenario, Switches, completes, invariants::*};

use crate::actors::relauncher;
use crate::given::{end_event, failed_world, held};

/// What the relauncher promises, whatever befalls it.
fn relauncher_alone() -> Scenario {
    Scenario::new(failed_world)
        .actor(relauncher().asked(end_event()))
        .life(completes)
        .lists_are_current()
        .always(every_living_cluster_has_a_row)
        .always(one_cluster_is_made_for_an_attempt)
        .always(a_recorded_cluster_is_kept)
        .always(the_recorded_cluster_is_not_terminated)
        .always(state_only_rises)
        .always(nothing_is_told_before_it_is_stored)
        .always(a_throttled_launch_costs_no_attempt)
        .always(no_completed_step_runs_again)
        .always(no_unfinished_step_is_skipped)
        .always(no_attempt_beyond_the_budget::<2>)
        .finally(no_cluster_lives_beside_the_recorded_one)
        .finally(every_row_has_a_cluster)
        .finally(every_failed_attempt_is_told)
}

#[test]
fn one_delivery_and_three_faults_end_with_one_cluster_of_the_second_attempt() {
    held(relauncher_alone().switches(Switches::UpTo(0)).explore(Deliveries(1), Faults(3)));
}

#[test]
fn two_deliveries_and_a_fault_end_with_one_cluster_of_the_second_attempt() {
    held(relauncher_alone().switches(Switches::UpTo(2)).explore(Deliveries(2), Faults(1)));
}
