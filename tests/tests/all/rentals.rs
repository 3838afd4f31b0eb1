//! The rentals pipeline on real Spark, launched and recorded by the functions themselves.

use serde_json::{Value, json};

use crate::support::function::Launcher;
use crate::support::local::root;
use crate::support::queue::Queue;
use crate::support::stack::{Stack, stack};

/// Files of a step's log, as EMR lays them out.
const LOGS: [&str; 3] = ["controller.gz", "stderr.gz", "stdout.gz"];

fn log_files(stack: &Stack, cluster: &str, step: &str) -> Vec<String> {
    let prefix = format!("emr/{cluster}/steps/{step}/");
    let asked = json!({"Bucket": stack.text("/buckets/logs"), "Prefix": prefix});
    let found = stack.call("s3", "list_objects_v2", asked);
    let keys = found["Contents"].as_array().cloned().unwrap_or_default();
    keys.iter().map(|object| object["Key"].as_str().unwrap().replace(&prefix, "")).collect()
}

#[test]
fn rentals_become_metrics_that_agree_with_a_count_by_hand() {
    let stack = stack();
    let raw = format!("{}/rentals-raw", stack.text("/data"));
    let place = json!({
        "folder": root().join("pipelines/rentals"),
        "raw": raw,
        "data_bucket": stack.text("/buckets/data"),
        "config_bucket": stack.text("/buckets/config"),
    });
    let generated = stack.script(include_str!("rentals/lay_down.py"), &place);
    let pattern = json!({"source": ["emr-relay"], "detail": {"pipeline": ["rentals"]}});
    let events = Queue::of_events(stack, "rentals-events", pattern);
    let launcher = Launcher::deployed(stack);
    let launched = launcher.invoke(&json!({"pipeline": "rentals", "correlation_id": "rentals-1"}));
    let cluster = launched.ok()["JobFlowId"].as_str().unwrap();

    let end = events.next();
    assert_eq!(
        (&end["detail"]["status"], &end["detail"]["outcome"]),
        (&json!("COMPLETED"), &json!("SUCCEEDED")),
        "{end:#}"
    );
    let run = stack.run("rentals-1").unwrap();
    assert_eq!((&run["Status"], &run["DataProduct"]), (&json!("COMPLETED"), &json!("RENTALS")), "{run:#}");
    let mut steps: Vec<Value> =
        stack.rows("rentals-1").into_iter().filter(|row| row.get("Step_Id").is_some()).collect();
    steps.sort_by_key(|step| step["Started_At"].as_str().unwrap().to_owned());
    let states: Vec<_> = steps.iter().map(|step| (&step["Name"], &step["State"])).collect();
    let completed = json!("COMPLETED");
    assert_eq!(states, [(&json!("transform"), &completed), (&json!("kpis"), &completed)]);
    for step in &steps {
        assert_eq!(log_files(stack, cluster, step["Step_Id"].as_str().unwrap()), LOGS, "{step}");
    }

    let counts = stack.script(include_str!("rentals/count.py"), &place);
    assert_eq!(counts["written"], counts["counted"]);
    let dirty = generated["tables"]["rental_transactions"]["dirty"].as_u64().unwrap();
    assert!(dirty > 0 && counts["written"]["rejects"]["rental_transactions"] == dirty, "{generated}");
}
