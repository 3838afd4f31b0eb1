//! What is done about a failure.

use pipeline::announcement::ToldDecision;
use pipeline::run::{Course, Decision};
use serde_json::{Value, json};

use super::run::moment;
use crate::terminal::{BOLD, BUSY, CARE, paint};

/// A decision for scripts, as it is told on the bus.
pub(crate) fn decision_json(decision: &Decision) -> Value {
    json!(ToldDecision::from(decision))
}

/// A decision for people, without colours.
pub(crate) fn plain_decision(decision: &Decision) -> String {
    anstream::adapter::strip_str(&decision_text(decision)).to_string()
}

/// A decision for people.
pub(crate) fn decision_text(decision: &Decision) -> String {
    let next = decision.attempt.next();
    let what = match &decision.course {
        Course::Relaunch { from: Some(step), at } => {
            let step = paint(BOLD, step);
            format!(
                "{} at step {step}, not before {}",
                paint(BUSY, format!("attempt {next} resumes")),
                moment(*at)
            )
        }
        Course::Relaunch { from: None, at } => {
            format!("{}, not before {}", paint(BUSY, format!("attempt {next} runs every step")), moment(*at))
        }
        Course::HandOver => paint(BUSY, "another launcher was asked to resume it"),
        Course::GiveUp => paint(CARE, "given up"),
    };
    format!("{what}: {}", decision.why)
}
