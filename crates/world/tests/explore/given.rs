//! A pipeline as small as can be: its files are read again for every delivery of every execution.

use jiff::{SignedDuration, Timestamp};
use pipeline::launch::{self, Invocation, Settings};
use pipeline::ports::Location;
use pipeline::relaunch;
use pipeline::run::{StepState, Topics};
use serde_json::{Value, json};
use world::explore::{Broken, Explored};
use world::{World, run};

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:told";

const FILES: [(&str, &str); 3] = [
    ("cluster.yaml", "{Name: nightly, ReleaseLabel: emr-7.5.0, ServiceRole: s, JobFlowRole: p}"),
    (
        "instances.yaml",
        "Instances: {KeepJobFlowAliveWhenNoSteps: false, Ec2SubnetId: subnet-1, InstanceGroups: [{InstanceRole: MASTER, InstanceType: m5.xlarge, InstanceCount: 1}]}",
    ),
    (
        "steps.yaml",
        "Steps:
- {Name: source, ActionOnFailure: TERMINATE_CLUSTER, HadoopJarStep: {Jar: a.jar}}
- {Name: model, ActionOnFailure: TERMINATE_CLUSTER, HadoopJarStep: {Jar: a.jar}}",
    ),
];

/// A world with the pipeline `pdm`, of two steps, and one topic.
pub(crate) fn world() -> World {
    let world = World::new(now());
    for (name, text) in FILES {
        world.put_document(&folder(), name, text);
    }
    world.put_topic(TOPIC);
    world
}

fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

fn folder() -> Location {
    Location::S3 { bucket: "config".into(), folder: "pdm".into() }
}

pub(crate) fn topics() -> Topics {
    Topics { information: Some(TOPIC.into()), critical: None }
}

pub(crate) fn settings() -> Settings {
    Settings { bucket: Some("config".into()), topics: topics(), retention_days: 90, ..Settings::default() }
}

pub(crate) fn settings_of_relaunch() -> relaunch::Settings {
    relaunch::Settings { launch: settings(), ..relaunch::Settings::default() }
}

/// A world in which the run has its cluster, which has not come up yet.
pub(crate) fn launched() -> World {
    launched_in(world())
}

fn launched_in(world: World) -> World {
    let deadline = now() + SignedDuration::from_secs(60);
    let by = Invocation { request_id: "r".into(), claimant: "launcher-0".into(), deadline };
    run(&world, launch::handle(&world, &settings(), &event(), &by)).returned().unwrap().unwrap();
    world
}

/// A world in which a run of two attempts at most has lost its first cluster at its second step, and nobody has heard
/// of it.
pub(crate) fn failed_world() -> World {
    let world = world();
    world.put_document(&folder(), "pipeline.yaml", "retry: {max_attempts: 2, backoff: {first: 2m}}");
    let world = launched_in(world);
    let cluster = world.living_clusters()[0].clone();
    world.pass(SignedDuration::from_mins(10));
    world.finish_step(&cluster, 0, StepState::Completed);
    world.finish_step(&cluster, 1, StepState::Failed);
    world.bring_down(&cluster);
    world
}

/// EMR's event of the end of that cluster.
pub(crate) fn end_event() -> Value {
    failed_world().emr_events().pop().unwrap()
}

pub(crate) fn event() -> Value {
    json!({"pipeline": "pdm", "correlation_id": "nightly-1"})
}

/// Says how much was explored, or how a promise was broken.
pub(crate) fn held(explored: Result<Explored, Box<Broken>>) -> Explored {
    let explored = explored.unwrap_or_else(|broken| panic!("{broken}"));
    eprintln!("{} executions, {} of them disturbed", explored.executions, explored.disturbed);
    explored
}
