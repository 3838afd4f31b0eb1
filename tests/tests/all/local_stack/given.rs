//! Pipelines of bash steps.

use serde_json::{Value, json};

use crate::support::queue::Queue;
use crate::support::stack::Stack;

/// A cluster's file for a pipeline, without what its steps do.
pub(crate) fn cluster(name: &str) -> String {
    format!(
        "Name: {name}\nLogUri: s3://relay-logs/emr/\nReleaseLabel: emr-7.5.0\n\
         ServiceRole: EMR_DefaultRole\nJobFlowRole: EMR_EC2_DefaultRole\n"
    )
}

/// The smallest set of machines.
pub(crate) const INSTANCES: &str = "\
Instances:
  Ec2SubnetId: subnet-00000001
  InstanceGroups:
    - {InstanceRole: MASTER, InstanceType: m5.xlarge, InstanceCount: 1}
";

/// Steps that run a command of bash each.
pub(crate) fn steps(steps: &[(&str, &str)]) -> String {
    let steps: Vec<Value> = steps
        .iter()
        .map(|(name, command)| {
            let args = json!(["bash", "-c", command]);
            json!({"Name": name, "ActionOnFailure": "TERMINATE_CLUSTER",
                   "HadoopJarStep": {"Jar": "command-runner.jar", "Args": args}})
        })
        .collect();
    // JSON is YAML.
    json!({"Steps": steps}).to_string()
}

/// Uploads a pipeline of this name.
pub(crate) fn put_pipeline(stack: &Stack, name: &str, commands: &[(&str, &str)]) {
    stack.put_file(name, "cluster.yaml", cluster(name).as_bytes());
    stack.put_file(name, "instances.yaml", INSTANCES.as_bytes());
    stack.put_file(name, "steps.yaml", steps(commands).as_bytes());
}

/// A queue for our own events of a pipeline.
pub(crate) fn ends_of(stack: &'static Stack, pipeline: &str) -> Queue {
    let pattern = json!({"source": ["emr-relay"], "detail-type": ["Pipeline Run State Change"],
                         "detail": {"pipeline": [pipeline]}});
    Queue::of_events(stack, &format!("{pipeline}-events"), pattern)
}

/// A row's member as text.
pub(crate) fn text<'a>(row: &'a Value, pointer: &str) -> &'a str {
    row.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
