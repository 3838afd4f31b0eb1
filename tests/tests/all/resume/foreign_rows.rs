//! Rows that scripts on master nodes write, of clusters that nobody launched through us.

use serde_json::{Value, json};

use super::deployment::Deployment;
use super::given::{AT_ONCE, STEPS, failure_of, put_three_steps, put_three_steps_with};
use crate::local_stack::given::text;
use crate::support::function::Invoked;

/// 2035, in milliseconds, as those scripts have it.
const MILLISECONDS: &str = "2066700000000";

/// Runs a cluster that is started as an older launcher would, to its failure at `model`.
fn failed_cluster(deployment: &Deployment, name: &str) -> String {
    let step = |name: &str| {
        let then = if name == "model" { "false" } else { "true" };
        json!({"Name": name, "ActionOnFailure": "TERMINATE_CLUSTER",
               "HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["bash", "-c", then]}})
    };
    let request = json!({"Name": name, "ServiceRole": "r", "JobFlowRole": "p", "ReleaseLabel": "emr-7.5.0",
        "Steps": STEPS.map(step),
        "Instances": {"InstanceGroups": [
            {"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}]}});
    let made = deployment.stack.call("emr", "run_job_flow", request);
    let cluster = text(&made, "/JobFlowId").to_owned();
    deployment.ended(&cluster);
    cluster
}

/// Writes a row as a script does, and tells the relauncher of the cluster's failure. The pipeline is found by the name of
/// its product.
fn relaunched(deployment: &Deployment, name: &str, columns: &Value) -> Invoked {
    let cluster = failed_cluster(deployment, name);
    let mut row = json!({
        "Correlation_Id": {"S": name}, "DataProduct": {"S": name.to_uppercase()}, "Cluster_Id": {"S": cluster},
        "Date": {"S": "2026-11-20"}, "Run_Id": {"N": "1"}, "Status": {"S": "IN_PROGRESS"},
        "CurrentStep": {"S": "model"}, "TimeToExist": {"N": MILLISECONDS},
        "S3_Prefix_Analytical_DataSet": {"S": "exports/2026-11-20"}, "Snapshot_Type": {"S": "full"},
    });
    for (column, value) in columns.as_object().unwrap() {
        match value.is_null() {
            true => _ = row.as_object_mut().unwrap().remove(column),
            false => row[column] = value.clone(),
        }
    }
    deployment.stack.call("dynamodb", "put_item", json!({"TableName": deployment.name, "Item": row}));
    deployment.relauncher.invoke(&failure_of(&cluster, ""))
}

/// From now on EMR shows the relauncher no steps.
fn hide_steps(deployment: &Deployment) {
    deployment.stack.disturb(json!({"kind": "error_before", "service": "emr", "operation": "ListSteps",
        "status": 400, "code": "AccessDeniedException", "message": "not authorized", "times": "always",
        "function": deployment.relauncher.name}));
}

#[test]
fn a_row_of_a_script_is_resumed_at_the_step_that_emr_or_the_row_shows() {
    let deployment = Deployment::new("foreign");
    let resumed = |name: &str, columns: Value, attempt: u64| {
        let (policy, says) =
            ("retry: {max_attempts: 3, backoff: {first: 0s}}\n", "echo {{run_id}} {{s3_prefix}}");
        put_three_steps_with(deployment.stack, name, policy, says);
        let invoked = relaunched(&deployment, name, &columns);
        assert_eq!(text(invoked.ok(), "/status"), "launched", "{name}: {invoked:?}");
        let run = deployment.run_of_row(name);
        assert_eq!((&run["Attempt"], text(&run, "/Decision/from")), (&json!(attempt), "model"), "{run:#}");
        assert!(run["TimeToExist"].as_u64() < Some(10_000_000_000), "it never expires: {run:#}");
        let second = deployment.stack.clusters(name);
        assert_eq!(second.len(), 2, "{name}: {second:?}");
        let listed =
            deployment.stack.call("emr", "list_steps", json!({"ClusterId": text(&run, "/Cluster_Id")}));
        let args = listed["Steps"].to_string();
        assert!(args.contains(&format!("echo {attempt} exports/2026-11-20")), "{args}");
    };
    resumed("foreign-plain", json!({}), 2);
    resumed("foreign-no-step", json!({"CurrentStep": null}), 2);
    resumed("foreign-text", json!({"Run_Id": {"S": "2"}}), 3);
    resumed("foreign-status", json!({"Status": {"S": "Exporting"}}), 2);
    hide_steps(&deployment);
    resumed("foreign-hidden", json!({}), 2);
}

#[test]
fn a_row_of_a_script_that_does_not_say_where_to_resume_is_given_up_with_the_reason() {
    let deployment = Deployment::new("obscure");
    hide_steps(&deployment);
    let given_up = |name: &str, columns: Value, why: &str| {
        put_three_steps(deployment.stack, name, AT_ONCE);
        if name == "obscure-two" {
            let twice =
                [("source", "true"), ("model", "bash /opt/ci/load.sh"), ("report", "bash /opt/ci/load.sh")];
            deployment.stack.put_file(name, "steps.yaml", scripted(&twice).as_bytes());
        }
        let invoked = relaunched(&deployment, name, &columns);
        deployment.assert_given_up(name, &invoked, why);
        assert_eq!(deployment.stack.clusters(name).len(), 1, "{name} was relaunched on a guess");
    };
    given_up("obscure-none", json!({"CurrentStep": null}), "its row has no CurrentStep");
    given_up(
        "obscure-unknown",
        json!({"CurrentStep": {"S": "modell"}}),
        "no step that is recorded as \"modell\"",
    );
    given_up(
        "obscure-two",
        json!({"CurrentStep": {"S": "load"}}),
        "several steps of the pipeline may be recorded as \"load\"",
    );
    given_up("obscure-count", json!({"Run_Id": {"S": "two"}}), "column Run_Id holds \"two\"");
    assert!(deployment.information.is_empty(), "what is given up is an alarm");
}

/// Steps whose commands are words of their arguments, so that their scripts can be seen.
fn scripted(given: &[(&str, &str)]) -> String {
    let step = |(name, command): &(&str, &str)| {
        let words: Vec<&str> = command.split(' ').collect();
        json!({"Name": name, "ActionOnFailure": "TERMINATE_CLUSTER",
               "HadoopJarStep": {"Jar": "command-runner.jar", "Args": words}})
    };
    json!({"Steps": given.iter().map(step).collect::<Vec<_>>()}).to_string()
}
