//! Events of failures that are none of ours, or come too late, or hold nonsense.

use serde_json::json;

use super::deployment::Deployment;
use super::given::{AT_ONCE, fail_once, failure_of, put_three_steps, told_end};
use crate::local_stack::given::text;
use crate::support::function::Function;

/// Nothing is done, nobody is woken, and the answer says why.
fn assert_ignored(relauncher: &Function, event: &serde_json::Value, why: &str) {
    let invoked = relauncher.invoke(event);
    let status = text(invoked.ok(), "/status");
    assert!(status.starts_with("ignored, since ") && status.contains(why), "{why:?}: {invoked:?}");
    assert_eq!(invoked.errors().len(), 0, "{invoked:?}");
}

#[test]
fn the_failure_of_a_cluster_that_is_not_ours_is_ignored() {
    let deployment = Deployment::new("strange");
    let request = json!({"Name": "strange", "ServiceRole": "r", "JobFlowRole": "p", "ReleaseLabel": "emr-7.5.0",
        "Instances": {"InstanceGroups": [{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge",
                                          "InstanceCount": 1}]},
        "Steps": [{"Name": "only", "ActionOnFailure": "TERMINATE_CLUSTER",
                   "HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["false"]}}]});
    let made = deployment.stack.call("emr", "run_job_flow", request);
    let cluster = text(&made, "/JobFlowId");
    deployment.ended(cluster);
    assert_ignored(&deployment.relauncher, &failure_of(cluster, ""), "does not carry our tags");
    assert_ignored(&deployment.relauncher, &failure_of("j-NOSUCHCLUSTER", ""), "does not carry our tags");
    let deployed = Function::of(deployment.stack, "relauncher");
    assert_ignored(&deployed, &failure_of(cluster, ""), "does not carry our tags");
    assert_eq!(deployment.stack.clusters("strange").len(), 1);
}

#[test]
fn a_failure_that_was_relaunched_already_or_is_not_the_last_is_ignored() {
    let deployment = Deployment::new("overtaken");
    deployment.put(AT_ONCE);
    let first = deployment.fail("overtaken");
    let relaunched = deployment.tell_failure(&first);
    assert_eq!(text(relaunched.ok(), "/status"), "launched", "{relaunched:?}");
    let second = text(relaunched.ok(), "/JobFlowId").to_owned();
    let relauncher = &deployment.relauncher;
    assert_ignored(relauncher, &failure_of(&first, ""), "it was relaunched already, as attempt 2");
    deployment.ended(&second);
    assert_ignored(relauncher, &failure_of(&first, ""), "it was relaunched already, as attempt 2");
    let due = json!({"relaunch": {"correlation_id": "overtaken", "data_product": "OVERTAKEN", "attempt": 1}});
    assert_ignored(relauncher, &due, "it was relaunched already, as attempt 2");
    // EMR calls this one a failure, but every step has completed.
    assert_ignored(relauncher, &failure_of(&second, ""), "attempt 2 ended SUCCEEDED, which is no failure");
    assert_eq!(deployment.stack.clusters("overtaken").len(), 2);
    assert_eq!(told_end(&deployment.events.next()), (1, "FAILED", "RELAUNCH"));
}

#[test]
fn the_reason_within_an_event_may_be_empty_or_broken() {
    let deployment = Deployment::new("unreasoned");
    for (number, reason) in ["", "{", "null", r#"{"code": 7}"#, "[]"].into_iter().enumerate() {
        let name = format!("unreasoned-{number}");
        put_three_steps(deployment.stack, &name, AT_ONCE);
        fail_once(deployment.stack, &name, "model");
        let cluster = deployment.launch(&name);
        deployment.ended(&cluster);
        let relaunched = deployment.relauncher.invoke(&failure_of(&cluster, reason));
        assert_eq!(text(relaunched.ok(), "/status"), "launched", "{reason:?}: {relaunched:?}");
        assert_eq!(deployment.stack.clusters(&name).len(), 2);
        assert_eq!(deployment.run(&name)["Decision"]["from"], "model", "{reason:?}");
    }
}
