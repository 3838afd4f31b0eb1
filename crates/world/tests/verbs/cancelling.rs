//! A person cancels a run: what runs is stopped, what would follow does not, and nothing else is touched.

use jiff::SignedDuration;
use pipeline::cancel::{CancelError, Cancelled, StoppedStep, cancel};
use pipeline::failure::Kind;
use pipeline::record::record;
use pipeline::relaunch::{self, Relaunched, asked};
use pipeline::run::{ClusterId, ClusterState, Course, Outcome, RunKey, Status, StepState};
use pipeline::signal::emr_signal;
use serde_json::Value;
use world::{At, Ending, Fate, Fates, World, run};

use crate::given::*;

fn key(world: &World) -> RunKey {
    row(world).key
}

fn cancelled(world: &World, fates: Fates) -> Ending<Result<Cancelled, CancelError>> {
    let key = key(world);
    world.decree(fates);
    let ending = run(world, cancel(world, &key));
    world.decree(Fates::fine());
    ending
}

fn cancelled_now(world: &World) -> Cancelled {
    cancelled(world, Fates::fine()).returned().unwrap().unwrap()
}

/// A run whose first step is done and whose second one runs.
fn at_its_second_step() -> (World, ClusterId) {
    let world = world();
    launched(&world, &event(), "one").unwrap();
    let cluster = world.living_clusters()[0].clone();
    world.start_step(&cluster, 0);
    world.finish_step(&cluster, 0, StepState::Completed);
    world.start_step(&cluster, 1);
    (world, cluster)
}

/// Everything that EMR has posted reaches the recorder, and then the relauncher.
fn heard(world: &World) -> Vec<Relaunched> {
    for event in &world.emr_events() {
        run(world, record(world, &topics(), emr_signal(event))).returned().unwrap().unwrap();
    }
    world.emr_events().iter().map(|event| relauncher(world, event)).collect()
}

fn relauncher(world: &World, event: &Value) -> Relaunched {
    let settings = relaunch::Settings { launch: settings(), ..relaunch::Settings::default() };
    let by = invocation(world, "relauncher");
    let asked = asked(event).unwrap();
    run(world, relaunch::relaunch(world, &settings, asked, &by)).returned().unwrap().unwrap()
}

fn steps_of(cancelled: &Cancelled) -> Vec<StoppedStep> {
    match cancelled {
        Cancelled::Stopping(_, stopped) => stopped.steps.clone().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// A run whose second step failed, for which the relauncher has set a timer.
fn waiting_for_its_relaunch() -> World {
    let (world, cluster) = at_its_second_step();
    world.finish_step(&cluster, 1, StepState::Failed);
    world.bring_down(&cluster);
    heard(&world);
    assert_eq!(world.timers().len(), 1);
    world
}

#[test]
fn a_run_that_works_is_stopped_and_ends_as_cancelled() {
    let (world, cluster) = at_its_second_step();
    let told = steps_of(&cancelled_now(&world));
    let states: Vec<_> = told.iter().map(|step| (step.name.as_str(), step.state.unwrap())).collect();
    let expected = [StepState::Completed, StepState::Cancelled, StepState::Cancelled];
    assert_eq!(states, [("source", expected[0]), ("model", expected[1]), ("report", expected[2])]);
    assert!(told.iter().all(|step| step.refused.is_none() && !step.goes_on()));

    world.bring_down(&cluster);
    heard(&world);
    let row = row(&world);
    assert_eq!((row.status, row.outcome), (Status::Cancelled, Some(Outcome::Cancelled)));
    assert_eq!((world.clusters().len(), world.living_clusters().len()), (1, 0));
}

#[test]
fn a_second_cancelling_changes_nothing_and_says_how_it_stands() {
    let (world, cluster) = at_its_second_step();
    cancelled_now(&world);
    let (clusters, before) = (world.clusters(), row(&world));
    assert!(matches!(cancelled_now(&world), Cancelled::Stopping(..)));
    assert_eq!((world.clusters(), row(&world)), (clusters, before));

    world.bring_down(&cluster);
    heard(&world);
    let before = row(&world);
    assert!(
        matches!(cancelled_now(&world), Cancelled::Ended(run) if run.outcome == Some(Outcome::Cancelled))
    );
    assert_eq!(row(&world), before);
}

#[test]
fn a_failure_that_waits_for_its_relaunch_is_given_up_and_its_timer_finds_so() {
    let world = waiting_for_its_relaunch();
    let told = cancelled_now(&world);
    assert!(matches!(&told, Cancelled::GivenUp(_, decision) if decision.why == "a person cancelled it"));
    world.pass(SignedDuration::from_hours(1));
    for timer in world.due() {
        assert!(matches!(relauncher(&world, &timer.event), Relaunched::GivenUp(..)));
    }
    assert_eq!((world.clusters().len(), world.living_clusters().len()), (1, 0));
    assert!(
        world.table().attempts[0].decision.as_ref().is_some_and(|stored| stored.course == Course::GiveUp)
    );
    assert!(row(&world).announced);
    assert!(matches!(cancelled_now(&world), Cancelled::Ended(_)));
}

#[test]
fn a_step_that_fails_before_the_cancelling_reaches_it_is_no_reason_to_relaunch() {
    let (world, cluster) = at_its_second_step();
    cancelled(&world, Fates::listed([(At::Next("clusters.steps"), Fate::CrashBefore)]));
    world.finish_step(&cluster, 1, StepState::Failed);
    world.bring_down(&cluster);
    heard(&world);
    assert_eq!(row(&world).outcome, Some(Outcome::StepFailed));
    let decision = row(&world).decision.unwrap();
    assert_eq!((decision.course, decision.why.as_str()), (Course::GiveUp, "a person cancelled it"));
}

#[test]
fn a_launch_that_is_under_way_is_told_and_left_alone() {
    let world = world();
    deliver(&world, &event(), "one", Fates::listed([(At::Next("clusters.start"), Fate::CrashBefore)]));
    let before = row(&world);
    assert!(matches!(cancelled_now(&world), Cancelled::Launching(_)));
    assert_eq!(row(&world), before);
}

#[test]
fn a_run_that_has_ended_well_is_left_as_it_is() {
    let (world, cluster) = at_its_second_step();
    world.finish_step(&cluster, 1, StepState::Completed);
    world.finish_step(&cluster, 2, StepState::Completed);
    world.bring_down(&cluster);
    heard(&world);
    let before = row(&world);
    assert!(matches!(cancelled_now(&world), Cancelled::Ended(_)));
    assert_eq!(row(&world), before);
}

#[test]
fn a_cluster_goes_even_where_emr_will_not_cancel_its_steps() {
    for call in ["clusters.steps", "clusters.cancel_steps"] {
        let (world, cluster) = at_its_second_step();
        let fates = Fates::listed([(At::Next(call), Fate::Fails(Kind::Refused))]);
        let told = cancelled(&world, fates).returned().unwrap().unwrap();
        assert!(matches!(told, Cancelled::Stopping(_, stopped) if stopped.steps.is_err()), "{call}");
        assert_eq!(world.clusters()[0].report.state, Some(ClusterState::Terminating), "{call}");
        world.bring_down(&cluster);
    }
}

#[test]
fn whatever_befalls_any_call_the_next_cancelling_ends_the_run() {
    let calls = {
        let (world, _) = at_its_second_step();
        let key = key(&world);
        world.decree(Fates::fine());
        run(&world, cancel(&world, &key));
        world.calls().len()
    };
    assert_eq!(calls, 7);
    for number in 0..calls {
        for fate in [Fate::CrashBefore, Fate::CrashAfter, Fate::LosesAnswer, Fate::Fails(Kind::Throttled)] {
            let (world, cluster) = at_its_second_step();
            cancelled(&world, Fates::listed([(At::Number(number), fate)]));
            assert!(matches!(cancelled_now(&world), Cancelled::Stopping(..)), "{fate:?} at {number}");
            world.bring_down(&cluster);
            heard(&world);
            assert_eq!(row(&world).outcome, Some(Outcome::Cancelled), "{fate:?} at {number}");
            assert_eq!(world.clusters().len(), 1, "{fate:?} at {number}");
        }
    }
}
