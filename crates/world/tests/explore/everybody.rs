//! All functions at once, and every event may be lost, doubled or late: what one leaves undone another finds.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use pipeline::run::Run;
use world::World;
use world::explore::{
    Actor, Deliveries, Facts, Faults, Scenario, Switches, any_step_may_fail, first_fails_at, invariants::*,
    sample_on_all_cores,
};

use crate::actors::{launcher, recorder, relauncher, sweeper};
use crate::given::{five_steps, held, seeds, two_attempts};

/// What holds at every moment, whatever befalls whom.
fn always(scenario: Scenario) -> Scenario {
    scenario
        .always(every_living_cluster_has_a_row)
        .always(a_recorded_cluster_is_kept)
        .always(the_recorded_cluster_is_not_terminated)
        .always(state_only_rises)
        .always(nothing_is_told_before_it_is_stored)
        .always(a_throttled_launch_costs_no_attempt)
        .always(no_completed_step_runs_again)
        .always(no_unfinished_step_is_skipped)
        .always(what_always_runs_is_in_every_attempt)
        .always(completed_means_all_steps_completed)
        .always(no_attempt_beyond_the_budget::<2>)
}

/// What holds in the end.
fn finally(scenario: Scenario) -> Scenario {
    scenario
        .finally(no_cluster_lives_beside_the_recorded_one)
        .finally(every_row_has_a_cluster)
        .finally(what_has_ended_is_recorded)
        .finally(every_end_is_told)
        .finally(every_failed_attempt_is_told)
        .finally(every_failure_is_relaunched_or_given_up)
}

fn everybody(world: fn() -> World, sweeps: usize) -> Scenario {
    let actors = [launcher(), recorder(), relauncher(), sweeper(sweeps)];
    let scenario = actors.into_iter().fold(Scenario::new(world), Scenario::actor);
    finally(always(scenario)).may_be_lost(|_| true)
}

/// Two steps, two attempts; the first cluster fails at its second step.
fn smallest(sweeps: usize) -> Scenario {
    everybody(two_attempts, sweeps)
        .life(first_fails_at::<1>)
        .finally(the_run_is_completed)
        .finally(the_row_ends_as_in_the_orderly_course)
}

#[test]
fn one_delivery_and_two_faults_anywhere_end_with_the_run_completed() {
    held(smallest(8).switches(Switches::UpTo(0)).explore(Deliveries(1), Faults(2)));
}

#[test]
#[ignore = "takes many minutes: run it by its name, with --profile soak and --ignored"]
fn one_delivery_and_three_faults_anywhere_end_with_the_run_completed() {
    held(smallest(8).switches(Switches::UpTo(0)).explore(Deliveries(1), Faults(3)));
}

#[test]
fn two_deliveries_and_a_fault_anywhere_end_with_the_run_completed() {
    held(smallest(8).switches(Switches::UpTo(1)).explore(Deliveries(2), Faults(1)));
}

/// The rows in which a scenario of these ends when nothing befalls it but what their worlds lose.
fn rows(actors: Vec<Actor>) -> BTreeSet<String> {
    let seen = Rc::new(RefCell::new(BTreeSet::new()));
    let ends = Rc::clone(&seen);
    let scenario = actors.into_iter().fold(Scenario::new(two_attempts), Scenario::actor);
    let scenario = always(scenario).life(first_fails_at::<1>).switches(Switches::UpTo(0));
    let scenario =
        finally(scenario).finally(the_run_is_completed).finally(move |world: &World, _: &Facts| {
            let told = |run: &Run| {
                format!("{} {:?} {:?} {:?}", run.status, run.attempt, run.current_step, run.outcome)
            };
            let table = world.table();
            let steps = table.steps.iter().map(|step| (step.attempt.attempt.0, &step.name, step.state));
            let rows = table.runs.iter().map(told).collect::<Vec<_>>();
            ends.borrow_mut().insert(format!("{rows:?} {:?}", steps.collect::<Vec<_>>()));
            Ok(())
        });
    held(scenario.explore(Deliveries(1), Faults(0)));
    seen.take()
}

#[test]
fn losing_every_event_ends_in_the_same_row() {
    let with_events = rows(vec![launcher(), recorder(), relauncher()]);
    assert_eq!(rows(vec![launcher(), sweeper(8)]), with_events);
    assert_eq!(with_events.len(), 1);
}

/// Five steps, one of which runs on every resume; any step may fail, and clusters may die under it.
fn large() -> Scenario {
    everybody(five_steps, 12).life(any_step_may_fail).always_run(&["setup"]).switches(Switches::Any)
}

/// `RELAY_SEEDS` says how many: `make soak`.
#[test]
fn three_deliveries_and_three_faults_break_no_promise_as_far_as_seeds_show() {
    held(sample_on_all_cores(large, Deliveries(3), Faults(3), seeds(400)));
}
