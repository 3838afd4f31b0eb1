//! EMR's events into the table: doubled, late and reordered ones change nothing.

use jiff::Timestamp;
use pipeline::record::{RecordError, Recorded, record};
use pipeline::run::{AttemptRecord, ClusterId, ClusterState, Outcome, Run, Status, StepRecord, StepState};
use pipeline::signal::emr_signal;
use proptest::prelude::*;
use serde_json::{Value, json};
use world::{At, Ending, Fate, Fates, World, run};

use crate::given::*;

fn recorded(world: &World, event: &Value, fates: Fates) -> Ending<Result<Recorded, RecordError>> {
    world.decree(fates);
    let ending = run(world, record(world, &topics(), emr_signal(event)));
    world.decree(Fates::fine());
    ending
}

pub(crate) fn record_all(world: &World, events: &[Value]) {
    for event in events {
        recorded(world, event, Fates::fine()).returned().unwrap().unwrap();
    }
}

/// A launched run whose cluster is driven by this story; events are not delivered yet.
fn driven(story: fn(&World, &ClusterId)) -> World {
    let world = world();
    launched(&world, &event(), "one").unwrap();
    let cluster = world.living_clusters()[0].clone();
    story(&world, &cluster);
    world
}

pub(crate) fn second_step_fails(world: &World, cluster: &ClusterId) {
    let minute = jiff::SignedDuration::from_mins(1);
    world.boot(cluster);
    for (place, state) in [(0, StepState::Completed), (1, StepState::Failed)] {
        world.pass(minute);
        world.start_step(cluster, place);
        world.pass(minute);
        world.finish_step(cluster, place, state);
    }
    world.put_step_log(
        &format!("s3://logs/emr/{cluster}/steps/{}/", step_id(world, 1)),
        "INFO ok\nValueError: no column a\n",
    );
    world.bring_down(cluster);
}

fn all_steps_complete(world: &World, cluster: &ClusterId) {
    for place in 0..3 {
        world.start_step(cluster, place);
        world.finish_step(cluster, place, StepState::Completed);
    }
    world.bring_down(cluster);
}

fn step_id(world: &World, place: usize) -> String {
    world.clusters()[0].steps[place].id.to_string()
}

/// The rows, but for when they were written.
fn rows(world: &World) -> (Run, Vec<AttemptRecord>, Vec<StepRecord>) {
    let mut table = world.table();
    table.steps.sort_by(|one, other| one.step_id.cmp(&other.step_id));
    (Run { updated_at: Timestamp::UNIX_EPOCH, ..row(world) }, table.attempts, table.steps)
}

#[test]
fn a_run_that_completes_is_recorded_and_told_to_the_information_topic() {
    let world = driven(all_steps_complete);
    record_all(&world, &world.emr_events());
    let (run, attempts, steps) = rows(&world);
    assert_eq!((run.status, run.outcome), (Status::Completed, Some(Outcome::Succeeded)));
    assert_eq!(run.current_step.as_deref(), Some("report"));
    assert_eq!(attempts[0].outcome, Some(Outcome::Succeeded));
    assert!(steps.len() == 3 && steps.iter().all(|step| step.state == StepState::Completed && step.settled));
    assert_eq!((world.published().len(), world.notified(INFORMATION).len()), (1, 1));
    assert!(run.announced);
}

#[test]
fn a_failed_step_is_recorded_with_its_cause_and_told_by_the_relauncher() {
    let world = driven(second_step_fails);
    record_all(&world, &world.emr_events());
    let (run, _, _) = rows(&world);
    let cause = run.cause.unwrap();
    assert_eq!((run.outcome, cause.step.as_deref()), (Some(Outcome::StepFailed), Some("model")));
    assert_eq!(cause.log_line.as_deref(), Some("ValueError: no column a"));
    assert_eq!((run.announced, world.published().len(), world.notified(CRITICAL).len()), (false, 0, 0));
}

#[test]
fn progress_is_seen_while_it_happens_and_never_goes_back() {
    let world = driven(|world, cluster| {
        world.start_step(cluster, 0);
        world.finish_step(cluster, 0, StepState::Completed);
        world.start_step(cluster, 1);
    });
    let events = world.emr_events();
    record_all(&world, &events);
    assert_eq!(row(&world).current_step.as_deref(), Some("model"));
    record_all(&world, &events);
    assert_eq!(row(&world).current_step.as_deref(), Some("model"));
    assert_eq!(row(&world).status, Status::InProgress);
}

fn permutations(items: &[Value], visit: &mut impl FnMut(&[Value])) {
    fn go(left: &mut Vec<Value>, chosen: &mut Vec<Value>, visit: &mut impl FnMut(&[Value])) {
        if left.is_empty() {
            return visit(chosen);
        }
        for place in 0..left.len() {
            let item = left.remove(place);
            chosen.push(item.clone());
            go(left, chosen, visit);
            chosen.pop();
            left.insert(place, item);
        }
    }
    go(&mut items.to_vec(), &mut vec![], visit);
}

#[test]
fn every_order_of_a_runs_events_ends_in_the_same_rows() {
    let world = driven(second_step_fails);
    let moving =
        |event: &Value| !["STARTING", "PENDING"].iter().any(|state| event["detail"]["state"] == *state);
    let events: Vec<Value> = world.emr_events().into_iter().filter(moving).collect();
    assert_eq!(events.len(), 7, "{events:#?}");
    record_all(&world, &events);
    let expected = rows(&world);
    permutations(&events, &mut |order| {
        let world = driven(second_step_fails);
        record_all(&world, order);
        assert_eq!(rows(&world), expected, "{order:#?}");
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn lost_and_repeated_events_in_any_order_end_in_the_same_rows(
        order in proptest::collection::vec(0..16_usize, 0..24),
        place_of_the_end in 0..24_usize,
    ) {
        let world = driven(second_step_fails);
        let events = world.emr_events();
        let mut delivered: Vec<Value> = order.iter().map(|number| events[number % events.len()].clone()).collect();
        // The one event that must not be lost is the last: without it, it is the sweeper that repairs.
        delivered.insert(place_of_the_end.min(delivered.len()), events.last().unwrap().clone());
        record_all(&world, &delivered);
        let (run, attempts, steps) = rows(&world);

        let whole = driven(second_step_fails);
        record_all(&whole, &whole.emr_events());
        let (whole_run, mut whole_attempts, whole_steps) = rows(&whole);
        // When the cluster was ready is known from its event alone.
        if attempts[0].ready_at.is_none() {
            whole_attempts[0].ready_at = None;
        }
        prop_assert_eq!((run, attempts, steps), (whole_run, whole_attempts, whole_steps));
    }
}

/// Whatever befalls any call of the last event, its next delivery ends in the same rows, told at least once.
#[test]
fn any_fate_of_any_call_is_repaired_by_the_next_delivery() {
    for (story, told) in [(second_step_fails as fn(&World, &ClusterId), false), (all_steps_complete, true)] {
        any_fate_of_any_call_of_the_last_event(story, told);
    }
}

fn any_fate_of_any_call_of_the_last_event(story: fn(&World, &ClusterId), told: bool) {
    let expected = {
        let world = driven(story);
        record_all(&world, &world.emr_events());
        rows(&world)
    };
    let calls = {
        let world = driven(story);
        world.decree(Fates::fine());
        run(&world, record(&world, &topics(), emr_signal(world.emr_events().last().unwrap())));
        world.calls().len()
    };
    assert!(calls > 5);
    for number in 0..calls {
        for fate in [Fate::CrashBefore, Fate::CrashAfter, Fate::LosesAnswer, Fate::Stale] {
            let world = driven(story);
            let events = world.emr_events();
            let (last, before) = events.split_last().unwrap();
            record_all(&world, before);
            recorded(&world, last, Fates::listed([(At::Number(number), fate)]));
            recorded(&world, last, Fates::fine()).returned().unwrap().unwrap();
            assert_eq!(rows(&world), expected, "{fate:?} at {number}");
            let heard = !world.published().is_empty() && !world.notified(INFORMATION).is_empty();
            assert_eq!(heard, told, "{fate:?} at {number}");
        }
    }
}

#[test]
fn a_cluster_whose_launcher_died_is_recorded_from_its_own_events() {
    let world = world();
    deliver(&world, &event(), "one", Fates::listed([(At::Next("clusters.start"), Fate::CrashAfter)]));
    assert_eq!(row(&world).status, Status::Launching);
    let cluster = world.living_clusters()[0].clone();
    world.start_step(&cluster, 0);
    record_all(&world, &world.emr_events());
    let row = row(&world);
    assert_eq!((row.status, row.cluster_id), (Status::InProgress, Some(cluster)));
    assert_eq!(row.current_step.as_deref(), Some("source"));
}

#[test]
fn clusters_that_are_not_ours_and_events_that_cannot_be_read_change_nothing() {
    let world = driven(|_, _| {});
    let before = rows(&world);
    let state = |cluster: &str, state: &str| {
        json!({"detail-type": "EMR Cluster State Change", "time": "2026-11-21T02:00:00Z",
               "detail": {"clusterId": cluster, "state": state, "stateChangeReason": "not json"}})
    };
    for event in [state("j-STRANGER", "TERMINATED"), state("j-STRANGER", "DANCING"), json!({}), json!([1])] {
        let outcome = recorded(&world, &event, Fates::fine()).returned().unwrap().unwrap();
        assert!(matches!(outcome, Recorded::Ignored(_)), "{outcome:?}");
    }
    assert_eq!(rows(&world), before);
}

#[test]
fn an_end_that_emr_does_not_show_yet_is_asked_for_again() {
    let world = driven(|world, cluster| world.start_step(cluster, 0));
    let cluster = world.living_clusters()[0].clone();
    let event = json!({"detail-type": "EMR Cluster State Change", "time": "2026-11-21T02:00:00Z",
                       "detail": {"clusterId": cluster.as_str(), "state": "TERMINATED"}});
    let error = recorded(&world, &event, Fates::fine()).returned().unwrap().unwrap_err();
    assert_eq!(pipeline::failure::Explained::code(&error), "record.not_yet_ended");
    assert_eq!(row(&world).status, Status::InProgress);
}

#[test]
fn a_common_event_costs_one_read_and_one_write() {
    let world = driven(second_step_fails);
    for event in &world.emr_events() {
        if event["detail"]["state"] == "TERMINATED_WITH_ERRORS" {
            continue;
        }
        world.decree(Fates::fine());
        run(&world, record(&world, &topics(), emr_signal(event)));
        let calls = world.calls();
        assert!(calls.len() <= 2, "{calls:?} for {event}");
    }
}

#[test]
fn a_cluster_stopped_by_a_person_is_cancelled_and_no_alarm() {
    let world = driven(|world, cluster| {
        world.start_step(cluster, 0);
        world.end_cluster(cluster, ClusterState::Terminated, "USER_REQUEST");
    });
    record_all(&world, &world.emr_events());
    assert_eq!(row(&world).status, Status::Cancelled);
    assert_eq!((world.notified(CRITICAL).len(), world.notified(INFORMATION).len()), (0, 1));
}
