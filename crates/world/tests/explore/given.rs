//! A pipeline as small as can be: its files are read again for every delivery of every execution.

use jiff::{SignedDuration, Timestamp};
use pipeline::launch::{self, Invocation, Settings};
use pipeline::ports::{Clusters, Location};
use pipeline::relaunch;
use pipeline::run::{StepState, Topics};
use serde_json::{Value, json};
use world::explore::{Broken, Explored};
use world::{At, Fate, Fates, World, run};

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

/// A world in which a run may come to two attempts.
pub(crate) fn two_attempts() -> World {
    let world = world();
    world.put_document(&folder(), "pipeline.yaml", "retry: {max_attempts: 2, backoff: {first: 2m}}");
    world
}

/// A world in which a run of five steps may come to two attempts, and its first step runs again in the second.
pub(crate) fn five_steps() -> World {
    let world = world();
    let step = |name| {
        format!("- {{Name: {name}, ActionOnFailure: TERMINATE_CLUSTER, HadoopJarStep: {{Jar: a.jar}}}}\n")
    };
    let steps = ["setup", "source", "model", "export", "report"].map(step).concat();
    world.put_document(&folder(), "steps.yaml", format!("Steps:\n{steps}"));
    let retry = "retry: {max_attempts: 2, always_run: [setup], backoff: {first: 2m}}";
    world.put_document(&folder(), "pipeline.yaml", retry);
    world
}

/// A world in which a launcher died after its RunJobFlow and before it could record the cluster.
pub(crate) fn half_launched() -> World {
    let world = two_attempts();
    world.decree(Fates::listed([(At::Next("clusters.start"), Fate::CrashAfter)]));
    run(&world, launch::handle(&world, &settings(), &event(), &by_launcher()));
    world.decree(Fates::fine());
    world
}

/// A world in which a cluster is at its first step long past the deadline of its run.
pub(crate) fn overdue() -> World {
    let world = world();
    let definition = "deadline: 1h\nretry: {max_attempts: 2, backoff: {first: 2m}}";
    world.put_document(&folder(), "pipeline.yaml", definition);
    let world = launched_in(world);
    world.start_step(&world.living_clusters()[0], 0);
    world.pass(SignedDuration::from_hours(2));
    world
}

/// A world in which a second cluster carries the tags of a run, beside the recorded one.
pub(crate) fn orphaned() -> World {
    let world = launched_in(two_attempts());
    let request = world.clusters()[0].request.clone();
    run(&world, world.start(&request)).returned().unwrap().unwrap();
    world
}

fn by_launcher() -> Invocation {
    let deadline = now() + SignedDuration::from_secs(60);
    Invocation { request_id: "r".into(), claimant: "launcher-0".into(), deadline }
}

fn launched_in(world: World) -> World {
    run(&world, launch::handle(&world, &settings(), &event(), &by_launcher())).returned().unwrap().unwrap();
    world
}

/// A world in which a run of two attempts at most has lost its first cluster at its second step, and nobody has heard
/// of it.
pub(crate) fn failed_world() -> World {
    let world = launched_in(two_attempts());
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

/// As many seeds as `RELAY_SEEDS` says, or so many.
pub(crate) fn seeds(by_default: u64) -> std::ops::Range<u64> {
    let asked = std::env::var("RELAY_SEEDS").ok();
    0..asked.map_or(by_default, |count| count.parse().expect("RELAY_SEEDS is a number"))
}

/// Says how much was explored, or how a promise was broken.
pub(crate) fn held(explored: Result<Explored, Box<Broken>>) -> Explored {
    let explored = explored.unwrap_or_else(|broken| panic!("{broken}"));
    eprintln!("{} executions, {} of them disturbed", explored.executions, explored.disturbed);
    explored
}
