use std::collections::BTreeMap;

use super::*;
use crate::cluster::RunJobFlow;
use crate::document::{self, parse};
use crate::template::references;

const REQUEST: &str = "\
Name: a
Configurations:
- Classification: outer
  Configurations:
  - Classification: hive-site
    Properties:
      javax.jdo.option.ConnectionPassword: metastore
      javax.jdo.option.ConnectionUserName: '{{resolve:secretsmanager:metastore:SecretString:user}}'
- Classification: core-site
  Properties:
    javax.jdo.option.ConnectionPassword: left-alone
    url: 'jdbc:x?password={{resolve:secretsmanager:metastore:SecretString:password}}&y={{resolve:ssm-secure:/p:2}}'
";

fn request(text: &str) -> Node {
    parse("configurations.yaml", text.as_bytes()).unwrap().unwrap()
}

fn secrets(json: &str) -> Resolved {
    let parameter = SecretName::ParameterStore { name: "/p".into(), version: Some(2) };
    [
        (SecretName::SecretsManager("metastore".into()), Secret::from(json.to_owned())),
        (parameter, Secret::from("canary-p".to_owned())),
    ]
    .into_iter()
    .collect()
}

fn resolved(json: &str) -> Result<Node, Problems> {
    let mut request = request(REQUEST);
    references(&mut request)?;
    resolve(&mut request, &secrets(json))?;
    Ok(request)
}

fn properties(request: &Node) -> [BTreeMap<String, String>; 2] {
    let configurations = document::read::<RunJobFlow>(request).unwrap().configurations.unwrap();
    let inner = configurations[0].configurations.clone().unwrap();
    [inner[0].properties.clone().unwrap(), configurations[1].properties.clone().unwrap()]
}

#[test]
fn every_secret_that_a_request_refers_to_is_named_once_with_its_place() {
    let found: Vec<String> = references(&mut request(REQUEST))
        .unwrap()
        .iter()
        .map(|reference| format!("{} {:?} {}", reference.secret, reference.key, reference.origin))
        .collect();
    assert_eq!(
        found,
        [
            "secret metastore Some(\"password\") configurations.yaml:7:44",
            "secret metastore Some(\"user\") configurations.yaml:8:44",
            "parameter /p:2 None configurations.yaml:12:10",
        ]
    );
}

#[test]
fn typing_reveals_what_was_resolved() {
    let [hive, core] = properties(&resolved(r#"{"user": "hive", "password": "canary"}"#).unwrap());
    assert_eq!(hive["javax.jdo.option.ConnectionPassword"], "canary");
    assert_eq!(hive["javax.jdo.option.ConnectionUserName"], "hive");
    assert_eq!(core["url"], "jdbc:x?password=canary&y=canary-p");
    assert_eq!(core["javax.jdo.option.ConnectionPassword"], "left-alone");
}

#[test]
fn nothing_else_shows_a_secret() {
    let node = resolved(r#"{"user": "hive", "password": "canary"}"#).unwrap();
    let masked = format!("{:?}", document::read::<RunJobFlow>(&node.masked()).unwrap());
    for shown in [node.to_json().to_string(), format!("{node:?}"), masked, format!("{:?}", secrets("canary"))]
    {
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("***"), "{shown}");
    }
}

#[test]
fn a_request_whose_secrets_were_not_fetched_shows_masks_where_they_belong() {
    let mut request = request(REQUEST);
    references(&mut request).unwrap();
    mask_references(&mut request);
    let [hive, core] = properties(&request.masked());
    assert_eq!(hive["javax.jdo.option.ConnectionPassword"], "***");
    assert_eq!(
        (core["url"].as_str(), core["javax.jdo.option.ConnectionPassword"].as_str()),
        ("***", "left-alone")
    );
}

#[test]
fn a_secret_without_what_is_asked_of_it_stops_and_shows_nothing_of_its_values() {
    for (json, message) in [
        (
            r#"{"user": "canary"}"#,
            "configurations.yaml:7:44  the secret metastore has no key password; its keys: user",
        ),
        ("canary", "the secret metastore is not a JSON object, so it has no key password"),
        ("[\"canary\"]", "the secret metastore is not a JSON object"),
        (r#"{"user": "u", "password": ""}"#, "the secret metastore is empty"),
        (r#"{"user": "u", "password": null}"#, "the key password of the secret metastore is no text"),
        (r#"{"user": "u", "password": ["canary"]}"#, "the key password of the secret metastore is no text"),
    ] {
        let problems = resolved(json).unwrap_err().to_string();
        assert!(problems.contains(message), "{problems}");
        assert!(!problems.contains("canary"), "{problems}");
    }
}

#[test]
fn a_secret_that_was_not_fetched_stops_with_its_place() {
    let mut request = request(REQUEST);
    references(&mut request).unwrap();
    let problems = resolve(&mut request, &Resolved::default()).unwrap_err();
    assert_eq!(problems.iter().count(), 3);
    assert!(problems.to_string().contains("the secret metastore cannot be read"), "{problems}");
}

#[test]
fn a_metastore_password_that_names_no_secret_is_refused() {
    let text = "Configurations:\n- Classification: spark-hive-site\n  Properties: {javax.jdo.option.ConnectionPassword: ''}\n";
    let problems = references(&mut request(text)).unwrap_err().to_string();
    assert!(problems.starts_with("configurations.yaml:3:"), "{problems}");
    assert!(problems.contains("names no secret"), "{problems}");
}

#[test]
fn what_a_service_quotes_of_a_secret_is_masked() {
    let secret = r#"{"username": "hive", "password": "hunter2-hunter2"}"#.to_owned();
    let resolved: Resolved =
        [(SecretName::SecretsManager("db".into()), Secret::from(secret.clone()))].into_iter().collect();
    let quoted = format!("invalid value hunter2-hunter2 in {secret}, given by hive");
    assert_eq!(resolved.redact(&quoted), "invalid value *** in ***, given by ***");
}
