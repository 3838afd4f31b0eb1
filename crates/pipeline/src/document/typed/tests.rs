use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::document::{Source, parse};

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Cluster {
    name: Option<String>,
    visible_to_all_users: Option<bool>,
    step_concurrency_level: Option<i32>,
    bid: Option<f64>,
    instances: Option<Instances>,
    steps: Option<Vec<Step>>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Instances {
    instance_groups: Option<Vec<Group>>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Group {
    instance_role: Option<Role>,
    instance_count: Option<i32>,
    bid_price: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "UPPERCASE")]
enum Role {
    Master,
    Core,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Step {
    name: String,
    args: Option<Vec<String>>,
    properties: Option<BTreeMap<String, String>>,
}

fn node(text: &str) -> Node {
    parse("cluster.yaml", text.as_bytes()).unwrap().unwrap()
}

fn cluster(text: &str) -> Cluster {
    read(&node(text)).unwrap()
}

fn refused(text: &str) -> Vec<String> {
    read::<Cluster>(&node(text)).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn all_problems_of_a_document_are_told_at_once_in_their_order() {
    let text = "\
Name: 2021-04-12
LogURL: s3://logs
VisibleToAllUsers: 'true'
StepConcurrencyLevel: 0755
Instances:
  InstanceGroups:
  - InstanceRole: MASTR
    InstanceCout: 1
  - InstanceRole: CORE
    InstanceCount: '2'
    BidPrice: 0.5
Steps:
- Name: one
  Args: [a, 10, true, 12:30]
  Properties: {spark.cores: 4, 5: x, ok: fine}
- Args: nothing
";
    assert_eq!(
        refused(text),
        [
            "cluster.yaml:1:7  2021-04-12 is a date where text belongs; quote it: \"2021-04-12\"   [config.not_text]",
            "cluster.yaml:2:1  unknown field LogURL; known here: Name, Bid, Steps, Instances, VisibleToAllUsers, StepConcurrencyLevel   [config.unknown_field]",
            "cluster.yaml:3:20  \"true\" is text where true or false belongs; write true or false, without quotes   [config.wrong_type]",
            "cluster.yaml:4:23  0755 is a different number to different readers; write it in plain decimal   [config.odd_number]",
            "cluster.yaml:7:19  unknown word MASTR; did you mean MASTER? known here: MASTER, CORE   [config.unknown_word]",
            "cluster.yaml:8:5  unknown field InstanceCout; did you mean InstanceCount? known here: InstanceCount, InstanceRole, BidPrice   [config.unknown_field]",
            "cluster.yaml:10:20  \"2\" is text where a whole number belongs; write a whole number, without quotes   [config.wrong_type]",
            "cluster.yaml:11:15  0.5 is a number where text belongs; quote it: \"0.5\"   [config.not_text]",
            "cluster.yaml:14:13  10 is a number where text belongs; quote it: \"10\"   [config.not_text]",
            "cluster.yaml:14:17  true is a boolean where text belongs; quote it: \"true\"   [config.not_text]",
            "cluster.yaml:14:23  12:30 is a number where text belongs; quote it: \"12:30\"   [config.not_text]",
            "cluster.yaml:15:29  4 is a number where text belongs; quote it: \"4\"   [config.not_text]",
            "cluster.yaml:15:32  the key 5 is a number where text belongs; quote it: \"5\"   [config.not_text]",
            "cluster.yaml:16:9  nothing is text where a list belongs; write it as the item of a list   [config.wrong_type]",
        ]
    );
}

#[test]
fn a_problem_names_the_member_by_its_path() {
    let problems = read::<Cluster>(&node("Instances: {InstanceGroups: [{}, {BidPrice: 1}]}")).unwrap_err();
    let paths: Vec<String> = problems.iter().map(|problem| problem.path.to_string()).collect();
    assert_eq!(paths, ["Instances.InstanceGroups[1].BidPrice"]);
}

#[test]
fn booleans_understand_the_words_of_pyyaml() {
    for (word, expected) in [("yes", true), ("On", true), ("TRUE", true), ("no", false), ("off", false)] {
        assert_eq!(
            cluster(&format!("VisibleToAllUsers: {word}")).visible_to_all_users,
            Some(expected),
            "{word}"
        );
    }
}

#[test]
fn quoted_text_stays_as_it_was_written() {
    for text in ["0755", "yes", "2021-04-12", "~", "12:30:45", "10", ""] {
        assert_eq!(cluster(&format!("Name: '{text}'")).name.as_deref(), Some(text));
    }
}

#[test]
fn numbers_are_plain_decimals() {
    assert_eq!(cluster("StepConcurrencyLevel: +5").step_concurrency_level, Some(5));
    assert_eq!(cluster("Bid: 2").bid, Some(2.0));
    assert_eq!(cluster("Bid: 2.5e+1").bid, Some(25.0));
    for text in ["1_000", "0x10", "12:30:45", ".inf"] {
        assert!(refused(&format!("Bid: {text}"))[0].contains("[config.odd_number]"), "{text}");
    }
    assert!(refused("StepConcurrencyLevel: 1.0")[0].contains("1.0 is a number where a whole number belongs"));
    assert!(refused("StepConcurrencyLevel: 5000000000")[0].contains("out of range"));
    assert!(refused("Bid: 99999999999999999999")[0].contains("out of range"));
    assert!(refused("Bid: 1e3")[0].contains("\"1e3\" is text where a number belongs"));
}

#[test]
fn a_member_without_a_value_is_refused_or_absent_as_the_reader_asks() {
    let sparse = node("Name:\nSteps: ~\nBid: 1.5");
    let problems = read::<Cluster>(&sparse).unwrap_err().to_string();
    assert!(
        problems.starts_with("cluster.yaml:1:1  Name has no value; write a value, or remove the line"),
        "{problems}"
    );
    assert_eq!(problems.lines().count(), 2);
    assert_eq!(read_sparse::<Cluster>(&sparse).unwrap().bid, Some(1.5));
}

#[test]
fn a_list_item_without_a_value_is_always_refused() {
    let node = node("Steps:\n- Name: x\n  Args:\n  - a\n  -\n");
    for problems in [read::<Cluster>(&node).unwrap_err(), read_sparse::<Cluster>(&node).unwrap_err()] {
        assert!(
            problems.to_string().starts_with("cluster.yaml:5:4  an item without a value; write a value"),
            "{problems}"
        );
    }
}

#[test]
fn a_missing_member_is_told_unless_a_misspelt_one_explains_it() {
    let missing = refused("Steps: [{Args: [a]}]");
    assert_eq!(missing, ["cluster.yaml:1:9  Name is missing   [config.missing_field]"]);
    let misspelt = refused("Steps: [{Nme: a}]");
    assert_eq!(misspelt.len(), 1, "{misspelt:?}");
    assert!(misspelt[0].contains("did you mean Name?"), "{misspelt:?}");
}

#[test]
fn what_is_no_map_cannot_be_a_document() {
    assert_eq!(refused("- a\n"), ["cluster.yaml:1:1  a list where a map belongs   [config.wrong_type]"]);
}

#[test]
fn a_json_number_or_string_is_held_to_the_same_types() {
    let source = Source::named("event: overrides");
    let value =
        serde_json::json!({"Name": 10, "StepConcurrencyLevel": "10", "VisibleToAllUsers": true, "Bid": 1.5});
    let problems = read::<Cluster>(&Node::from_json(&source, &value)).unwrap_err().to_string();
    let lines: Vec<&str> = problems.lines().collect();
    assert_eq!(lines.len(), 2, "{problems}");
    assert!(lines[0].starts_with("event: overrides  10 is a number where text belongs"), "{problems}");
    assert!(
        lines[1].starts_with("event: overrides  \"10\" is text where a whole number belongs"),
        "{problems}"
    );
}

#[test]
fn a_value_that_may_be_a_secret_is_not_repeated_in_its_problem() {
    let problems = refused("Steps: [{Name: x, Properties: {db.password: 12345, b: c}}]");
    assert_eq!(problems.len(), 1);
    assert!(!problems[0].contains("12345"), "{problems:?}");
}

#[test]
fn a_snippet_shows_the_line_with_a_caret() {
    let problems = read::<Cluster>(&node("Name: x\nSteps:\n- Nme: y\n")).unwrap_err().explained();
    assert!(problems.ends_with(" 3 | - Nme: y\n   |   ^"), "{problems}");
}

#[test]
fn a_problem_is_json_for_machines() {
    let problems = read::<Cluster>(&node("Nme: x")).unwrap_err();
    let json = serde_json::to_value(&problems).unwrap();
    assert_eq!(json[0]["code"], "config.unknown_field");
    assert_eq!(
        (&json[0]["file"], &json[0]["line"], &json[0]["column"]),
        (&"cluster.yaml".into(), &1.into(), &1.into())
    );
    assert_eq!((&json[0]["path"], &json[0]["message"]), (&"Nme".into(), &"unknown field Nme".into()));
}

#[test]
fn a_key_that_must_be_a_known_word_is_told_by_its_own_place() {
    let node = node("MASTER: a\nCOER: b\n");
    let problems = read::<BTreeMap<Role, String>>(&node).unwrap_err().to_string();
    assert!(problems.starts_with("cluster.yaml:2:1  unknown word COER; did you mean CORE?"), "{problems}");
}

#[test]
fn a_file_of_countless_mistakes_is_told_its_first_ones_and_that_there_are_more() {
    let args = "- 1\n".repeat(MAX_READINGS + 1).replace("- 1", "  - 1");
    let problems = refused(&format!("Steps:\n- Name: x\n  Args:\n{args}"));
    assert_eq!(problems.len(), MAX_READINGS + 1);
    assert!(
        problems[MAX_READINGS].starts_with("cluster.yaml  these are the first 500 problems"),
        "{problems:?}"
    );
}
