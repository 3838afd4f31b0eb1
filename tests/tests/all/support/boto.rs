//! Calls of AWS's API by boto3, so that what is asked of local mode is what its users ask.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::local::{Local, interpreter};

type Waiting = Arc<Mutex<HashMap<u64, Sender<Value>>>>;

/// A Python process that makes calls, several at once.
pub(crate) struct Boto {
    asking: Mutex<(u64, ChildStdin)>,
    waiting: Waiting,
    _process: Child,
}

impl Boto {
    /// Starts it; it ends with this process.
    pub(crate) fn of(local: &Local) -> Self {
        let mut command = Command::new(interpreter().unwrap());
        command.args(["-c", include_str!("boto.py")]).envs([
            ("AWS_ENDPOINT_URL", local.endpoint()),
            ("AWS_DEFAULT_REGION", local.text("/region")),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
        ]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let waiting = Waiting::default();
        let (told, awaited) = (process.stdout.take().unwrap(), Arc::clone(&waiting));
        std::thread::spawn(move || {
            for line in BufReader::new(told).lines().map_while(Result::ok) {
                let answer: Value = serde_json::from_str(&line).unwrap();
                let asker = awaited.lock().unwrap().remove(&answer["id"].as_u64().unwrap());
                asker.unwrap().send(answer).ok();
            }
        });
        Self { asking: Mutex::new((0, process.stdin.take().unwrap())), waiting, _process: process }
    }

    /// Makes a call, and answers its result or the service's error.
    pub(crate) fn try_call(&self, service: &str, operation: &str, arguments: Value) -> Result<Value, Value> {
        let (answer, answered) = channel();
        {
            let mut asking = self.asking.lock().unwrap();
            asking.0 += 1;
            let id = asking.0;
            self.waiting.lock().unwrap().insert(id, answer);
            let line = json!({"id": id, "service": service, "operation": operation, "arguments": arguments});
            writeln!(asking.1, "{line}").unwrap();
        }
        let mut answer = answered.recv().unwrap();
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["answer"].take()),
        }
    }

    /// Makes a call that must succeed.
    pub(crate) fn call(&self, service: &str, operation: &str, arguments: Value) -> Value {
        let shown = arguments.to_string();
        self.try_call(service, operation, arguments)
            .unwrap_or_else(|error| panic!("{service} {operation} {shown:.500}: {error}"))
    }
}
