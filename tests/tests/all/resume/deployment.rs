//! A deployment beside the one of the stack: a table, topics and functions of one test's own.
//!
//! Its functions hear of the clusters whose names begin with its own name, and only if they are told to; the deployed
//! ones leave those clusters alone, since their tags name another table.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::diary::Diary;
use super::given::{failure_of, put_three_steps, told_people};
use crate::local_stack::given::text;
use crate::support::function::{Function, Invoked};
use crate::support::queue::Queue;
use crate::support::stack::{Stack, stack};

/// Ends of clusters.
pub(crate) const ENDS: [&str; 2] = ["TERMINATED", "TERMINATED_WITH_ERRORS"];

/// The name of a cluster's state by which EMR tells of a success.
pub(crate) const SUCCESS: [&str; 1] = ["TERMINATED"];

/// Seconds that a call may take.
const TIMEOUT: u32 = 60;

/// Longer than any wait, and than anything is left alone because somebody may be at it.
const A_WHILE: SignedDuration = SignedDuration::from_hours(1);

/// The deployment.
pub(crate) struct Deployment {
    /// Where it is.
    pub(crate) stack: &'static Stack,
    /// The beginning of all its names; also its table's name.
    pub(crate) name: &'static str,
    variables: Value,
    /// Starts runs.
    pub(crate) launcher: Function,
    /// Hears of nothing until it is told to.
    pub(crate) recorder: Function,
    /// The same.
    pub(crate) relauncher: Function,
    /// Is called by tests only.
    pub(crate) sweeper: Function,
    /// Ends of its runs, as programs hear of them.
    pub(crate) events: Queue,
    /// What people are told.
    pub(crate) information: Queue,
    /// What people are alarmed by.
    pub(crate) critical: Queue,
}

impl Deployment {
    /// Makes one.
    pub(crate) fn new(name: &'static str) -> Self {
        Self::with(name, json!({}))
    }

    /// Makes one whose functions have these variables beside their own.
    pub(crate) fn with(name: &'static str, more: Value) -> Self {
        let stack = stack();
        stack.put_table(name);
        let (information, told) = topic(stack, &format!("{name}-information"));
        let (critical, alarmed) = topic(stack, &format!("{name}-critical"));
        let pattern = json!({"source": ["emr-relay"], "detail": {"pipeline": [{"prefix": name}]}});
        let mut variables = json!({
            "TABLE_NAME": name,
            "INFORMATION_TOPIC_ARN": information,
            "CRITICAL_TOPIC_ARN": critical,
            "RELAUNCHER_FUNCTION_ARN": stack
                .text("/functions/relauncher")
                .replace("emr-relay-relauncher", &format!("{name}-relauncher")),
        });
        merge(&mut variables, &more);
        let copy =
            |kind: &str| Function::copy(stack, kind, &format!("{name}-{kind}"), TIMEOUT, variables.clone());
        Self {
            stack,
            name,
            launcher: copy("launcher"),
            recorder: copy("recorder"),
            relauncher: copy("relauncher"),
            sweeper: copy("sweeper"),
            events: Queue::of_events(stack, &format!("{name}-events"), pattern),
            information: told,
            critical: alarmed,
            variables,
        }
    }

    /// Another relauncher of it, with these variables beside the others.
    pub(crate) fn relauncher(&self, name: &str, timeout: u32, more: Value) -> Function {
        let mut variables = self.variables.clone();
        merge(&mut variables, &more);
        Function::copy(self.stack, "relauncher", name, timeout, variables)
    }

    /// From now on a function hears when clusters of a name reach one of these states.
    pub(crate) fn hears(&self, function: &Function, cluster: Value, states: &[&str]) {
        let pattern = json!({"source": ["aws.emr"], "detail-type": ["EMR Cluster State Change"],
                             "detail": {"name": [cluster], "state": states}});
        self.stack.call(
            "events",
            "put_rule",
            json!({"Name": function.name, "EventPattern": pattern.to_string()}),
        );
        let targets = json!([{"Id": "function", "Arn": function.arn}]);
        self.stack.call("events", "put_targets", json!({"Rule": function.name, "Targets": targets}));
    }

    /// Recorder and relauncher hear of the ends of its clusters.
    pub(crate) fn hears_ends(&self) {
        let own = json!({"prefix": self.name});
        self.hears(&self.recorder, own.clone(), &ENDS);
        self.hears(&self.relauncher, own, &ENDS);
    }

    /// Uploads a pipeline of three steps under its name.
    pub(crate) fn put(&self, definition: &str) -> Diary {
        put_three_steps(self.stack, self.name, definition)
    }

    /// Launches a pipeline of it; the run is called like the pipeline. Answers the cluster.
    pub(crate) fn launch(&self, pipeline: &str) -> String {
        let launched = self.launcher.invoke(&json!({"pipeline": pipeline, "correlation_id": pipeline}));
        text(launched.ok(), "/JobFlowId").to_owned()
    }

    /// Launches a pipeline whose step fails, and waits for the end of its cluster, of which nobody is told.
    pub(crate) fn fail(&self, pipeline: &str) -> String {
        super::given::fail_once(self.stack, pipeline, "model");
        let cluster = self.launch(pipeline);
        self.ended(&cluster);
        cluster
    }

    /// Waits until a cluster has ended.
    pub(crate) fn ended(&self, cluster: &str) {
        self.stack.until("the end of a cluster", || {
            let answer = self.stack.call("emr", "describe_cluster", json!({"ClusterId": cluster}));
            text(&answer, "/Cluster/Status/State").starts_with("TERMINATED").then_some(())
        });
    }

    /// Calls the relauncher with the event of a cluster's failure.
    pub(crate) fn tell_failure(&self, cluster: &str) -> Invoked {
        self.relauncher.invoke(&failure_of(cluster, r#"{"code":"STEP_FAILURE","message":"Steps failed"}"#))
    }

    /// The row of a run.
    pub(crate) fn run(&self, correlation_id: &str) -> Value {
        self.stack.run_of(self.name, correlation_id).unwrap_or_else(|| panic!("there is no {correlation_id}"))
    }

    /// The row of a run that somebody else may have begun.
    pub(crate) fn run_of_row(&self, correlation_id: &str) -> Value {
        let is_run = |row: &Value| !text(row, "/DataProduct").contains('#');
        let found = self.rows(correlation_id).into_iter().find(is_run);
        found.unwrap_or_else(|| panic!("there is no {correlation_id}"))
    }

    /// Every row of a run.
    pub(crate) fn rows(&self, correlation_id: &str) -> Vec<Value> {
        self.stack.rows_of(self.name, correlation_id)
    }

    /// Sweeps, and answers what was repaired.
    pub(crate) fn sweep(&self) -> Value {
        let swept = self.sweeper.invoke(&json!({}));
        assert_eq!(swept.ok()["errors"], json!([]), "{swept:?}");
        swept.answer["repairs"].clone()
    }

    /// A run becomes so old that nobody is thought to be at it any more.
    pub(crate) fn let_time_pass(&self, correlation_id: &str) {
        pass(self.stack, self.name, &self.run(correlation_id));
    }

    /// The run was given up: nothing was launched, and people were alarmed with the reason.
    pub(crate) fn assert_given_up(&self, correlation_id: &str, invoked: &Invoked, why: &str) {
        let told = format!("{}: {invoked:?}", self.name);
        assert_eq!(text(invoked.ok(), "/status"), "given up", "{told}");
        assert!(text(invoked.ok(), "/decision/why").contains(why), "{why:?} is not in {told}");
        let alarm = told_people(&self.critical, correlation_id);
        let description = text(&alarm, "/content/description");
        assert!(description.contains("Then: given up: ") && description.contains(why), "{alarm}");
        let help = alarm["content"]["nextSteps"].to_string();
        assert!(help.contains(&format!("relay resume {correlation_id}")), "{alarm}");
        assert_eq!(invoked.errors().len(), 0, "what is given up is told to people: {invoked:?}");
    }
}

/// Moves the times by which a run is judged to be at rest into the past.
pub(crate) fn pass(stack: &Stack, table: &str, run: &Value) {
    let earlier = |pointer: &str| {
        let time: Timestamp = text(run, pointer).parse().unwrap();
        json!({"S": format!("{:.3}", time - A_WHILE)})
    };
    let mut names = json!({"#u": "Updated_At"});
    let mut values = json!({":u": earlier("/Updated_At")});
    let mut update = "SET #u = :u".to_owned();
    if run.pointer("/Decision/at").is_some() {
        update += ", #d.#a = :a";
        merge(&mut names, &json!({"#d": "Decision", "#a": "at"}));
        merge(&mut values, &json!({":a": earlier("/Decision/at")}));
    }
    let key =
        json!({"Correlation_Id": {"S": run["Correlation_Id"]}, "DataProduct": {"S": run["DataProduct"]}});
    let asked = json!({"TableName": table, "Key": key, "UpdateExpression": update,
                       "ExpressionAttributeNames": names, "ExpressionAttributeValues": values});
    stack.call("dynamodb", "update_item", asked);
}

fn topic(stack: &'static Stack, name: &str) -> (Value, Queue) {
    let arn = stack.call("sns", "create_topic", json!({"Name": name}))["TopicArn"].take();
    let queue = Queue::of_topic(stack, name, arn.as_str().unwrap());
    (arn, queue)
}

fn merge(into: &mut Value, more: &Value) {
    for (name, value) in more.as_object().unwrap() {
        into[name] = value.clone();
    }
}
