use std::time::Duration;

use super::*;
use crate::definition::Backoff;
use crate::run::{
    Attempt, AttemptKey, Cause, ClusterId, CorrelationId, DataProduct, OwedStep, PipelineName, RunKey,
    Status, StepId, StepRecord, StepState, Topics,
};

fn policy() -> Policy {
    Policy {
        max_attempts: 3,
        steps_not_to_retry: vec![],
        not_resumable: [].into(),
        backoff: Backoff::default(),
    }
}

fn owed(words: &str) -> Vec<OwedStep> {
    let step = |word: &str| OwedStep {
        name: word.trim_start_matches('-').to_owned(),
        fingerprint: "as it was".to_owned(),
        runs: !word.starts_with('-'),
    };
    words.split_whitespace().map(step).collect()
}

fn pipeline(words: &str) -> Vec<NamedStep> {
    owed(words)
        .into_iter()
        .map(|step| NamedStep { scripts: vec![format!("{}-job", step.name)], step })
        .collect()
}

/// A run whose attempt was to run these steps (`-a`: not `a`), and has failed.
fn run(steps: &str) -> Run {
    let moment = Timestamp::UNIX_EPOCH;
    Run {
        key: RunKey {
            correlation_id: CorrelationId::parse("run").unwrap(),
            data_product: DataProduct::parse("PDM").unwrap(),
        },
        pipeline: PipelineName::parse("pdm").unwrap(),
        attempt: Attempt(1),
        status: Status::Failed,
        outcome: Some(Outcome::StepFailed),
        cause: Some(Cause::default()),
        decision: None,
        cluster_id: Some(ClusterId::parse("j-1").unwrap()),
        name: "pdm".into(),
        owed: owed(steps),
        current_step: None,
        date: "2026-11-21".into(),
        s3_prefix: None,
        snapshot_type: None,
        claimed_at: moment,
        claimed_by: "one".into(),
        lease_until: moment,
        updated_at: moment,
        payload_hash: None,
        config_hash: Some("then".into()),
        launch: Some("{}".into()),
        launch_object: None,
        deadline: None,
        stopping: None,
        continue_fails: false,
        notify: Topics::NONE,
        task_token: None,
        announced: false,
        expires_at: moment,
        flaw: None,
    }
}

/// What EMR showed of the attempt's steps, from words such as `a:COMPLETED`.
fn history(run: &Run, words: &str) -> History {
    let step = |(place, word): (usize, &str)| {
        let (name, state) = word.split_once(':').unwrap();
        StepRecord {
            attempt: AttemptKey { run: run.key.clone(), attempt: run.attempt },
            step_id: StepId::parse(&format!("s-{place}")).unwrap(),
            name: name.to_owned(),
            state: StepState::parse(state).unwrap(),
            started_at: None,
            ended_at: None,
            settled: true,
        }
    };
    History { steps: words.split_whitespace().enumerate().map(step).collect(), ..History::default() }
}

fn owes(run: &Run, shown: &str, steps: &str, policy: &Policy) -> Result<Vec<String>, String> {
    let history = history(run, shown);
    let steps = pipeline(steps);
    let failed = Failed { run, history: &history, steps: &steps, sequential: true, config_hash: "then" };
    owed_now(&failed, policy)
}

#[test]
fn whatever_emr_does_not_show_as_completed_is_owed_and_nothing_else() {
    for (given, shown, expected) in [
        ("a b c", "a:COMPLETED b:FAILED c:CANCELLED", "b c"),
        ("a b c", "a:FAILED b:COMPLETED c:FAILED", "a c"),
        ("a b c", "a:CANCELLED b:CANCELLED c:CANCELLED", "a b c"),
        ("a b c", "a:COMPLETED b:INTERRUPTED c:PENDING", "b c"),
        ("-a b c", "b:COMPLETED c:FAILED", "c"),
        ("-a b -c", "b:FAILED", "b"),
        ("a b c", "a:COMPLETED added-by-hand:FAILED b:FAILED", "b c"),
        ("a a b", "a:COMPLETED a:COMPLETED b:FAILED", "b"),
    ] {
        let found = owes(&run(given), shown, &given.replace('-', ""), &policy()).unwrap();
        assert_eq!(found.join(" "), expected, "{given}: {shown}");
    }
}

#[test]
fn steps_that_cannot_be_told_apart_are_not_guessed_at() {
    let why = owes(&run("a a b"), "a:COMPLETED a:FAILED b:CANCELLED", "a a b", &policy()).unwrap_err();
    assert!(why.contains("1 of 2 steps called a"), "{why}");
    let why = owes(&run("a b"), "a:COMPLETED b:COMPLETED", "a b", &policy()).unwrap_err();
    assert!(why.contains("nothing to resume"), "{why}");
}

#[test]
fn the_step_of_a_script_is_found_by_the_scripts_name_where_emr_shows_nothing() {
    let run = Run { current_step: Some("b-job".into()), ..run("a b c") };
    assert_eq!(owes(&run, "", "a b c", &policy()).unwrap(), ["b", "c"]);
}

#[test]
fn a_failure_may_send_the_resume_back_and_only_back() {
    let sent = |pairs: &[(&str, &str)]| {
        let not_resumable = pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        Policy { not_resumable, ..policy() }
    };
    for (pairs, expected) in [
        (vec![("c", "b")], "b c d"),
        (vec![("c", "b"), ("b", "a")], "a b c d"),
        (vec![("d", "a")], "c d"),
        (vec![("c", "d")], "c d"),
        (vec![("c", "gone")], "c d"),
    ] {
        let shown = "a:COMPLETED b:COMPLETED c:FAILED d:CANCELLED";
        let found = owes(&run("a b c d"), shown, "a b c d", &sent(&pairs)).unwrap();
        assert_eq!(found.join(" "), expected, "{pairs:?}");
    }
}

#[test]
fn the_wait_grows_by_its_factor_up_to_its_longest() {
    let waits: Vec<Duration> = (1..=6).map(|attempt| policy().wait_after(Attempt(attempt))).collect();
    assert_eq!(waits.iter().map(|wait| wait.as_secs() / 60).collect::<Vec<_>>(), [2, 4, 8, 16, 30, 30]);
}

#[test]
fn only_failures_that_another_attempt_helps_against_are_relaunched() {
    for outcome in Outcome::ALL {
        let run = Run { outcome: Some(*outcome), ..run("a b") };
        let history = history(&run, "a:COMPLETED b:FAILED");
        let steps = pipeline("a b");
        let failed =
            Failed { run: &run, history: &history, steps: &steps, sequential: true, config_hash: "then" };
        let relaunches = matches!(decide(&failed, &policy()), Resume::Relaunch { .. });
        let expected = match outcome {
            Outcome::StepFailed
            | Outcome::BootstrapFailed
            | Outcome::InstanceFailed
            | Outcome::Capacity
            | Outcome::Internal
            | Outcome::TimedOut => true,
            Outcome::Succeeded
            | Outcome::SucceededWithErrors
            | Outcome::NothingToDo
            | Outcome::Validation
            | Outcome::Cancelled
            | Outcome::Lost => false,
        };
        assert_eq!(relaunches, expected, "{outcome}");
    }
}
