//! The run table.

use pipeline::failure::Remedy;
use pipeline::ports::{Applied, Attachment, AttemptUpdate, Claimed, Fence, RunUpdate, Runs, Updates};
use pipeline::run::{Outcome, Run, Status, StepRecord, StepState};
use world::World;

use crate::given::*;

fn updates(run: Option<RunUpdate>, attempt: Option<AttemptUpdate>) -> Updates {
    Updates { run, attempt, steps: vec![], at: at(60) }
}

fn apply_run(world: &World, fence: &Fence, update: RunUpdate) -> bool {
    returned(world, world.apply(&key(), fence, &updates(Some(update), None))).unwrap().run
}

fn apply_attempt(world: &World, update: AttemptUpdate) -> bool {
    returned(world, world.apply(&key(), &on("j-1"), &updates(None, Some(update)))).unwrap().attempt
}

fn on(cluster: &str) -> Fence {
    Fence::Cluster(cluster_id(cluster))
}

fn progress(step: &str, rank: &str) -> RunUpdate {
    RunUpdate::Progress { step: step.into(), rank: rank.into() }
}

fn end(outcome: Outcome, parts: &[&str]) -> RunUpdate {
    let cause = (!parts.is_empty()).then(|| cause(parts));
    RunUpdate::End { outcome, cause, current_step: None, decision: None }
}

#[test]
fn one_claimant_wins_and_wins_again_when_it_repeats_itself() {
    let world = claimed();
    assert_eq!(returned(&world, world.claim(&claim("one"))), Ok(Claimed::Won));
    assert_eq!(returned(&world, world.claim(&claim("two"))), Ok(Claimed::Lost(Box::new(row(&world)))));
    assert_eq!(row(&world).claimed_by, "one");
}

#[test]
fn a_claim_is_taken_over_only_as_it_was_seen() {
    let world = claimed();
    let seen = row(&world);
    assert_eq!(returned(&world, world.take_over(&seen, "two", at(2000))), Ok(Claimed::Won));
    assert_eq!(returned(&world, world.take_over(&seen, "two", at(2000))), Ok(Claimed::Won));
    assert_eq!((row(&world).claimed_by, row(&world).lease_until), ("two".into(), at(2000)));
    assert_eq!(row(&world).claimed_at, at(0));
    let lost = returned(&world, world.take_over(&seen, "three", at(3000)));
    assert_eq!(lost, Ok(Claimed::Lost(Box::new(row(&world)))));
}

#[test]
fn a_claim_that_has_got_a_cluster_is_not_taken_over() {
    let world = claimed();
    let seen = row(&world);
    returned(&world, world.attach(&attachment("j-1"))).unwrap();
    let lost = returned(&world, world.take_over(&seen, "two", at(2000)));
    assert_eq!(lost, Ok(Claimed::Lost(Box::new(row(&world)))));
    assert_eq!(row(&world).claimed_by, "one");
}

#[test]
fn a_claim_is_handed_back_by_its_holder_while_it_has_no_cluster() {
    let world = claimed();
    returned(&world, world.hand_back(&key(), "two", None)).unwrap();
    assert_eq!(row(&world).claimed_by, "one");
    returned(&world, world.hand_back(&key(), "one", None)).unwrap();
    assert_eq!(world.table().runs, []);

    let world = attached();
    returned(&world, world.hand_back(&key(), "one", None)).unwrap();
    assert_eq!(row(&world).cluster_id, Some(cluster_id("j-1")));
}

#[test]
fn attaching_answers_whoever_is_recorded() {
    let world = attached();
    let late = Attachment { at: at(20), ..attachment("j-2") };
    assert_eq!(returned(&world, world.attach(&late)), Ok(Some(cluster_id("j-1"))));
    assert_eq!((row(&world).status, row(&world).updated_at), (Status::InProgress, at(10)));
    let attempts = world.table().attempts;
    assert_eq!(attempts.len(), 1);
    assert_eq!((&attempts[0].cluster_id, attempts[0].started_at), (&cluster_id("j-1"), at(10)));
    assert_eq!(returned(&world, world.by_cluster(&cluster_id("j-1"))), Ok(Some(attempts[0].clone())));
    assert_eq!(returned(&world, world.by_cluster(&cluster_id("j-2"))), Ok(None));
}

#[test]
fn a_run_that_has_moved_on_or_ended_or_gone_takes_no_cluster() {
    let world = world();
    assert_eq!(returned(&world, world.attach(&attachment("j-1"))), Ok(None));

    let world = claimed();
    world.put_run(Run { attempt: second_attempt().attempt, ..row(&world) });
    assert_eq!(returned(&world, world.attach(&attachment("j-1"))), Ok(None));

    let world = attached();
    assert!(apply_run(&world, &on("j-1"), end(Outcome::Succeeded, &[])));
    assert_eq!(returned(&world, world.attach(&attachment("j-1"))), Ok(None));
}

#[test]
fn a_write_for_a_cluster_or_claimant_that_is_not_the_runs_is_refused() {
    let claimant = |name: &str| Fence::Claimant(name.into());
    for (world, fence, holds) in [
        (attached(), on("j-1"), true),
        (attached(), on("j-2"), false),
        (attached(), claimant("one"), false),
        (claimed(), claimant("one"), true),
        (claimed(), claimant("two"), false),
        (claimed(), on("j-1"), false),
    ] {
        assert_eq!(apply_run(&world, &fence, end(Outcome::Internal, &["code"])), holds, "{fence:?}");
        returned(&world, world.mark_announced(&key(), &fence, None)).unwrap();
        assert_eq!(row(&world).announced, holds, "{fence:?}");
    }
}

#[test]
fn a_write_for_another_attempt_is_refused() {
    let world = attached();
    let update = updates(Some(end(Outcome::Succeeded, &[])), None);
    let applied = returned(&world, world.apply(&second_attempt(), &on("j-1"), &update));
    assert_eq!(applied, Ok(Applied::default()));
    assert_eq!(row(&world).status, Status::InProgress);
}

#[test]
fn an_attempt_takes_no_update_that_speaks_for_another_cluster() {
    let world = attached();
    let ready = updates(None, Some(AttemptUpdate::Ready { at: at(20) }));
    let applied = returned(&world, world.apply(&key(), &on("j-2"), &ready));
    assert_eq!(applied, Ok(Applied::default()));
    assert_eq!(world.table().attempts[0].ready_at, None);
}

#[test]
fn a_status_that_somebody_else_has_written_ends_nothing() {
    let world = attached();
    world.put_run(Run { status: Status::Completed, ..row(&world) });
    assert_eq!(returned(&world, world.attach(&attachment("j-2"))), Ok(Some(cluster_id("j-1"))));
    assert!(apply_run(&world, &on("j-1"), progress("source", "1")));
    assert!(apply_run(&world, &on("j-1"), end(Outcome::StepFailed, &["code"])));
    assert_eq!(row(&world).status, Status::Failed);
}

#[test]
fn a_claim_that_was_handed_back_is_free_again() {
    let world = claimed();
    let seen = row(&world);
    returned(&world, world.hand_back(&key(), "one", None)).unwrap();
    let failure = returned(&world, world.take_over(&seen, "two", at(2000))).unwrap_err();
    assert_eq!(failure.remedy(), Remedy::Retry);
    assert_eq!(returned(&world, world.claim(&claim("two"))), Ok(Claimed::Won));
}

#[test]
fn the_current_step_only_goes_further() {
    let world = attached();
    for (step, rank, rises) in
        [("model", "2", true), ("source", "1", false), ("model", "2", false), ("last", "3", true)]
    {
        assert_eq!(apply_run(&world, &on("j-1"), progress(step, rank)), rises, "{step}");
    }
    assert_eq!(row(&world).current_step.as_deref(), Some("last"));
    assert!(apply_run(&world, &on("j-1"), end(Outcome::Succeeded, &[])));
    assert!(!apply_run(&world, &on("j-1"), progress("beyond", "4")));
}

#[test]
fn an_end_stays_unless_it_is_told_more_fully() {
    let world = attached();
    for (outcome, parts, applied) in [
        (Outcome::StepFailed, &["code"][..], true),
        (Outcome::StepFailed, &["other"], false),
        (Outcome::Succeeded, &["code", "message"], false),
        (Outcome::StepFailed, &["code", "message"], true),
        (Outcome::StepFailed, &[], false),
    ] {
        assert_eq!(apply_run(&world, &on("j-1"), end(outcome, parts)), applied, "{outcome} {parts:?}");
        let cause = parts.first().map(|_| cause(parts));
        let ending = AttemptUpdate::End { at: at(70), outcome, cause, normalized_instance_hours: None };
        assert_eq!(apply_attempt(&world, ending), applied, "{outcome} {parts:?}");
    }
    assert_eq!(row(&world).status, Status::Failed);
    assert_eq!(row(&world).cause, Some(cause(&["code", "message"])));
    assert_eq!(world.table().attempts[0].cause, Some(cause(&["code", "message"])));
}

#[test]
fn the_earliest_moment_of_readiness_stays() {
    let world = attached();
    for (second, taken) in [(30, true), (40, false), (30, false), (20, true)] {
        assert_eq!(apply_attempt(&world, AttemptUpdate::Ready { at: at(second) }), taken, "{second}");
    }
    assert_eq!(world.table().attempts[0].ready_at, Some(at(20)));
}

#[test]
fn a_step_only_rises_and_a_late_signal_fills_in_its_time() {
    let world = attached();
    let mut completed = step(StepState::Completed);
    completed.ended_at = Some(at(50));
    let mut running = step(StepState::Running);
    running.started_at = Some(at(40));
    running.ended_at = Some(at(99));
    for (record, rose) in
        [(step(StepState::Pending), 1), (completed.clone(), 1), (completed, 0), (running, 0)]
    {
        let updates = Updates { steps: vec![record], ..updates(None, None) };
        let applied = returned(&world, world.apply(&key(), &on("j-1"), &updates)).unwrap();
        assert_eq!(applied.steps, rose);
    }
    let recorded = &world.table().steps[0];
    assert_eq!(recorded.state, StepState::Completed);
    assert_eq!((recorded.started_at, recorded.ended_at), (Some(at(40)), Some(at(50))));
}

#[test]
fn what_is_settled_replaces_what_events_told_and_stays() {
    let world = attached();
    let told = StepRecord { started_at: Some(at(40)), ..step(StepState::Cancelled) };
    let settled = StepRecord { ended_at: Some(at(50)), settled: true, ..step(StepState::Completed) };
    let later = StepRecord { settled: true, ..step(StepState::Failed) };
    for (record, taken) in [(told.clone(), 1), (settled.clone(), 1), (told, 0), (later, 0)] {
        let updates = Updates { steps: vec![record], ..updates(None, None) };
        let applied = returned(&world, world.apply(&key(), &on("j-1"), &updates)).unwrap();
        assert_eq!(applied.steps, taken);
    }
    assert_eq!(world.table().steps, [settled]);
}
