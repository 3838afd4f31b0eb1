use serde_json::json;

use super::*;

const CLUSTER: &str = "Name: nightly\nInstances: {Ec2KeyName: old}\n";
const INSTANCES: &str = "Instances: {Ec2SubnetId: s-1}\n";

fn folder(files: &[(&str, Option<&str>)]) -> Result<Folder, Problems> {
    Folder::read(files)
}

fn problems(files: &[(&str, Option<&str>)]) -> Vec<String> {
    folder(files).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn later_files_overwrite_top_level_members_of_earlier_ones() {
    let files = [
        ("cluster.yaml", Some(CLUSTER)),
        ("instances.yaml", Some(INSTANCES)),
        ("steps.yaml", Some("Steps: [{Name: a}]\n")),
        ("configurations.yaml", None),
    ];
    let expected = json!({"Name": "nightly", "Instances": {"Ec2SubnetId": "s-1"}, "Steps": [{"Name": "a"}]});
    assert_eq!(folder(&files).unwrap().request.to_json(), expected);
}

#[test]
fn optional_files_may_be_absent_or_empty_and_foreign_files_are_ignored() {
    let files = [
        ("README.md", Some("not: [yaml")),
        ("cluster.yaml", Some(CLUSTER)),
        ("instances.yaml", Some(INSTANCES)),
        ("steps.yaml", Some("# later\n")),
        ("pipeline.yaml", Some("")),
    ];
    assert!(folder(&files).is_ok());
}

#[test]
fn an_absent_or_empty_file_that_is_needed_is_told_with_those_that_are() {
    assert_eq!(
        problems(&[("instances.yaml", Some("# nothing\n"))]),
        [
            "cluster.yaml  cluster.yaml is not in the folder; a pipeline's folder needs cluster.yaml and instances.yaml   [config.absent]",
            "instances.yaml  instances.yaml is empty; a pipeline's folder needs cluster.yaml and instances.yaml   [config.empty]",
        ]
    );
}

#[test]
fn the_problems_of_all_files_are_told_at_once() {
    let found = problems(&[
        ("cluster.yaml", Some("Name: a\nName: b\n")),
        ("instances.yaml", Some("- x\n")),
        ("configurations.yaml", Some("a: 'x\n")),
        ("pipeline.yaml", Some("deadlin: 6h\n")),
    ]);
    for (problem, expected) in found.iter().zip([
        "cluster.yaml:2:1  the key Name stands here a second time",
        "instances.yaml:1:1  instances.yaml is a list where a map belongs",
        "configurations.yaml:",
        "pipeline.yaml:1:1  unknown field deadlin; did you mean deadline?",
    ]) {
        assert!(problem.starts_with(expected), "{problem}");
    }
    assert_eq!(found.len(), 4);
}

#[test]
fn the_hash_changes_with_every_file_and_with_nothing_else() {
    let hash = |steps: Option<&str>| {
        let files =
            [("steps.yaml", steps), ("instances.yaml", Some(INSTANCES)), ("cluster.yaml", Some(CLUSTER))];
        folder(&files).unwrap().config_hash
    };
    assert_eq!(hash(None).len(), 64);
    assert_eq!(hash(Some("Steps: []")), hash(Some("Steps: []")));
    assert_ne!(hash(Some("Steps: []")), hash(Some("Steps: [] ")));
    assert_ne!(hash(None), hash(Some("")));
}
