//! Items read as runs, attempts and steps.
//!
//! Others write this table too, on clusters and by hand: what a run can do without is taken as absent.

use jiff::Timestamp;
use pipeline::failure::Failure;
use pipeline::run::{
    Attempt, AttemptKey, AttemptRecord, Cause, ClusterId, CorrelationId, DataProduct, Outcome, OwedStep,
    PipelineName, Run, RunKey, Status, StepId, StepRecord, StepState, Topics,
};
use pipeline::signal::S3Object;

use super::change::Item;
use super::decision::decision;
use super::row::Row;

/// A run's name in messages.
pub(super) fn named(key: &RunKey) -> String {
    format!("run {} of {}", key.correlation_id, key.data_product)
}

/// A run item.
pub(super) fn run(item: &Item) -> Result<Run, Failure> {
    let row = Row(item);
    let key = run_key(row)?;
    let cluster_id = row.parsed("Cluster_Id", ClusterId::parse)?;
    let ended = !is_of_another(row, "Ended_Cluster_Id");
    let outcome = row.text("Outcome").and_then(Outcome::parse).filter(|_| ended);
    let (attempt, miscounted) = attempt(row)?;
    let (decision, undecided) = decision(row, attempt);
    let claimed_at = row.value("Claimed_At")?.unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Run {
        pipeline: pipeline(row, &key.data_product)?,
        attempt,
        status: status(row, outcome, cluster_id.as_ref()),
        outcome,
        cause: cause(row).filter(|_| ended),
        decision,
        cluster_id,
        name: row.owned("Name").unwrap_or_default(),
        owed: owed(row),
        current_step: row.owned("CurrentStep"),
        date: row.owned("Date").unwrap_or_default(),
        s3_prefix: row.owned("S3_Prefix_Snapshots").or(row.owned("S3_Prefix_Analytical_DataSet")),
        snapshot_type: row.owned("Snapshot_Type"),
        claimed_at,
        claimed_by: row.owned("Claimed_By").unwrap_or_default(),
        lease_until: row.moment("Lease_Until", Timestamp::from_millisecond)?.unwrap_or(Timestamp::UNIX_EPOCH),
        updated_at: row.value("Updated_At")?.unwrap_or(claimed_at),
        payload_hash: row.owned("Payload_Hash"),
        config_hash: row.owned("Config_Hash"),
        launch: row.owned("Launch"),
        launch_object: object(row),
        deadline: row.value("Deadline")?,
        stopping: stopping(row),
        continue_fails: row.flag("Continue_Fails"),
        notify: topics(row),
        task_token: row.owned("Task_Token"),
        announced: row.flag("Announced") && ended && !is_of_another(row, "Announced_Cluster_Id"),
        expires_at: row.moment("TimeToExist", expiry)?.unwrap_or(Timestamp::MAX),
        flaw: miscounted.or(undecided),
        key,
    })
}

fn run_key(row: Row<'_>) -> Result<RunKey, Failure> {
    let data_product = row.required("DataProduct", row.parsed("DataProduct", DataProduct::parse)?)?;
    Ok(RunKey { correlation_id: correlation_id(row)?, data_product })
}

/// An attempt item.
pub(super) fn attempt_record(
    item: &Item,
    product: DataProduct,
    attempt: Attempt,
) -> Result<AttemptRecord, Failure> {
    let row = Row(item);
    Ok(AttemptRecord {
        pipeline: pipeline(row, &product)?,
        cluster_id: row.required("Cluster_Id", row.parsed("Cluster_Id", ClusterId::parse)?)?,
        steps: row.texts("Steps"),
        started_at: row.value("Started_At")?.unwrap_or(Timestamp::UNIX_EPOCH),
        ready_at: row.value("Ready_At")?,
        ended_at: row.value("Ended_At")?,
        outcome: row.text("Outcome").and_then(Outcome::parse),
        cause: cause(row),
        normalized_instance_hours: row.value("Normalized_Instance_Hours")?,
        decision: decision(row, attempt).0,
        key: attempt_key(row, product, attempt)?,
    })
}

/// A step item.
pub(super) fn step_record(
    item: &Item,
    product: DataProduct,
    attempt: Attempt,
    step_id: StepId,
) -> Result<StepRecord, Failure> {
    let row = Row(item);
    let word = row.required("State", row.text("State"))?;
    let state = StepState::parse(word).ok_or_else(|| row.unreadable("State", word, "no state of a step"))?;
    Ok(StepRecord {
        attempt: attempt_key(row, product, attempt)?,
        step_id,
        name: row.owned("Name").unwrap_or_default(),
        state,
        started_at: row.value("Started_At")?,
        ended_at: row.value("Ended_At")?,
        settled: row.flag("Settled"),
    })
}

fn correlation_id(row: Row<'_>) -> Result<CorrelationId, Failure> {
    row.required("Correlation_Id", row.parsed("Correlation_Id", CorrelationId::parse)?)
}

fn attempt_key(row: Row<'_>, data_product: DataProduct, attempt: Attempt) -> Result<AttemptKey, Failure> {
    Ok(AttemptKey { run: RunKey { correlation_id: correlation_id(row)?, data_product }, attempt })
}

/// A row that names no pipeline belongs to the folder that its data product is named after by default.
fn pipeline(row: Row<'_>, product: &DataProduct) -> Result<PipelineName, Failure> {
    let named = row.parsed("Pipeline", PipelineName::parse)?;
    row.required("Pipeline", named.or_else(|| usual_pipeline(product)))
}

/// The folder of a data product by default.
pub(super) fn usual_pipeline(product: &DataProduct) -> Option<PipelineName> {
    PipelineName::parse(&product.as_str().to_lowercase()).ok()
}

/// Why the cluster that the run is on now is being stopped.
fn stopping(row: Row<'_>) -> Option<Outcome> {
    let ours = !is_of_another(row, "Stopping_Cluster_Id");
    row.text("Stopping").and_then(Outcome::parse).filter(|_| ours)
}

/// Our own count; where there is none, that of whoever wrote the row, or the sentence that says why it is none.
fn attempt(row: Row<'_>) -> Result<(Attempt, Option<String>), Failure> {
    if let Some(counted) = row.value("Attempt")? {
        return Ok((Attempt(counted), None));
    }
    let Some(text) = row.text("Run_Id") else { return Ok((Attempt::FIRST, None)) };
    Ok(match text.parse() {
        Ok(number) => (Attempt(number), None),
        Err(_) => {
            let flaw = format!("column Run_Id holds {text:?}, so that nobody knows which attempt this is");
            (Attempt::FIRST, Some(flaw))
        }
    })
}

/// Whether what is told of the run is about another cluster than the one that it is on now: writers on clusters move a
/// row of theirs on without a word to us.
fn is_of_another(row: Row<'_>, column: &str) -> bool {
    row.text(column).is_some_and(|cluster| row.text("Cluster_Id") != Some(cluster))
}

/// No year that anybody means has this many seconds: writers on clusters count milliseconds.
const TOO_MANY_SECONDS: i64 = 100_000_000_000;

fn expiry(number: i64) -> Result<Timestamp, jiff::Error> {
    match number < TOO_MANY_SECONDS {
        true => Timestamp::from_second(number),
        false => Timestamp::from_millisecond(number),
    }
}

/// Every step, if each of them can be read: of a list with holes nobody could say what is owed.
fn owed(row: Row<'_>) -> Vec<OwedStep> {
    let step = |step: Row<'_>| {
        let (name, fingerprint) = (step.owned("name")?, step.owned("fingerprint")?);
        Some(OwedStep { name, fingerprint, runs: step.flag("runs") })
    };
    row.maps("Owed").into_iter().map(|map| step(map?)).collect::<Option<_>>().unwrap_or_default()
}

fn object(row: Row<'_>) -> Option<S3Object> {
    let row = row.map("Launch_Object")?;
    Some(S3Object { bucket: row.owned("bucket")?, key: row.owned("key")? })
}

/// Writers on clusters have words of their own, such as `In-Progress`; what cannot be read is told by the rest.
fn status(row: Row<'_>, outcome: Option<Outcome>, cluster: Option<&ClusterId>) -> Status {
    let word = row.text("Status").unwrap_or_default().to_uppercase().replace(['-', ' '], "_");
    let told = match (outcome, cluster) {
        (Some(outcome), _) => outcome.status(),
        (None, Some(_)) => Status::InProgress,
        (None, None) => Status::Launching,
    };
    Status::parse(&word).unwrap_or(told)
}

fn cause(row: Row<'_>) -> Option<Cause> {
    let row = row.map("Cause")?;
    Some(Cause {
        code: row.owned("code"),
        message: row.owned("message"),
        step: row.owned("step"),
        log_uri: row.owned("log_uri"),
        reason: row.owned("reason"),
        log_line: row.owned("log_line"),
    })
}

fn topics(row: Row<'_>) -> Topics {
    let Some(row) = row.map("Notify") else { return Topics::default() };
    Topics { information: row.owned("information"), critical: row.owned("critical") }
}
