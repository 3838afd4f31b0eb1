//! The functions, as actors.

use pipeline::failure::{Explained, Remedy};
use pipeline::launch::{self, LaunchError};
use pipeline::record::{RecordError, Recorded, record};
use pipeline::signal::emr_signal;
use serde_json::Value;
use world::explore::{Actor, Again, Answered, emr_events};

use crate::given;

/// Launches; two deliveries may be at work at once.
pub(crate) fn launcher() -> Actor {
    let settings = given::settings();
    Actor::new("launcher", move |world, letter, by| {
        let settings = settings.clone();
        Box::pin(async move { launched(launch::handle(world, &settings, &letter.body, &by).await) })
    })
    .asked(given::event())
    .at_once(2)
}

fn launched(answer: Result<Value, LaunchError>) -> Answered {
    match answer {
        Ok(answer) if answer.get("existing") == Some(&Value::Bool(true)) => done("the run that exists"),
        Ok(_) => done("the cluster"),
        // Until the lease has run out it would only be told the same.
        Err(error @ LaunchError::InFlight { .. }) => Answered { told: error.code(), again: Again::Later },
        Err(error) => failed(&error),
    }
}

/// Records what EMR posts, one event after the other.
pub(crate) fn recorder() -> Actor {
    let topics = given::topics();
    Actor::new("recorder", move |world, letter, _| {
        let topics = topics.clone();
        Box::pin(async move { recorded(record(world, &topics, emr_signal(&letter.body)).await) })
    })
    .hears(emr_events, tells_something)
}

fn recorded(answer: Result<Recorded, RecordError>) -> Answered {
    match answer {
        Ok(Recorded::Ignored(_)) => done("that it is not ours"),
        Ok(Recorded::Unchanged(_)) => done("nothing new"),
        Ok(Recorded::Advanced(_)) => done("progress"),
        Ok(Recorded::Ended(_, outcome)) => done(outcome.as_str()),
        Err(error) => failed(&error),
    }
}

/// Events of steps that wait and of clusters that start make no difference to a row.
fn tells_something(event: &Value) -> bool {
    !["PENDING", "STARTING"].iter().any(|state| event["detail"]["state"] == *state)
}

/// Whether it is the last that EMR says of a cluster.
pub(crate) fn is_final(event: &Value) -> bool {
    event["detail-type"] == "EMR Cluster State Change"
        && event["detail"]["state"].as_str().is_some_and(|state| state.starts_with("TERMINATED"))
}

fn done(told: &'static str) -> Answered {
    Answered { told, again: Again::Never }
}

/// Lambda delivers again what fails; what no repetition can help ends in the dead letter queue.
fn failed(error: &impl Explained) -> Answered {
    let again = match error.remedy() {
        Remedy::Retry | Remedy::LookFirst => Again::Soon,
        Remedy::GiveUp => Again::Never,
    };
    Answered { told: error.code(), again }
}
