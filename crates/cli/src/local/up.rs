//! `relay local up`: the stack, until Ctrl-C.

use std::path::Path;

use serde_json::Value;

use crate::arguments::UpArguments;
use crate::local::home::Home;
use crate::local::server::Server;
use crate::local::signals::interrupted;
use crate::local::state::{State, default_data};
use crate::stop::{Exit, Stop};
use crate::terminal::{BOLD, DIM, GOOD, Terminal, paint};

/// Starts the stack, says how to use it, and stops it on Ctrl-C.
pub(crate) async fn run(arguments: &UpArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let home = Home::find()?;
    let data = arguments.data.clone().unwrap_or_else(|| default_data(&home));
    refuse_a_second(&data)?;
    terminal.say("starting local mode…");
    let mut server = tokio::select! {
        started = Server::start(&home, &data, arguments.port, arguments.sweep_every) => started?,
        _ = interrupted() => return Err(Stop::interrupted()),
    };
    server.state.save()?;
    let ended = until_told(&mut server, terminal).await;
    server.state.forget();
    terminal.say("stopping…");
    server.stop().await?;
    terminal.say(format!("stopped; objects and logs stay in {}", data.display()));
    ended
}

async fn until_told(server: &mut Server, terminal: &Terminal) -> Result<Exit, Stop> {
    let state = &server.state;
    terminal.show(|| serde_json::to_value(state).unwrap_or(Value::Null), || how_to_use(state))?;
    tokio::select! {
        stop = server.ended() => Err(stop),
        told = interrupted() => Ok(told.map(|()| Exit::Fine)?),
    }
}

fn refuse_a_second(data: &Path) -> Result<(), Stop> {
    match State::load(data).filter(State::answers) {
        None => Ok(()),
        Some(state) => {
            let what = format!("local mode is up already, at {} (process {})", state.endpoint, state.pid);
            Err(Stop::new(Exit::Problems, "local.up_already", what)
                .instead("use that one (relay --local runs), or give this one a folder: --data DIR"))
        }
    }
}

/// How to point other tools at a stack.
pub(crate) fn how_to_use(state: &State) -> String {
    let exports: Vec<String> =
        state.environment().iter().map(|(name, value)| format!("export {name}={value}")).collect();
    let functions = state.functions.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    [
        format!(
            "{} at {}, data in {}",
            paint(GOOD, "local mode is up"),
            state.endpoint,
            state.data.display()
        ),
        paint(
            DIM,
            format!(
                "functions: {functions}; table: {}; buckets: {}, {}, {}",
                state.table, state.buckets.config, state.buckets.data, state.buckets.logs
            ),
        ),
        paint(BOLD, "\na shell, the aws CLI, boto3 and any other SDK:"),
        exports.join("\n"),
        paint(BOLD, "\nthen, for example:"),
        examples(state),
        paint(BOLD, "\nTerraform reads the same variables; its provider \"aws\" needs besides:"),
        TERRAFORM.to_owned(),
        paint(BOLD, "\nrelay, in another shell (without the variables: relay --local …):"),
        RELAY.to_owned(),
        paint(DIM, "\nCtrl-C stops everything."),
    ]
    .join("\n")
}

fn examples(state: &State) -> String {
    format!(
        "aws s3 sync ./my-pipeline s3://{config}/my-pipeline/\n\
         aws emr list-clusters --endpoint-url $AWS_ENDPOINT_URL     # aws emr alone does not read it\n\
         python -c 'import boto3; print(boto3.client(\"s3\").list_buckets()[\"Buckets\"])'",
        config = state.buckets.config
    )
}

const TERRAFORM: &str = "\
s3_use_path_style           = true
skip_credentials_validation = true
skip_requesting_account_id  = true";

const RELAY: &str = "\
relay --local launch my-pipeline --watch
relay --local runs";
