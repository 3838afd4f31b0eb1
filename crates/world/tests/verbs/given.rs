//! A pipeline, and invocations that ask for it.

use jiff::{SignedDuration, Timestamp};
use pipeline::failure::Explained;
use pipeline::launch::{self, Invocation, LaunchError, Settings};
use pipeline::ports::Location;
use pipeline::run::{Run, Topics};
use serde_json::{Value, json};
use world::{Ending, Fates, World, run};

pub(crate) const INFORMATION: &str = "arn:aws:sns:eu-west-1:123456789012:information";
pub(crate) const CRITICAL: &str = "arn:aws:sns:eu-west-1:123456789012:critical";
pub(crate) const CANARY: &str = "canary-7f3a";

pub(crate) const CLUSTER: &str = "
Name: nightly
ReleaseLabel: emr-7.5.0
LogUri: s3://logs/emr/
ServiceRole: service
JobFlowRole: profile
Tags: [{Key: team, Value: data}]
";
pub(crate) const INSTANCES: &str = "
Instances:
  Ec2SubnetId: subnet-1
  KeepJobFlowAliveWhenNoSteps: false
  InstanceGroups:
  - {InstanceRole: MASTER, InstanceType: m5.xlarge, InstanceCount: 1}
";
pub(crate) const STEPS: &str = "
Steps:
- Name: source
  ActionOnFailure: TERMINATE_CLUSTER
  HadoopJarStep: {Jar: command-runner.jar, Args: [spark-submit, source.py, --id, '{{correlation_id}}']}
- Name: model
  ActionOnFailure: TERMINATE_CLUSTER
  HadoopJarStep: {Jar: command-runner.jar, Args: [spark-submit, model.py]}
- Name: report
  ActionOnFailure: TERMINATE_CLUSTER
  HadoopJarStep: {Jar: command-runner.jar, Args: [spark-submit, report.py]}
";
pub(crate) const CONFIGURATIONS: &str = "
Configurations:
- Classification: hive-site
  Properties: {javax.jdo.option.ConnectionPassword: metastore}
";

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

pub(crate) fn settings() -> Settings {
    Settings {
        bucket: Some("config".into()),
        topics: topics(),
        retention_days: 90,
        table: Some("runs".into()),
        ..Settings::default()
    }
}

pub(crate) fn topics() -> Topics {
    Topics { information: Some(INFORMATION.into()), critical: Some(CRITICAL.into()) }
}

pub(crate) fn folder() -> Location {
    Location::S3 { bucket: "config".into(), folder: "pdm".into() }
}

/// A world with the pipeline `pdm`, its secret and the topics.
pub(crate) fn world() -> World {
    let world = World::new(now());
    for (name, text) in [
        ("cluster.yaml", CLUSTER),
        ("instances.yaml", INSTANCES),
        ("steps.yaml", STEPS),
        ("configurations.yaml", CONFIGURATIONS),
    ] {
        world.put_document(&folder(), name, text);
    }
    world.put_secret("metastore", &json!({"username": "hive", "password": CANARY}).to_string());
    world.put_topic(INFORMATION);
    world.put_topic(CRITICAL);
    world
}

pub(crate) fn event() -> Value {
    json!({"pipeline": "pdm", "correlation_id": "nightly-1"})
}

/// An invocation that may run for a minute.
pub(crate) fn invocation(world: &World, claimant: &str) -> Invocation {
    let deadline = pipeline::ports::Clock::now(world) + SignedDuration::from_secs(60);
    Invocation { request_id: "request-1".into(), claimant: claimant.into(), deadline }
}

/// One delivery of an event to the launcher, with these fates.
pub(crate) fn deliver(
    world: &World,
    event: &Value,
    claimant: &str,
    fates: Fates,
) -> Ending<Result<Value, LaunchError>> {
    world.decree(fates);
    let invocation = invocation(world, claimant);
    let settings = settings();
    let ending = run(world, launch::handle(world, &settings, event, &invocation));
    world.decree(Fates::fine());
    ending
}

/// A delivery that nothing befalls.
pub(crate) fn launched(world: &World, event: &Value, claimant: &str) -> Result<Value, LaunchError> {
    deliver(world, event, claimant, Fates::fine()).returned().unwrap()
}

/// The code of a delivery that fails.
pub(crate) fn refused(world: &World, event: &Value) -> &'static str {
    launched(world, event, "another").unwrap_err().code()
}

/// The only row.
pub(crate) fn row(world: &World) -> Run {
    <[Run; 1]>::try_from(world.table().runs).unwrap()[0].clone()
}
