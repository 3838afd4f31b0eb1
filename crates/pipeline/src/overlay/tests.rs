use serde_json::json;

use super::*;
use crate::cluster::RunJobFlow;
use crate::document::{self, parse};

fn request(text: &str) -> Node {
    parse("cluster.yaml", text.as_bytes()).unwrap().unwrap()
}

fn event(name: &str, value: &serde_json::Value) -> Node {
    Node::from_json(&Source::named(format!("event: {name}")), value)
}

#[test]
fn overrides_merge_maps_deeply_and_replace_lists() {
    let mut request = request("Name: a\nInstances: {Ec2KeyName: k, Ec2SubnetIds: [x, y]}\n");
    let overrides =
        json!({"Instances": {"Ec2SubnetIds": ["z"], "TerminationProtected": true}, "LogUri": "s3://l"});
    assert!(merge(&mut request, event("overrides", &overrides)).is_empty());
    let expected = json!({
        "Name": "a",
        "Instances": {"Ec2KeyName": "k", "Ec2SubnetIds": ["z"], "TerminationProtected": true},
        "LogUri": "s3://l",
    });
    assert_eq!(request.to_json(), expected);
}

#[test]
fn every_value_knows_whether_a_file_or_the_event_wrote_it() {
    let mut request = request("Name: a\nInstances: {Ec2KeyName: k}\n");
    merge(&mut request, event("overrides", &json!({"Instances": {"Ec2SubnetId": "z"}})));
    let provenance: Vec<String> =
        request.provenance().iter().map(|(path, origin)| format!("{path} <- {origin}")).collect();
    assert_eq!(
        provenance,
        [
            "Name <- cluster.yaml:1:7",
            "Instances.Ec2KeyName <- cluster.yaml:2:25",
            "Instances.Ec2SubnetId <- event: overrides"
        ]
    );
}

#[test]
fn an_override_of_a_member_that_emr_does_not_know_is_told_as_the_events() {
    let mut request = request("Name: a\n");
    merge(&mut request, event("overrides", &json!({"Instance": {"Ec2SubnetId": "z"}})));
    let problems = document::read::<RunJobFlow>(&request).unwrap_err().to_string();
    assert!(
        problems.starts_with("event: overrides  unknown field Instance; did you mean Instances?"),
        "{problems}"
    );
}

#[test]
fn extend_appends_one_item_or_a_list_and_makes_what_is_missing() {
    let mut request = request("Applications: [{Name: Spark}]\nConfigurations:\n");
    let extensions = json!({
        "Applications": {"Name": "Hive"},
        "Configurations": [{"Classification": "x"}],
        "Instances.Ec2SubnetIds": "z",
    });
    assert!(extend(&mut request, &event("extend", &extensions)).is_empty());
    let expected = json!({
        "Applications": [{"Name": "Spark"}, {"Name": "Hive"}],
        "Configurations": [{"Classification": "x"}],
        "Instances": {"Ec2SubnetIds": ["z"]},
    });
    assert_eq!(request.to_json(), expected);
}

#[test]
fn extend_refuses_what_is_no_list_and_paths_that_lead_nowhere() {
    for (path, message) in [
        ("Name", "Name is text and cannot be extended"),
        ("Name.Parts", "Name is text and has no Parts"),
        ("Applications.Name", "Applications is a list and has no Name"),
        ("Instances..X", "has an empty part"),
    ] {
        let mut request = request("Name: a\nApplications: [{Name: Spark}]\nInstances: {}\n");
        let problems = extend(&mut request, &event("extend", &json!({path: ["x"]}))).to_string();
        assert!(problems.starts_with("event: extend  ") && problems.contains(message), "{problems}");
    }
}

#[test]
fn extend_at_a_path_that_emr_does_not_know_is_told_as_the_events() {
    let mut request = request("Name: a\n");
    extend(&mut request, &event("extend", &json!({"Instances.Ec2SubnettIds": ["x"]})));
    let problems = document::read::<RunJobFlow>(&request).unwrap_err().to_string();
    assert!(
        problems.starts_with("event: extend  unknown field Ec2SubnettIds; did you mean Ec2SubnetIds?"),
        "{problems}"
    );
}

const STEPS: &str = "\
Steps:
- {Name: load, HadoopJarStep: {Jar: a.jar, Args: [x]}}
- {Name: model, HadoopJarStep: {Jar: b.jar}}
- {Name: load, HadoopJarStep: {Jar: c.jar, Args: []}}
- {Name: broken}
";

fn args(request: &Node) -> serde_json::Value {
    request
        .get("Steps")
        .unwrap()
        .items()
        .iter()
        .map(|step| step.to_json()["HadoopJarStep"]["Args"].clone())
        .collect()
}

#[test]
fn step_arguments_go_to_every_step_of_the_name() {
    let mut request = request(STEPS);
    let additions = json!({"load": ["--full", "yes"], "model": "--fast"});
    assert!(add_step_args(&mut request, &event("additional_step_args", &additions)).is_empty());
    assert_eq!(args(&request), json!([["x", "--full", "yes"], ["--fast"], ["--full", "yes"], null]));
}

#[test]
fn arguments_for_a_step_that_does_not_exist_are_refused_with_the_nearest_name() {
    let mut request = request(STEPS);
    let problems =
        add_step_args(&mut request, &event("additional_step_args", &json!({"modl": ["x"], "broken": []})));
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(
        lines[0].starts_with("event: additional_step_args  no step is called modl; did you mean model?"),
        "{lines:?}"
    );
    assert!(lines[1].contains("step broken has no HadoopJarStep to add to"), "{lines:?}");
}

#[test]
fn a_notifications_arguments_go_to_every_step_that_runs_a_jar() {
    let mut request = request(STEPS);
    let message = ["--correlation_id".to_owned(), "m-1".to_owned()];
    add_to_every_step(&mut request, &message, &Source::named("event: s3 notification"));
    let added = json!(["--correlation_id", "m-1"]);
    assert_eq!(args(&request), json!([["x", "--correlation_id", "m-1"], added, added, null]));
}

#[test]
fn what_must_be_a_map_is_refused_when_it_is_not() {
    let mut request = request(STEPS);
    for problems in [
        merge(&mut request, event("overrides", &json!([1]))),
        extend(&mut request, &event("extend", &json!("x"))),
        add_step_args(&mut request, &event("additional_step_args", &json!(5))),
    ] {
        assert!(problems.to_string().contains("where a map belongs   [overlay.not_a_map]"), "{problems}");
    }
}
