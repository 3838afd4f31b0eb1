//! What the tests begin with.

use jiff::Timestamp;
use pipeline::cluster::{ActionOnFailure, JobFlowInstancesConfig, RunJobFlow, StepConfig, Tag};
use pipeline::ports::{Attachment, Claim, Claimed, Clusters, Runs};
use pipeline::run::{
    Attempt, AttemptKey, Cause, ClusterId, CorrelationId, DataProduct, PipelineName, Run, RunKey, StepId,
    StepRecord, StepState, Topics,
};
use world::{World, run};

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_750_000_000 + second).unwrap()
}

pub(crate) fn world() -> World {
    World::new(at(0))
}

/// Runs calls that nothing is fated to befall.
pub(crate) fn returned<T>(world: &World, future: impl Future<Output = T>) -> T {
    run(world, future).returned().unwrap()
}

pub(crate) fn key() -> AttemptKey {
    let run = RunKey {
        correlation_id: CorrelationId::parse("nightly-1").unwrap(),
        data_product: DataProduct::parse("PDM").unwrap(),
    };
    AttemptKey { run, attempt: Attempt::FIRST }
}

pub(crate) fn second_attempt() -> AttemptKey {
    AttemptKey { attempt: Attempt(2), ..key() }
}

pub(crate) fn cluster_id(text: &str) -> ClusterId {
    ClusterId::parse(text).unwrap()
}

pub(crate) fn claim(claimant: &str) -> Claim {
    Claim {
        key: key(),
        pipeline: PipelineName::parse("pdm").unwrap(),
        date: "2026-01-01".into(),
        s3_prefix: None,
        snapshot_type: None,
        at: at(0),
        claimant: claimant.into(),
        lease_until: at(900),
        payload_hash: "payload".into(),
        config_hash: "config".into(),
        launch: "{}".into(),
        launch_object: None,
        name: "nightly".into(),
        owed: vec![],
        deadline: None,
        continue_fails: false,
        notify: Topics::default(),
        task_token: None,
        expires_at: at(1_000_000),
    }
}

pub(crate) fn attachment(cluster: &str) -> Attachment {
    Attachment {
        key: key(),
        pipeline: PipelineName::parse("pdm").unwrap(),
        cluster_id: cluster_id(cluster),
        steps: vec!["source".into(), "model".into()],
        at: at(10),
    }
}

/// A world in which `one` has claimed the run.
pub(crate) fn claimed() -> World {
    let world = world();
    assert_eq!(returned(&world, world.claim(&claim("one"))), Ok(Claimed::Won));
    world
}

/// A world in which the cluster `j-1` works on the run.
pub(crate) fn attached() -> World {
    let world = claimed();
    assert_eq!(returned(&world, world.attach(&attachment("j-1"))), Ok(Some(cluster_id("j-1"))));
    world
}

/// The only row.
pub(crate) fn row(world: &World) -> Run {
    let mut runs = world.table().runs;
    assert_eq!(runs.len(), 1);
    runs.remove(0)
}

pub(crate) fn cause(parts: &[&str]) -> Cause {
    let part = |number: usize| parts.get(number).map(|text| (*text).to_owned());
    Cause { code: part(0), message: part(1), step: part(2), ..Cause::default() }
}

pub(crate) fn step(state: StepState) -> StepRecord {
    StepRecord {
        attempt: key(),
        step_id: StepId::parse("s-1").unwrap(),
        name: "source".into(),
        state,
        started_at: None,
        ended_at: None,
        settled: false,
    }
}

/// A request with a step for each action, marked for the first attempt.
pub(crate) fn request(actions: &[ActionOnFailure]) -> RunJobFlow {
    let tag = |key: &str, value: &str| Tag { key: Some(key.into()), value: Some(value.into()) };
    let steps = actions.iter().enumerate().map(|(place, action)| StepConfig {
        name: Some(format!("step {place}")),
        action_on_failure: Some(*action),
        ..StepConfig::default()
    });
    RunJobFlow {
        name: Some("pdm".into()),
        instances: Some(JobFlowInstancesConfig::default()),
        steps: Some(steps.collect()),
        tags: Some(vec![tag("Correlation_Id", "nightly-1"), tag("Run_Id", "1"), tag("Pipeline", "pdm")]),
        ..RunJobFlow::default()
    }
}

pub(crate) fn staying(request: RunJobFlow) -> RunJobFlow {
    let instances = JobFlowInstancesConfig {
        keep_job_flow_alive_when_no_steps: Some(true),
        ..request.instances.unwrap_or_default()
    };
    RunJobFlow { instances: Some(instances), ..request }
}

pub(crate) fn started(world: &World, request: &RunJobFlow) -> ClusterId {
    returned(world, world.start(request)).unwrap().cluster_id
}
