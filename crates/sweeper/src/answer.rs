//! What a sweep came to, for the caller and the log.

use std::error::Error;

use pipeline::failure::Explained;
use pipeline::sweep::{Mode, Repair, SweepError, Swept};
use serde_json::{Value, json};

/// The answer of an invocation.
pub(crate) fn json_of(mode: Mode, swept: &Swept) -> Value {
    json!({
        "dry_run": mode == Mode::DryRun,
        "status": status(swept),
        "open_runs": swept.open_runs,
        "repairs": swept.repairs.iter().map(repair).collect::<Vec<_>>(),
        "errors": swept.errors.iter().map(error).collect::<Vec<_>>(),
        "left": swept.left,
    })
}

fn status(swept: &Swept) -> String {
    let Swept { open_runs, repairs, errors, left } = swept;
    format!("swept, {open_runs} open, {} repaired, {} failed, {left} left", repairs.len(), errors.len())
}

fn repair(repair: &Repair) -> Value {
    json!({
        "correlation_id": repair.run.as_ref().map(|run| run.correlation_id.as_str()),
        "data_product": repair.run.as_ref().map(|run| run.data_product.as_str()),
        "cluster_id": repair.cluster_id.as_ref().map(|cluster| cluster.as_str()),
        "done": repair.done,
    })
}

fn error(error: &SweepError) -> Value {
    json!({"code": error.code(), "message": chain(error)})
}

/// The error and its causes in one line; the answer is all that the log shows of it.
fn chain(error: &SweepError) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        told = format!("{told}: {cause}");
        source = cause.source();
    }
    told
}
