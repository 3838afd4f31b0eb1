//! The recorder alone, after a launch that nothing befell.

use world::explore::{
    Deliveries, Faults, Life, Scenario, Switches, completes, first_fails_at, invariants::*,
};

use crate::actors::{is_final, recorder};
use crate::given::{held, launched};

/// What the recorder promises of a cluster that lives so.
fn recorder_alone(life: Life) -> Scenario {
    Scenario::new(launched)
        .actor(recorder())
        .life(life)
        .switches(Switches::UpTo(0))
        .may_be_lost(|event| !is_final(event))
        .always(state_only_rises)
        .always(nothing_is_told_before_it_is_stored)
        .always(completed_means_all_steps_completed)
        .finally(what_has_ended_is_recorded)
        .finally(the_end_is_that_of_the_orderly_course)
}

#[test]
fn a_run_that_completes_is_recorded_the_same_whatever_befalls_three_calls_or_events() {
    held(recorder_alone(completes).finally(every_end_is_told).explore(Deliveries(1), Faults(3)));
}

/// It is told by the relauncher, with what is done about it.
#[test]
fn a_run_that_fails_is_recorded_the_same_whatever_befalls_three_calls_or_events() {
    held(recorder_alone(first_fails_at::<1>).explore(Deliveries(1), Faults(3)));
}

#[test]
fn every_event_twice_and_a_fault_are_recorded_as_every_event_once() {
    let twice = || recorder_alone(first_fails_at::<1>).switches(Switches::UpTo(1)).every_event_comes_again();
    held(twice().explore(Deliveries(2), Faults(1)));
}
