//! The functions, as actors.

use jiff::SignedDuration;
use pipeline::failure::{Explained, Remedy};
use pipeline::launch::{self, LaunchError};
use pipeline::record::{RecordError, Recorded, record};
use pipeline::relaunch::{RelaunchError, Relaunched, asked, relaunch};
use pipeline::signal::emr_signal;
use pipeline::sweep::{Mode, SweepError, Swept, sweep};
use serde_json::Value;
use world::explore::{Actor, Again, Answered, emr_events, timers};

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

/// Goes on after failures, by EMR's events and by its own timers; two invocations may be at work at once.
pub(crate) fn relauncher() -> Actor {
    let settings = given::settings_of_relaunch();
    Actor::new("relauncher", move |world, letter, by| {
        let settings = settings.clone();
        Box::pin(async move {
            let asked = asked(&letter.body);
            relaunched(match asked {
                Ok(asked) => relaunch(world, &settings, asked, &by).await,
                Err(error) => Err(error),
            })
        })
    })
    .hears(emr_events, is_final)
    .hears(timers, |_| true)
    .at_once(2)
}

fn relaunched(answer: Result<Relaunched, RelaunchError>) -> Answered {
    match answer {
        Ok(Relaunched::Ignored(_)) => done("nothing to relaunch"),
        Ok(Relaunched::Launched(_)) => done("the next attempt"),
        Ok(Relaunched::Waiting(..)) => done("that it waits"),
        Ok(Relaunched::HandedOver(..)) => done("that another was asked"),
        Ok(Relaunched::GivenUp(..)) => done("that it is given up"),
        Ok(Relaunched::Told(_)) => done("that it is told"),
        // Until the lease has run out it would only be told the same.
        Err(error @ RelaunchError::Launch(LaunchError::InFlight { .. })) => {
            Answered { told: error.code(), again: Again::Later }
        }
        Err(error) => failed(&error),
    }
}

/// Sweeps so often, five minutes apart.
pub(crate) fn sweeper(times: usize) -> Actor {
    let settings = given::settings_of_relaunch();
    Actor::new("sweeper", move |world, _, by| {
        let settings = settings.clone();
        Box::pin(async move { swept(sweep(world, &settings, Mode::Repair, &by).await) })
    })
    .every(SignedDuration::from_mins(5), times)
}

/// What a sweep leaves undone the next one does.
fn swept(answer: Result<Swept, SweepError>) -> Answered {
    match answer {
        Ok(swept) if swept.repairs.is_empty() => done("nothing to repair"),
        Ok(_) => done("what it repaired"),
        Err(error) => done(error.code()),
    }
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
