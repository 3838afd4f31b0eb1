//! Rows as the run table has them, for tests.

use jiff::{SignedDuration, Timestamp};
use pipeline::run::{
    Attempt, AttemptKey, AttemptRecord, Cause, ClusterId, CorrelationId, Course, DataProduct, Decision,
    History, Outcome, PipelineName, Run, RunKey, Status, StepId, StepRecord, StepState, Topics,
};

/// A moment that many seconds into the night of the run.
pub(crate) fn at(second: i64) -> Timestamp {
    "2026-01-31T02:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
}

pub(crate) fn key() -> RunKey {
    RunKey {
        correlation_id: CorrelationId::parse("rentals-2026-01-31").unwrap(),
        data_product: DataProduct::parse("RENTALS").unwrap(),
    }
}

pub(crate) fn cluster(attempt: u32) -> ClusterId {
    ClusterId::parse(&format!("j-1CLUSTER{attempt}")).unwrap()
}

fn pipeline() -> PipelineName {
    PipelineName::parse("rentals").unwrap()
}

/// A run whose attempt of this number works on its cluster.
pub(crate) fn run(attempt: u32) -> Run {
    Run {
        key: key(),
        pipeline: pipeline(),
        attempt: Attempt(attempt),
        status: Status::InProgress,
        outcome: None,
        cause: None,
        decision: None,
        cluster_id: Some(cluster(attempt)),
        name: "rentals".into(),
        owed: vec![],
        current_step: None,
        date: "2026-01-31".into(),
        s3_prefix: None,
        snapshot_type: None,
        claimed_at: at(0),
        claimed_by: "2026/01/31/[$LATEST]0a1b/1/1".into(),
        lease_until: at(60),
        updated_at: at(0),
        payload_hash: None,
        config_hash: None,
        launch: Some("{}".into()),
        launch_object: None,
        deadline: None,
        stopping: None,
        continue_fails: false,
        notify: Topics::NONE,
        task_token: None,
        announced: false,
        expires_at: at(86400),
        flaw: None,
    }
}

/// A run that is claimed, and has no cluster yet.
pub(crate) fn claimed() -> Run {
    Run { status: Status::Launching, cluster_id: None, ..run(1) }
}

/// A run whose attempt ended so, at this second.
pub(crate) fn ended(attempt: u32, outcome: Outcome, second: i64) -> Run {
    let cause = (outcome.status() == Status::Failed).then(cause);
    Run { status: outcome.status(), outcome: Some(outcome), cause, updated_at: at(second), ..run(attempt) }
}

pub(crate) fn cause() -> Cause {
    Cause {
        code: Some("STEP_FAILURE".into()),
        message: Some("step kpis failed".into()),
        step: Some("kpis".into()),
        log_uri: Some("s3://relay-logs/emr/j-1CLUSTER1/steps/s-2/".into()),
        reason: Some("Unknown Error.".into()),
        log_line: Some("ValueError: no column 'fare' <in> rentals & co".into()),
    }
}

pub(crate) fn decision(attempt: u32, course: Course, why: &str) -> Decision {
    Decision { attempt: Attempt(attempt), cluster_id: Some(cluster(attempt)), course, why: why.into() }
}

/// The next attempt, from this step, not before this second.
pub(crate) fn resumes(attempt: u32, from: &str, second: i64) -> Decision {
    let course = Course::Relaunch { from: Some(from.into()), at: at(second) };
    decision(attempt, course, &format!("a step failed, in attempt {attempt} of 3"))
}

/// An attempt that started at this second, its cluster ready three minutes later.
pub(crate) fn attempt(number: u32, steps: &[&str], second: i64) -> AttemptRecord {
    AttemptRecord {
        key: AttemptKey { run: key(), attempt: Attempt(number) },
        pipeline: pipeline(),
        cluster_id: cluster(number),
        steps: steps.iter().map(|name| (*name).to_owned()).collect(),
        started_at: at(second),
        ready_at: Some(at(second + 180)),
        ended_at: None,
        outcome: None,
        cause: None,
        normalized_instance_hours: None,
        decision: None,
    }
}

/// A step of an attempt: its place makes its id.
pub(crate) fn step(
    attempt: &AttemptRecord,
    place: usize,
    name: &str,
    state: StepState,
    times: (Option<i64>, Option<i64>),
) -> StepRecord {
    StepRecord {
        attempt: attempt.key.clone(),
        step_id: StepId::parse(&format!("s-{place:04}")).unwrap(),
        name: name.to_owned(),
        state,
        started_at: times.0.map(at),
        ended_at: times.1.map(at),
        settled: false,
    }
}

/// A run whose second step failed in its first attempt, and completed in its second one.
pub(crate) fn resumed() -> History {
    let failed = AttemptRecord {
        ended_at: Some(at(420)),
        outcome: Some(Outcome::StepFailed),
        cause: Some(cause()),
        decision: Some(resumes(1, "kpis", 540)),
        ..attempt(1, &["transform", "kpis"], 5)
    };
    let second = AttemptRecord {
        ended_at: Some(at(960)),
        outcome: Some(Outcome::Succeeded),
        ..attempt(2, &["kpis"], 545)
    };
    let steps = vec![
        step(&failed, 1, "transform", StepState::Completed, (Some(190), Some(300))),
        step(&failed, 2, "kpis", StepState::Failed, (Some(301), Some(390))),
        step(&second, 1, "kpis", StepState::Completed, (Some(740), Some(930))),
    ];
    let run = Run {
        claimed_at: at(540),
        claimed_by: "2026/01/31/[$LATEST]9f8e/1/4".into(),
        decision: failed.decision.clone(),
        ..ended(2, Outcome::Succeeded, 961)
    };
    History { runs: vec![run], attempts: vec![failed, second], steps }
}
