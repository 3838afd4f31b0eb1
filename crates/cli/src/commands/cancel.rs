//! `relay cancel`: stops a run, and whatever would follow.

use std::io::{IsTerminal, Write};

use jiff::Timestamp;
use pipeline::cancel::{CancelError, Cancelled, Stopped, StoppedStep, cancel};
use pipeline::failure::{Explained, Remedy};
use pipeline::run::{Run, StepState};
use serde_json::{Value, json};

use crate::arguments::{CancelArguments, Global};
use crate::commands::named_run;
use crate::connection::connect;
use crate::next::next;
use crate::show::{Standing, outcome_text, run_json, standing_text, table, without_nulls};
use crate::stop::{Exit, Stop};
use crate::terminal::{BOLD, CARE, DIM, Terminal, paint};

/// Cancels a run as it stands, and reports what EMR shows of it.
pub(crate) async fn run(
    global: &Global,
    arguments: &CancelArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let aws = connect(global).await?;
    let (run, history) = named_run::find(&aws, &arguments.name).await?;
    if !arguments.yes && !run.status.is_ended() {
        confirm(&run)?;
    }
    let told = cancel(&aws, &run.key).await.map_err(not_cancelled)?;
    let now = Timestamp::now();
    terminal.show(|| as_json(&told, history.runs.len(), now), || as_text(&told, history.runs.len(), now))?;
    Ok(exit(&told))
}

/// Asks whoever sits at a terminal; a script has asked itself.
fn confirm(run: &Run) -> Result<(), Stop> {
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Ok(());
    }
    let cluster =
        run.cluster_id.as_ref().map(|id| format!(" and terminate cluster {id}")).unwrap_or_default();
    let mut out = anstream::stderr().lock();
    write!(out, "cancel run {}{cluster}? [y/N] ", paint(BOLD, &run.key.correlation_id))?;
    out.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Stop::new(Exit::Problems, "cancel.declined", "nothing was cancelled")),
    }
}

fn not_cancelled(error: CancelError) -> Stop {
    let exit = match error.remedy() {
        Remedy::Retry | Remedy::LookFirst => Exit::Unreachable,
        Remedy::GiveUp => Exit::Problems,
    };
    Stop::new(exit, error.code(), "the run could not be cancelled")
        .because(error)
        .instead("give the same command again: it goes on from where it is")
}

/// Whether all that there was to stop is stopped.
fn exit(told: &Cancelled) -> Exit {
    match told {
        Cancelled::Stopping(_, stopped) if !goes_on(stopped).is_empty() => Exit::Problems,
        Cancelled::Stopping(..) | Cancelled::GivenUp(..) | Cancelled::Ended(_) => Exit::Fine,
        Cancelled::Launching(_) | Cancelled::HandedOver(..) | Cancelled::MovedOn(_) => Exit::Problems,
    }
}

fn goes_on(stopped: &Stopped) -> Vec<&StoppedStep> {
    stopped.steps.iter().flatten().filter(|step| step.goes_on()).collect()
}

/// What was done, in a word and in a sentence.
fn told_as(told: &Cancelled) -> (&Run, &'static str, String) {
    match told {
        Cancelled::Stopping(run, stopped) => {
            (run, "stopping", format!("its cluster {} is told to go", stopped.cluster_id))
        }
        Cancelled::GivenUp(run, _) => {
            (run, "given_up", format!("attempt {} had failed; no other one follows", run.attempt))
        }
        Cancelled::Launching(run) => (
            run,
            "launching",
            "nothing was changed: it is being launched, and whether there is a cluster is not known yet"
                .to_owned(),
        ),
        Cancelled::HandedOver(run, _) => (
            run,
            "handed_over",
            "nothing was changed: another launcher was asked to go on with it, which cannot be taken back"
                .to_owned(),
        ),
        Cancelled::Ended(run) => (
            run,
            "ended",
            format!("nothing was changed: it is {} already, and nothing follows", outcome_text(run)),
        ),
        Cancelled::MovedOn(run) => (
            run,
            "moved_on",
            "it moved on while it was being cancelled; give the same command again".to_owned(),
        ),
    }
}

fn as_json(told: &Cancelled, of: usize, now: Timestamp) -> Value {
    let (run, word, sentence) = told_as(told);
    let stopped = match told {
        Cancelled::Stopping(_, stopped) => Some(stopped),
        Cancelled::GivenUp(..)
        | Cancelled::Launching(_)
        | Cancelled::HandedOver(..)
        | Cancelled::Ended(_)
        | Cancelled::MovedOn(_) => None,
    };
    without_nulls(json!({
        "did": word,
        "told": anstream::adapter::strip_str(&sentence).to_string(),
        "cluster_id": stopped.map(|stopped| stopped.cluster_id.as_str()),
        "steps": stopped.and_then(|stopped| stopped.steps.as_ref().ok()).map(|steps| steps.iter().map(step_json).collect::<Value>()),
        "steps_unknown": stopped.and_then(|stopped| stopped.steps.as_ref().err()).map(ToString::to_string),
        "run": run_json(run),
        "next": next(run, of, now).to_json(),
    }))
}

fn step_json(step: &StoppedStep) -> Value {
    without_nulls(json!({
        "Name": step.name,
        "Step_Id": step.step_id.as_str(),
        "State": step.state.map(StepState::as_str),
        "refused": step.refused,
    }))
}

fn as_text(told: &Cancelled, of: usize, now: Timestamp) -> String {
    let (run, _, sentence) = told_as(told);
    let mut parts = vec![format!("run {}: {sentence}", paint(BOLD, &run.key.correlation_id))];
    if let Cancelled::Stopping(_, stopped) = told {
        parts.extend(steps_text(stopped));
    }
    if let Some(command) = next(run, of, now).command {
        parts.push(paint(DIM, command));
    }
    parts.join("\n")
}

fn steps_text(stopped: &Stopped) -> Vec<String> {
    let steps = match &stopped.steps {
        Err(failure) => {
            return vec![paint(
                CARE,
                format!("its steps stop with it; cancelling them did not work: {failure}"),
            )];
        }
        Ok(steps) => steps,
    };
    let refused =
        |step: &StoppedStep| step.refused.as_ref().map(|why| format!("refused: {why}")).unwrap_or_default();
    let row = |step: &StoppedStep| {
        let state = step.state.map(|state| standing_text(Standing::Known(state))).unwrap_or_default();
        vec![step.name.clone(), state, refused(step)]
    };
    let mut parts = vec![table(&["STEP", "STATE", ""], steps.iter().map(row))];
    let left: Vec<&str> = goes_on(stopped).iter().map(|step| step.name.as_str()).collect();
    if !left.is_empty() {
        let names = left.join(", ");
        parts.push(paint(CARE, format!("not stopped yet, only the end of the cluster stops them: {names}")));
    }
    parts
}

#[cfg(test)]
mod tests {
    use pipeline::run::{Outcome, StepId};

    use super::*;
    use crate::given::{at, claimed, cluster, ended, run};

    fn stopping(state: StepState, refused: Option<&str>) -> Cancelled {
        let step_id = StepId::parse("s-1").unwrap();
        let step = StoppedStep {
            step_id,
            name: "kpis".into(),
            state: Some(state),
            refused: refused.map(Into::into),
        };
        Cancelled::Stopping(Box::new(run(1)), Stopped { cluster_id: cluster(1), steps: Ok(vec![step]) })
    }

    #[test]
    fn what_could_not_be_stopped_is_reported_and_is_what_the_exit_code_tells() {
        let done = stopping(StepState::CancelPending, None);
        assert_eq!(
            (exit(&done), as_json(&done, 1, at(9))["steps"][0]["State"].as_str()),
            (Exit::Fine, Some("CANCEL_PENDING"))
        );
        let left = stopping(StepState::Running, Some("it will not"));
        assert_eq!(exit(&left), Exit::Problems);
        let text = as_text(&left, 1, at(9));
        assert!(
            text.contains("it will not") && text.contains("not stopped yet") && text.contains("kpis"),
            "{text}"
        );
    }

    #[test]
    fn whoever_cannot_be_cancelled_is_told_what_to_do_instead() {
        let launching = Cancelled::Launching(Box::new(claimed()));
        assert_eq!(exit(&launching), Exit::Problems);
        assert_eq!(
            as_json(&launching, 1, at(9))["next"]["command"],
            "relay status rentals-2026-01-31 --watch"
        );
        assert_eq!(as_json(&launching, 1, at(99))["next"]["command"], "relay sweep");
        let over = Cancelled::Ended(Box::new(ended(1, Outcome::Succeeded, 8)));
        assert_eq!((exit(&over), &as_json(&over, 1, at(9))["did"]), (Exit::Fine, &json!("ended")));
    }
}
