//! Clusters, their steps, and the events they post.

use jiff::SignedDuration;
use pipeline::cluster::ActionOnFailure::{CancelAndWait, Continue, TerminateCluster};
use pipeline::cluster::{ActionOnFailure, JobFlowInstancesConfig, RunJobFlow};
use pipeline::failure::Kind;
use pipeline::ports::{Clusters, Mark};
use pipeline::run::{ClusterId, ClusterState, StepState};
use pipeline::signal::{EmrSignal, emr_signal};
use world::World;

use crate::given::*;

fn mark() -> Mark {
    Mark { name: "pdm".into(), key: key() }
}

fn found(world: &World, mark: &Mark) -> Vec<ClusterId> {
    let found = returned(world, world.find_marked(mark, at(0))).unwrap();
    found.into_iter().map(|cluster| cluster.cluster_id).collect()
}

/// State, reason code and the states of the steps.
fn stands(world: &World, cluster: &ClusterId) -> (ClusterState, String, Vec<StepState>) {
    let report = returned(world, world.describe(cluster)).unwrap().unwrap();
    let steps = returned(world, world.steps(cluster)).unwrap();
    let states = steps.iter().map(|step| step.state.unwrap()).collect();
    (report.state.unwrap(), report.reason_code.unwrap_or_default(), states)
}

#[test]
fn a_cluster_is_what_its_request_says() {
    let world = world();
    let cluster = started(&world, &request(&[Continue, TerminateCluster]));
    let report = returned(&world, world.describe(&cluster)).unwrap().unwrap();
    assert_eq!((report.name.as_str(), report.state), ("pdm", Some(ClusterState::Starting)));
    assert_eq!(report.tags["Correlation_Id"], "nightly-1");
    let steps = returned(&world, world.steps(&cluster)).unwrap();
    let told: Vec<_> =
        steps.iter().map(|step| (step.name.as_str(), step.action_on_failure.as_deref().unwrap())).collect();
    assert_eq!(told, [("step 0", "CONTINUE"), ("step 1", "TERMINATE_CLUSTER")]);
}

#[test]
fn the_same_request_twice_is_two_clusters() {
    let world = world();
    let one = started(&world, &request(&[]));
    let two = started(&world, &request(&[]));
    assert_eq!(world.living_clusters(), [one, two]);
}

#[test]
fn a_request_without_name_or_instances_or_with_too_many_steps_is_refused() {
    let world = world();
    for bad in [
        RunJobFlow { name: None, ..request(&[]) },
        RunJobFlow { instances: None, ..request(&[]) },
        request(&[Continue; 257]),
    ] {
        assert_eq!(returned(&world, world.start(&bad)).unwrap_err().kind, Kind::Refused);
    }
    assert_eq!(world.clusters(), []);
}

#[test]
fn a_cluster_that_is_down_is_still_found_by_its_mark() {
    let world = world();
    let one = started(&world, &request(&[]));
    world.end_cluster(&one, ClusterState::TerminatedWithErrors, "INTERNAL_ERROR");
    let two = started(&world, &request(&[]));
    started(&world, &RunJobFlow { name: Some("other".into()), ..request(&[]) });
    started(&world, &RunJobFlow { tags: None, ..request(&[]) });
    assert_eq!(found(&world, &mark()), [one, two]);
    assert_eq!(found(&world, &Mark { key: second_attempt(), ..mark() }), []);
    assert_eq!(returned(&world, world.find_marked(&mark(), at(1))), Ok(vec![]));
}

#[test]
fn a_listing_that_lags_shows_a_cluster_once_it_is_old_enough() {
    let world = world();
    world.let_listings_lag(SignedDuration::from_secs(30));
    let cluster = started(&world, &request(&[]));
    assert_eq!(found(&world, &mark()), []);
    world.pass(SignedDuration::from_secs(30));
    assert_eq!(found(&world, &mark()), [cluster]);
}

#[test]
fn a_cluster_whose_steps_complete_ends_by_itself_unless_it_is_to_stay() {
    for (request, state, reason) in [
        (request(&[TerminateCluster]), ClusterState::Terminating, "ALL_STEPS_COMPLETED"),
        (staying(request(&[TerminateCluster])), ClusterState::Waiting, ""),
        (request(&[]), ClusterState::Terminating, "ALL_STEPS_COMPLETED"),
    ] {
        let world = world();
        let cluster = started(&world, &request);
        world.boot(&cluster);
        for place in 0..request.steps.unwrap_or_default().len() {
            world.finish_step(&cluster, place, StepState::Completed);
        }
        let (stands, why, _) = stands(&world, &cluster);
        assert_eq!((stands, why.as_str()), (state, reason));
    }
}

#[test]
fn a_failed_step_has_the_consequence_that_its_action_names() {
    use ClusterState::{Running, Terminated, TerminatedWithErrors, Waiting};
    use StepState::{Cancelled, Failed, Pending};
    let transient = |action: ActionOnFailure| request(&[action, Continue]);
    let lasting = |action| staying(transient(action));
    for (request, state, reason, second) in [
        (transient(TerminateCluster), TerminatedWithErrors, "STEP_FAILURE", Cancelled),
        (lasting(TerminateCluster), TerminatedWithErrors, "STEP_FAILURE", Cancelled),
        (transient(CancelAndWait), Terminated, "STEP_FAILURE", Cancelled),
        (lasting(CancelAndWait), Waiting, "", Cancelled),
        (transient(Continue), Running, "", Pending),
    ] {
        let world = world();
        let cluster = started(&world, &request);
        world.finish_step(&cluster, 0, Failed);
        if stands(&world, &cluster).0 == ClusterState::Terminating {
            world.bring_down(&cluster);
        }
        assert_eq!(stands(&world, &cluster), (state, reason.into(), vec![Failed, second]), "{request:?}");
    }
}

#[test]
fn steps_that_run_at_once_do_not_end_one_another() {
    let world = world();
    let parallel = RunJobFlow { step_concurrency_level: Some(2), ..request(&[TerminateCluster; 3]) };
    let cluster = started(&world, &parallel);
    world.start_step(&cluster, 0);
    world.start_step(&cluster, 1);
    world.finish_step(&cluster, 0, StepState::Failed);
    let steps = vec![StepState::Failed, StepState::Running, StepState::Pending];
    assert_eq!(stands(&world, &cluster), (ClusterState::Running, String::new(), steps));
}

#[test]
fn a_step_that_may_fail_shows_in_the_reason_of_the_end() {
    let world = world();
    let cluster = started(&world, &request(&[Continue, Continue]));
    world.finish_step(&cluster, 0, StepState::Failed);
    world.finish_step(&cluster, 1, StepState::Completed);
    world.bring_down(&cluster);
    let (state, reason, _) = stands(&world, &cluster);
    assert_eq!((state, reason.as_str()), (ClusterState::Terminated, "STEP_FAILURE"));
}

#[test]
fn terminating_stops_what_runs_and_is_harmless_to_repeat() {
    let world = world();
    let cluster = started(&world, &request(&[TerminateCluster, TerminateCluster]));
    world.start_step(&cluster, 0);
    for _ in 0..2 {
        returned(&world, world.terminate(std::slice::from_ref(&cluster))).unwrap();
        let stopped = vec![StepState::Cancelled; 2];
        assert_eq!(stands(&world, &cluster), (ClusterState::Terminating, "USER_REQUEST".into(), stopped));
    }
    world.bring_down(&cluster);
    returned(&world, world.terminate(std::slice::from_ref(&cluster))).unwrap();
    assert_eq!(stands(&world, &cluster).0, ClusterState::Terminated);
    assert_eq!(world.living_clusters(), []);
}

#[test]
fn an_end_for_a_reason_outside_the_steps_interrupts_what_runs() {
    let world = world();
    let cluster = started(&world, &request(&[TerminateCluster, TerminateCluster]));
    world.start_step(&cluster, 0);
    world.end_cluster(&cluster, ClusterState::TerminatedWithErrors, "INSTANCE_FAILURE");
    let stopped = vec![StepState::Interrupted, StepState::Cancelled];
    let expected = (ClusterState::TerminatedWithErrors, "INSTANCE_FAILURE".to_owned(), stopped);
    assert_eq!(stands(&world, &cluster), expected);
}

#[test]
fn a_protected_cluster_survives_a_failed_step_but_neither_its_last_step_nor_us() {
    let world = world();
    let instances =
        JobFlowInstancesConfig { termination_protected: Some(true), ..JobFlowInstancesConfig::default() };
    let protected = RunJobFlow { instances: Some(instances), ..request(&[TerminateCluster; 2]) };
    let cluster = started(&world, &staying(protected.clone()));
    world.finish_step(&cluster, 0, StepState::Failed);
    assert_eq!(stands(&world, &cluster).0, ClusterState::Waiting);
    returned(&world, world.terminate(std::slice::from_ref(&cluster))).unwrap();
    assert_eq!(stands(&world, &cluster).0, ClusterState::Terminating);

    let transient = started(&world, &protected);
    world.finish_step(&transient, 0, StepState::Completed);
    world.finish_step(&transient, 1, StepState::Completed);
    assert_eq!(stands(&world, &transient).0, ClusterState::Terminating);
}

#[test]
fn a_cluster_that_emr_has_forgotten_is_none() {
    let world = world();
    let cluster = started(&world, &request(&[]));
    world.forget_cluster(&cluster);
    assert_eq!(returned(&world, world.describe(&cluster)), Ok(None));
    assert_eq!(returned(&world, world.steps(&cluster)).unwrap_err().kind, Kind::Refused);
    assert_eq!(returned(&world, world.terminate(&[cluster])).unwrap_err().kind, Kind::Refused);
}

#[test]
fn a_security_configuration_is_copied_once() {
    let world = world();
    world.put_security_configuration("base");
    for _ in 0..2 {
        returned(&world, world.copy_security_configuration("base", "base-1")).unwrap();
    }
    assert_eq!(world.security_configurations(), ["base", "base-1"]);
    let missing = returned(&world, world.copy_security_configuration("none", "none-1")).unwrap_err();
    assert_eq!(missing.kind, Kind::Refused);
}

#[test]
fn the_recorder_reads_the_whole_story_from_the_events() {
    let world = world();
    let cluster = started(&world, &request(&[TerminateCluster]));
    world.finish_step(&cluster, 0, StepState::Failed);
    world.pass(SignedDuration::from_millis(1500));
    world.bring_down(&cluster);
    let told: Vec<String> =
        world.emr_events().iter().map(|event| told(&cluster, &emr_signal(event))).collect();
    let expected = [
        "STARTING",
        "step 0 PENDING",
        "RUNNING",
        "step 0 RUNNING",
        "step 0 FAILED",
        "TERMINATED_WITH_ERRORS",
    ];
    assert_eq!(told, expected);
    let last = world.emr_events().pop().unwrap();
    assert_eq!(last["time"], "2025-06-15T15:06:41Z");
    assert_eq!(
        last["detail"]["stateChangeReason"],
        r#"{"code":"STEP_FAILURE","message":"Shut down as step failed"}"#
    );
}

fn told(cluster: &ClusterId, signal: &EmrSignal) -> String {
    match signal {
        EmrSignal::Cluster(signal) => {
            assert_eq!(&signal.cluster_id, cluster);
            signal.state.to_string()
        }
        EmrSignal::Step(signal) => {
            assert_eq!(&signal.cluster_id, cluster);
            format!("{} {}", signal.name, signal.state)
        }
        EmrSignal::Ignored(why) => panic!("{why}"),
    }
}

#[test]
#[should_panic(expected = "steps begin in their order")]
fn a_test_that_lets_a_step_overtake_another_is_wrong() {
    let world = world();
    let cluster = started(&world, &request(&[Continue, Continue]));
    world.start_step(&cluster, 1);
}
