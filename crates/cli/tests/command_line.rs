//! The real binary on real folders: what it prints, and how it exits.

#[cfg(test)]
mod tests {
    use std::path::Path;

    use assert_cmd::Command;
    use serde_json::Value;
    use tempfile::TempDir;

    const RENTALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipelines/rentals");
    const PDM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipelines/pdm");

    /// `relay`, with nothing of this machine's AWS configuration.
    fn relay(arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relay"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        command.env("NO_COLOR", "1").env("AWS_EC2_METADATA_DISABLED", "true").args(arguments);
        command
    }

    fn json(arguments: &[&str], exit: i32) -> Value {
        let output = relay(arguments).assert().code(exit).get_output().clone();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The rentals folder with one file changed.
    fn changed(file: &str, from: &str, to: &str) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        for name in ["cluster.yaml", "instances.yaml", "configurations.yaml", "steps.yaml", "pipeline.yaml"] {
            std::fs::copy(Path::new(RENTALS).join(name), copy.path().join(name)).unwrap();
        }
        let text = std::fs::read_to_string(copy.path().join(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        std::fs::write(copy.path().join(file), text.replace(from, to)).unwrap();
        copy
    }

    #[test]
    fn a_folder_without_problems_is_valid() {
        for folder in [RENTALS, PDM] {
            let answer = json(&["validate", folder, "--json"], 0);
            assert_eq!((&answer["valid"], &answer["problems"]), (&true.into(), &Value::Array(vec![])));
        }
    }

    #[test]
    fn a_misspelt_member_is_told_with_its_line_and_the_name_that_was_meant() {
        let folder = changed("instances.yaml", "TargetOnDemandCapacity", "TargetOnDemandCapacty");
        let output =
            relay(&["validate", &folder.path().to_string_lossy()]).assert().code(1).get_output().clone();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("instances.yaml:12:7"), "{text}");
        assert!(text.contains("did you mean TargetOnDemandCapacity?"), "{text}");
        assert!(text.contains("not valid"), "{text}");
    }

    #[test]
    fn a_wrong_definition_hides_no_problem_of_the_request() {
        let folder = changed("steps.yaml", "ActionOnFailure: TERMINATE_CLUSTER", "ActionOnFailure: STOP");
        let definition = folder.path().join("pipeline.yaml");
        std::fs::write(definition, "retries: 3\n").unwrap();
        let answer = json(&["validate", &folder.path().to_string_lossy(), "--json"], 1);
        let problems = answer["problems"].as_array().unwrap();
        let files: Vec<&str> = problems.iter().filter_map(|problem| problem["file"].as_str()).collect();
        assert!(files.contains(&"pipeline.yaml") && files.contains(&"steps.yaml"), "{files:?}");
    }

    #[test]
    fn an_unknown_placeholder_is_a_problem_of_the_folder() {
        let folder = changed("steps.yaml", "\"25\"", "\"{{datum}}\"");
        let answer = json(&["validate", &folder.path().to_string_lossy(), "--json"], 1);
        assert_eq!(answer["problems"][0]["code"], "template.unknown");
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_with_the_one_that_was_meant() {
        let missing = RENTALS.replace("rentals", "rental");
        let assert = relay(&["validate", &missing]).assert().code(1);
        let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(text.contains("did you mean rentals?"), "{text}");
    }

    #[test]
    fn a_plan_shows_the_whole_request_with_the_tags_of_the_run() {
        let plan = json(&["plan", RENTALS, "--date", "2026-01-31", "--json"], 0);
        assert_eq!(plan["date"], "2026-01-31");
        assert_eq!(plan["request"]["ReleaseLabel"], "emr-7.5.0");
        assert_eq!(plan["request"]["Steps"].as_array().unwrap().len(), 2);
        let tags = plan["request"]["Tags"].as_array().unwrap();
        assert!(tags.contains(&serde_json::json!({"Key": "Pipeline", "Value": "rentals"})), "{tags:?}");
    }

    #[test]
    fn an_event_from_standard_input_decides_which_steps_run_and_why() {
        let mut command = relay(&["plan", RENTALS, "--event", "-"]);
        let output =
            command.write_stdin(r#"{"resume_from": "kpis"}"#).assert().success().get_output().clone();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("transform  skipped  before kpis"), "{text}");
    }

    #[test]
    fn a_plan_never_shows_the_password_that_it_would_send() {
        let canary = "canary-5f2b";
        let folder = changed(
            "configurations.yaml",
            "hive.metastore.client.factory.class: com.amazonaws.glue.catalog.metastore.AWSGlueDataCatalogHiveClientFactory",
            &format!(
                "javax.jdo.option.ConnectionPassword: '{{{{resolve:secretsmanager:{canary}-name:SecretString:password}}}}'"
            ),
        );
        let plan = json(&["plan", &folder.path().to_string_lossy(), "--json"], 0);
        let hive = &plan["request"]["Configurations"][1]["Properties"];
        assert_eq!(hive["javax.jdo.option.ConnectionPassword"], "***");
    }

    #[test]
    fn a_bad_event_stops_the_plan_with_its_code() {
        for (event, code) in [
            ("no json", "event.not_json"),
            (r#"{"pipelin": "x"}"#, "launch.event"),
            (r#"{"resume_from": "kpi"}"#, "launch.plan"),
        ] {
            let mut command = relay(&["plan", RENTALS, "--json", "--event", "-"]);
            let output = command.write_stdin(event).assert().code(1).get_output().clone();
            let error: Value = serde_json::from_slice(&output.stderr).unwrap();
            assert_eq!(error["error"]["code"], code, "{event}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_a_matter_of_usage() {
        relay(&["plan"]).assert().code(2);
        relay(&["plan", RENTALS, "--date", "yesterday"]).assert().code(2);
        relay(&["validate", "s3://bucket-alone"]).assert().code(2);
        relay(&["status", "no spaces, please"]).assert().code(2);
    }

    #[test]
    fn an_endpoint_where_nobody_listens_is_told_as_unreachable() {
        let mut command = relay(&["runs", "--json"]);
        for (name, value) in [
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
            ("AWS_REGION", "eu-west-2"),
            ("AWS_ACCESS_KEY_ID", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
        ] {
            command.env(name, value);
        }
        let output = command.assert().code(3).get_output().clone();
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(error["error"]["code"], "aws.unreachable");
    }

    #[test]
    fn a_local_stack_that_is_not_up_is_told_with_how_to_start_it() {
        let nowhere = tempfile::tempdir().unwrap();
        let assert = relay(&[&format!("--local={}", nowhere.path().display()), "runs"]).assert().code(3);
        let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(text.contains("relay local up"), "{text}");
    }
}
