//! What was done about a failure, for the caller and the log.

use pipeline::relaunch::Relaunched;
use pipeline::run::{Course, Decision, Run};
use serde_json::{Value, json};

/// The answer of an invocation.
pub(crate) fn json_of(relaunched: &Relaunched) -> Value {
    match relaunched {
        Relaunched::Ignored(why) => json!({"status": format!("ignored, since {why}")}),
        Relaunched::Launched(answer) => launched(answer.to_json()),
        Relaunched::Waiting(run, decision) => of_run(run, "waiting", Some(decision)),
        Relaunched::HandedOver(run, decision) => of_run(run, "handed over", Some(decision)),
        Relaunched::GivenUp(run, decision) => of_run(run, "given up", Some(decision)),
        Relaunched::Told(run) => of_run(run, "told", None),
    }
}

/// The launcher's answer, which tells the state of the run as `run_status` here.
fn launched(mut answer: Value) -> Value {
    let told = answer.get("status").cloned();
    if let (Some(answer), Some(told)) = (answer.as_object_mut(), told) {
        answer.insert("run_status".to_owned(), told);
        answer.insert("status".to_owned(), "launched".into());
    }
    answer
}

fn of_run(run: &Run, status: &str, decision: Option<&Decision>) -> Value {
    json!({
        "status": status,
        "pipeline": run.pipeline.as_str(),
        "correlation_id": run.key.correlation_id.as_str(),
        "data_product": run.key.data_product.as_str(),
        "run_id": run.attempt.0,
        "cluster_id": run.cluster_id.as_ref().map(|cluster| cluster.as_str()),
        "outcome": run.outcome.map(|outcome| outcome.as_str()),
        "decision": decision.map(course),
    })
}

fn course(decision: &Decision) -> Value {
    let (from, at) = match &decision.course {
        Course::Relaunch { from, at } => (from.as_deref(), Some(at.to_string())),
        Course::HandOver | Course::GiveUp => (None, None),
    };
    json!({
        "course": decision.course.as_str(),
        "why": decision.why,
        "from": from,
        "at": at,
    })
}
