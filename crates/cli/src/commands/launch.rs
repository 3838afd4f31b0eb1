//! `relay launch`: asks the launcher function for a run.

use aws::Aws;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::arguments::{Global, LaunchArguments};
use crate::commands::status;
use crate::connection::connect;
use crate::event_file;
use crate::follow::follow;
use crate::invocation::{invoke, member};
use crate::stop::{Exit, Stop};
use crate::terminal::{BOLD, DIM, Terminal, paint};

/// Invokes the launcher and shows its answer; with `--watch`, follows the run to its end.
pub(crate) async fn run(
    global: &Global,
    arguments: &LaunchArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let event = event(arguments, event_file::read(arguments.event.as_deref())?)?;
    let aws = connect(global).await?;
    let answer = invoke(&aws, &arguments.function, &event).await?;
    if arguments.dry_run || !arguments.watch {
        terminal.show(|| answer.clone(), || as_text(&answer))?;
        return Ok(Exit::Fine);
    }
    terminal.say(as_text(&answer));
    watch(&aws, &answer, terminal).await
}

async fn watch(aws: &Aws, answer: &Value, terminal: &Terminal) -> Result<Exit, Stop> {
    let id = status::parse(member(answer, "correlation_id"))?;
    let history = follow(aws, &id, terminal).await?;
    status::show(aws, &history, terminal).await
}

/// The event with what the command line says laid over it. It always names its run: Lambda may be asked more than
/// once for one invocation, and each has a request id of its own.
fn event(arguments: &LaunchArguments, file: Value) -> Result<Value, Stop> {
    let Value::Object(mut event) = file else { return Ok(file) };
    event.insert("pipeline".to_owned(), json!(arguments.pipeline.trim_matches('/')));
    if let Some(id) = &arguments.correlation_id {
        event.insert("correlation_id".to_owned(), json!(status::parse(id)?.as_str()));
    }
    event.entry("correlation_id").or_insert_with(|| json!(new_id(&arguments.pipeline)));
    if arguments.dry_run {
        event.insert("dry_run".to_owned(), json!(true));
    }
    Ok(Value::Object(event))
}

/// A name for a run that a person asks for: the pipeline, and when.
pub(crate) fn new_id(pipeline: &str) -> String {
    let name = pipeline.trim_matches('/').rsplit('/').next().unwrap_or_default();
    let name: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || "_.-".contains(*c)).take(60).collect();
    format!("{name}-{}-{}", Timestamp::now().strftime("%Y%m%dT%H%M%S"), std::process::id())
}

fn as_text(answer: &Value) -> String {
    if answer.get("request").is_some() {
        return format!("{answer:#}");
    }
    let existing = answer.get("existing").and_then(Value::as_bool).unwrap_or_default();
    let word = if existing { "exists already:" } else { "launched" };
    let run = member(answer, "correlation_id");
    let cluster = match member(answer, "JobFlowId") {
        "" => String::new(),
        id => format!(" on cluster {id}"),
    };
    let next = paint(DIM, format!("relay status {run} --watch"));
    format!("{word} run {}{cluster} {}\n{next}", paint(BOLD, run), member(answer, "status"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(correlation_id: Option<&str>, dry_run: bool) -> LaunchArguments {
        LaunchArguments {
            pipeline: "teams/pdm/".to_owned(),
            event: None,
            correlation_id: correlation_id.map(str::to_owned),
            dry_run,
            watch: false,
            function: "f".to_owned(),
        }
    }

    #[test]
    fn every_launch_names_its_run_so_that_a_repeated_invocation_is_the_same_run() {
        let named = event(&arguments(Some("mine"), false), json!({"correlation_id": "theirs"})).unwrap();
        assert_eq!(named, json!({"correlation_id": "mine", "pipeline": "teams/pdm"}));
        let kept = event(&arguments(None, true), json!({"correlation_id": "theirs"})).unwrap();
        assert_eq!(kept, json!({"correlation_id": "theirs", "pipeline": "teams/pdm", "dry_run": true}));
        let made = event(&arguments(None, false), json!({})).unwrap();
        assert!(made["correlation_id"].as_str().unwrap().starts_with("pdm-2"), "{made}");
        assert_eq!(event(&arguments(Some("no spaces"), false), json!({})).unwrap_err().exit, Exit::Usage);
    }
}
