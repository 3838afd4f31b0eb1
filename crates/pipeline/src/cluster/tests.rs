//! What a whole request promises to those who write it.

use serde_json::Value;

use super::{Configuration, KerberosAttributes, MarketType, RunJobFlow};

/// A request with every member of every shape.
const WHOLE: &str = include_str!("../../../aws/tests/fixtures/run_job_flow.json");

#[test]
fn a_request_reads_under_emr_names_and_writes_back_only_what_was_given() {
    let json = r#"{
        "Name": "nightly",
        "OSReleaseLabel": "2.0.20240620.0",
        "Instances": {"InstanceGroups": [{
            "Market": "SPOT",
            "EbsConfiguration": {"EbsBlockDeviceConfigs": [{"VolumeSpecification": {"SizeInGB": 32}}]}
        }]},
        "Steps": []
    }"#;
    let request: RunJobFlow = serde_json::from_str(json).unwrap();
    let group = &request.instances.as_ref().unwrap().instance_groups.as_ref().unwrap()[0];
    assert_eq!(group.market, Some(MarketType::Spot));
    let given: Value = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_value(&request).unwrap(), given);
}

#[test]
fn every_member_of_every_shape_may_be_absent_and_then_stays_absent() {
    for path in objects(&hidden(WHOLE)) {
        for member in keys(&path) {
            let mut request = hidden(WHOLE);
            request.pointer_mut(&path).unwrap().as_object_mut().unwrap().remove(&member);
            let read: RunJobFlow = serde_json::from_value(request.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), request, "{path} without {member}");
        }
    }
}

#[test]
fn a_member_that_emr_does_not_know_is_refused_in_every_shape() {
    let free = ["/Properties", "/AdditionalInfo", "/LogTypes", "/LogTypeUploadPolicy"];
    for path in objects(&hidden(WHOLE)).iter().filter(|path| !free.iter().any(|map| path.ends_with(map))) {
        let mut request = hidden(WHOLE);
        request.pointer_mut(path).unwrap()["Nmae"] = Value::from("nightly");
        let error = serde_json::from_value::<RunJobFlow>(request).expect_err(path).to_string();
        assert!(error.starts_with("unknown field `Nmae`, expected"), "{path}: {error}");
    }
}

#[test]
fn configurations_nest() {
    let json = r#"{"Classification": "hadoop-env", "Configurations": [{"Classification": "export",
        "Properties": {"JAVA_HOME": "/usr/lib/jvm/java-17"}}]}"#;
    let outer: Configuration = serde_json::from_str(json).unwrap();
    let inner = &outer.configurations.unwrap()[0];
    assert_eq!(inner.properties.as_ref().unwrap()["JAVA_HOME"], "/usr/lib/jvm/java-17");
}

#[test]
fn kerberos_passwords_do_not_show() {
    let json = r#"{"KdcAdminPassword": "hunter2", "CrossRealmTrustPrincipalPassword": "hunter2",
        "ADDomainJoinPassword": "hunter2", "ADDomainJoinUser": "joiner"}"#;
    let kerberos: KerberosAttributes = serde_json::from_str(json).unwrap();
    let shown = format!("{kerberos:?} {}", serde_json::to_string(&kerberos).unwrap());
    assert!(!shown.contains("hunter2") && shown.contains("joiner"), "{shown}");
}

/// The request as it is written back: with its passwords hidden.
fn hidden(json: &str) -> Value {
    let mut request: Value = serde_json::from_str(json).unwrap();
    for password in ["KdcAdminPassword", "CrossRealmTrustPrincipalPassword", "ADDomainJoinPassword"] {
        request["KerberosAttributes"][password] = Value::from("***");
    }
    request
}

fn keys(path: &str) -> Vec<String> {
    hidden(WHOLE).pointer(path).unwrap().as_object().unwrap().keys().cloned().collect()
}

/// The path of every object within a value, its own included.
fn objects(value: &Value) -> Vec<String> {
    let (own, parts): (Option<String>, Vec<(String, &Value)>) = match value {
        Value::Object(members) => {
            (Some(String::new()), members.iter().map(|(key, part)| (key.clone(), part)).collect())
        }
        Value::Array(items) => {
            (None, items.iter().enumerate().map(|(at, part)| (at.to_string(), part)).collect())
        }
        _ => (None, vec![]),
    };
    let within = parts
        .into_iter()
        .flat_map(|(key, part)| objects(part).into_iter().map(move |path| format!("/{key}{path}")));
    own.into_iter().chain(within).collect()
}
