//! The sweeper, after a failure of which nobody has heard: no event arrives, and it finds everything by itself.

use world::explore::{Deliveries, Faults, Scenario, Switches, completes, invariants::*};

use crate::actors::sweeper;
use crate::given::{failed_world, held};

fn sweeper_alone() -> Scenario {
    Scenario::new(failed_world)
        .actor(sweeper(14))
        .life(completes)
        .switches(Switches::UpTo(0))
        .always(every_living_cluster_has_a_row)
        .always(a_recorded_cluster_is_kept)
        .always(the_recorded_cluster_is_not_terminated)
        .always(state_only_rises)
        .always(nothing_is_told_before_it_is_stored)
        .always(a_throttled_launch_costs_no_attempt)
        .always(no_completed_step_runs_again)
        .always(no_unfinished_step_is_skipped)
        .finally(no_cluster_lives_beside_the_recorded_one)
        .finally(every_row_has_a_cluster)
        .finally(every_end_is_told)
        .finally(every_failure_is_relaunched_or_given_up)
}

#[test]
fn two_faults_in_the_sweeps_delay_the_end_and_do_not_change_it() {
    held(sweeper_alone().explore(Deliveries(1), Faults(2)));
}
