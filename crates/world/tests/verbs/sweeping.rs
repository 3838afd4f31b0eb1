//! Losing every event ends in the same rows, by the sweeper; and it costs EMR little.

use jiff::SignedDuration;
use pipeline::ports::{Clusters, Mark};
use pipeline::run::{Attempt, ClusterState, Outcome, Status, StepState};
use pipeline::sweep::{Mode, Swept, sweep};
use serde_json::json;
use world::{At, Fate, Fates, World, run};

use crate::given::*;
use crate::recording::record_all;
use crate::relaunching::{AT_ONCE, ended, failed, running, settings_of_relaunch};

const LATER: SignedDuration = SignedDuration::from_mins(6);

fn swept_as(world: &World, mode: Mode) -> Swept {
    let invocation = invocation(world, "sweeper");
    run(world, sweep(world, &settings_of_relaunch(), mode, &invocation)).returned().unwrap().unwrap()
}

/// A sweep that nothing befalls.
pub(crate) fn swept(world: &World) -> Swept {
    let swept = swept_as(world, Mode::Repair);
    assert!(swept.errors.is_empty(), "{:?}", swept.errors);
    swept
}

#[test]
fn a_run_whose_every_event_was_lost_is_completed_and_told() {
    let (world, cluster) = running(AT_ONCE);
    (0..3).for_each(|place| world.finish_step(&cluster, place, StepState::Completed));
    world.bring_down(&cluster);
    let swept = swept(&world);
    let row = row(&world);
    assert_eq!((row.status, row.announced, swept.repairs.len()), (Status::Completed, true, 1));
    let told = serde_json::to_string(&world.notified(INFORMATION)).unwrap();
    assert!(told.contains("had ended SUCCEEDED"), "{told}");
    assert!(super::sweeping::swept(&world).repairs.is_empty(), "the second sweep finds nothing");
}

#[test]
fn losing_every_event_ends_in_the_rows_that_events_would_have_made() {
    let with_events = {
        let (world, cluster) = failed(AT_ONCE);
        record_all(&world, &world.emr_events());
        ended(&world, &cluster);
        row(&world)
    };
    let (world, _) = failed(AT_ONCE);
    swept(&world);
    world.pass(LATER);
    swept(&world);
    let without = row(&world);
    assert_eq!(
        (without.attempt, without.status, without.decision.map(|decision| decision.course.as_str())),
        (
            with_events.attempt,
            with_events.status,
            with_events.decision.map(|decision| decision.course.as_str())
        )
    );
    assert_eq!(world.clusters()[1].steps.len(), 2);
}

#[test]
fn an_end_that_only_the_relauncher_saw_is_told_by_the_sweeper() {
    let (world, cluster) = running(AT_ONCE);
    (0..3).for_each(|place| world.finish_step(&cluster, place, StepState::Completed));
    world.bring_down(&cluster);
    ended(&world, &cluster);
    assert_eq!((row(&world).status, row(&world).announced), (Status::Completed, false));
    world.pass(LATER);
    swept(&world);
    assert!(row(&world).announced && world.published().len() == 1);
}

#[test]
fn progress_whose_events_were_lost_is_seen() {
    let (world, cluster) = running(AT_ONCE);
    world.finish_step(&cluster, 0, StepState::Completed);
    world.start_step(&cluster, 1);
    assert!(swept(&world).repairs.is_empty(), "that is no repair");
    assert_eq!(row(&world).current_step.as_deref(), Some("model"));
}

#[test]
fn a_launch_that_was_left_half_way_is_settled_whatever_became_of_it() {
    for (fate, clusters) in [(Fate::CrashBefore, 1), (Fate::CrashAfter, 1), (Fate::LosesAnswer, 1)] {
        let world = world();
        deliver(&world, &event(), "one", Fates::listed([(At::Next("clusters.start"), fate)]));
        assert!(swept(&world).repairs.is_empty(), "its holder may be alive");
        world.pass(LATER);
        swept(&world);
        let row = row(&world);
        assert_eq!((row.status, world.clusters().len()), (Status::InProgress, clusters), "{fate:?}");
        assert_eq!(world.living_clusters(), [row.cluster_id.unwrap()]);
        assert_eq!(world.table().attempts[0].steps.len(), 3);
    }
}

#[test]
fn a_claim_whose_pipeline_is_gone_is_ended_and_told() {
    let world = world();
    deliver(&world, &event(), "one", Fates::listed([(At::Next("clusters.start"), Fate::CrashBefore)]));
    world.remove_documents(&folder());
    world.pass(LATER);
    swept_as(&world, Mode::Repair);
    let row = row(&world);
    assert_eq!((row.outcome, row.announced), (Some(Outcome::Validation), true));
    assert!(row.cause.unwrap().message.unwrap().contains("there is no pipeline"));
}

#[test]
fn a_run_past_its_deadline_is_stopped_confirmed_and_resumed() {
    let (world, cluster) = running("deadline: 1h\nretry: {backoff: {first: 0s}}\n");
    world.finish_step(&cluster, 0, StepState::Completed);
    world.start_step(&cluster, 1);
    world.pass(SignedDuration::from_mins(61));
    swept(&world);
    assert_eq!(
        (row(&world).stopping, row(&world).outcome),
        (Some(Outcome::TimedOut), None),
        "not before EMR shows it"
    );
    world.bring_down(&cluster);
    swept(&world);
    assert_eq!(world.table().attempts[0].outcome, Some(Outcome::TimedOut));
    world.pass(LATER);
    swept(&world);
    assert_eq!((row(&world).attempt, row(&world).stopping), (Attempt(2), None));
    assert!(
        world.living_clusters().len() == 1
            && row(&world).deadline.unwrap() > pipeline::ports::Clock::now(&world)
    );
}

#[test]
fn clusters_of_ours_that_no_run_is_on_are_announced_and_terminated_and_others_are_left() {
    let (world, cluster) = running(AT_ONCE);
    let request = world.clusters()[0].request.clone();
    let beside = run(&world, world.start(&request)).returned().unwrap().unwrap().cluster_id;
    let mut theirs = request.clone();
    theirs.tags.as_mut().unwrap().retain(|tag| tag.key.as_deref() == Some("team"));
    run(&world, world.start(&theirs));
    let mut elsewhere = request.clone();
    for tag in elsewhere.tags.iter_mut().flatten().filter(|tag| tag.key.as_deref() == Some("Run_Table")) {
        tag.value = Some("another".into());
    }
    run(&world, world.start(&elsewhere));
    let mut orphan = request;
    for tag in orphan.tags.iter_mut().flatten().filter(|tag| tag.key.as_deref() == Some("Correlation_Id")) {
        tag.value = Some("nobody".into());
    }
    let orphan = run(&world, world.start(&orphan)).returned().unwrap().unwrap().cluster_id;

    let told = swept_as(&world, Mode::DryRun);
    assert_eq!((told.repairs.len(), world.notified(CRITICAL).len()), (2, 0), "{:?}", told.repairs);
    let swept = swept(&world);
    assert_eq!(swept.repairs.len(), 2, "{:?}", swept.repairs);
    assert_eq!(world.notified(CRITICAL).len(), 2);
    for gone in [&beside, &orphan] {
        world.bring_down(gone);
    }
    assert_eq!(world.living_clusters().len(), 3);
    assert!(world.living_clusters().contains(&cluster));
}

#[test]
fn a_cluster_that_emr_has_forgotten_is_lost_and_told() {
    let (world, cluster) = running(AT_ONCE);
    world.forget_cluster(&cluster);
    swept(&world);
    assert_eq!(row(&world).outcome, None, "the list may lag");
    world.pass(SignedDuration::from_mins(20));
    swept(&world);
    assert_eq!(row(&world).outcome, Some(Outcome::Lost));
    world.pass(LATER);
    swept(&world);
    assert!(row(&world).announced && world.clusters().is_empty());
}

#[test]
fn a_sweep_over_500_live_runs_uses_under_a_fifth_of_what_emr_answers() {
    let world = world();
    for number in 0..500 {
        launched(&world, &json!({"pipeline": "pdm", "correlation_id": format!("run-{number}")}), "one")
            .unwrap();
    }
    let clusters = world.clusters();
    for (number, cluster) in clusters.iter().enumerate() {
        world.start_step(&cluster.id, 0);
        if number % 5 == 0 {
            world.end_cluster(&cluster.id, ClusterState::TerminatedWithErrors, "INSTANCE_FAILURE");
        }
    }
    // Refill per second times the five minutes between sweeps, and a fifth of that.
    let fifth = |per_second: f64| (per_second * 300.0 / 5.0) as usize;
    let mut sweeps = 0;
    while world.table().runs.iter().any(|run| is_unfinished(&world, run)) {
        world.pass(LATER);
        world.decree(Fates::fine());
        swept(&world);
        let calls = world.calls();
        let count = |name: &str| calls.iter().filter(|call| **call == name).count();
        for (name, per_second) in [
            ("clusters.start", 0.5),
            ("clusters.steps", 0.5),
            ("clusters.terminate", 0.5),
            ("clusters.describe", 1.0),
        ] {
            assert!(count(name) <= fifth(per_second), "{name}: {}", count(name));
        }
        let lists = count("clusters.list") + count("clusters.find_marked");
        assert!(lists <= fifth(0.5), "ListClusters: {lists}");
        let emr = calls.iter().filter(|call| call.starts_with("clusters.")).count();
        assert!(emr <= fifth(5.0), "all of EMR: {emr}");
        sweeps += 1;
        assert!(sweeps < 40, "every failure is resumed in the end");
    }
    assert_eq!(world.clusters().len(), 600);
}

fn is_unfinished(world: &World, run: &pipeline::run::Run) -> bool {
    run.outcome.is_some() || run.attempt == Attempt(1) && stopped(world, run)
}

fn stopped(world: &World, run: &pipeline::run::Run) -> bool {
    !world.living_clusters().iter().any(|living| Some(living) == run.cluster_id.as_ref())
}

#[test]
fn a_second_cluster_that_lists_did_not_show_is_terminated_in_the_end() {
    let world = world();
    deliver(&world, &event(), "one", Fates::listed([(At::Next("clusters.start"), Fate::CrashAfter)]));
    world.pass(LATER);
    deliver(
        &world,
        &event(),
        "two",
        Fates::chosen(|call| match call.name {
            "clusters.find_marked" => Fate::Stale,
            _ => Fate::Fine,
        }),
    );
    assert_eq!(world.living_clusters().len(), 2, "the list lagged");
    world.pass(LATER);
    swept(&world);
    let mark = Mark { name: "nightly".into(), key: row(&world).attempt_key() };
    let left = run(&world, world.find_marked(&mark, now())).returned().unwrap().unwrap();
    let up = left.iter().filter(|cluster| cluster.state != Some(ClusterState::Terminating)).count();
    assert_eq!(up, 1);
}
