//! `relay local demo`: a pipeline from nothing to its results, with everything said on the way.

use std::path::{Path, PathBuf};

use aws::Aws;
use pipeline::run::{CorrelationId, History, Run, Status};
use serde_json::{Value, json};

use crate::arguments::DemoArguments;
use crate::commands::{invoke, new_id, show_history};
use crate::connection::connect_local;
use crate::follow::follow;
use crate::local::generate::{generate, has_generator, summary};
use crate::local::home::Home;
use crate::local::server::Server;
use crate::local::signals::interrupted;
use crate::local::state::State;
use crate::local::up::how_to_use;
use crate::local::{faults, results, upload};
use crate::show::history_json;
use crate::stop::{Exit, Stop};
use crate::terminal::{BAD, BOLD, DIM, GOOD, Terminal, paint};

const LAUNCHER: &str = "emr-relay-launcher";
/// The table whose first rows are shown, where a run writes one of this name.
const SHOWN: &str = "daily_metrics";

/// Everything that a demonstration works with.
struct Demo<'a> {
    arguments: &'a DemoArguments,
    terminal: &'a Terminal,
    home: Home,
    /// The pipeline's folder on this machine.
    folder: PathBuf,
    /// Its name in the configuration bucket.
    name: String,
}

/// Runs the demonstration in a folder of its own, which goes when all went well.
pub(crate) async fn run(arguments: &DemoArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let demo = Demo::open(arguments, terminal)?;
    let parent = demo.home.path("target");
    std::fs::create_dir_all(&parent)?;
    let data = tempfile::Builder::new().prefix("local-demo-").tempdir_in(parent)?;
    terminal.story("starting local mode: moto, with clusters, functions and events that really run");
    let mut server = tokio::select! {
        started = Server::start(&demo.home, data.path(), 0, None) => started?,
        _ = interrupted() => return Err(Stop::interrupted()),
    };
    let ended = demo.until_told(&mut server).await;
    terminal.story("stopping everything");
    server.stop().await?;
    match &ended {
        Ok(Exit::Fine) => terminal.say(demo.again()),
        Err(stop) if stop.exit == Exit::Interrupted => {}
        Ok(_) | Err(_) => terminal.say(kept(&data.keep())),
    }
    ended
}

fn kept(data: &Path) -> String {
    paint(DIM, format!("\nobjects and logs are kept in {}", data.display()))
}

impl<'a> Demo<'a> {
    fn open(arguments: &'a DemoArguments, terminal: &'a Terminal) -> Result<Self, Stop> {
        let home = Home::find()?;
        let folder = home.pipeline(&arguments.pipeline)?.canonicalize()?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { arguments, terminal, home, folder, name })
    }

    /// Runs the story, unless Ctrl-C or the end of the stack comes before its end.
    async fn until_told(&self, server: &mut Server) -> Result<Exit, Stop> {
        let state = server.state.clone();
        let told = tokio::select! {
            told = self.tell(&state) => told,
            stop = server.ended() => return Err(stop),
            _ = interrupted() => return Err(Stop::interrupted()),
        };
        if self.arguments.keep {
            state.save()?;
            self.terminal.say(how_to_use(&state));
            tokio::select! {
                stop = server.ended() => return Err(stop),
                _ = interrupted() => {}
            }
        }
        told
    }

    async fn tell(&self, state: &State) -> Result<Exit, Stop> {
        let aws = connect_local(state);
        self.terminal.story(format!("local mode is up at {}", state.endpoint));
        self.upload_pipeline(&aws, state).await?;
        self.upload_input(&aws, state).await?;
        if let Some(step) = &self.arguments.fail {
            faults::fail_step(state, step)?;
            self.terminal.story(format!("step {step} will fail, as asked"));
        }
        let id = self.launch(&aws).await?;
        let history = follow(&aws, &id, self.terminal).await?;
        self.show(&aws, state, &history).await
    }

    async fn upload_pipeline(&self, aws: &Aws, state: &State) -> Result<(), Stop> {
        let bucket = &state.buckets.config;
        let files = upload::folder(aws, &self.folder, bucket, &self.name).await?;
        let place = format!("s3://{bucket}/{}/", self.name);
        self.terminal.story(format!("uploaded {} to {place} ({files} files)", self.folder.display()));
        Ok(())
    }

    /// The user's own input, or generated rows; a pipeline that brings no generator may need none.
    async fn upload_input(&self, aws: &Aws, state: &State) -> Result<(), Stop> {
        let Some(input) = self.input(state).await? else {
            self.terminal.story("no input: the pipeline brings no generate.py, and --input names none");
            return Ok(());
        };
        let bucket = &state.buckets.data;
        let prefix = self.input_prefix();
        let files = upload::folder(aws, &input, bucket, &prefix).await?;
        self.terminal.story(format!("uploaded the input to s3://{bucket}/{prefix}/ ({files} files)"));
        Ok(())
    }

    async fn input(&self, state: &State) -> Result<Option<PathBuf>, Stop> {
        if let Some(own) = &self.arguments.input {
            return Ok(Some(own.clone()));
        }
        if !has_generator(&self.folder) {
            return Ok(None);
        }
        let out = state.data.join("generated");
        let DemoArguments { rows, seed, .. } = *self.arguments;
        let made = generate(&self.home, &self.folder, rows, seed, &out).await?;
        self.terminal.story(format!("generated input: {}", summary(&made)));
        Ok(Some(out))
    }

    async fn launch(&self, aws: &Aws) -> Result<CorrelationId, Stop> {
        let id = crate::commands::parse_run(&new_id(&self.name))?;
        self.terminal.story(format!("invoking the function {LAUNCHER} for pipeline {}", self.name));
        let event = self.event(&id);
        let answer = invoke(aws, LAUNCHER, &event).await?;
        let cluster = answer.get("JobFlowId").and_then(|id| id.as_str()).unwrap_or("?");
        self.terminal.story(format!("launched run {} on cluster {cluster}", paint(BOLD, &id)));
        Ok(id)
    }

    /// The launch event: the input is all that there is, so a pipeline with a first load has it made.
    fn event(&self, id: &CorrelationId) -> Value {
        json!({
            "pipeline": self.name,
            "correlation_id": id.as_str(),
            "s3_prefix": self.input_prefix(),
            "snapshot_type": "full",
        })
    }

    /// Where the input lies in the data bucket.
    fn input_prefix(&self) -> String {
        format!("{}/raw", self.name)
    }

    /// The run item, what the run wrote, and the first rows of it.
    async fn show(&self, aws: &Aws, state: &State, history: &History) -> Result<Exit, Stop> {
        if history.runs.iter().any(|run: &Run| run.status != Status::Completed) {
            self.terminal.say(paint(BAD, "\nthe run failed; this is what the run table knows:\n"));
            return show_history(aws, history, self.terminal).await;
        }
        let results = results::read(&self.home, state, &self.name, SHOWN).await?;
        self.terminal.say(paint(GOOD, "\nthe run succeeded; the run item:\n"));
        if self.terminal.wants_json() {
            self.terminal.show(
                || json!({"history": history_json(history), "results": results.to_json()}),
                String::new,
            )?;
            return Ok(Exit::Fine);
        }
        let exit = show_history(aws, history, self.terminal).await?;
        self.terminal.show(|| results.to_json(), || results.to_text())?;
        Ok(exit)
    }

    fn again(&self) -> String {
        let lines = [
            "relay local demo ./my-pipeline --input ./my-input".to_owned(),
            format!("relay local demo {} --fail STEP    (how a failure is told)", self.name),
            "relay local up    (stay up, and use it with any AWS tool)".to_owned(),
        ];
        format!("\n{}\n{}", paint(BOLD, "again, or with a folder of your own:"), lines.join("\n"))
    }
}
