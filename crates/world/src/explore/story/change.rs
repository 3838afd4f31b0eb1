//! What a move has changed, in words.

use pipeline::run::{AttemptRecord, History, Run, StepRecord};

use crate::{Cluster, World};

use super::short;

/// Everything a story tells the changes of.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    table: History,
    clusters: Vec<Cluster>,
}

impl Seen {
    pub(super) fn of(world: &World) -> Self {
        Self { table: world.table(), clusters: world.clusters() }
    }

    /// The changes since then, with semicolons between them.
    pub(super) fn since(&self, then: &Self) -> String {
        let mut told = Vec::new();
        for cluster in &self.clusters {
            let before = then.clusters.iter().find(|known| known.id == cluster.id);
            told.extend(cluster_change(before, cluster));
        }
        for run in &self.table.runs {
            let before = then.table.runs.iter().find(|known| known.key == run.key);
            told.extend(run_change(before, run));
        }
        for run in &then.table.runs {
            if !self.table.runs.iter().any(|known| known.key == run.key) {
                told.push("the row is gone".into());
            }
        }
        for attempt in &self.table.attempts {
            let before = then.table.attempts.iter().find(|known| known.key == attempt.key);
            told.extend(attempt_change(before, attempt));
        }
        for step in &self.table.steps {
            let known = |known: &&StepRecord| known.attempt == step.attempt && known.step_id == step.step_id;
            told.extend(step_change(then.table.steps.iter().find(known), step));
        }
        told.join("; ")
    }
}

fn cluster_change(before: Option<&Cluster>, cluster: &Cluster) -> Option<String> {
    let state = |cluster: &Cluster| cluster.report.state.map_or("unknown", |state| state.as_str());
    let id = short(cluster.id.as_str());
    match before {
        None => Some(format!("cluster {id} made: {}", state(cluster))),
        Some(before) if state(before) != state(cluster) => Some(format!("{id} {}", state(cluster))),
        Some(_) => None,
    }
}

fn run_change(before: Option<&Run>, run: &Run) -> Option<String> {
    let (now, then) = (parts(run), before.map(parts).unwrap_or_default());
    let told: Vec<String> = now
        .iter()
        .enumerate()
        .filter(|(place, part)| then.get(*place) != Some(part) && !part.is_empty())
        .map(|(_, part)| part.clone())
        .collect();
    (!told.is_empty()).then(|| format!("row {}", told.join(", ")))
}

/// What a story tells of a row, always in the same places.
fn parts(run: &Run) -> Vec<String> {
    let or_empty = |text: Option<String>| text.unwrap_or_default();
    vec![
        run.status.to_string(),
        format!("attempt {}", run.attempt),
        format!("held by {}", run.claimed_by),
        or_empty(run.cluster_id.as_ref().map(|id| short(id.as_str()))),
        or_empty(run.current_step.as_ref().map(|step| format!("at {step}"))),
        or_empty(run.outcome.map(|outcome| outcome.to_string())),
        or_empty(run.cause.as_ref().map(|cause| format!("cause of {} parts", cause.fullness()))),
        or_empty(run.announced.then(|| "announced".into())),
    ]
}

fn attempt_change(before: Option<&AttemptRecord>, attempt: &AttemptRecord) -> Option<String> {
    let number = attempt.key.attempt;
    match before {
        None => Some(format!("attempt {number} recorded")),
        Some(before) if before.outcome != attempt.outcome => {
            Some(format!("attempt {number} {}", attempt.outcome.map_or("open", |outcome| outcome.as_str())))
        }
        Some(before) if before.ready_at != attempt.ready_at => Some(format!("attempt {number} ready")),
        Some(_) => None,
    }
}

fn step_change(before: Option<&StepRecord>, step: &StepRecord) -> Option<String> {
    match before {
        Some(before) if (before.state, before.settled) == (step.state, step.settled) => None,
        _ => Some(format!("step {} {}", step.name, step.state)),
    }
}
