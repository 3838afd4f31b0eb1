//! What another attempt at a failed run would be: its pipeline read again, its steps decided, its request planned.

use futures_util::future::join;

use crate::failure::{Explained, Remedy};
use crate::launch::{self, LaunchError, Order, Selection};
use crate::plan::{Plan, laid_over, plan};
use crate::ports::{Documents, Runs};
use crate::resume::{Failed, Policy, Resume, decide, first_of, may_relaunch, named_steps, owed_now};
use crate::run::{AttemptKey, Course, Decision, History, Run};

use super::{Ports, RelaunchError, Settings};

/// A decision, and the plan of the attempt where there is to be one.
pub(super) struct Prospect {
    /// What is done.
    pub decision: Decision,
    /// What is launched, and for which order.
    pub attempt: Option<(Order, Plan)>,
}

/// Who wants another attempt.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// The policy decides.
    ByPolicy,
    /// A person does, from this step, or from where the run stands.
    ByPerson(Option<&'a str>),
}

/// Looks at a failed run and at its pipeline as it is now. What cannot be had now is an error; what will never do is a
/// decision to give up.
pub(super) async fn look(
    ports: &impl Ports,
    settings: &Settings,
    run: &Run,
    wanted: Wanted<'_>,
) -> Result<Prospect, RelaunchError> {
    match looked(ports, settings, run, wanted).await {
        Ok(Ok(prospect)) => Ok(prospect),
        Ok(Err(why)) => Ok(Prospect { decision: decision(run, Course::GiveUp, why), attempt: None }),
        Err(RelaunchError::Folder(error)) if error.remedy() == Remedy::GiveUp => {
            Ok(Prospect { decision: decision(run, Course::GiveUp, told(&error)), attempt: None })
        }
        Err(error) => Err(error),
    }
}

/// A decision about the end of a run as it stands.
pub(super) fn decision(run: &Run, course: Course, why: String) -> Decision {
    Decision { attempt: run.attempt, cluster_id: run.cluster_id.clone(), course, why }
}

fn told(error: &LaunchError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

async fn looked(
    ports: &impl Ports,
    settings: &Settings,
    run: &Run,
    wanted: Wanted<'_>,
) -> Result<Result<Prospect, String>, RelaunchError> {
    let key = AttemptKey { run: run.key.clone(), attempt: run.attempt.next() };
    let order =
        Order::again(run, key, Selection::AsLaunched, &settings.launch).map_err(RelaunchError::Folder)?;
    let (folder, history) = read(ports, run, &order).await;
    let history = history?;
    if settings.sns_topic.is_some() && matches!(wanted, Wanted::ByPolicy) {
        return Ok(handed_over(settings, run, &history, folder.ok().as_ref()));
    }
    let folder = folder.map_err(RelaunchError::Folder)?;
    Ok(planned(ports, settings, run, &history, order, &folder, wanted))
}

async fn read(
    ports: &(impl Documents + Runs),
    run: &Run,
    order: &Order,
) -> (Result<crate::folder::Folder, LaunchError>, Result<History, RelaunchError>) {
    let history = ports.history(&run.key.correlation_id);
    let (folder, history) = join(launch::read_folder(ports, order), history).await;
    let history = history.map_err(RelaunchError::Runs).map(|history| of_run(history, run));
    (folder, history)
}

/// What the partition holds of this run: others of its correlation id make other products.
fn of_run(mut history: History, run: &Run) -> History {
    history.runs.retain(|other| other.key == run.key);
    history.attempts.retain(|attempt| attempt.key.run == run.key);
    history.steps.retain(|step| step.attempt.run == run.key);
    history
}

/// The other launcher decides by itself what runs; whether it is asked is ours to decide.
fn handed_over(
    settings: &Settings,
    run: &Run,
    history: &History,
    folder: Option<&crate::folder::Folder>,
) -> Result<Prospect, String> {
    let retry = folder.map(|folder| folder.definition.retry.clone()).unwrap_or_default();
    let policy = Policy::of(&retry, &settings.deployed);
    let steps = folder.map(|folder| named_steps(&folder.request)).unwrap_or_default();
    let failed = Failed { run, history, steps: &steps, sequential: true, config_hash: "" };
    let why = may_relaunch(&failed, &policy)?;
    Ok(Prospect { decision: decision(run, Course::HandOver, why), attempt: None })
}

fn planned(
    ports: &impl Ports,
    settings: &Settings,
    run: &Run,
    history: &History,
    mut order: Order,
    folder: &crate::folder::Folder,
    wanted: Wanted<'_>,
) -> Result<Prospect, String> {
    let policy = Policy::of(&folder.definition.retry, &settings.deployed);
    let (request, problems) = laid_over(&order, folder, run.attempt.next(), &run.date);
    if problems.has_errors() {
        return Err(format!("the pipeline is wrong by now: {problems}"));
    }
    let steps = named_steps(&request);
    let parallel = request.get("StepConcurrencyLevel").and_then(crate::document::Node::as_i64);
    let failed = Failed {
        run,
        history,
        steps: &steps,
        sequential: parallel.is_none_or(|level| level <= 1),
        config_hash: &folder.config_hash,
    };
    let now = ports.now();
    let (selection, course, why) = match wanted {
        Wanted::ByPolicy => match decide(&failed, &policy) {
            Resume::Stop(why) => return Err(why),
            Resume::Relaunch { owed, from, at, why } => {
                (Selection::Owed(owed), Course::Relaunch { from, at }, why)
            }
        },
        Wanted::ByPerson(Some(from)) => {
            let course = Course::Relaunch { from: Some(from.to_owned()), at: now };
            (Selection::From(from.to_owned()), course, "a person asked for it".to_owned())
        }
        Wanted::ByPerson(None) => {
            let owed = owed_now(&failed, &policy)?;
            let course = Course::Relaunch { from: first_of(&owed, &steps), at: now };
            (Selection::Owed(owed), course, "a person asked for it".to_owned())
        }
    };
    if let Some(again) = &mut order.again {
        again.selection = selection;
    }
    let plan =
        plan(&order, folder, now).map_err(|problems| format!("the pipeline is wrong by now: {problems}"))?;
    Ok(Prospect { decision: decision(run, course, why), attempt: Some((order, plan)) })
}
