//! Pipelines that are gone, broken or changed when their runs are to be resumed: given up, and told with the reason.

use serde_json::json;

use super::deployment::Deployment;
use super::diary::Diary;
use super::given::{AT_ONCE, attempt_of, put_three_steps};
use crate::local_stack::given::{steps, text};

/// What becomes of a pipeline between the failure and the relaunch.
fn given_up_after(deployment: &Deployment, name: &str, change: impl Fn(), why: &str) {
    put_three_steps(deployment.stack, name, AT_ONCE);
    let cluster = deployment.fail(name);
    change();
    let invoked = deployment.tell_failure(&cluster);
    deployment.assert_given_up(name, &invoked, why);
    let rows = deployment.rows(name);
    assert_eq!(text(attempt_of(&rows, 1), "/Decision/course"), "GIVE_UP", "{rows:#?}");
    assert_eq!(text(&deployment.run(name), "/Status"), "FAILED");
    let again = deployment.tell_failure(&cluster);
    assert_eq!(text(again.ok(), "/status"), "given up", "what is given up is not taken up again");
    assert_eq!(deployment.stack.clusters(name).len(), 1, "{name}");
}

#[test]
fn a_run_whose_pipeline_is_gone_broken_or_changed_is_given_up_with_the_reason() {
    let deployment = Deployment::new("spoilt");
    let stack = deployment.stack;
    let put = |name: &str, file: &str, content: &str| stack.put_file(name, file, content.as_bytes());
    given_up_after(
        &deployment,
        "spoilt-gone",
        || {
            for file in ["cluster.yaml", "instances.yaml", "steps.yaml", "pipeline.yaml"] {
                let object =
                    json!({"Bucket": stack.text("/buckets/config"), "Key": format!("spoilt-gone/{file}")});
                stack.call("s3", "delete_object", object);
            }
        },
        "spoilt-gone",
    );
    let broken = || put("spoilt-broken", "cluster.yaml", "Name: [");
    given_up_after(&deployment, "spoilt-broken", broken, "cluster.yaml");
    let misspelt = || put("spoilt-misspelt", "pipeline.yaml", "retri: {}\n");
    given_up_after(&deployment, "spoilt-misspelt", misspelt, "retri");
    let without = || {
        let source = Diary::of(stack, "spoilt-without").step("source", "true");
        put("spoilt-without", "steps.yaml", &steps(&[("source", &source), ("report", "true")]));
    };
    given_up_after(
        &deployment,
        "spoilt-without",
        without,
        "step model is owed, and is no longer in the pipeline",
    );
    let changed = || {
        let changed = [("source", "echo changed"), ("model", "true"), ("report", "true")];
        put("spoilt-changed", "steps.yaml", &steps(&changed));
    };
    given_up_after(&deployment, "spoilt-changed", changed, "step source has changed since it completed");
    assert!(deployment.information.is_empty(), "what is given up is an alarm");
    assert_eq!(deployment.sweep(), json!([]), "what is told and given up is at rest");
}
