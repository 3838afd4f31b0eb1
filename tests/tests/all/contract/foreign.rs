//! Rows that scripts on master nodes write, alone and beside us.

use pipeline::ports::{Fence, RunUpdate, Runs, Updates};
use pipeline::run::{Attempt, AttemptKey, Outcome, RunKey, Status};
use serde_json::json;

use super::given::{at, attachment, cause, claim, cluster_id, first, next_claim, run_key};
use super::relaunches::{end, found, tell_run};
use super::stage::{Chapter, Stage};
use super::transcript::Transcript;
use super::writers::{Written, foreign_key};

/// Rows of others, read, ended, decided on, relaunched; and rows of ours that others write too.
pub(crate) struct Foreign;

impl Chapter for Foreign {
    async fn play(&self, stage: &impl Stage, told: &mut Transcript) {
        words(stage, told).await;
        a_row_that_moves_on(stage, told).await;
        a_relaunch(stage, told).await;
        two_writers(stage, told).await;
    }
}

fn at_attempt(run: RunKey, attempt: u32) -> AttemptKey {
    AttemptKey { run, attempt: Attempt(attempt) }
}

fn fence(cluster: &str) -> Fence {
    Fence::Cluster(cluster_id(cluster))
}

/// However they count and whatever they call it.
async fn words(stage: &impl Stage, told: &mut Transcript) {
    let flaw = "column Run_Id holds \"two\", so that nobody knows which attempt this is";
    let plain = Written::begun("foreign:words", "j-FW", 1);
    for written in [
        plain.clone(),
        Written { run_id: json!({"S": "2"}), attempt: Ok(2), ..plain.clone() },
        Written { run_id: json!({"S": "two"}), attempt: Err(flaw), ..plain.clone() },
        Written { status: ("In-Progress", Status::InProgress), ..plain.clone() },
        Written { status: ("Exporting", Status::InProgress), ..plain.clone() },
        Written { status: ("FAILED", Status::Failed), ..plain.clone() },
    ] {
        stage.write_on_cluster(&written);
        tell_run(stage, told, &written.key).await;
        told.tell("run of j-FW", &stage.ports().by_cluster(&cluster_id("j-FW")).await);
    }
    let bare = Written { step: None, ..Written::begun("foreign:bare", "j-FB", 1) };
    stage.write_on_cluster(&bare);
    tell_run(stage, told, &bare.key).await;
}

/// Its writer begins again on another cluster without asking us: what we said of the one before is then past.
async fn a_row_that_moves_on(stage: &impl Stage, told: &mut Transcript) {
    let (runs, run) = (stage.ports(), foreign_key("foreign:moves"));
    stage.write_on_cluster(&Written::begun("foreign:moves", "j-F1", 1));
    let stop =
        Updates { run: Some(RunUpdate::Stop(Outcome::Cancelled)), attempt: None, steps: vec![], at: at(45) };
    told.tell("stop", &runs.apply(&at_attempt(run.clone(), 1), &fence("j-F1"), &stop).await);
    end(stage, told, &at_attempt(run.clone(), 1), "j-F1").await;
    tell_run(stage, told, &run).await;
    stage.write_on_cluster(&Written::begun("foreign:moves", "j-F2", 2));
    tell_run(stage, told, &run).await;
    for cluster in ["j-F1", "j-F2"] {
        told.tell(&format!("run of {cluster}"), &runs.by_cluster(&cluster_id(cluster)).await);
    }
    let begun = RunUpdate::Progress { step: "model".into(), rank: "0001".into() };
    let progress = Updates { run: Some(begun), attempt: None, steps: vec![], at: at(47) };
    let shorter =
        RunUpdate::End { outcome: Outcome::StepFailed, cause: None, current_step: None, decision: None };
    let shorter = Updates { run: Some(shorter), ..progress.clone() };
    for (attempt, cluster) in [(1, "j-F1"), (2, "j-F1"), (2, "j-F2")] {
        let (key, fence) = (at_attempt(run.clone(), attempt), fence(cluster));
        told.tell("begin", &runs.apply(&key, &fence, &progress).await);
        told.tell("stop", &runs.apply(&key, &fence, &stop).await);
        tell_run(stage, told, &run).await;
        let ended = Updates { at: at(50), ..shorter.clone() };
        told.tell("end", &runs.apply(&key, &fence, &ended).await);
        tell_run(stage, told, &run).await;
    }
    told.tell("mark", &runs.mark_announced(&at_attempt(run.clone(), 2), &fence("j-F2"), None).await);
    tell_run(stage, told, &run).await;
    // The end of a third cluster takes the place of what was told of the second.
    stage.write_on_cluster(&Written::begun("foreign:moves", "j-F3", 3));
    for _ in 0..2 {
        let ended = Updates { at: at(50), ..shorter.clone() };
        told.tell("end", &runs.apply(&at_attempt(run.clone(), 3), &fence("j-F3"), &ended).await);
        tell_run(stage, told, &run).await;
    }
}

/// It becomes a run of ours, or what it was.
async fn a_relaunch(stage: &impl Stage, told: &mut Transcript) {
    let (runs, run) = (stage.ports(), foreign_key("foreign:next"));
    stage.write_on_cluster(&Written::begun("foreign:next", "j-G1", 2));
    let next = at_attempt(run.clone(), 3);
    end(stage, told, &at_attempt(run.clone(), 2), "j-G1").await;
    let seen = found(stage, &run).await;
    for claimant in ["one", "one", "two"] {
        told.tell("claim the next", &runs.claim_next(&next_claim(&seen, claimant)).await);
    }
    tell_run(stage, told, &run).await;
    for claimant in ["two", "one", "one"] {
        told.tell("hand back", &runs.hand_back(&next, claimant, Some(&seen)).await);
        tell_run(stage, told, &run).await;
        told.tell("run of j-G1", &runs.by_cluster(&cluster_id("j-G1")).await);
    }
    told.tell("claim the next", &runs.claim_next(&next_claim(&seen, "three")).await);
    told.tell("attach", &runs.attach(&attachment(next, "j-G2")).await);
    tell_run(stage, told, &run).await;
    told.tell("run of j-G2", &runs.by_cluster(&cluster_id("j-G2")).await);
    told.tell("history", &runs.history(&run.correlation_id).await);
}

/// A script on our cluster raises `Run_Id` and sets what it knows, while we record.
async fn two_writers(stage: &impl Stage, told: &mut Transcript) {
    let (runs, key) = (stage.ports(), first("foreign:beside"));
    let script = |cluster, run_id, status, step| Written {
        key: run_key("foreign:beside"),
        status,
        step: Some(step),
        ..Written::begun("foreign:beside", cluster, run_id)
    };
    told.tell("claim", &runs.claim(&claim("foreign:beside", "one")).await);
    told.tell("attach", &runs.attach(&attachment(key.clone(), "j-B7")).await);
    stage.write_on_cluster(&script("j-B7", 2, ("IN_PROGRESS", Status::InProgress), "source"));
    tell_run(stage, told, &key.run).await;
    let begun = RunUpdate::Progress { step: "model".into(), rank: "0001".into() };
    let progress = Updates { run: Some(begun), attempt: None, steps: vec![], at: at(47) };
    told.tell("begin", &runs.apply(&key, &fence("j-B7"), &progress).await);
    stage.write_on_cluster(&script("j-B7", 2, ("COMPLETED", Status::Completed), "model"));
    tell_run(stage, told, &key.run).await;
    end(stage, told, &key, "j-B7").await;
    stage.write_on_cluster(&script("j-B7", 2, ("COMPLETED", Status::Completed), "late"));
    tell_run(stage, told, &key.run).await;
    let seen = found(stage, &key.run).await;
    told.tell("claim the next", &runs.claim_next(&next_claim(&seen, "two")).await);
    let next = AttemptKey { attempt: Attempt(2), ..key.clone() };
    told.tell("attach", &runs.attach(&attachment(next.clone(), "j-B8")).await);
    stage.write_on_cluster(&script("j-B8", 3, ("In-Progress", Status::InProgress), "source"));
    let well =
        RunUpdate::End { outcome: Outcome::Succeeded, cause: cause(&[]), current_step: None, decision: None };
    let ended = Updates { run: Some(well), attempt: None, steps: vec![], at: at(50) };
    told.tell("end", &runs.apply(&next, &fence("j-B8"), &ended).await);
    tell_run(stage, told, &key.run).await;
    told.tell("history", &runs.history(&key.run.correlation_id).await);
}
