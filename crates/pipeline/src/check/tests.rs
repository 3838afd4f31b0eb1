use super::*;
use crate::document::{Severity, parse};

const INSTANCES: &str = "\
Instances:
  Ec2SubnetId: subnet-1
  InstanceGroups:
  - {InstanceRole: MASTER, InstanceType: m5.xlarge, InstanceCount: 1}
  - {InstanceRole: CORE, InstanceType: m5.xlarge, InstanceCount: 2}
";
const CLUSTER: &str = "Name: nightly\nLogUri: s3://logs/\nReleaseLabel: emr-7.5.0\n";
const STEPS: &str =
    "Steps:\n- {Name: load, HadoopJarStep: {Jar: a.jar}}\n- {Name: model, HadoopJarStep: {Jar: a.jar}}\n";

fn checked(text: &str) -> (Vec<String>, Vec<String>) {
    let node = parse("cluster.yaml", text.as_bytes()).unwrap().unwrap();
    let problems = match request(&node) {
        Ok(checked) => checked.warnings,
        Err(problems) => problems,
    };
    let of = |severity| {
        problems.iter().filter(|problem| problem.severity == severity).map(ToString::to_string).collect()
    };
    (of(Severity::Error), of(Severity::Warning))
}

fn assert_refused(text: &str, expected: &[&str]) {
    let (errors, _) = checked(text);
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, expected) in errors.iter().zip(expected) {
        assert!(error.contains(expected), "{error}\n{expected}");
    }
}

#[test]
fn a_sound_request_passes_without_a_word() {
    assert_eq!(checked(&[CLUSTER, INSTANCES, STEPS].concat()), (vec![], vec![]));
}

#[test]
fn rules_and_types_are_told_together_in_the_order_of_the_file() {
    let text = "\
Name: 5
StepConcurrencyLevel: 2
Instances:
  InstanceGroups: [{InstanceRole: MASTER, InstanceType: m5.xlarge}]
  InstanceFleets: [{InstanceFleetType: MASTER}]
Steps:
- {Name: a, ActionOnFailure: CONTINU, HadoopJarStep: {Args: [x]}}
";
    assert_refused(
        text,
        &[
            "cluster.yaml:1:7  5 is a number where text belongs",
            "cluster.yaml:4:3  there is no subnet for the machines to stand in; add Ec2SubnetId",
            "cluster.yaml:4:20  InstanceCount is missing in Instances.InstanceGroups[0]",
            "cluster.yaml:5:19  a cluster has InstanceGroups or InstanceFleets, and this one has both",
            "cluster.yaml:7:30  unknown word CONTINU; did you mean CONTINUE?",
            "cluster.yaml:7:30  steps that run 2 at a time must have the ActionOnFailure CONTINUE",
            "cluster.yaml:7:54  Jar is missing in Steps[0].HadoopJarStep",
        ],
    );
}

#[test]
fn every_structure_tells_the_members_that_emr_insists_on() {
    assert_refused("LogUri: x", &["Name is missing", "Instances is missing"]);
    let text = [
        CLUSTER,
        INSTANCES,
        STEPS,
        "BootstrapActions: [{}]\nKerberosAttributes: {Realm: X}\nTags: [{Value: x}]\n",
    ];
    assert_refused(
        &text.concat(),
        &[
            "Name is missing in BootstrapActions[0]",
            "ScriptBootstrapAction is missing in BootstrapActions[0]",
            "KdcAdminPassword is missing in KerberosAttributes",
            "a tag has no Key",
        ],
    );
}

fn with_instances(members: &str) -> String {
    [CLUSTER, STEPS, "Instances:\n", members].concat()
}

const MASTER: &str = "  - {InstanceRole: MASTER, InstanceType: m5.xlarge, InstanceCount: 1}\n";

#[test]
fn machines_stand_in_one_shape_and_in_a_subnet() {
    let fleets = "  InstanceFleets: [{InstanceFleetType: MASTER}]\n";
    let groups = format!("  InstanceGroups:\n{MASTER}");
    for (members, expected) in [
        ("  Ec2SubnetId: s\n".to_owned(), vec!["there are no machines"]),
        ("  Ec2SubnetId: s\n  MasterInstanceType: m5.xlarge\n".to_owned(), vec![]),
        (format!("{fleets}  Ec2SubnetIds: [a, b]\n"), vec![]),
        (format!("{groups}  Ec2SubnetIds: [a]\n"), vec![]),
        (format!("{groups}  Ec2SubnetIds: [a, b]\n"), vec!["2 subnets; a cluster of InstanceGroups stands in one"]),
        (format!("{groups}  Ec2SubnetIds: [a]\n  Ec2SubnetId: a\n"), vec!["exclude each other"]),
        (format!("{groups}  Ec2SubnetIds: []\n"), vec!["there is no subnet"]),
        (format!("{groups}  Placement: {{AvailabilityZone: eu-west-1a}}\n"), vec![]),
        (format!("{groups}  Ec2SubnetId: a\n  InstanceCount: 3\n"), vec!["InstanceCount cannot stand beside"]),
        (format!("{groups}{MASTER}  Ec2SubnetId: a\n"), vec!["2 with the role MASTER among the InstanceGroups"]),
        ("  Ec2SubnetId: a\n  InstanceFleets: [{InstanceFleetType: CORE}]\n".to_owned(), vec!["no MASTER among"]),
        (
            "  Ec2SubnetId: a\n  InstanceGroups: [{InstanceRole: MASTER, InstanceType: a, InstanceCount: 2}]\n".to_owned(),
            vec!["2 masters; a cluster has one, or three"],
        ),
    ] {
        assert_refused(&with_instances(&members), &expected);
    }
}

#[test]
fn three_hundred_steps_are_refused_at_the_first_that_is_too_many() {
    let steps: String =
        (0..300).map(|n| format!("- {{Name: s{n}, HadoopJarStep: {{Jar: a.jar}}}}\n")).collect();
    let text = [CLUSTER, INSTANCES, "Steps:\n", &steps].concat();
    assert_refused(
        &text,
        &["cluster.yaml:266:3  300 steps; EMR takes 256 in one request; split the pipeline in two"],
    );
}

#[test]
fn a_step_of_too_many_characters_is_refused() {
    let step = |length: usize| {
        let args = "x".repeat(length - "a.jar".len());
        [CLUSTER, INSTANCES, "Steps:\n- Name: a\n  HadoopJarStep: {Jar: a.jar, Args: [", &args, "]}\n"]
            .concat()
    };
    assert_refused(&step(10_240), &[]);
    assert_refused(
        &step(10_241),
        &["cluster.yaml:11:18  the step has 10241 characters of JAR and arguments"],
    );
}

#[test]
fn steps_side_by_side_must_all_continue_on_failure() {
    let text = |level: i64| [CLUSTER, INSTANCES, STEPS, &format!("StepConcurrencyLevel: {level}\n")].concat();
    assert_refused(&text(1), &[]);
    let message = "must have the ActionOnFailure CONTINUE; write CONTINUE, or StepConcurrencyLevel: 1";
    assert_refused(&text(2), &[message, message]);
    assert_refused(&text(257), &["a StepConcurrencyLevel of 257; EMR takes 1 to 256"]);
    assert_refused(&text(0), &["a StepConcurrencyLevel of 0"]);
}

#[test]
fn limits_of_names_tags_and_timeouts_are_held() {
    let long = "x".repeat(257);
    let rest = [INSTANCES, STEPS, "LogUri: l\nReleaseLabel: r\n"].concat();
    assert_refused(&format!("Name: {long}\n{rest}"), &["Name has 257 characters; EMR takes 256"]);
    let base = [CLUSTER, INSTANCES, STEPS].concat();
    assert_refused(
        &format!("{base}AutoTerminationPolicy: {{IdleTimeout: 59}}\n"),
        &["an IdleTimeout of 59 seconds"],
    );
    assert_refused(&format!("{base}AmiVersion: '3.1'\n"), &["cannot stand beside ReleaseLabel"]);
    assert_refused(
        &format!("{base}Tags: [{{Key: a}}, {{Key: a}}, {{Key: 'aws:x'}}]\n"),
        &["a second time", "begins with aws:"],
    );
    let tags: String = (0..48).map(|n| format!("- Key: k{n}\n")).collect();
    assert_refused(
        &format!("{base}Tags:\n{tags}"),
        &["48 tags; with the 3 that every launch adds, EMR takes 47"],
    );
}

#[test]
fn what_will_be_regretted_is_warned_of_and_launched_all_the_same() {
    let instances = INSTANCES.to_owned() + "  KeepJobFlowAliveWhenNoSteps: yes\n";
    for (text, expected) in [
        (
            [CLUSTER, &instances, STEPS].concat(),
            "cluster.yaml:9:32  warning: the cluster stays alive without steps, and nothing ends it",
        ),
        (["Name: a\nReleaseLabel: r\n", INSTANCES, STEPS].concat(), "there is no LogUri"),
        (["Name: a\nLogUri: r\n", INSTANCES, STEPS].concat(), "there is no ReleaseLabel"),
        ([CLUSTER, INSTANCES].concat(), "there are no steps"),
        (
            [CLUSTER, INSTANCES, STEPS, "Tags: [{Key: Run_Id, Value: x}]\n"].concat(),
            "the tag Run_Id is set by every launch",
        ),
        (
            [
                CLUSTER,
                INSTANCES,
                "Steps: [{Name: a, ActionOnFailure: CANCEL_AND_WAIT, HadoopJarStep: {Jar: a}}]\n",
            ]
            .concat(),
            "CANCEL_AND_WAIT does not wait",
        ),
    ] {
        let (errors, warnings) = checked(&text);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains(expected), "{warnings:?}");
    }
    let ends = [CLUSTER, &instances, STEPS, "AutoTerminationPolicy: {IdleTimeout: 600}\n"].concat();
    assert_eq!(checked(&ends).1, Vec::<String>::new());
}

fn of_folder(steps: &str, pipeline: &str) -> Result<Checked, Problems> {
    let files = [
        ("cluster.yaml", Some(CLUSTER)),
        ("instances.yaml", Some(INSTANCES)),
        ("steps.yaml", Some(steps)),
        ("pipeline.yaml", Some(pipeline)),
    ];
    self::files(&files).map(|(_, checked)| checked)
}

#[test]
fn the_problems_of_the_request_and_the_definition_are_told_together() {
    let wrong = [
        ("cluster.yaml", Some("Nme: x\nLogUri: 5\nReleaseLabel: r\n")),
        ("instances.yaml", Some(INSTANCES)),
        ("pipeline.yaml", Some("retry: {max_atempts: 2}\n")),
    ];
    let lines: Vec<String> = files(&wrong).unwrap_err().iter().map(ToString::to_string).collect();
    for (line, expected) in lines.iter().zip([
        "pipeline.yaml:1:9  unknown field max_atempts; did you mean max_attempts?",
        "cluster.yaml  warning: there are no steps",
        "cluster.yaml:1:1  unknown field Nme; did you mean Name?",
        "cluster.yaml:2:9  5 is a number where text belongs",
    ]) {
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
    assert_eq!(lines.len(), 4, "{lines:#?}");
}

#[test]
fn a_file_that_cannot_be_read_does_not_make_all_its_members_missing() {
    let wrong =
        [("cluster.yaml", Some(CLUSTER)), ("instances.yaml", None), ("pipeline.yaml", Some("x: 1\n"))];
    let problems = files(&wrong).unwrap_err().to_string();
    assert!(
        problems.contains("[config.absent]") && problems.contains("[config.unknown_field]"),
        "{problems}"
    );
    assert_eq!(problems.lines().count(), 2);
}

#[test]
fn a_definition_that_speaks_of_unknown_steps_is_refused_with_the_nearest() {
    let pipeline = "\
retry: {steps_not_to_retry: [lod], always_run: [load, x], not_resumable: {modle: load, model: y}}
catch_up: {expand: [model, z]}
";
    let problems = of_folder(STEPS, pipeline).unwrap_err();
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for (line, expected) in lines.iter().zip([
        "pipeline.yaml:1:30  no step is called lod; did you mean load?",
        "pipeline.yaml:1:55  no step is called x",
        "pipeline.yaml:2:28  no step is called z",
        "pipeline.yaml:1:75  no step is called modle; did you mean model?",
        "pipeline.yaml:1:95  no step is called y",
    ]) {
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
    assert_eq!(lines.len(), 5, "{lines:?}");
}

#[test]
fn a_resume_point_that_comes_later_is_refused_since_it_would_leave_a_step_undone() {
    let problems = of_folder(STEPS, "retry: {not_resumable: {load: model}}").unwrap_err().to_string();
    assert!(problems.contains("step model comes after load"), "{problems}");
    of_folder(STEPS, "retry: {not_resumable: {model: load}}").unwrap();
}

#[test]
fn steps_of_one_name_are_refused_where_a_resume_was_asked_for() {
    let steps =
        "Steps:\n- {Name: a, HadoopJarStep: {Jar: a.jar}}\n- {Name: a, HadoopJarStep: {Jar: b.jar}}\n";
    let message = "the steps 1 and 2 are both called a, and a resume could not tell them apart";
    let refused = of_folder(steps, "retry: {max_attempts: 2}").unwrap_err().to_string();
    assert!(refused.contains(message), "{refused}");
    let warned = of_folder(steps, "").unwrap().warnings.to_string();
    assert!(warned.starts_with("steps.yaml:3:10  warning: ") && warned.contains(message), "{warned}");
    assert!(of_folder(steps, "retry: {max_attempts: 1}").unwrap().warnings.is_empty());
}

#[test]
fn numbers_and_names_of_a_definition_make_sense() {
    let pipeline = "\
retry: {max_attempts: 0, backoff: {factor: 0.5}}
catch_up: {max_dates: 0}
queries: [{name: a, sql: x}, {name: a, sql: y}]
";
    let problems = of_folder(STEPS, pipeline).unwrap_err();
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for (line, expected) in lines.iter().zip([
        "pipeline.yaml:1:23  a run has one attempt at least",
        "pipeline.yaml:1:44  waits cannot shrink",
        "pipeline.yaml:2:23  a run takes on one date at least",
        "pipeline.yaml:3:37  a query called a stands here a second time",
    ]) {
        assert!(line.starts_with(expected), "{line}");
    }
    assert_eq!(lines.len(), 4, "{lines:?}");
}

/// Requests that are right in some places and wrong in others.
fn any_request() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
    use proptest::prelude::*;
    let names = prop::sample::select(vec![
        "Name",
        "Instances",
        "InstanceGroups",
        "InstanceFleets",
        "InstanceRole",
        "InstanceCount",
        "Ec2SubnetIds",
        "Steps",
        "HadoopJarStep",
        "Args",
        "Tags",
        "Key",
        "AutoTerminationPolicy",
        "IdleTimeout",
        "Configurations",
        "Classification",
        "Properties",
        "StepConcurrencyLevel",
        "ActionOnFailure",
        "Nothing",
    ]);
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "MASTER|CORE|CONTINUE|hive-site|[a-z{}:]{0,9}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::btree_map(names.clone(), inner, 0..6).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

proptest::proptest! {
    #[test]
    fn any_request_passes_or_is_refused_with_an_error(value in any_request()) {
        let source = document::Source::named("event: overrides");
        match request(&Node::from_json(&source, &value)) {
            Ok(checked) => proptest::prop_assert!(!checked.warnings.has_errors()),
            Err(problems) => proptest::prop_assert!(problems.has_errors()),
        }
    }
}
