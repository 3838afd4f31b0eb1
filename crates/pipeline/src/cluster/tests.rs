//! What a whole request promises to those who write it.

use super::{Configuration, KerberosAttributes, MarketType, RunJobFlow};

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
    let given: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_value(&request).unwrap(), given);
}

#[test]
fn a_member_that_emr_does_not_know_is_refused() {
    let error = serde_json::from_str::<RunJobFlow>(r#"{"Nmae": "nightly"}"#).unwrap_err().to_string();
    assert!(error.starts_with("unknown field `Nmae`, expected one of `Name`"), "{error}");
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
