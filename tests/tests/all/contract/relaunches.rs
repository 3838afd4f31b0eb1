//! Further attempts: claimed on the run as it was seen, and handed back to what it was.

use pipeline::ports::{AttemptUpdate, Fence, RunUpdate, Runs, Updates};
use pipeline::run::{AttemptKey, Outcome, Run, RunKey};

use super::given::{
    at, attachment, bare_claim, cause, claim, cluster_id, first, next_claim, relaunch, run_key, second,
};
use super::stage::{Chapter, Stage};
use super::transcript::Transcript;

/// Claims of second attempts.
pub(crate) struct Relaunches;

impl Chapter for Relaunches {
    async fn play(&self, stage: &impl Stage, told: &mut Transcript) {
        fail(stage, told, "next", "j-N1").await;
        refusals(stage, told).await;
        claims_and_hand_backs(stage, told).await;
        the_second_attempt(stage, told).await;
        a_refused_run(stage, told).await;
    }
}

/// The run, as it stands.
pub(crate) async fn found(stage: &impl Stage, key: &RunKey) -> Run {
    stage.ports().find(key).await.unwrap().unwrap()
}

/// Tells of the run, and whether it is listed as open.
pub(crate) async fn tell_run(stage: &impl Stage, told: &mut Transcript, key: &RunKey) {
    told.tell("find", &stage.ports().find(key).await);
    let open = stage.ports().open().await;
    told.tell("open", &open.map(|runs| runs.into_iter().filter(|run| run.key == *key).collect::<Vec<_>>()));
}

/// Ends an attempt on its cluster, and decides on another one.
pub(crate) async fn end(stage: &impl Stage, told: &mut Transcript, key: &AttemptKey, cluster: &str) {
    let fence = Fence::Cluster(cluster_id(cluster));
    let reason = cause(&["STEP_FAILURE", "step model failed"]);
    let updates = Updates {
        run: Some(RunUpdate::End {
            outcome: Outcome::StepFailed,
            cause: reason.clone(),
            current_step: Some("model".into()),
            decision: None,
        }),
        attempt: Some(AttemptUpdate::End {
            at: at(50),
            outcome: Outcome::StepFailed,
            cause: reason,
            normalized_instance_hours: None,
        }),
        steps: vec![],
        at: at(50),
    };
    told.tell("end", &stage.ports().apply(key, &fence, &updates).await);
    let decision = relaunch(key.attempt, Some(cluster_id(cluster)));
    let decide = Updates {
        run: Some(RunUpdate::Decide(decision.clone())),
        attempt: Some(AttemptUpdate::Decide(decision.clone())),
        ..updates
    };
    told.tell("decide", &stage.ports().apply(key, &fence, &decide).await);
    told.tell("mark", &stage.ports().mark_announced(key, &fence, Some(&decision)).await);
}

async fn fail(stage: &impl Stage, told: &mut Transcript, id: &str, cluster: &str) {
    told.tell("claim", &stage.ports().claim(&claim(id, "one")).await);
    told.tell("attach", &stage.ports().attach(&attachment(first(id), cluster)).await);
    let begun = RunUpdate::Progress { step: "model".into(), rank: "0001".into() };
    let progress = Updates { run: Some(begun), attempt: None, steps: vec![], at: at(40) };
    let fence = Fence::Cluster(cluster_id(cluster));
    told.tell("begin", &stage.ports().apply(&first(id), &fence, &progress).await);
    end(stage, told, &first(id), cluster).await;
    tell_run(stage, told, &run_key(id)).await;
}

async fn refusals(stage: &impl Stage, told: &mut Transcript) {
    let seen = found(stage, &run_key("next")).await;
    let gone = Run { key: run_key("nothing"), ..seen.clone() };
    told.tell("claim what is not there", &stage.ports().claim_next(&next_claim(&gone, "two")).await);
    for (call, other) in [
        ("another attempt", Run { attempt: second("next").attempt, ..seen.clone() }),
        ("another end", Run { outcome: Some(Outcome::Lost), ..seen.clone() }),
        ("no end", Run { outcome: None, ..seen.clone() }),
        ("another cluster", Run { cluster_id: Some(cluster_id("j-N9")), ..seen.clone() }),
        ("no cluster", Run { cluster_id: None, ..seen.clone() }),
    ] {
        let claimed = stage.ports().claim_next(&next_claim(&other, "two")).await;
        told.tell(&format!("claim what was seen with {call}"), &claimed);
    }
}

async fn claims_and_hand_backs(stage: &impl Stage, told: &mut Transcript) {
    let runs = stage.ports();
    let seen = found(stage, &run_key("next")).await;
    for (call, claimant) in [("claim", "two"), ("claim again", "two"), ("claim as another", "three")] {
        told.tell(call, &runs.claim_next(&next_claim(&seen, claimant)).await);
    }
    tell_run(stage, told, &run_key("next")).await;
    told.tell("run of j-N1", &runs.by_cluster(&cluster_id("j-N1")).await);
    for (call, attempt, claimant) in [
        ("hand back as another", second("next"), "three"),
        ("hand back another attempt", first("next"), "two"),
        ("hand back", second("next"), "two"),
        ("hand back again", second("next"), "two"),
    ] {
        told.tell(call, &runs.hand_back(&attempt, claimant, Some(&seen)).await);
        tell_run(stage, told, &run_key("next")).await;
    }
    told.tell("claim what is free again", &runs.claim_next(&next_claim(&seen, "three")).await);
    tell_run(stage, told, &run_key("next")).await;
}

async fn the_second_attempt(stage: &impl Stage, told: &mut Transcript) {
    let runs = stage.ports();
    let claimed = found(stage, &run_key("next")).await;
    told.tell("take over", &runs.take_over(&claimed, "four", at(2000)).await);
    told.tell("attach to the first", &runs.attach(&attachment(first("next"), "j-N2")).await);
    told.tell("attach", &runs.attach(&attachment(second("next"), "j-N2")).await);
    told.tell("hand back what has a cluster", &runs.hand_back(&second("next"), "four", Some(&claimed)).await);
    let begun = RunUpdate::Progress { step: "source".into(), rank: "0000".into() };
    let progress = Updates { run: Some(begun), attempt: None, steps: vec![], at: at(110) };
    let fence = Fence::Cluster(cluster_id("j-N2"));
    told.tell("begin", &runs.apply(&second("next"), &fence, &progress).await);
    end(stage, told, &second("next"), "j-N2").await;
    told.tell("history", &runs.history(&run_key("next").correlation_id).await);
    let ended = found(stage, &run_key("next")).await;
    told.tell("claim a third", &runs.claim_next(&next_claim(&ended, "five")).await);
    tell_run(stage, told, &run_key("next")).await;
}

/// A run that never had a cluster may be launched again by a person.
async fn a_refused_run(stage: &impl Stage, told: &mut Transcript) {
    let (runs, key) = (stage.ports(), first("next:refused"));
    told.tell("claim", &runs.claim(&bare_claim("next:refused", "one")).await);
    let claimed = found(stage, &key.run).await;
    told.tell("claim the next of a living one", &runs.claim_next(&next_claim(&claimed, "two")).await);
    told.tell("hand back", &runs.hand_back(&second("next:refused"), "two", Some(&claimed)).await);
    tell_run(stage, told, &key.run).await;
    let refusal = RunUpdate::End {
        outcome: Outcome::Validation,
        cause: cause(&["no subnet"]),
        current_step: None,
        decision: None,
    };
    let updates = Updates { run: Some(refusal), attempt: None, steps: vec![], at: at(50) };
    told.tell("end", &runs.apply(&key, &Fence::Claimant("one".into()), &updates).await);
    let ended = found(stage, &key.run).await;
    told.tell("claim the next", &runs.claim_next(&next_claim(&ended, "three")).await);
    told.tell("hand back", &runs.hand_back(&second("next:refused"), "three", Some(&ended)).await);
    tell_run(stage, told, &key.run).await;
}
