//! Functions of one test each, so that what disturbs one leaves the others alone.

use serde_json::{Map, Value, json};

use super::queue::Queue;
use super::stack::Stack;

/// A zip file that holds nothing: a function whose bootstrap is named by its tag uploads no code.
const NO_CODE: [u8; 22] = [b'P', b'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// A launcher is what most tests ask.
pub(crate) type Launcher = Function;

/// A deployed function, or a copy of one.
pub(crate) struct Function {
    stack: &'static Stack,
    /// Its name.
    pub(crate) name: String,
    /// Its ARN.
    pub(crate) arn: String,
}

/// What came of an invocation.
#[derive(Debug)]
pub(crate) struct Invoked {
    /// The answer, or Lambda's error document.
    pub(crate) answer: Value,
    /// Whether it is the latter.
    pub(crate) failed: bool,
    /// The lines that were logged meanwhile, as JSON.
    pub(crate) log: Vec<Value>,
}

impl Invoked {
    /// The lines that may wake somebody.
    pub(crate) fn errors(&self) -> Vec<&Value> {
        self.log.iter().filter(|line| line["level"] == "ERROR").collect()
    }

    /// The answer of a success.
    pub(crate) fn ok(&self) -> &Value {
        assert!(!self.failed, "{self:?}");
        &self.answer
    }
}

impl Function {
    /// The deployed launcher.
    pub(crate) fn deployed(stack: &'static Stack) -> Self {
        Self::of(stack, "launcher")
    }

    /// The deployed function of a kind: launcher, recorder, relauncher, sweeper.
    pub(crate) fn of(stack: &'static Stack, kind: &str) -> Self {
        let arn = stack.text(&format!("/functions/{kind}")).to_owned();
        Self { stack, name: format!("emr-relay-{kind}"), arn }
    }

    /// Deploys a launcher with this timeout, and these variables beside the deployment's.
    pub(crate) fn new(stack: &'static Stack, name: &str, timeout: u32, variables: Value) -> Self {
        Self::copy(stack, "launcher", name, timeout, variables)
    }

    /// Deploys a copy of the function of a kind.
    pub(crate) fn copy(
        stack: &'static Stack,
        kind: &str,
        name: &str,
        timeout: u32,
        variables: Value,
    ) -> Self {
        let deployed = json!({"FunctionName": stack.text(&format!("/functions/{kind}"))});
        let answer = stack.call("lambda", "get_function", deployed);
        let configuration = &answer["Configuration"];
        let mut environment: Map<String, Value> =
            serde_json::from_value(configuration["Environment"]["Variables"].clone()).unwrap();
        environment.extend(serde_json::from_value::<Map<String, Value>>(variables).unwrap());
        let function = json!({
            "FunctionName": name, "Runtime": "provided.al2023", "Handler": "bootstrap", "Timeout": timeout,
            "Role": configuration["Role"], "Tags": answer["Tags"], "Code": {"ZipFile": {"$bytes": NO_CODE}},
            "Environment": {"Variables": environment},
        });
        let made = stack.call("lambda", "create_function", function);
        Self { stack, name: name.to_owned(), arn: made["FunctionArn"].as_str().unwrap().to_owned() }
    }

    /// Calls it and waits for the answer.
    pub(crate) fn invoke(&self, event: &Value) -> Invoked {
        let asked = json!({"FunctionName": self.name, "Payload": event.to_string()});
        let answer = self.stack.call("lambda", "invoke", asked);
        let request_id = answer["ResponseMetadata"]["RequestId"].as_str().unwrap();
        Invoked {
            answer: serde_json::from_str(answer["Payload"].as_str().unwrap()).unwrap(),
            failed: answer.get("FunctionError").is_some(),
            log: self.logged(request_id),
        }
    }

    /// Calls it as events do: not waiting, tried again when it fails. What came of it in the end goes to a queue.
    pub(crate) fn send(&self, event: &Value) -> Queue {
        let told = self.told();
        self.call_as_events_do(event);
        told
    }

    /// The same without looking at what comes of it.
    pub(crate) fn call_as_events_do(&self, event: &Value) {
        let asked =
            json!({"FunctionName": self.name, "InvocationType": "Event", "Payload": event.to_string()});
        self.stack.call("lambda", "invoke", asked);
    }

    /// A queue of what comes in the end of each event that it is called with.
    pub(crate) fn told(&self) -> Queue {
        let told = Queue::new(self.stack, &format!("{}-ends", self.name), json!({}));
        let destinations =
            json!({"OnSuccess": {"Destination": told.arn}, "OnFailure": {"Destination": told.arn}});
        let config = json!({"FunctionName": self.name, "DestinationConfig": destinations});
        self.stack.call("lambda", "put_function_event_invoke_config", config);
        told
    }

    /// Everything that it has logged.
    pub(crate) fn log(&self) -> String {
        let file = format!("{}/functions/{}.log", self.stack.text("/data"), self.name);
        std::fs::read_to_string(file).unwrap_or_default()
    }

    /// The lines of one invocation. Several run side by side, each line naming its own.
    fn logged(&self, request_id: &str) -> Vec<Value> {
        let log = self.log();
        let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter(|line| line["request_id"] == *request_id).collect()
    }
}
