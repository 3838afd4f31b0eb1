//! EMR's answers, and what is asked of it.

use jiff::Timestamp;
use pipeline::ports::{Clusters, Mark, Uncancelled};
use pipeline::run::{
    Attempt, AttemptKey, ClusterId, ClusterState, CorrelationId, DataProduct, RunKey, StepId,
};
use serde_json::{Value, json};

use crate::wire::{answering, operations, sent};

fn id(text: &str) -> ClusterId {
    ClusterId::parse(text).unwrap()
}

fn listed(id: &str, name: &str, created: u32) -> Value {
    json!({"Id": id, "Name": name, "Status": {"Timeline": {"CreationDateTime": created}}})
}

fn tagged(id: &str, correlation_id: &str, run_id: &str) -> String {
    let tags = json!([
        {"Key": "Correlation_Id", "Value": correlation_id}, {"Key": "Run_Id", "Value": run_id},
    ]);
    json!({"Cluster": {"Id": id, "Tags": tags, "Status": {"State": "RUNNING"}}}).to_string()
}

fn mark() -> Mark {
    let run = RunKey {
        correlation_id: CorrelationId::parse("a").unwrap(),
        data_product: DataProduct::parse("PDM").unwrap(),
    };
    Mark { name: "pdm".into(), key: AttemptKey { run, attempt: Attempt(2) } }
}

#[tokio::test]
async fn a_cluster_of_another_run_table_is_not_found() {
    for (table, found) in [("runs", 1), ("runs-of-others", 0)] {
        let tags = json!([
            {"Key": "Correlation_Id", "Value": "a"}, {"Key": "Run_Id", "Value": "2"},
            {"Key": "Run_Table", "Value": table},
        ]);
        let cluster = json!({"Cluster": {"Id": "j-1", "Tags": tags}}).to_string();
        let listed = json!({"Clusters": [listed("j-1", "pdm", 1)]}).to_string();
        let (aws, _) = answering(&[(200, &listed), (200, &cluster)]);
        assert_eq!(aws.find_marked(&mark(), Timestamp::UNIX_EPOCH).await.unwrap().len(), found, "{table}");
    }
}

#[tokio::test]
async fn clusters_of_every_page_are_listed_oldest_first() {
    let state = |state: &str| json!({"State": state, "Timeline": {"CreationDateTime": 10}});
    let first = json!({"Clusters": [listed("j-3", "pdm", 30), listed("j-2", "other", 20)], "Marker": "more"});
    let second = json!({"Clusters": [{"Id": "j-1", "Name": "old", "Status": state("RUNNING")}]});
    let (aws, wire) = answering(&[(200, &first.to_string()), (200, &second.to_string())]);
    let since = "2026-11-21T01:00:00Z".parse().unwrap();
    let listed = Clusters::list(&aws, since).await.unwrap();
    let shown: Vec<_> = listed.iter().map(|one| (one.cluster_id.as_str(), one.name.as_str())).collect();
    assert_eq!(shown, [("j-1", "old"), ("j-2", "other"), ("j-3", "pdm")]);
    assert_eq!(
        listed.iter().map(|one| one.state).collect::<Vec<_>>(),
        [Some(ClusterState::Running), None, None]
    );
    assert_eq!(sent(&wire)[0]["CreatedAfter"], 1_795_222_740);
    assert_eq!(sent(&wire)[1]["Marker"], "more");
}

#[tokio::test]
async fn steps_that_emr_would_not_cancel_are_told_with_its_reason() {
    let answer = json!({"CancelStepsInfoList": [
        {"StepId": "s-1", "Status": "SUBMITTED"},
        {"StepId": "s-2", "Status": "FAILED", "Reason": "it is over"},
    ]});
    let (aws, wire) = answering(&[(200, &answer.to_string())]);
    let steps = ["s-1", "s-2"].map(|step| StepId::parse(step).unwrap());
    let refused = aws.cancel_steps(&id("j-1"), &steps).await.unwrap();
    let [_, second] = steps;
    assert_eq!(refused, [Uncancelled { step_id: second, reason: "it is over".into() }]);
    assert_eq!(sent(&wire), [json!({"ClusterId": "j-1", "StepIds": ["s-1", "s-2"]})]);
    let (aws, wire) = answering(&[]);
    assert_eq!(aws.cancel_steps(&id("j-1"), &[]).await.unwrap(), []);
    assert_eq!(sent(&wire).len(), 0);
}

#[tokio::test]
async fn clusters_are_found_by_name_on_every_page_and_then_by_their_tags() {
    let first = json!({"Clusters": [listed("j-3", "pdm", 30), listed("j-9", "other", 5)], "Marker": "more"})
        .to_string();
    let second = json!({"Clusters": [listed("j-2", "pdm", 20), listed("j-1", "pdm", 10)]}).to_string();
    let (ours, stranger, earlier) =
        (tagged("j-1", "a", "2"), tagged("j-2", "b", "2"), tagged("j-3", "a", "1"));
    let (aws, wire) =
        answering(&[(200, &first), (200, &second), (200, &ours), (200, &stranger), (200, &earlier)]);
    let found = aws.find_marked(&mark(), "2026-11-21T01:00:00Z".parse().unwrap()).await.unwrap();
    assert_eq!(found.iter().map(|cluster| cluster.cluster_id.as_str()).collect::<Vec<_>>(), ["j-1"]);
    assert_eq!(found[0].state, Some(ClusterState::Running));
    assert_eq!(sent(&wire)[0]["CreatedAfter"], 1_795_222_740);
    assert_eq!(operations(&wire)[2..], ["DescribeCluster"; 3]);
}

#[tokio::test]
async fn a_cluster_is_described_by_all_that_tells_how_it_ended() {
    let cluster = json!({"Cluster": {
        "Name": "pdm", "LogUri": "s3n://logs/pdm/", "NormalizedInstanceHours": 16,
        "Tags": [{"Key": "Run_Id", "Value": "1"}],
        "Status": {
            "State": "TERMINATED_WITH_ERRORS",
            "StateChangeReason": {"Code": "STEP_FAILURE", "Message": "Shut down as step failed"},
            "Timeline": {"ReadyDateTime": 1_795_222_800.25, "EndDateTime": 1_795_226_400},
            "ErrorDetails": [{"ErrorCode": "BOOTSTRAP_FAILURE", "ErrorMessage": "no"}],
        },
    }});
    let (aws, _) = answering(&[(200, &cluster.to_string())]);
    let report = aws.describe(&id("j-1")).await.unwrap().unwrap();
    assert_eq!(report.state, Some(ClusterState::TerminatedWithErrors));
    assert_eq!(report.reason_code.as_deref(), Some("STEP_FAILURE"));
    assert_eq!(report.ready_at.unwrap().to_string(), "2026-11-21T01:00:00.25Z");
    assert_eq!(report.error_details[0].code, "BOOTSTRAP_FAILURE");
    assert_eq!((report.normalized_instance_hours, report.tags.len()), (Some(16), 1));
}

#[tokio::test]
async fn an_empty_reason_is_none_and_an_unknown_cluster_is_none() {
    let starting = r#"{"Cluster": {"Status": {"State": "STARTING", "StateChangeReason": {"Code": ""}}}}"#;
    let unknown = r#"{"__type": "InvalidRequestException", "Message": "Cluster id 'j-1' is not valid."}"#;
    let (aws, _) = answering(&[(200, starting), (400, unknown)]);
    assert_eq!(aws.describe(&id("j-1")).await.unwrap().unwrap().reason_code, None);
    assert_eq!(aws.describe(&id("j-1")).await.unwrap(), None);
}

#[tokio::test]
async fn steps_of_every_page_come_first_one_first() {
    let first = r#"{"Steps": [{"Id": "s-3", "Name": "c"}, {"Id": "s-2", "Name": "b"}], "Marker": "more"}"#;
    let failed = json!({"Steps": [{"Id": "s-1", "Name": "a", "ActionOnFailure": "CONTINUE", "Status": {
        "State": "FAILED", "FailureDetails": {"Reason": "Unknown Error", "LogFile": "s3://logs/stderr.gz"},
    }}]});
    let (aws, _) = answering(&[(200, first), (200, &failed.to_string())]);
    let steps = aws.steps(&id("j-1")).await.unwrap();
    assert_eq!(steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(steps[0].action_on_failure.as_deref(), Some("CONTINUE"));
    assert_eq!(steps[0].failure.as_ref().unwrap().reason.as_deref(), Some("Unknown Error"));
}

#[tokio::test]
async fn clusters_are_terminated_ten_at_a_time() {
    let (aws, wire) = answering(&[(200, ""), (200, "")]);
    let clusters: Vec<ClusterId> = (0..12).map(|number| id(&format!("j-{number}"))).collect();
    aws.terminate(&clusters).await.unwrap();
    let counts =
        sent(&wire).iter().map(|call| call["JobFlowIds"].as_array().unwrap().len()).collect::<Vec<_>>();
    assert_eq!(counts, [10, 2]);
}

#[tokio::test]
async fn a_protected_cluster_is_terminated_all_the_same() {
    let protected = r#"{"__type": "ValidationException",
        "message": "Could not shut down one or more job flows since they are termination protected."}"#;
    let (aws, wire) = answering(&[(400, protected), (200, ""), (200, "")]);
    aws.terminate(&[id("j-1")]).await.unwrap();
    assert_eq!(operations(&wire), ["TerminateJobFlows", "SetTerminationProtection", "TerminateJobFlows"]);
    assert_eq!(sent(&wire)[1]["TerminationProtected"], false);
}

#[tokio::test]
async fn a_security_configuration_that_is_copied_already_is_the_copy() {
    let original = r#"{"Name": "pdm", "SecurityConfiguration": "{\"A\": 1}"}"#;
    let taken = r#"{"__type": "InvalidRequestException", "Message": "in words of EMR's own"}"#;
    let (aws, wire) = answering(&[(200, original), (400, taken), (200, original)]);
    aws.copy_security_configuration("pdm", "x").await.unwrap();
    assert_eq!(sent(&wire)[1], json!({"Name": "x", "SecurityConfiguration": "{\"A\": 1}"}));
}
