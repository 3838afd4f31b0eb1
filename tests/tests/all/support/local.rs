//! The local AWS: started when the first test asks for it, and gone with this process, however that ends.
//!
//! The server stops by itself when its standard input closes, which even a killed process cannot keep from happening;
//! the folder it keeps its data in goes with it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;

/// Python has to import moto, and a cold disk may be slow.
const PATIENCE: Duration = Duration::from_secs(120);

/// A local AWS that is running.
pub(crate) struct Local {
    /// The interpreter that has what the server needs.
    python: PathBuf,
    /// What the server said when it was ready.
    ready: Value,
    /// Holds the server's standard input open.
    _server: Mutex<Child>,
}

impl Local {
    /// Where it answers.
    pub(crate) fn endpoint(&self) -> &str {
        self.text("/endpoint")
    }

    /// A text of the ready line, such as `/buckets/config`.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        let said = self.ready.pointer(pointer).and_then(Value::as_str);
        said.unwrap_or_else(|| panic!("the local server does not say {pointer}: {}", self.ready))
    }

    /// Runs a Python script on boto3 that is told where the server is, and answers what it prints.
    pub(crate) fn script(&self, script: &str, input: &Value) -> Value {
        let mut command = Command::new(&self.python);
        command.args(["-c", script]).envs([
            ("AWS_ENDPOINT_URL", self.endpoint()),
            ("AWS_DEFAULT_REGION", self.text("/region")),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
        ]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "the script failed on the local server; see above");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// The local AWS of this process.
///
/// # Panics
///
/// If it cannot be had: a test that needs it has then failed.
pub(crate) fn local() -> &'static Local {
    static LOCAL: OnceLock<Result<Local, String>> = OnceLock::new();
    match LOCAL.get_or_init(|| serve(&[])) {
        Ok(local) => local,
        Err(why) => panic!("the local AWS cannot be had: {why}; `make setup` installs what it needs"),
    }
}

/// Starts a local AWS with these arguments beside those that every one has.
pub(crate) fn serve(arguments: &[&str]) -> Result<Local, String> {
    let python = interpreter()?;
    let mut server = Command::new(&python)
        .args(["-m", "emr_relay_local", "serve", "--port", "0", "--until-stdin-closes"])
        .args(arguments)
        .env("PYTHONPATH", root().join("local"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{} does not start: {error}", python.display()))?;
    let stdout = server.stdout.take().ok_or("the server has no output")?;
    let ready = first_line(stdout)?;
    let ready = serde_json::from_str(&ready)
        .map_err(|error| format!("the server said {ready:?} instead of being ready: {error}"))?;
    Ok(Local { python, ready, _server: Mutex::new(server) })
}

/// The Python that has what local mode and boto3 need.
pub(crate) fn interpreter() -> Result<PathBuf, String> {
    let chosen = std::env::var_os("RELAY_PYTHON").map(PathBuf::from);
    let python = chosen.unwrap_or_else(|| root().join("target/venv/bin/python"));
    match python.exists() {
        true => Ok(python),
        false => Err(format!("there is no {}", python.display())),
    }
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The line that the server prints when it is ready. What it prints later is read too, or the server would wait.
fn first_line(stdout: ChildStdout) -> Result<String, String> {
    let (send, received) = mpsc::channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(stdout);
        let mut line = String::new();
        let told = output.read_line(&mut line).map(|_| line);
        send.send(told).ok();
        output.read_to_end(&mut Vec::new()).ok();
    });
    match received.recv_timeout(PATIENCE) {
        Ok(Ok(line)) if !line.is_empty() => Ok(line),
        Ok(Ok(_)) => Err("the server ended before it was ready; see above".into()),
        Ok(Err(error)) => Err(format!("the server's output cannot be read: {error}")),
        Err(_) => Err(format!("the server was not ready within {PATIENCE:?}")),
    }
}
