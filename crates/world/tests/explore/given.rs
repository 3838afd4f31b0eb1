//! A pipeline as small as can be: its files are read again for every delivery of every execution.

use jiff::{SignedDuration, Timestamp};
use pipeline::cluster::{ActionOnFailure, JobFlowInstancesConfig, RunJobFlow, StepConfig, Tag};
use pipeline::launch::Settings;
use pipeline::ports::{Attachment, Claim, Clusters, Location, Runs};
use pipeline::run::{
    Attempt, AttemptKey, ClusterId, CorrelationId, DataProduct, PipelineName, RunKey, Topics,
};
use serde_json::{Value, json};
use world::explore::{Broken, Explored};
use world::{World, run};

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:told";

/// The names of the pipeline's steps.
const STEPS: [&str; 2] = ["source", "model"];

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

fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

/// A world with the pipeline `pdm`, of two steps, and one topic.
pub(crate) fn world() -> World {
    let world = World::new(now());
    let folder = Location::S3 { bucket: "config".into(), folder: "pdm".into() };
    for (name, text) in FILES {
        world.put_document(&folder, name, text);
    }
    world.put_topic(TOPIC);
    world
}

pub(crate) fn topics() -> Topics {
    Topics { information: Some(TOPIC.into()), critical: None }
}

pub(crate) fn settings() -> Settings {
    Settings { bucket: Some("config".into()), topics: topics(), retention_days: 90, ..Settings::default() }
}

pub(crate) fn event() -> Value {
    json!({"pipeline": "pdm", "correlation_id": "nightly-1"})
}

/// A world in which a launch is over: two steps wait on a cluster that is coming up.
pub(crate) fn launched() -> World {
    let world = World::new(now());
    world.put_topic(TOPIC);
    let launch = async {
        world.claim(&claim()).await.unwrap();
        let started = world.start(&request()).await.unwrap();
        world.attach(&attachment(started.cluster_id)).await.unwrap();
    };
    run(&world, launch).returned().unwrap();
    world
}

fn key() -> AttemptKey {
    let run = RunKey {
        correlation_id: CorrelationId::parse("nightly-1").unwrap(),
        data_product: DataProduct::parse("PDM").unwrap(),
    };
    AttemptKey { run, attempt: Attempt::FIRST }
}

fn pipeline() -> PipelineName {
    PipelineName::parse("pdm").unwrap()
}

fn claim() -> Claim {
    Claim {
        key: key(),
        pipeline: pipeline(),
        date: "2026-09-21".into(),
        s3_prefix: None,
        snapshot_type: None,
        at: now(),
        claimant: "launcher-0".into(),
        lease_until: now(),
        payload_hash: "payload".into(),
        config_hash: "config".into(),
        launch: event().to_string(),
        notify: Topics::default(),
        task_token: None,
        expires_at: now() + SignedDuration::from_hours(24),
    }
}

fn request() -> RunJobFlow {
    let tag = |key: &str, value: &str| Tag { key: Some(key.into()), value: Some(value.into()) };
    let step = |name: &str| StepConfig {
        name: Some(name.into()),
        action_on_failure: Some(ActionOnFailure::TerminateCluster),
        ..StepConfig::default()
    };
    RunJobFlow {
        name: Some("nightly".into()),
        instances: Some(JobFlowInstancesConfig::default()),
        steps: Some(STEPS.map(step).to_vec()),
        tags: Some(vec![tag("Correlation_Id", "nightly-1"), tag("Run_Id", "1"), tag("Pipeline", "pdm")]),
        ..RunJobFlow::default()
    }
}

fn attachment(cluster_id: ClusterId) -> Attachment {
    let steps = STEPS.map(str::to_owned).to_vec();
    Attachment { key: key(), pipeline: pipeline(), cluster_id, steps, at: now() }
}

/// Says how much was explored, or how a promise was broken.
pub(crate) fn held(explored: Result<Explored, Box<Broken>>) -> Explored {
    let explored = explored.unwrap_or_else(|broken| panic!("{broken}"));
    eprintln!("{} executions, {} of them disturbed", explored.executions, explored.disturbed);
    explored
}
