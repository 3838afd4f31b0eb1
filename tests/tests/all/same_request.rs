//! The request that leaves is the one that a boto3 user would have sent with the same folder: body for body, but for
//! the tags that every launch adds. What boto3 refuses, we refuse.

mod case;
mod differences;
mod ours;

use std::io::Write;
use std::process::{Command, Stdio};

use case::Case;
use serde_json::{Value, json};

use crate::support::local::interpreter;

/// What boto3 makes of each case, and the members of the model that no body had.
fn boto3(cases: &[Case]) -> (Vec<Value>, Value) {
    let python = interpreter().unwrap();
    let mut command = Command::new(python);
    command.args(["-c", include_str!("same_request/boto.py")]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let input: Value = cases.iter().map(Case::to_json).collect();
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "boto3 cannot be asked; see above");
    let mut told: Value = serde_json::from_slice(&output.stdout).unwrap();
    (told["answers"].as_array().unwrap().clone(), told["unused"].take())
}

fn folders() -> Vec<Case> {
    let fixtures = ["fleets", "groups", "ami", "habits", "metastore"];
    let fixtures = fixtures.map(|name| Case::folder(&format!("tests/fixtures/folders/{name}")));
    [Case::folder("pipelines/rentals")].into_iter().chain(fixtures).collect()
}

/// Everything that an event may lay over a folder.
fn overlaid() -> Vec<Case> {
    let legacy = Case::folder("tests/fixtures/folders/metastore");
    let groups = Case::folder("tests/fixtures/folders/groups");
    vec![
        legacy.with(json!({"overrides": {
            "Name": "another", "EbsRootVolumeSize": 50, "VisibleToAllUsers": false,
            "Instances": {"KeepJobFlowAliveWhenNoSteps": true, "Ec2SubnetIds": ["subnet-00000009"]},
            "AutoTerminationPolicy": {"IdleTimeout": 600},
        }})),
        legacy.with(json!({"extend": {
            "Tags": {"Key": "One", "Value": "1"},
            "BootstrapActions": [{"Name": "more", "ScriptBootstrapAction": {"Path": "s3://code/more.sh"}}],
            "Instances.AdditionalMasterSecurityGroups": ["sg-00000008", "sg-00000009"],
            "SupportedProducts": "mapr-m3",
        }})),
        legacy.with(
            json!({"additional_step_args": {"courtesy-flush": ["--force"], "create-tables": ["-n", "3"]}}),
        ),
        legacy.with(json!({"overrides": {"Steps": [{"Name": "only",
            "HadoopJarStep": {"Jar": "command-runner.jar"}}]}, "additional_step_args": {"only": ["ls"]}})),
        legacy.for_object(["landing", "snapshots/2026-11-21/part 1.csv", "m-1"]),
        groups.for_object(["landing", "snapshots/ä.csv", "m-1"]),
    ]
}

#[test]
fn a_folder_makes_the_request_that_boto3_would_send() {
    let cases: Vec<Case> = folders().into_iter().chain(overlaid()).collect();
    let (answers, _) = boto3(&cases);
    let found = cases.iter().zip(&answers).flat_map(|(case, answer)| {
        let Some(theirs) = answer.get("body") else {
            return vec![format!("boto3 refuses {}: {answer}", case.name)];
        };
        let found = match ours::body_of(case) {
            Ok(ours) => differences::between("", theirs, &differences::without_our_tags(ours)),
            Err(why) => vec![format!("we refuse it: {why}")],
        };
        found.into_iter().map(|what| format!("{}: {what}", case.name)).collect()
    });
    assert_eq!(found.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn a_folder_that_is_right_is_planned_without_a_warning() {
    let plan = ours::planned(&Case::folder("pipelines/rentals")).unwrap();
    assert_eq!(plan.warnings.to_string(), "");
}

#[test]
fn every_member_of_the_model_is_compared() {
    let (_, unused) = boto3(&folders());
    assert_eq!(unused, json!([]));
}

/// What is put in the place of what in a file of the folder `groups`.
const REFUSED: &[(&str, &str, &str)] = &[
    ("cluster.yaml", "Name: groups-hourly", ""),
    ("cluster.yaml", "Name: groups-hourly", "Name: 12"),
    ("cluster.yaml", "Name: groups-hourly", "Name: yes"),
    ("cluster.yaml", "Name: groups-hourly", "Name: 2024-01-01"),
    ("cluster.yaml", "Name: groups-hourly", "Name: 12:30"),
    ("cluster.yaml", "Name: groups-hourly", "Name: 1_000"),
    ("cluster.yaml", "Name: groups-hourly", "Name: ~"),
    ("cluster.yaml", "Name: groups-hourly", "Name: [a]"),
    ("cluster.yaml", "Name: groups-hourly", "Name: {a: b}"),
    ("cluster.yaml", "Name: groups-hourly", "Name: \"\\q\""),
    ("cluster.yaml", "Name: groups-hourly", "Name: \"open"),
    ("cluster.yaml", "Name: groups-hourly", "Name: *nobody"),
    ("cluster.yaml", "Name: groups-hourly", "Name: !Ref name"),
    ("cluster.yaml", "Name: groups-hourly", "Name: a: b"),
    ("cluster.yaml", "Name: groups-hourly", "Name:\tgroups\n\tAmiVersion: x"),
    ("cluster.yaml", "Name: groups-hourly", "Name: groups\n---\nName: another"),
    ("cluster.yaml", "Name: groups-hourly", "Name: groups\n<<: 12"),
    ("cluster.yaml", "Name: groups-hourly", "Name: groups\n? [a]\n: b"),
    ("cluster.yaml", "Name: groups-hourly", "Name: groups\u{7}"),
    ("cluster.yaml", "LogUri:", "LogURI:"),
    ("cluster.yaml", "VisibleToAllUsers: false", "VisibleToAllUsers: \"false\""),
    ("cluster.yaml", "VisibleToAllUsers: false", "VisibleToAllUsers: 0"),
    ("cluster.yaml", "VisibleToAllUsers: false", "VisibleToAllUsers: y"),
    ("cluster.yaml", "VisibleToAllUsers: false", "KerberosAttributes: {Realm: R}"),
    ("cluster.yaml", "VisibleToAllUsers: false", "HadoopVersion: 2.4.0"),
    ("cluster.yaml", "[{Name: Spark}, {Name: Hadoop}]", "Spark"),
    ("cluster.yaml", "[{Name: Spark}, {Name: Hadoop}]", "[Spark, Hadoop]"),
    ("cluster.yaml", "[{Name: Spark}, {Name: Hadoop}]", "[{Name: Spark, Version: 3.5}]"),
    ("instances.yaml", "Instances:\n", "Instances: ~\nUnused:\n"),
    ("instances.yaml", "InstanceType: m5.xlarge, ", ""),
    ("instances.yaml", "InstanceCount: 0", "InstanceCount: \"0\""),
    ("instances.yaml", "InstanceCount: 0", "InstanceCount: none"),
    ("instances.yaml", "InstanceCount: 0", "InstanceCount: 0.5"),
    ("instances.yaml", "BidPrice: \"0.1\"", "BidPrice: 0.1"),
    ("instances.yaml", "{ScalingAdjustment: -1}", "{ScalingAdjustement: -1}"),
    ("instances.yaml", "Threshold: 75.5", "Threshold: \"75.5\""),
    ("instances.yaml", "Threshold: 75.5", ""),
    (
        "instances.yaml",
        "{yarn.nodemanager.vmem-check-enabled: \"false\"}",
        "{yarn.nodemanager.vmem-check-enabled: false}",
    ),
    ("instances.yaml", "{yarn.nodemanager.vmem-check-enabled: \"false\"}", "{retries: 3}"),
    ("instances.yaml", "{yarn.nodemanager.vmem-check-enabled: \"false\"}", "{3: retries}"),
    ("instances.yaml", "{yarn.nodemanager.vmem-check-enabled: \"false\"}", "{on: retries}"),
    ("instances.yaml", "{yarn.nodemanager.vmem-check-enabled: \"false\"}", "{retries: ~}"),
    ("steps.yaml", "Args: []}", "Args: [1]}"),
    ("steps.yaml", "Args: []}", "Args: ls -l}"),
    ("steps.yaml", "Args: []}", "Args: [~]}"),
    ("steps.yaml", "Args: []}", "Args: }"),
    ("steps.yaml", "Args: []}", "Arguments: []}"),
    ("steps.yaml", "BootstrapActions: []", "BootstrapActions: [{Name: one, ScriptBootstrapAction: {}}]"),
];

#[test]
fn what_boto3_refuses_is_refused() {
    let groups = Case::folder("tests/fixtures/folders/groups");
    let cases: Vec<Case> = REFUSED.iter().map(|(file, from, to)| groups.replaced(file, from, to)).collect();
    let (answers, _) = boto3(&cases);
    let judged = cases.iter().zip(&answers).filter_map(|(case, answer)| {
        let theirs = answer.get("refused").is_some();
        let ours = ours::body_of(case).is_err();
        (!theirs || !ours).then(|| format!("{} (refused by boto3: {theirs}, by us: {ours})", case.name))
    });
    assert_eq!(judged.collect::<Vec<_>>(), Vec::<String>::new());
}
