//! A story for scripts.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Chapter, Story};
use crate::show::{decision_json, step_json, without_nulls};

/// The story with the members that are known.
pub(crate) fn as_json(story: &Story<'_>) -> Value {
    let run = story.run;
    without_nulls(json!({
        "correlation_id": run.key.correlation_id.as_str(),
        "data_product": run.key.data_product.as_str(),
        "pipeline": run.pipeline.as_str(),
        "date": run.date,
        "status": run.status.as_str(),
        "outcome": run.outcome.map(|outcome| outcome.as_str()),
        "attempts": story.chapters.iter().map(chapter_json).collect::<Vec<_>>(),
        "next": story.next.to_json(),
    }))
}

fn chapter_json(chapter: &Chapter<'_>) -> Value {
    let at = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let record = chapter.record;
    without_nulls(json!({
        "attempt": chapter.attempt.0,
        "claimed_at": at(chapter.claim.map(|(at, _)| at)),
        "claimed_by": chapter.claim.map(|(_, by)| by),
        "cluster_id": record.map(|record| record.cluster_id.as_str()),
        "started_at": at(record.map(|record| record.started_at)),
        "ready_at": at(record.and_then(|record| record.ready_at)),
        "steps": chapter.steps.iter().map(step_json).collect::<Vec<_>>(),
        "ended_at": at(chapter.ended_at),
        "outcome": chapter.outcome.map(|outcome| outcome.as_str()),
        "cause": chapter.cause,
        "decision": chapter.decision.map(decision_json),
    }))
}
