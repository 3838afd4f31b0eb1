//! What the explorer itself promises.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use pipeline::run::Run;
use world::explore::{Broken, Deliveries, Facts, Faults, Scenario, Trace};
use world::{Cluster, World};

use crate::actors::launcher;
use crate::given::world;

/// A promise that nobody can keep where lists lag.
fn nobody_makes_a_second_cluster(world: &World, _: &Facts) -> Result<(), String> {
    match world.clusters().len() {
        0 | 1 => Ok(()),
        made => Err(format!("{made} clusters were made")),
    }
}

fn broken(faults: usize) -> Broken {
    let scenario = Scenario::new(world).actor(launcher()).always(nobody_makes_a_second_cluster);
    *scenario.explore(Deliveries(1), Faults(faults)).unwrap_err()
}

#[test]
fn a_broken_promise_is_told_with_its_shortest_course() {
    let found = broken(3);
    assert_eq!(found.promise, "nobody makes a second cluster");
    assert_eq!(found.trace, broken(2).trace, "a third fault is not needed, and is taken back");
    let scenario = Scenario::new(world).actor(launcher()).always(nobody_makes_a_second_cluster);
    let sampled = scenario.sample(Deliveries(1), Faults(5), 0..500).unwrap_err();
    assert_eq!(sampled.trace, found.trace, "and what a seed does besides has nothing to do with it");
    let report = found.to_string();
    for told in [
        "BROKEN    nobody makes a second cluster",
        "2 clusters were made",
        &format!("RELAY_TRACE={}", found.trace),
        "clusters.find_marked answers from before",
        "cluster j-2 made: STARTING",
    ] {
        assert!(report.contains(told), "{told:?} is not in {report}");
    }
}

#[test]
fn a_trace_that_was_read_back_breaks_the_same_promise() {
    let found = broken(2);
    let read: Trace = found.trace.to_string().parse().unwrap();
    let scenario = Scenario::new(world).actor(launcher()).always(nobody_makes_a_second_cluster);
    let again = scenario.replay(Deliveries(1), Faults(2), read).unwrap_err();
    assert_eq!((&again.promise, &again.trace), (&found.promise, &found.trace));
    scenario.replay(Deliveries(1), Faults(2), Trace::default()).unwrap();
}

/// Every way in which an exploration ends: what rows and clusters are then.
fn ends(follow: fn(Scenario) -> Scenario) -> (usize, BTreeSet<String>) {
    let seen = Rc::new(RefCell::new(BTreeSet::new()));
    let ends = Rc::clone(&seen);
    let scenario = Scenario::new(world).actor(launcher()).finally(move |world: &World, _: &Facts| {
        let row =
            |run: &Run| format!("{} {:?} {:?} {}", run.status, run.outcome, run.cluster_id, run.announced);
        let cluster = |cluster: &Cluster| format!("{} {:?}", cluster.id, cluster.report.state);
        let rows = world.table().runs.iter().map(row).collect::<Vec<_>>();
        let clusters = world.clusters().iter().map(cluster).collect::<Vec<_>>();
        ends.borrow_mut().insert(format!("{rows:?} {clusters:?} {}", world.published().len()));
        Ok(())
    });
    let explored = follow(scenario).explore(Deliveries(1), Faults(2)).unwrap();
    (explored.executions, seen.take())
}

#[test]
fn nothing_is_missed_by_following_courses_that_meet_only_once() {
    let (few, found) = ends(|scenario| scenario);
    let (many, all) = ends(Scenario::following_all);
    assert_eq!(found, all);
    assert!(few < many / 2 && found.len() > 2, "{few} of {many} executions, {} ends", found.len());
}

#[test]
fn a_seed_and_its_budget_make_the_same_executions_again() {
    let sample = || {
        let scenario = Scenario::new(world).actor(launcher());
        scenario.sample(Deliveries(2), Faults(3), 0..20).unwrap()
    };
    assert_eq!(sample(), sample());
    assert!(sample().disturbed > 5);
}
