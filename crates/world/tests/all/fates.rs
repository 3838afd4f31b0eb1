//! What befalls calls, and who lives on.

use futures_util::future::join;
use pipeline::failure::{Failure, Kind};
use pipeline::ports::{Claimed, Clusters, Mark, Runs};
use pipeline::run::ClusterId;
use world::{At, Ending, Fate, Fates, Invocation, Progress, World, run};

use crate::given::*;

/// A launch, as simple as can be.
async fn launch(world: &World, claimant: &str) -> Result<Option<ClusterId>, Failure> {
    let Claimed::Won = world.claim(&claim(claimant)).await? else { return Ok(None) };
    let started = world.start(&request(&[])).await?;
    world.attach(&attachment(started.cluster_id.as_str())).await
}

/// Rows, clusters and attempts there are.
fn remains(world: &World) -> (usize, usize, usize) {
    let table = world.table();
    (table.runs.len(), world.clusters().len(), table.attempts.len())
}

#[test]
fn a_failed_call_has_no_effect_and_one_whose_answer_is_lost_has() {
    for (fate, remaining) in [(Fate::Fails(Kind::Unknown), (1, 0, 0)), (Fate::LosesAnswer, (1, 1, 0))] {
        let world = world();
        world.decree(Fates::listed([(At::Next("clusters.start"), fate)]));
        let failure = returned(&world, launch(&world, "one")).unwrap_err();
        assert_eq!(failure.kind, Kind::Unknown);
        assert_eq!(remains(&world), remaining, "{fate:?}");
    }
}

#[test]
fn a_caller_that_dies_does_nothing_more() {
    for (at, fate, remaining) in [
        (At::Number(0), Fate::CrashBefore, (0, 0, 0)),
        (At::Number(0), Fate::CrashAfter, (1, 0, 0)),
        (At::Number(1), Fate::CrashBefore, (1, 0, 0)),
        (At::Next("clusters.start"), Fate::CrashAfter, (1, 1, 0)),
        (At::Next("runs.attach"), Fate::CrashAfter, (1, 1, 1)),
    ] {
        let world = world();
        world.decree(Fates::listed([(at, fate)]));
        assert_eq!(run(&world, launch(&world, "one")), Ending::Crashed);
        assert_eq!(remains(&world), remaining, "{at:?} {fate:?}");
    }
}

#[test]
fn calls_that_run_together_die_together() {
    let world = world();
    world.decree(Fates::listed([(At::Number(0), Fate::CrashBefore)]));
    let (one, two) = (request(&[]), request(&[]));
    assert!(matches!(run(&world, join(world.start(&one), world.start(&two))), Ending::Crashed));
    assert_eq!(world.clusters(), []);
}

#[test]
fn a_world_goes_on_after_a_crash() {
    let world = world();
    world.decree(Fates::listed([(At::Number(0), Fate::CrashBefore)]));
    assert_eq!(run(&world, launch(&world, "one")), Ending::Crashed);
    assert!(matches!(run(&world, launch(&world, "two")), Ending::Returned(Ok(Some(_)))));
    assert_eq!(row(&world).claimed_by, "two");
}

#[test]
fn a_fate_strikes_once_and_a_chooser_is_asked_for_every_call() {
    let world = world();
    world.decree(Fates::listed([(At::Next("runs.claim"), Fate::Fails(Kind::Throttled))]));
    assert_eq!(returned(&world, launch(&world, "one")).unwrap_err().kind, Kind::Throttled);
    assert!(returned(&world, launch(&world, "one")).unwrap().is_some());
    assert_eq!(world.calls(), ["runs.claim", "runs.claim", "clusters.start", "runs.attach"]);

    world.decree(Fates::chosen(|call| match call.name.starts_with("runs.") {
        true => Fate::Fails(Kind::Denied),
        false => Fate::Fine,
    }));
    for _ in 0..2 {
        assert_eq!(returned(&world, launch(&world, "one")).unwrap_err().kind, Kind::Denied);
    }
}

#[test]
fn a_stale_listing_shows_nothing_yet() {
    let world = world();
    let cluster = started(&world, &request(&[]));
    let mark = Mark { name: "pdm".into(), key: key() };
    world.decree(Fates::listed([(At::Next("clusters.find_marked"), Fate::Stale)]));
    assert_eq!(returned(&world, world.find_marked(&mark, at(0))), Ok(vec![]));
    assert_eq!(returned(&world, world.find_marked(&mark, at(0))).unwrap()[0].cluster_id, cluster);
}

#[test]
fn invocations_may_take_turns_at_every_call() {
    let world = world();
    let mut one = Invocation::new(&world, launch(&world, "one"));
    let mut two = Invocation::new(&world, launch(&world, "two"));
    assert_eq!((one.poll(), two.poll()), (Progress::Waits, Progress::Waits));
    assert_eq!(remains(&world), (0, 0, 0));
    assert_eq!(two.poll(), Progress::Waits);
    assert_eq!(row(&world).claimed_by, "two");
    assert_eq!(one.poll(), Progress::Over(Ending::Returned(Ok(None))));
    assert_eq!(two.poll(), Progress::Waits);
    assert!(matches!(two.poll(), Progress::Over(Ending::Returned(Ok(Some(_))))));
    assert_eq!(remains(&world), (1, 1, 1));
}
