//! `relay plan`: what an event would launch from a folder, and why; nothing is claimed, read from Secrets Manager or
//! started.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use pipeline::failure::Explained;
use pipeline::launch::{Invocation, LaunchError, Settings, planned};
use pipeline::plan::Plan;
use serde_json::{Value, json};

use crate::arguments::{Global, PlanArguments};
use crate::commands::validate::problem_text;
use crate::event_file;
use crate::named_folder::NamedFolder;
use crate::show::plan_text;
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;

/// Plans, and shows the plans.
pub(crate) async fn run(
    global: &Global,
    arguments: &PlanArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let named = NamedFolder::open(&arguments.folder, global).await?;
    let event = event_file::read(arguments.event.as_deref())?;
    let now = arguments.date.map_or_else(Timestamp::now, midnight);
    let plans = planned(&named, &settings(&named, global), &event, &invocation(now), now).await;
    let plans = plans.map_err(|error| stopped(error, terminal))?;
    terminal.show(|| as_json(&plans), || as_text(&plans))?;
    Ok(Exit::Fine)
}

/// An event that names no pipeline means the folder; the bucket is not looked at.
fn settings(named: &NamedFolder, global: &Global) -> Settings {
    Settings {
        bucket: Some("config".to_owned()),
        folder: Some(named.name()),
        table: Some(global.table.clone()),
        ..Settings::default()
    }
}

/// A direct call's run is named by its request, and there is none.
fn invocation(now: Timestamp) -> Invocation {
    Invocation { request_id: "plan".to_owned(), claimant: "plan".to_owned(), deadline: now }
}

fn midnight(date: Date) -> Timestamp {
    date.to_zoned(TimeZone::UTC).map_or_else(|_| Timestamp::now(), |midnight| midnight.timestamp())
}

/// Problems are shown with the lines that they are about.
fn stopped(error: LaunchError, terminal: &Terminal) -> Stop {
    let code = error.code();
    match error {
        LaunchError::Event(problems) | LaunchError::Folder(problems) | LaunchError::Plan(problems) => {
            if !terminal.wants_json() {
                problems.iter().for_each(|problem| terminal.say(format!("{}\n", problem_text(problem))));
            }
            Stop::new(Exit::Problems, code, "nothing can be launched like this").listing(json!(problems))
        }
        LaunchError::Documents(failure) => failure.into(),
        other => Stop::new(Exit::Problems, code, other.to_string()),
    }
}

/// One plan as itself, several as a list, as the launcher answers.
fn as_json(plans: &[Plan]) -> Value {
    match plans {
        [one] => one.to_json(),
        several => several.iter().map(Plan::to_json).collect(),
    }
}

fn as_text(plans: &[Plan]) -> String {
    match plans {
        [] => "the event asks for nothing".to_owned(),
        some => some.iter().map(plan_text).collect::<Vec<_>>().join("\n\n"),
    }
}
