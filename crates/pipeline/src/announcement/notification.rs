//! The custom notification of Amazon Q Developer in chat applications, which renders in Slack and Teams.
//!
//! Shape: "Custom notifications", user guide of Amazon Q Developer in chat applications.

use serde::Serialize;

use super::RunStateChange;
use crate::run::{Cause, Course};

/// A custom notification, version 1.0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notification {
    version: &'static str,
    source: &'static str,
    content: Content,
    metadata: Metadata,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    text_type: &'static str,
    title: String,
    description: String,
    next_steps: Vec<String>,
    keywords: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    /// Messages of one run stand in one thread.
    thread_id: String,
    summary: String,
    event_type: String,
    related_resources: Vec<String>,
}

impl Notification {
    /// What people are told of the end of a run.
    pub fn of(change: &RunStateChange) -> Self {
        let title = format!("{} {} ({})", change.pipeline, change.outcome, change.date);
        Self {
            version: "1.0",
            source: "custom",
            content: Content {
                text_type: "client-markdown",
                title: title.clone(),
                description: description(change),
                next_steps: next_steps(change),
                keywords: vec![change.pipeline.clone(), change.outcome.clone()],
            },
            metadata: Metadata {
                thread_id: change.correlation_id.clone(),
                summary: title,
                event_type: change.outcome.clone(),
                related_resources: change.cluster_id.iter().cloned().collect(),
            },
        }
    }

    /// What people are told of what was mended, or done, without an event of EMR's.
    pub fn of_repairs(title: &str, lines: &[String]) -> Self {
        Self {
            version: "1.0",
            source: "custom",
            content: Content {
                text_type: "client-markdown",
                title: title.to_owned(),
                description: lines.join("\n"),
                next_steps: vec!["`relay sweep --dry-run` shows what is left".to_owned()],
                keywords: vec!["sweeper".to_owned()],
            },
            metadata: Metadata {
                thread_id: "sweeper".to_owned(),
                summary: title.to_owned(),
                event_type: "REPAIRED".to_owned(),
                related_resources: vec![],
            },
        }
    }

    /// One line, for channels that show no more: the `Subject` of the SNS message.
    pub fn title(&self) -> &str {
        &self.content.title
    }
}

fn description(change: &RunStateChange) -> String {
    let place = match &change.cluster_id {
        Some(cluster) => format!("attempt {} on {cluster}", change.run_id),
        None => format!("attempt {}", change.run_id),
    };
    let mut lines = vec![format!("Run `{}` ended **{}**: {place}.", change.correlation_id, change.status)];
    lines.extend(change.cause.iter().flat_map(cause_lines));
    lines.extend(change.decision.iter().map(|decision| format!("Then: {}", decision.sentence)));
    lines.join("\n")
}

/// The commands that help: what happened, and, where nobody mends it, how to go on.
fn next_steps(change: &RunStateChange) -> Vec<String> {
    let id = &change.correlation_id;
    let given_up =
        change.decision.as_ref().is_some_and(|decision| decision.course == Course::GiveUp.as_str());
    let resume = given_up.then(|| format!("`relay resume {id}`, when its cause is mended"));
    [Some(format!("`relay explain {id}`")), resume].into_iter().flatten().collect()
}

fn cause_lines(cause: &Cause) -> Vec<String> {
    let labelled = [
        ("Step", &cause.step),
        ("Cause", &cause.message),
        ("Reason", &cause.reason),
        ("Log says", &cause.log_line),
        ("Log", &cause.log_uri),
    ];
    labelled.iter().filter_map(|(label, part)| part.as_ref().map(|text| format!("{label}: {text}"))).collect()
}
