//! Updates: fenced, in order, harmless to repeat.

use pipeline::ports::{AttemptUpdate, Fence, RunUpdate, Runs, Updates};
use pipeline::run::{Outcome, StepRecord, StepState};

use super::given::{at, attachment, cause, claim, cluster_id, first, run_key, second, step};
use super::stage::{Chapter, Stage};
use super::transcript::Transcript;

/// Progress, ends, readiness and steps.
pub(crate) struct Updating;

impl Chapter for Updating {
    async fn play(&self, stage: &impl Stage, told: &mut Transcript) {
        told.tell("claim", &stage.ports().claim(&claim("updates", "one")).await);
        told.tell("attach", &stage.ports().attach(&attachment(first("updates"), "j-U1")).await);
        fences(stage, told).await;
        progress(stage, told).await;
        steps(stage, told).await;
        readiness(stage, told).await;
        ends(stage, told).await;
        everything_at_once(stage, told).await;
        an_end_without_a_cluster(stage, told).await;
    }
}

fn cluster(id: &str) -> Fence {
    Fence::Cluster(cluster_id(id))
}

fn claimant(name: &str) -> Fence {
    Fence::Claimant(name.into())
}

fn of_run(update: RunUpdate) -> Updates {
    Updates { run: Some(update), attempt: None, steps: vec![], at: at(50) }
}

fn of_attempt(update: AttemptUpdate) -> Updates {
    Updates { run: None, attempt: Some(update), steps: vec![], at: at(50) }
}

fn of_steps(steps: Vec<StepRecord>) -> Updates {
    Updates { run: None, attempt: None, steps, at: at(50) }
}

fn begun(step: &str, rank: &str) -> RunUpdate {
    RunUpdate::Progress { step: step.into(), rank: rank.into() }
}

fn run_end(outcome: Outcome, parts: &[&str], step: Option<&str>) -> RunUpdate {
    RunUpdate::End { outcome, cause: cause(parts), current_step: step.map(Into::into), decision: None }
}

fn attempt_end(outcome: Outcome, parts: &[&str], second: i64, hours: Option<i32>) -> AttemptUpdate {
    AttemptUpdate::End { at: at(second), outcome, cause: cause(parts), normalized_instance_hours: hours }
}

async fn apply(stage: &impl Stage, told: &mut Transcript, call: &str, updates: &Updates) {
    told.tell(call, &stage.ports().apply(&first("updates"), &cluster("j-U1"), updates).await);
}

async fn tell_history(stage: &impl Stage, told: &mut Transcript, correlation_id: &str) {
    let answer = stage.ports().history(&run_key(correlation_id).correlation_id).await;
    told.tell("history", &answer);
}

async fn fences(stage: &impl Stage, told: &mut Transcript) {
    let updates = Updates {
        attempt: Some(AttemptUpdate::Ready { at: at(20) }),
        ..of_run(run_end(Outcome::Internal, &["code"], None))
    };
    for (key, fence) in [
        (first("updates"), cluster("j-U2")),
        (second("updates"), cluster("j-U1")),
        (first("nothing"), cluster("j-U1")),
    ] {
        told.tell(&format!("apply {fence:?}"), &stage.ports().apply(&key, &fence, &updates).await);
        told.tell("mark", &stage.ports().mark_announced(&key, &fence, None).await);
    }
    let end = of_run(run_end(Outcome::Internal, &["code"], None));
    told.tell("as claimant", &stage.ports().apply(&first("updates"), &claimant("one"), &end).await);
    tell_history(stage, told, "updates").await;
}

async fn progress(stage: &impl Stage, told: &mut Transcript) {
    for (step, rank) in
        [("source", "0000"), ("model", "0001"), ("source", "0000"), ("model", "0001"), ("last", "0010")]
    {
        apply(stage, told, &format!("begin {step}"), &of_run(begun(step, rank))).await;
    }
    tell_history(stage, told, "updates").await;
}

async fn steps(stage: &impl Stage, told: &mut Transcript) {
    use StepState::{CancelPending, Cancelled, Completed, Failed, Pending, Running};
    let record = |id: &str, state, times| step(first("updates"), id, state, times);
    let settled = |id: &str, state, times| StepRecord { settled: true, ..record(id, state, times) };
    for (call, records) in [
        ("a first one", vec![record("s-1", Pending, [None, None])]),
        ("it ends", vec![record("s-1", Completed, [None, Some(40)])]),
        ("it begins, late", vec![record("s-1", Running, [Some(30), Some(99)])]),
        ("it ends again", vec![record("s-1", Completed, [Some(31), Some(41)])]),
        ("several", vec![record("s-3", Running, [Some(35), None]), record("s-2", Failed, [None, None])]),
        (
            "some rise",
            vec![record("s-3", CancelPending, [None, None]), record("s-2", Failed, [None, Some(44)])],
        ),
        ("one is cancelled", vec![record("s-3", Cancelled, [None, Some(45)])]),
        ("one is settled lower", vec![settled("s-3", Completed, [Some(36), Some(46)])]),
        ("it is cancelled again", vec![record("s-3", Cancelled, [Some(35), Some(45)])]),
        ("it is settled again", vec![settled("s-3", Failed, [None, Some(47)])]),
        ("a new one is settled", vec![settled("s-4", Cancelled, [None, None])]),
        ("it begins, late", vec![record("s-4", Running, [Some(37), None])]),
    ] {
        apply(stage, told, call, &of_steps(records)).await;
        tell_history(stage, told, "updates").await;
    }
}

async fn readiness(stage: &impl Stage, told: &mut Transcript) {
    for second in [30, 40, 30, 20] {
        let ready = AttemptUpdate::Ready { at: at(second) };
        apply(stage, told, &format!("ready at {second}"), &of_attempt(ready)).await;
    }
    told.tell("run of j-U1", &stage.ports().by_cluster(&cluster_id("j-U1")).await);
}

async fn ends(stage: &impl Stage, told: &mut Transcript) {
    let full = ["code", "message", "model", "s3://logs/", "reason", "line"];
    for (outcome, parts, step, second) in [
        (Outcome::StepFailed, &full[..1], Some("model"), 60),
        (Outcome::StepFailed, &["other"], Some("other"), 61),
        (Outcome::Succeeded, &full, None, 62),
        (Outcome::StepFailed, &full[..2], None, 63),
        (Outcome::StepFailed, &[], None, 64),
        (Outcome::StepFailed, &full, Some("model"), 65),
    ] {
        let call = format!("end {outcome} with {}", parts.len());
        apply(stage, told, &call, &of_run(run_end(outcome, parts, step))).await;
        let hours = (second != 65).then_some(8);
        apply(stage, told, &call, &of_attempt(attempt_end(outcome, parts, second, hours))).await;
        tell_history(stage, told, "updates").await;
    }
    apply(stage, told, "begin after the end", &of_run(begun("beyond", "0099"))).await;
    told.tell("attach after the end", &stage.ports().attach(&attachment(first("updates"), "j-U1")).await);
    for _ in 0..2 {
        let marked = stage.ports().mark_announced(&first("updates"), &cluster("j-U1"), None).await;
        told.tell("mark", &marked);
    }
    tell_history(stage, told, "updates").await;
}

async fn everything_at_once(stage: &impl Stage, told: &mut Transcript) {
    let key = first("updates:whole");
    told.tell("claim", &stage.ports().claim(&claim("updates:whole", "one")).await);
    told.tell("attach", &stage.ports().attach(&attachment(key.clone(), "j-W1")).await);
    let updates = Updates {
        run: Some(run_end(Outcome::Succeeded, &[], Some("model"))),
        attempt: Some(attempt_end(Outcome::Succeeded, &[], 70, Some(4))),
        steps: vec![
            step(key.clone(), "s-1", StepState::Completed, [Some(20), Some(30)]),
            step(key.clone(), "s-2", StepState::Completed, [Some(30), Some(60)]),
        ],
        at: at(50),
    };
    for call in ["apply all", "apply all again"] {
        told.tell(call, &stage.ports().apply(&key, &cluster("j-W1"), &updates).await);
        tell_history(stage, told, "updates:whole").await;
    }
    told.tell("apply nothing", &stage.ports().apply(&key, &cluster("j-W1"), &of_steps(vec![])).await);
}

async fn an_end_without_a_cluster(stage: &impl Stage, told: &mut Transcript) {
    let key = first("updates:refused");
    told.tell("claim", &stage.ports().claim(&claim("updates:refused", "one")).await);
    let end = of_run(run_end(Outcome::Validation, &["ValidationException", "no subnet"], None));
    for name in ["two", "one", "one"] {
        told.tell(&format!("end as {name}"), &stage.ports().apply(&key, &claimant(name), &end).await);
        told.tell(
            &format!("mark as {name}"),
            &stage.ports().mark_announced(&key, &claimant(name), None).await,
        );
        tell_history(stage, told, "updates:refused").await;
    }
    told.tell("hand back", &stage.ports().hand_back(&key, "one", None).await);
    told.tell("attach", &stage.ports().attach(&attachment(key.clone(), "j-V1")).await);
    told.tell("claim", &stage.ports().claim(&claim("updates:refused", "two")).await);
}
