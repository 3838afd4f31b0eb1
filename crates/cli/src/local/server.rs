//! The local stack as a child process: started, waited for, and always stopped.
//!
//! The child stops when its standard input ends, so it cannot outlive us, however we end.

use std::fs::File;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

use crate::local::home::Home;
use crate::local::state::State;
use crate::stop::{Exit, Stop};

const TO_START: Duration = Duration::from_secs(120);
const TO_STOP: Duration = Duration::from_secs(30);
const LOG: &str = "local.log";
const LOG_LINES: usize = 15;

/// A stack that is up.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Held until the end: `Child::wait` would close it, and with it the stack.
    stdin: Option<ChildStdin>,
    log: PathBuf,
    /// What it says of itself.
    pub(crate) state: State,
}

impl Server {
    /// Starts the stack in a folder and waits until it says that it is ready.
    ///
    /// `sweep_every` seconds replace the deployed schedule of the sweeper.
    pub(crate) async fn start(
        home: &Home,
        data: &Path,
        port: u16,
        sweep_every: Option<NonZeroU32>,
    ) -> Result<Self, Stop> {
        std::fs::create_dir_all(data)?;
        let log = data.join(LOG);
        let mut command = command(home, data, port)?;
        if let Some(seconds) = sweep_every {
            command.args(["--sweep-every", &seconds.to_string()]);
        }
        let mut child = command.stderr(File::create(&log)?).spawn()?;
        match timeout(TO_START, first_line(&mut child)).await {
            Ok(Some(state)) => Ok(Self { stdin: child.stdin.take(), child, log, state }),
            Ok(None) => Err(did_not_start("ended before it was ready", &log)),
            Err(_) => Err(did_not_start("was not ready in time", &log)),
        }
    }

    /// Comes back if the stack ends by itself, with what it said last.
    pub(crate) async fn ended(&mut self) -> Stop {
        let status =
            self.child.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string());
        Stop::new(Exit::Unreachable, "local.ended", format!("local mode ended by itself ({status})"))
            .because(tail(&self.log))
    }

    /// Stops the stack and everything that it started.
    pub(crate) async fn stop(mut self) -> Result<(), Stop> {
        drop(self.stdin.take());
        if let Ok(Ok(status)) = timeout(TO_STOP, self.child.wait()).await {
            return stopped(status, &self.log);
        }
        self.child.kill().await?;
        Err(Stop::new(Exit::Problems, "local.killed", "local mode did not stop in time and was killed")
            .because(tail(&self.log)))
    }
}

fn command(home: &Home, data: &Path, port: u16) -> Result<Command, Stop> {
    let mut command = home.python();
    command.args(["-m", "emr_relay_local", "serve", "--until-stdin-closes", "--port", &port.to_string()]);
    command.arg("--data").arg(data);
    command.arg("--functions").arg(functions()?);
    // A group of its own: Ctrl-C reaches us alone, and we stop it in order.
    command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
    Ok(command)
}

/// The function binaries lie beside this program, unless `RELAY_FUNCTIONS` names another folder.
fn functions() -> Result<PathBuf, Stop> {
    if let Some(folder) = std::env::var_os("RELAY_FUNCTIONS") {
        return Ok(folder.into());
    }
    let program = std::env::current_exe()?;
    let folder = program.parent().unwrap_or(Path::new(".")).to_path_buf();
    match folder.join("launcher").is_file() {
        true => Ok(folder),
        false => Err(Stop::new(
            Exit::NotSetUp,
            "local.no_functions",
            format!("{} holds no launcher", folder.display()),
        )
        .instead("run make build, or name the folder of the function binaries by RELAY_FUNCTIONS")),
    }
}

async fn first_line(child: &mut Child) -> Option<State> {
    let mut lines = BufReader::new(child.stdout.take()?).lines();
    let line = lines.next_line().await.ok()??;
    serde_json::from_str(&line).ok()
}

fn stopped(status: ExitStatus, log: &Path) -> Result<(), Stop> {
    match status.success() {
        true => Ok(()),
        false => Err(Stop::new(Exit::Problems, "local.stop", format!("local mode stopped badly ({status})"))
            .because(tail(log))),
    }
}

fn did_not_start(how: &str, log: &Path) -> Stop {
    Stop::new(Exit::NotSetUp, "local.start", format!("local mode {how}"))
        .because(tail(log))
        .instead(format!("run make setup; the whole log: {}", log.display()))
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    match lines.len() {
        0 => "it said nothing".to_owned(),
        count => lines.iter().skip(count.saturating_sub(LOG_LINES)).copied().collect::<Vec<_>>().join("\n"),
    }
}
