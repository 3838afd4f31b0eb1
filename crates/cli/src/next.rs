//! What a person does next about a run: one command at most, and why.
//!
//! Pure: the row and the time decide, nothing else.

use jiff::{SignedDuration, Timestamp};
use pipeline::run::{Course, Outcome, Run, Status};
use serde_json::{Value, json};

use crate::show::moment;

/// What a person can do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Next {
    /// The command; `None` where there is nothing to do.
    pub(crate) command: Option<String>,
    /// Why, and what comes before or by itself.
    pub(crate) why: String,
}

impl Next {
    /// For scripts.
    pub(crate) fn to_json(&self) -> Value {
        json!({"command": self.command, "why": self.why})
    }
}

/// How long the functions may take over what they do by themselves, before the sweeper is worth calling.
const PATIENCE: SignedDuration = SignedDuration::from_mins(3);

/// The commands about one run.
struct Commands<'a> {
    run: &'a Run,
    /// Whether its correlation id names other runs too.
    is_one_of_several: bool,
}

impl Commands<'_> {
    fn about(&self, verb: &str) -> Option<String> {
        let product = match self.is_one_of_several {
            true => format!(" --data-product {}", quoted(self.run.key.data_product.as_str())),
            false => String::new(),
        };
        Some(format!("relay {verb} {}{product}", self.run.key.correlation_id))
    }

    fn watch(&self) -> Option<String> {
        Some(format!("relay status {} --watch", self.run.key.correlation_id))
    }
}

fn quoted(name: &str) -> String {
    if name.contains(' ') { format!("'{name}'") } else { name.to_owned() }
}

/// What to do about a run; `of` counts the runs of its correlation id.
pub(crate) fn next(run: &Run, of: usize, now: Timestamp) -> Next {
    let commands = Commands { run, is_one_of_several: of > 1 };
    match (run.outcome, run.status.is_ended()) {
        (Some(outcome), _) => of_end(&commands, outcome, now),
        (None, true) => say(None, "its status was set by others, and how it ended is not recorded"),
        (None, false) if run.is_claim() => of_claim(&commands, now),
        (None, false) => of_work(&commands, now),
    }
}

fn say(command: Option<String>, why: impl Into<String>) -> Next {
    Next { command, why: why.into() }
}

fn sweep() -> Option<String> {
    Some("relay sweep".to_owned())
}

fn of_claim(commands: &Commands<'_>, now: Timestamp) -> Next {
    let until = moment(commands.run.lease_until);
    match now <= commands.run.lease_until {
        true => say(
            commands.watch(),
            format!(
                "it is being launched; whoever launches it has time until {until} (known to be dead before: {})",
                commands.about("break-claim").unwrap_or_default()
            ),
        ),
        false => say(
            sweep(),
            format!(
                "whoever launched it died: its time ran out at {until}; the sweeper finds or starts its cluster"
            ),
        ),
    }
}

fn of_work(commands: &Commands<'_>, now: Timestamp) -> Next {
    let run = commands.run;
    if let Some(reason) = run.stopping {
        return say(commands.watch(), format!("it is being stopped ({reason}), and its cluster goes down"));
    }
    match run.deadline.filter(|deadline| now > *deadline) {
        Some(deadline) => {
            say(sweep(), format!("it is alive past its deadline {}; the sweeper stops it", moment(deadline)))
        }
        None => {
            let cancel = commands.about("cancel").unwrap_or_default();
            say(commands.watch(), format!("its cluster works on it (to stop it: {cancel})"))
        }
    }
}

fn of_end(commands: &Commands<'_>, outcome: Outcome, now: Timestamp) -> Next {
    match outcome.status() {
        Status::Completed if outcome == Outcome::SucceededWithErrors => {
            say(None, "it is done; look at the step that failed, which was allowed to")
        }
        Status::Completed => say(None, "it is done"),
        Status::Cancelled => {
            say(commands.about("resume"), "a person stopped it; this goes on with it after all")
        }
        Status::Failed | Status::Launching | Status::InProgress => of_failure(commands, outcome, now),
    }
}

fn of_failure(commands: &Commands<'_>, outcome: Outcome, now: Timestamp) -> Next {
    let run = commands.run;
    match run.decided().map(|decision| (&decision.course, &decision.why)) {
        Some((Course::Relaunch { at, .. }, _)) => of_relaunch(commands, (*at).max(run.updated_at), *at, now),
        Some((Course::HandOver, _)) => {
            say(commands.watch(), "another launcher was asked to go on with it, as its next attempt")
        }
        Some((Course::GiveUp, why)) => given_up(commands, outcome, why),
        None if run.cluster_id.is_some() && now <= run.updated_at + PATIENCE => {
            say(commands.watch(), "it has just failed; what is done about it is being decided")
        }
        None if run.cluster_id.is_some() => {
            say(sweep(), "nothing was decided about its failure; the sweeper has it decided")
        }
        None => given_up(commands, outcome, "it never had a cluster"),
    }
}

fn of_relaunch(commands: &Commands<'_>, due: Timestamp, at: Timestamp, now: Timestamp) -> Next {
    let next = commands.run.attempt.next();
    match now <= due + PATIENCE {
        true => say(
            commands.watch(),
            format!(
                "attempt {next} is launched by itself, not before {} (at once: {})",
                moment(at),
                commands.about("resume").unwrap_or_default()
            ),
        ),
        false => {
            say(sweep(), format!("attempt {next} is overdue since {}; the sweeper launches it", moment(at)))
        }
    }
}

fn given_up(commands: &Commands<'_>, outcome: Outcome, why: &str) -> Next {
    let resume = commands.about("resume");
    match outcome {
        Outcome::Validation => {
            say(resume, format!("mend the pipeline first, EMR refuses its request as it is ({why})"))
        }
        Outcome::Lost => say(
            resume.map(|resume| format!("{resume} --from STEP")),
            "EMR does not know its cluster any more; name the step to begin at",
        ),
        Outcome::Capacity => {
            say(resume, format!("try again once EC2 has instances, or ask for other ones ({why})"))
        }
        Outcome::StepFailed
        | Outcome::BootstrapFailed
        | Outcome::InstanceFailed
        | Outcome::Internal
        | Outcome::TimedOut
        | Outcome::Cancelled
        | Outcome::Succeeded
        | Outcome::SucceededWithErrors
        | Outcome::NothingToDo => {
            say(resume, format!("mend the cause first: nothing more is done by itself ({why})"))
        }
    }
}

#[cfg(test)]
mod tests;
