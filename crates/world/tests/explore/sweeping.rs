//! The sweeper, in whatever was left behind: no event arrives, and it finds everything by itself.

use world::World;
use world::explore::{
    Deliveries, Faults, Life, Scenario, Switches, completes, first_stands, invariants::*, stays,
};

use crate::actors::sweeper;
use crate::given::{failed_world, half_launched, held, orphaned, overdue};

/// What the sweeper promises of a world that was left so, in so many sweeps.
fn sweeper_alone(left: fn() -> World, sweeps: usize, life: Life) -> Scenario {
    Scenario::new(left)
        .actor(sweeper(sweeps))
        .life(life)
        .switches(Switches::UpTo(0))
        .always(every_living_cluster_has_a_row)
        .always(a_recorded_cluster_is_kept)
        .always(the_recorded_cluster_is_not_terminated)
        .always(state_only_rises)
        .always(nothing_is_told_before_it_is_stored)
        .always(a_throttled_launch_costs_no_attempt)
        .always(no_completed_step_runs_again)
        .always(no_unfinished_step_is_skipped)
        .always(completed_means_all_steps_completed)
        .always(no_attempt_beyond_the_budget::<2>)
        .finally(no_cluster_lives_beside_the_recorded_one)
        .finally(every_row_has_a_cluster)
        .finally(what_has_ended_is_recorded)
        .finally(every_end_is_told)
        .finally(every_failed_attempt_is_told)
        .finally(every_failure_is_relaunched_or_given_up)
}

#[test]
fn three_faults_in_the_sweeps_delay_the_end_of_a_failed_run_and_do_not_change_it() {
    let scenario = sweeper_alone(failed_world, 8, completes).finally(the_run_is_completed);
    held(scenario.explore(Deliveries(1), Faults(3)));
}

#[test]
fn a_launch_that_was_left_half_way_is_completed_whatever_befalls_three_calls() {
    let scenario = sweeper_alone(half_launched, 7, completes).finally(the_run_is_completed);
    held(scenario.explore(Deliveries(1), Faults(3)));
}

#[test]
fn a_run_past_its_deadline_is_stopped_and_relaunched_whatever_befalls_three_calls() {
    let scenario = sweeper_alone(overdue, 9, first_stands).finally(the_run_is_completed);
    held(scenario.explore(Deliveries(1), Faults(3)));
}

#[test]
fn a_cluster_beside_the_recorded_one_goes_and_the_recorded_one_stays_whatever_befalls_three_calls() {
    held(sweeper_alone(orphaned, 6, stays).explore(Deliveries(1), Faults(3)));
}
