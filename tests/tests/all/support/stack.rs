//! Local mode with the functions themselves, started when the first test asks for it: what a deployment has, and the
//! ways to ask it, feed it and disturb it.
//!
//! Tests share it and run side by side, so each has a pipeline, queues and functions of its own.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};

use super::boto::Boto;
use super::local::{Local, serve};

/// A local deployment that is running.
pub(crate) struct Stack {
    local: Local,
    boto: Boto,
}

/// Between the tries of an event: as on AWS, longer than the timeout of the functions that are tried again.
const RETRY_DELAYS: &str = "9,10";

/// How often is asked, and how long apart, before a test gives up.
const ASKED: usize = 1200;
const BETWEEN: Duration = Duration::from_millis(250);

/// The local deployment of this process.
pub(crate) fn stack() -> &'static Stack {
    static STACK: OnceLock<Result<Stack, String>> = OnceLock::new();
    match STACK.get_or_init(start) {
        Ok(stack) => stack,
        Err(why) => panic!("{why}"),
    }
}

/// Another one of a single test, whose events may be disturbed all together.
pub(crate) fn stack_of_its_own() -> &'static Stack {
    match start() {
        Ok(stack) => Box::leak(Box::new(stack)),
        Err(why) => panic!("{why}"),
    }
}

fn start() -> Result<Stack, String> {
    let functions = functions()?;
    let functions = functions.to_string_lossy();
    let local = serve(&["--functions", &functions, "--retry-delays", RETRY_DELAYS])?;
    let boto = Boto::of(&local);
    Ok(Stack { local, boto })
}

/// The folder into which cargo builds this workspace's binaries: it holds that of this test's.
fn functions() -> Result<PathBuf, String> {
    let test = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = test.ancestors().nth(2).ok_or("the test has no folder")?.to_owned();
    for name in ["launcher", "recorder", "relauncher", "sweeper"] {
        if !folder.join(name).is_file() {
            return Err(format!("there is no {name} in {}: run `cargo build --workspace`", folder.display()));
        }
    }
    Ok(folder)
}

impl Stack {
    /// A text of the ready line, such as `/buckets/config`.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.local.text(pointer)
    }

    /// Makes a call that must succeed.
    pub(crate) fn call(&self, service: &str, operation: &str, arguments: Value) -> Value {
        self.boto.call(service, operation, arguments)
    }

    /// Asks again and again until there is an answer, where no event could be awaited.
    pub(crate) fn until<T>(&self, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
        for _ in 0..ASKED {
            if let Some(answer) = ask() {
                return answer;
            }
            std::thread::sleep(BETWEEN);
        }
        panic!("waited in vain for {what}");
    }

    /// Runs a Python script on boto3, and answers what it prints.
    pub(crate) fn script(&self, script: &str, input: &Value) -> Value {
        self.local.script(script, input)
    }

    /// Uploads a file of a pipeline's folder.
    pub(crate) fn put_file(&self, pipeline: &str, name: &str, content: &[u8]) {
        let key = format!("{pipeline}/{name}");
        let body = json!({"$bytes": content});
        self.call(
            "s3",
            "put_object",
            json!({"Bucket": self.text("/buckets/config"), "Key": key, "Body": body}),
        );
    }

    /// Stores a secret.
    pub(crate) fn put_secret(&self, name: &str, text: &str) {
        self.call("secretsmanager", "create_secret", json!({"Name": name, "SecretString": text}));
    }

    /// Asks for a fault.
    pub(crate) fn disturb(&self, fault: Value) {
        self.call("_relay", "POST faults", fault);
    }

    /// The AWS calls that a function has made, as `service operation`.
    pub(crate) fn calls_of(&self, function: &str) -> Vec<String> {
        let answer = self.call("_relay", "GET calls", json!({}));
        let calls = answer["calls"].as_array().unwrap();
        let own = calls.iter().filter(|call| call["caller"] == *function);
        own.map(|call| {
            format!("{} {}", call["service"].as_str().unwrap(), call["operation"].as_str().unwrap())
        })
        .collect()
    }

    /// The ids of all clusters of a name, of any state.
    pub(crate) fn clusters(&self, name: &str) -> Vec<String> {
        let answer = self.call("emr", "list_clusters", json!({}));
        let clusters = answer["Clusters"].as_array().unwrap();
        let named = clusters.iter().filter(|cluster| cluster["Name"] == *name);
        named.map(|cluster| cluster["Id"].as_str().unwrap().to_owned()).collect()
    }

    /// Makes a table like the deployed one, of which no function knows but those that are told.
    pub(crate) fn put_table(&self, name: &str) {
        let deployed = self.call("dynamodb", "describe_table", json!({"TableName": self.text("/table")}));
        let like = |index: &Value| {
            json!({
                "IndexName": index["IndexName"],
                "KeySchema": index["KeySchema"],
                "Projection": index["Projection"],
            })
        };
        let indexes = deployed["Table"]["GlobalSecondaryIndexes"].as_array().unwrap();
        let table = json!({
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": deployed["Table"]["AttributeDefinitions"],
            "KeySchema": deployed["Table"]["KeySchema"],
            "GlobalSecondaryIndexes": indexes.iter().map(like).collect::<Vec<_>>(),
        });
        self.call("dynamodb", "create_table", table);
    }

    /// Every row of a correlation id in the deployed table, by the sort key.
    pub(crate) fn rows(&self, correlation_id: &str) -> Vec<Value> {
        self.rows_of(self.text("/table"), correlation_id)
    }

    /// The row of a run in the deployed table.
    pub(crate) fn run(&self, correlation_id: &str) -> Option<Value> {
        self.run_of(self.text("/table"), correlation_id)
    }

    /// The row of a run in a table.
    pub(crate) fn run_of(&self, table: &str, correlation_id: &str) -> Option<Value> {
        self.rows_of(table, correlation_id).into_iter().find(|row| row.get("Launch").is_some())
    }

    /// Every row of a correlation id in a table.
    pub(crate) fn rows_of(&self, table: &str, correlation_id: &str) -> Vec<Value> {
        let query = json!({
            "TableName": table,
            "KeyConditionExpression": "Correlation_Id = :id",
            "ExpressionAttributeValues": {":id": {"S": correlation_id}},
            "ConsistentRead": true,
        });
        self.call("dynamodb", "query", query)["Items"].as_array().unwrap().clone()
    }
}
