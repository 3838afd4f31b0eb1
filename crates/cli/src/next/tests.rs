use pipeline::run::Decision;

use super::*;
use crate::given::{at, claimed, decision, ended, resumes, run};

fn decided(run: Run, decision: Decision) -> Run {
    Run { decision: Some(decision), ..run }
}

const WATCH: &str = "relay status rentals-2026-01-31 --watch";
const RESUME: &str = "relay resume rentals-2026-01-31";

#[test]
fn every_standing_of_a_run_has_its_command() {
    let failed = || ended(1, Outcome::StepFailed, 400);
    let given_up = decision(1, Course::GiveUp, "attempt 3 of 3 was the last");
    let lost = decided(ended(1, Outcome::Lost, 400), decision(1, Course::GiveUp, "lost"));
    for (run, second, expected) in [
        (claimed(), 60, Some(WATCH)),
        (claimed(), 61, Some("relay sweep")),
        (run(1), 60, Some(WATCH)),
        (Run { deadline: Some(at(100)), ..run(1) }, 101, Some("relay sweep")),
        (Run { stopping: Some(Outcome::Cancelled), ..run(1) }, 101, Some(WATCH)),
        (Run { status: Status::Completed, ..run(1) }, 101, None),
        (failed(), 400, Some(WATCH)),
        (failed(), 900, Some("relay sweep")),
        (decided(failed(), resumes(1, "kpis", 520)), 500, Some(WATCH)),
        (decided(failed(), resumes(1, "kpis", 520)), 900, Some("relay sweep")),
        (decided(failed(), given_up), 900, Some(RESUME)),
        (decided(failed(), decision(1, Course::HandOver, "w")), 900, Some(WATCH)),
        (lost, 900, Some("relay resume rentals-2026-01-31 --from STEP")),
        (Run { cluster_id: None, ..ended(1, Outcome::Validation, 400) }, 900, Some(RESUME)),
        (ended(1, Outcome::Cancelled, 400), 900, Some(RESUME)),
        (ended(1, Outcome::Succeeded, 400), 900, None),
    ] {
        let next = next(&run, 1, at(second));
        assert_eq!(next.command.as_deref(), expected, "{} {:?}: {}", run.status, run.outcome, next.why);
    }
}

#[test]
fn a_decision_about_an_earlier_attempt_says_nothing_about_this_failure() {
    let run = decided(ended(2, Outcome::StepFailed, 400), resumes(1, "kpis", 100));
    assert!(next(&run, 1, at(401)).why.contains("being decided"));
}

#[test]
fn one_run_of_several_is_named_with_its_data_product() {
    let cancelled = ended(1, Outcome::Cancelled, 400);
    let next = next(&cancelled, 2, at(500));
    assert_eq!(next.command.as_deref(), Some("relay resume rentals-2026-01-31 --data-product RENTALS"));
}
