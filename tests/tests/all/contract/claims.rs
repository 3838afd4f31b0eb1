//! Claims: one wins, and the others learn who.

use pipeline::ports::Runs;
use pipeline::run::Run;

use super::given::{at, attachment, bare_claim, claim, cluster_id, first, run_key, second};
use super::stage::{Chapter, Stage};
use super::transcript::Transcript;

/// Claims, successions, claims handed back, clusters attached.
pub(crate) struct Claims;

impl Chapter for Claims {
    async fn play(&self, stage: &impl Stage, told: &mut Transcript) {
        claims(stage, told).await;
        successions(stage, told).await;
        hand_backs(stage, told).await;
        attachments(stage, told).await;
        adoption(stage, told).await;
    }
}

async fn found(stage: &impl Stage, correlation_id: &str) -> Run {
    stage.ports().find(&run_key(correlation_id)).await.unwrap().unwrap()
}

async fn claims(stage: &impl Stage, told: &mut Transcript) {
    let runs = stage.ports();
    told.tell("find before the claim", &runs.find(&run_key("claims")).await);
    told.tell("claim", &runs.claim(&claim("claims", "one")).await);
    told.tell("claim again", &runs.claim(&claim("claims", "one")).await);
    told.tell("claim as another", &runs.claim(&claim("claims", "two")).await);
    told.tell("find", &runs.find(&run_key("claims")).await);
    told.tell("claim barely", &runs.claim(&bare_claim("claims:bare", "one")).await);
    told.tell("find the bare one", &runs.find(&run_key("claims:bare")).await);
}

async fn successions(stage: &impl Stage, told: &mut Transcript) {
    let runs = stage.ports();
    let seen = found(stage, "claims").await;
    told.tell("take over", &runs.take_over(&seen, "two", at(2000)).await);
    told.tell("take over again", &runs.take_over(&seen, "two", at(2000)).await);
    told.tell("take over what has changed", &runs.take_over(&seen, "three", at(3000)).await);
    let seen = Run { lease_until: at(1999), ..found(stage, "claims").await };
    told.tell("take over another lease", &runs.take_over(&seen, "three", at(3000)).await);
    told.tell("find", &runs.find(&run_key("claims")).await);
}

async fn hand_backs(stage: &impl Stage, told: &mut Transcript) {
    let runs = stage.ports();
    let seen = found(stage, "claims").await;
    told.tell("hand back as another", &runs.hand_back(&first("claims"), "one", None).await);
    told.tell("hand back another attempt", &runs.hand_back(&second("claims"), "two", None).await);
    told.tell("find", &runs.find(&run_key("claims")).await);
    for _ in 0..2 {
        told.tell("hand back", &runs.hand_back(&first("claims"), "two", None).await);
        told.tell("find", &runs.find(&run_key("claims")).await);
    }
    told.tell("take over what is gone", &runs.take_over(&seen, "three", at(3000)).await);
    told.tell("claim what is free again", &runs.claim(&claim("claims", "three")).await);
}

async fn attachments(stage: &impl Stage, told: &mut Transcript) {
    let runs = stage.ports();
    told.tell("attach to nothing", &runs.attach(&attachment(first("nothing"), "j-A0")).await);
    told.tell("attach to no attempt", &runs.attach(&attachment(second("claims"), "j-A0")).await);
    let seen = found(stage, "claims").await;
    for cluster in ["j-A1", "j-A1", "j-A2"] {
        told.tell(&format!("attach {cluster}"), &runs.attach(&attachment(first("claims"), cluster)).await);
        told.tell("history", &runs.history(&run_key("claims").correlation_id).await);
    }
    told.tell("take over what has a cluster", &runs.take_over(&seen, "four", at(4000)).await);
    told.tell("hand back what has a cluster", &runs.hand_back(&first("claims"), "three", None).await);
    for cluster in ["j-A1", "j-A2"] {
        told.tell(&format!("run of {cluster}"), &runs.by_cluster(&cluster_id(cluster)).await);
    }
}

/// Whoever takes over a claim may find the cluster of the one before.
async fn adoption(stage: &impl Stage, told: &mut Transcript) {
    let runs = stage.ports();
    let seen = found(stage, "claims:bare").await;
    told.tell("take over", &runs.take_over(&seen, "two", at(2000)).await);
    told.tell("attach", &runs.attach(&attachment(first("claims:bare"), "j-B1")).await);
    told.tell("claim late", &runs.claim(&bare_claim("claims:bare", "one")).await);
    told.tell("claim as the holder", &runs.claim(&bare_claim("claims:bare", "two")).await);
    told.tell("history", &runs.history(&run_key("claims:bare").correlation_id).await);
}
