//! The main job, end to end: the real functions, real Spark, local mode from start to stop.
//!
//! The function binaries lie beside `relay` once the workspace is built (`make build`); Python is `RELAY_PYTHON` or
//! `target/venv` (`make setup`).

#[cfg(test)]
mod tests {
    use assert_cmd::Command;
    use serde_json::{Value, json};

    fn demo(arguments: &[&str], exit: i32) -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relay"));
        command.args(["local", "demo", "rentals", "--json"]).args(arguments);
        let output = command.assert().code(exit).get_output().clone();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn steps(attempt: &Value) -> Vec<(&str, &str)> {
        let steps = attempt["Steps"].as_array().unwrap();
        steps.iter().map(|step| (step["Name"].as_str().unwrap(), step["State"].as_str().unwrap())).collect()
    }

    #[test]
    fn the_rentals_pipeline_runs_from_raw_files_to_its_metrics() {
        let told = demo(&["--rows", "2000"], 0);
        let run = &told["history"]["runs"][0];
        assert_eq!((&run["Status"], &run["Outcome"]), (&"COMPLETED".into(), &"SUCCEEDED".into()), "{run:#}");
        assert_eq!(run["CurrentStep"], "kpis", "{run:#}");
        // What it was launched with, for pipelines that have a first load.
        assert_eq!(run["S3_Prefix_Snapshots"], "rentals/raw", "{run:#}");
        assert_eq!(run["Snapshot_Type"], "full", "{run:#}");
        assert_eq!(
            steps(&told["history"]["attempts"][0]),
            [("transform", "COMPLETED"), ("kpis", "COMPLETED")]
        );
        let daily = &told["results"]["first_rows"];
        assert_eq!(daily["table"], "kpis/daily_metrics");
        assert!(!daily["rows"].as_array().unwrap().is_empty(), "{daily:#}");
    }

    #[test]
    fn a_run_whose_step_fails_goes_on_by_itself_from_that_step_on_another_cluster() {
        let told = demo(&["--rows", "200", "--fail", "kpis"], 0);
        let history = &told["history"];
        let run = &history["runs"][0];
        assert_eq!((&run["Status"], &run["Run_Id"]), (&"COMPLETED".into(), &2.into()), "{run:#}");
        let [first, second] = history["attempts"].as_array().unwrap().as_slice() else {
            panic!("{history:#}")
        };
        assert_eq!(steps(first), [("transform", "COMPLETED"), ("kpis", "FAILED")]);
        assert_eq!(steps(second), [("kpis", "COMPLETED")]);
        assert_ne!(first["Cluster_Id"], second["Cluster_Id"]);
        assert_eq!((&first["Cause"]["step"], &first["Decision"]["from"]), (&"kpis".into(), &"kpis".into()));
        let unchanged = &told["unchanged"];
        assert_eq!((&unchanged["steps"][0], &unchanged["changed"]), (&"transform".into(), &json!([])));
        assert!(unchanged["objects"].as_u64().unwrap() > 0, "{unchanged:#}");
    }
}
