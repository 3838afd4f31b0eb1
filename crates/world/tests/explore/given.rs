//! A pipeline as small as can be: its files are read again for every delivery of every execution.

use jiff::Timestamp;
use pipeline::launch::Settings;
use pipeline::ports::Location;
use pipeline::run::Topics;
use serde_json::{Value, json};
use world::World;
use world::explore::{Broken, Explored};

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
    let world = World::new(Timestamp::from_second(1_790_000_000).unwrap());
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

/// Says how much was explored, or how a promise was broken.
pub(crate) fn held(explored: Result<Explored, Box<Broken>>) -> Explored {
    let explored = explored.unwrap_or_else(|broken| panic!("{broken}"));
    eprintln!("{} executions, {} of them disturbed", explored.executions, explored.disturbed);
    explored
}
