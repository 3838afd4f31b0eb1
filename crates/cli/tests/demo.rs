//! The main job, end to end: the real functions, real Spark, local mode from start to stop.
//!
//! The function binaries lie beside `relay` once the workspace is built (`make build`); Python is `RELAY_PYTHON` or
//! `target/venv` (`make setup`).

#[cfg(test)]
mod tests {
    use assert_cmd::Command;
    use serde_json::Value;

    fn demo(arguments: &[&str], exit: i32) -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relay"));
        command.args(["local", "demo", "rentals", "--json"]).args(arguments);
        let output = command.assert().code(exit).get_output().clone();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn steps(history: &Value) -> Vec<(&str, &str)> {
        let steps = history["attempts"][0]["Steps"].as_array().unwrap();
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
        assert_eq!(steps(&told["history"]), [("transform", "COMPLETED"), ("kpis", "COMPLETED")]);
        let daily = &told["results"]["first_rows"];
        assert_eq!(daily["table"], "kpis/daily_metrics");
        assert!(!daily["rows"].as_array().unwrap().is_empty(), "{daily:#}");
    }

    #[test]
    fn a_step_that_fails_ends_the_run_with_its_cause_and_its_log() {
        let told = demo(&["--rows", "200", "--fail", "transform"], 1);
        let run = &told["runs"][0];
        assert_eq!((&run["Status"], &run["Outcome"]), (&"FAILED".into(), &"STEP_FAILED".into()), "{run:#}");
        assert_eq!(run["Cause"]["step"], "transform");
        assert_eq!(steps(&told), [("transform", "FAILED"), ("kpis", "CANCELLED")]);
        assert!(told["log"].as_str().unwrap().contains("asked to fail"), "{told:#}");
    }
}
