use pipeline::run::{AttemptRecord, Outcome, Run, StepState};

use super::*;
use crate::given::{at, attempt, claimed, decision, ended, resumed, run, step};

/// What a person sees, without the colours.
fn told(history: &History, second: i64) -> String {
    let stories = stories(history, at(second));
    anstream::adapter::strip_str(&as_text(&stories[0])).to_string()
}

fn position(text: &str, of: &str) -> usize {
    text.find(of).unwrap_or_else(|| panic!("{of:?} is not in:\n{text}"))
}

#[test]
fn a_resumed_run_is_told_in_the_order_in_which_it_happened() {
    let text = told(&resumed(), 2000);
    let parts = [
        "rentals-2026-01-31",
        "COMPLETED (SUCCEEDED)",
        "2 attempts",
        "attempt 1  on j-1CLUSTER1",
        "02:00:05    its cluster was started",
        "02:03:05    the cluster was ready, after 3 min 00 s",
        "02:03:10  ✓ transform  COMPLETED  1 min 50 s",
        "02:05:01  ✗ kpis       FAILED     1 min 29 s",
        "02:07:00  ✗ ended STEP_FAILED: step kpis failed",
        "Unknown Error.",
        "ValueError: no column 'fare'",
        "s3://relay-logs/emr/j-1CLUSTER1/steps/s-2/",
        "→ attempt 2 resumes at step kpis, not before 2026-01-31 02:09:00Z: a step failed, in attempt 1 of 3",
        "attempt 2  on j-1CLUSTER2",
        "02:09:00    claimed by 2026/01/31/[$LATEST]9f8e/1/4",
        "02:16:00  ✓ ended SUCCEEDED",
        "next  nothing: it is done",
    ];
    let places: Vec<usize> = parts.iter().map(|part| position(&text, part)).collect();
    assert!(places.is_sorted(), "{text}");
    assert_eq!(text.matches("claimed by").count(), 1, "{text}");
}

#[test]
fn a_claim_without_a_cluster_is_a_chapter_of_its_own() {
    let mut history = resumed();
    history.attempts.truncate(1);
    history.runs = vec![Run { attempt: pipeline::run::Attempt(2), ..claimed() }];
    let text = told(&history, 30);
    assert!(position(&text, "attempt 2") < position(&text, "no cluster is recorded yet"), "{text}");
    assert!(text.contains("next  relay status rentals-2026-01-31 --watch"), "{text}");
}

#[test]
fn a_running_step_is_told_with_how_long_it_runs_and_waiting_ones_without() {
    let attempt = attempt(1, &["transform", "kpis"], 5);
    let steps = vec![step(&attempt, 1, "transform", StepState::Running, (Some(190), None))];
    let history = History { runs: vec![run(1)], attempts: vec![attempt], steps };
    let text = told(&history, 200);
    assert!(text.contains("▸ transform  RUNNING  10.0 s\n"), "{text}");
    assert!(text.contains("· kpis       PENDING\n"), "{text}");
}

#[test]
fn an_event_of_another_day_names_it() {
    let late = AttemptRecord { ended_at: Some(at(86_400)), ..attempt(1, &[], 5) };
    let run = ended(1, Outcome::Succeeded, 86_400);
    let text = told(&History { runs: vec![run], attempts: vec![late], steps: vec![] }, 90_000);
    assert!(text.contains("ended SUCCEEDED  (2026-02-01)"), "{text}");
}

#[test]
fn an_attempt_that_a_person_asked_for_is_told_as_such_although_it_had_been_given_up() {
    let mut history = resumed();
    history.attempts[0].decision =
        Some(decision(1, pipeline::run::Course::GiveUp, "attempt 1 of 1 was the last"));
    let text = told(&history, 2000);
    assert!(text.contains("attempt 2 resumes at step kpis") && !text.contains("given up"), "{text}");
}

#[test]
fn scripts_get_the_same_story_by_member() {
    let mut history = resumed();
    let given_up = decision(2, pipeline::run::Course::GiveUp, "attempt 2 of 2 was the last");
    history.runs = vec![Run { decision: Some(given_up), ..ended(2, Outcome::StepFailed, 970) }];
    let told = as_json(&stories(&history, at(2000))[0]);
    let [first, second] = told["attempts"].as_array().unwrap().as_slice() else { panic!("{told:#}") };
    assert_eq!((&first["cause"]["step"], &first["decision"]["from"]), (&"kpis".into(), &"kpis".into()));
    assert_eq!(first["steps"][1]["State"], "FAILED");
    assert_eq!(second["decision"]["course"], "GIVE_UP");
    assert_eq!(told["next"]["command"], "relay resume rentals-2026-01-31");
    assert!(first.get("claimed_at").is_none() && second.get("claimed_at").is_some());
}
