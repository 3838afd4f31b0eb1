//! Decisions and stops: what stands, what gives way, and what has to be told again.

use pipeline::ports::{AttemptUpdate, Fence, RunUpdate, Runs, Updates};
use pipeline::run::{AttemptKey, ClusterId, Course, Decision, Outcome};

use super::given::{at, attachment, cause, claim, cluster_id, first, relaunch, run_key, second};
use super::relaunches::tell_run;
use super::stage::{Chapter, Stage};
use super::transcript::Transcript;

/// Decisions about ends, and runs that are stopped.
pub(crate) struct Decisions;

impl Chapter for Decisions {
    async fn play(&self, stage: &impl Stage, told: &mut Transcript) {
        stops(stage, told).await;
        decisions(stage, told).await;
        decisions_about_a_refusal(stage, told).await;
        watches(stage, told).await;
    }
}

fn of_run(update: RunUpdate) -> Updates {
    Updates { run: Some(update), attempt: None, steps: vec![], at: at(50) }
}

fn ended(outcome: Outcome) -> Updates {
    of_run(RunUpdate::End { outcome, cause: cause(&["code"]), current_step: None, decision: None })
}

fn courses(attempt: &AttemptKey, cluster: Option<ClusterId>) -> [(&'static str, Decision); 7] {
    let on = relaunch(attempt.attempt, cluster);
    let with = |course: Course| Decision { course, ..on.clone() };
    let elsewhere = Decision { cluster_id: Some(cluster_id("j-D9")), ..on.clone() };
    let plainly = with(Course::Relaunch { from: None, at: at(91) });
    [
        ("relaunch", on.clone()),
        ("relaunch otherwise", plainly),
        ("hand over", with(Course::HandOver)),
        ("give up", with(Course::GiveUp)),
        ("give up again", with(Course::GiveUp)),
        ("decide about another cluster", elsewhere),
        ("hand over after that", with(Course::HandOver)),
    ]
}

async fn begin(stage: &impl Stage, told: &mut Transcript, id: &str, cluster: &str) -> Fence {
    told.tell("claim", &stage.ports().claim(&claim(id, "one")).await);
    told.tell("attach", &stage.ports().attach(&attachment(first(id), cluster)).await);
    Fence::Cluster(cluster_id(cluster))
}

async fn stops(stage: &impl Stage, told: &mut Transcript) {
    let (runs, key) = (stage.ports(), first("stops"));
    let fence = begin(stage, told, "stops", "j-S1").await;
    let other = Fence::Cluster(cluster_id("j-S2"));
    for (call, fence, outcome) in [
        ("stop another cluster", &other, Outcome::TimedOut),
        ("stop", &fence, Outcome::TimedOut),
        ("stop for another reason", &fence, Outcome::Cancelled),
    ] {
        told.tell(call, &runs.apply(&key, fence, &of_run(RunUpdate::Stop(outcome))).await);
        tell_run(stage, told, &key.run).await;
    }
    told.tell("end", &runs.apply(&key, &fence, &ended(Outcome::TimedOut)).await);
    let fence = begin(stage, told, "stops:ended", "j-S3").await;
    let key = first("stops:ended");
    told.tell("end", &runs.apply(&key, &fence, &ended(Outcome::Succeeded)).await);
    let fuller = RunUpdate::End {
        outcome: Outcome::Succeeded,
        cause: cause(&["code", "message"]),
        current_step: None,
        decision: Some(relaunch(key.attempt, Some(cluster_id("j-S3")))),
    };
    told.tell("end it with a decision", &runs.apply(&key, &fence, &of_run(fuller.clone())).await);
    told.tell("end it with a decision again", &runs.apply(&key, &fence, &of_run(fuller)).await);
    let stop = of_run(RunUpdate::Stop(Outcome::Cancelled));
    told.tell("stop what has ended", &runs.apply(&key, &fence, &stop).await);
    tell_run(stage, told, &key.run).await;
}

async fn decisions(stage: &impl Stage, told: &mut Transcript) {
    let (runs, key) = (stage.ports(), first("decides"));
    let fence = begin(stage, told, "decides", "j-D1").await;
    let early = of_run(RunUpdate::Decide(relaunch(key.attempt, Some(cluster_id("j-D1")))));
    told.tell("decide before the end", &runs.apply(&key, &fence, &early).await);
    told.tell("end", &runs.apply(&key, &fence, &ended(Outcome::StepFailed)).await);
    for (key, fence) in [(&second("decides"), &fence), (&key, &Fence::Cluster(cluster_id("j-D9")))] {
        told.tell("decide for another", &runs.apply(key, fence, &early).await);
    }
    for (call, decision) in courses(&key, Some(cluster_id("j-D1"))) {
        told.tell("mark without a decision", &runs.mark_announced(&key, &fence, None).await);
        let updates = Updates {
            attempt: Some(AttemptUpdate::Decide(decision.clone())),
            ..of_run(RunUpdate::Decide(decision.clone()))
        };
        told.tell(call, &runs.apply(&key, &fence, &updates).await);
        told.tell("history", &runs.history(&run_key("decides").correlation_id).await);
        told.tell("mark with it", &runs.mark_announced(&key, &fence, Some(&decision)).await);
        told.tell("history", &runs.history(&run_key("decides").correlation_id).await);
    }
}

async fn decisions_about_a_refusal(stage: &impl Stage, told: &mut Transcript) {
    let (runs, key) = (stage.ports(), first("decides:refused"));
    let fence = Fence::Claimant("one".into());
    told.tell("claim", &runs.claim(&claim("decides:refused", "one")).await);
    told.tell("end", &runs.apply(&key, &fence, &ended(Outcome::Validation)).await);
    for (call, decision) in courses(&key, None) {
        told.tell(call, &runs.apply(&key, &fence, &of_run(RunUpdate::Decide(decision))).await);
        tell_run(stage, told, &key.run).await;
    }
}

async fn watches(stage: &impl Stage, told: &mut Transcript) {
    let key = first("watches");
    let fence = begin(stage, told, "watches", "j-W9").await;
    tell_run(stage, told, &key.run).await;
    let other = Fence::Cluster(cluster_id("j-W8"));
    let undecided = relaunch(key.attempt, Some(cluster_id("j-W9")));
    for (fence, decision) in [(&other, None), (&fence, Some(&undecided)), (&fence, None), (&fence, None)] {
        told.tell("mark", &stage.ports().mark_announced(&key, fence, decision).await);
        tell_run(stage, told, &key.run).await;
    }
}
