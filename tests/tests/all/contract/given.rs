//! What both stages hold before the script begins, and what its calls bring.

use jiff::Timestamp;
use pipeline::ports::{Attachment, Claim, NextClaim};
use pipeline::run::{
    Attempt, AttemptKey, Cause, ClusterId, CorrelationId, Course, DataProduct, Decision, OwedStep,
    PipelineName, Run, RunKey, StepId, StepRecord, StepState, Topics,
};
use pipeline::signal::S3Object;

/// Folder, name and content of documents.
pub(crate) const DOCUMENTS: &[(&str, &str, &[u8])] = &[
    ("team/pdm", "cluster.yaml", b"Name: pdm\n"),
    ("team/pdm", "empty.yaml", b""),
    ("team/pdm", "latin.yaml", b"Name: caf\xe9\n"),
    ("team/pdm", "queries/daily metrics+1.sql", b"SELECT 1"),
    ("team/adg", "cluster.yaml", b"Name: adg\n"),
    ("team/team", "cluster.yaml", b"Name: team\n"),
    ("team-b", "cluster.yaml", b"Name: b\n"),
    ("alone", "cluster.yaml", b"Name: alone\n"),
];

/// Names and texts of secrets.
pub(crate) const SECRETS: &[(&str, &str)] =
    &[("metastore", r#"{"password": "hunter2"}"#), ("team/tokén", "x")];

/// Names and texts of parameters.
pub(crate) const PARAMETERS: &[(&str, &str)] = &[("/relay/datasets", "a,b,c"), ("plain", "one")];

/// The folder of a step that has left a log, in the bucket of logs, and what its `stderr` holds.
pub(crate) const LOG: (&str, &str) = ("j-1/steps/s-1", "WARN slow\nTraceback: gone\n");

/// A security configuration that exists.
pub(crate) const SECURITY_CONFIGURATION: &str = "baseline";

/// This many seconds into the script.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub(crate) fn run_key(correlation_id: &str) -> RunKey {
    RunKey {
        correlation_id: CorrelationId::parse(correlation_id).unwrap(),
        data_product: DataProduct::parse("P.D M_1-x").unwrap(),
    }
}

pub(crate) fn first(correlation_id: &str) -> AttemptKey {
    AttemptKey { run: run_key(correlation_id), attempt: Attempt::FIRST }
}

pub(crate) fn second(correlation_id: &str) -> AttemptKey {
    AttemptKey { run: run_key(correlation_id), attempt: Attempt(2) }
}

pub(crate) fn pipeline_name() -> PipelineName {
    PipelineName::parse("team/pdm").unwrap()
}

pub(crate) fn cluster_id(text: &str) -> ClusterId {
    ClusterId::parse(text).unwrap()
}

/// When every row may vanish: the stages keep rows for 90 days, and every end here comes at second 50.
pub(crate) fn expiry() -> Timestamp {
    at(50 + 90 * 24 * 3600)
}

/// A claim with every member that may be there.
pub(crate) fn claim(correlation_id: &str, claimant: &str) -> Claim {
    Claim {
        key: first(correlation_id),
        pipeline: pipeline_name(),
        date: "2027-01-15".into(),
        s3_prefix: Some("snapshots/2027-01-15/".into()),
        snapshot_type: Some("full".into()),
        at: at(0),
        claimant: claimant.into(),
        lease_until: at(900),
        payload_hash: "payload".into(),
        config_hash: "config".into(),
        launch: r#"{"pipeline":"team/pdm"}"#.into(),
        launch_object: Some(S3Object { bucket: "landing".into(), key: "exports/2027-01-15.csv".into() }),
        name: "pdm".into(),
        owed: vec![owed("source", true), owed("model", false)],
        deadline: Some(at(7200)),
        continue_fails: true,
        notify: Topics { information: Some("arn:information".into()), critical: None },
        task_token: Some("token".into()),
        expires_at: expiry(),
    }
}

/// A claim with no member that may be absent.
pub(crate) fn bare_claim(correlation_id: &str, claimant: &str) -> Claim {
    Claim {
        s3_prefix: None,
        snapshot_type: None,
        launch_object: None,
        owed: vec![],
        deadline: None,
        continue_fails: false,
        notify: Topics::default(),
        task_token: None,
        ..claim(correlation_id, claimant)
    }
}

/// The claim of the attempt after the one that was seen, with every member changed.
pub(crate) fn next_claim(seen: &Run, claimant: &str) -> NextClaim {
    NextClaim {
        seen: seen.clone(),
        at: at(100),
        claimant: claimant.into(),
        lease_until: at(1000),
        pipeline: pipeline_name(),
        launch: r#"{"pipeline":"team/pdm","resumed":true}"#.into(),
        config_hash: "another config".into(),
        notify: Topics { information: None, critical: Some("arn:critical".into()) },
        name: "pdm again".into(),
        owed: vec![owed("source", false), owed("model", true)],
        deadline: Some(at(9000)),
        continue_fails: !seen.continue_fails,
        decision: relaunch(seen.attempt, seen.cluster_id.clone()),
        expires_at: expiry(),
    }
}

pub(crate) fn relaunch(attempt: Attempt, cluster_id: Option<ClusterId>) -> Decision {
    let course = Course::Relaunch { from: Some("model".into()), at: at(90) };
    Decision { attempt, cluster_id, course, why: "step model failed".into() }
}

pub(crate) fn owed(name: &str, runs: bool) -> OwedStep {
    OwedStep { name: name.into(), fingerprint: format!("fingerprint of {name}"), runs }
}

pub(crate) fn attachment(key: AttemptKey, cluster: &str) -> Attachment {
    Attachment {
        key,
        pipeline: pipeline_name(),
        cluster_id: cluster_id(cluster),
        steps: vec!["source".into(), "model".into()],
        at: at(10),
    }
}

/// A cause of as many parts as there are texts.
pub(crate) fn cause(parts: &[&str]) -> Option<Cause> {
    let part = |place: usize| parts.get(place).map(|text| (*text).to_owned());
    (!parts.is_empty()).then(|| Cause {
        code: part(0),
        message: part(1),
        step: part(2),
        log_uri: part(3),
        reason: part(4),
        log_line: part(5),
    })
}

pub(crate) fn step(key: AttemptKey, id: &str, state: StepState, times: [Option<i64>; 2]) -> StepRecord {
    let [started_at, ended_at] = times.map(|second| second.map(at));
    let step_id = StepId::parse(id).unwrap();
    StepRecord {
        attempt: key,
        step_id,
        name: format!("step {id}"),
        state,
        started_at,
        ended_at,
        settled: false,
    }
}
