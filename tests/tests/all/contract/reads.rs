//! Documents, secrets and logs.

use pipeline::ports::{Documents, Location, Logs, Secrets};

use super::given;
use super::stage::{Chapter, Stage};
use super::transcript::Transcript;

/// Reads what is there, and what is not.
pub(crate) struct Reads;

impl Chapter for Reads {
    async fn play(&self, stage: &impl Stage, told: &mut Transcript) {
        documents(stage, told).await;
        neighbours(stage, told).await;
        secrets(stage, told).await;
        logs(stage, told).await;
    }
}

fn folder(bucket: &str, folder: &str) -> Location {
    Location::S3 { bucket: bucket.into(), folder: folder.into() }
}

async fn documents(stage: &impl Stage, told: &mut Transcript) {
    let absent = [("team/pdm", "steps.yaml"), ("team", "cluster.yaml"), ("nowhere", "cluster.yaml")];
    let there = given::DOCUMENTS.iter().map(|(folder, name, _)| (*folder, *name));
    for (place, name) in there.chain(absent) {
        let answer = stage.ports().read(&folder(stage.bucket(), place), name).await;
        told.tell(&format!("read {place}/{name}"), &answer);
    }
    let answer = stage.ports().read(&folder("no-such-bucket", "team/pdm"), "cluster.yaml").await;
    told.tell("read from a bucket that does not exist", &answer);
}

async fn neighbours(stage: &impl Stage, told: &mut Transcript) {
    for place in ["team/pmd", "teem", "nowhere/at/all"] {
        let answer = stage.ports().neighbours(&folder(stage.bucket(), place)).await;
        told.tell(&format!("neighbours of {place}"), &answer);
    }
}

async fn secrets(stage: &impl Stage, told: &mut Transcript) {
    let names = given::SECRETS.iter().chain(given::PARAMETERS).map(|(name, _)| *name);
    for name in names.chain(["nothing", "/no/thing"]) {
        let answer = stage.ports().secret(name).await.map(|secret| secret.reveal().to_owned());
        told.tell(&format!("secret {name}"), &answer);
        let answer = stage.ports().parameter(name).await.map(|secret| secret.reveal().to_owned());
        told.tell(&format!("parameter {name}"), &answer);
    }
}

async fn logs(stage: &impl Stage, told: &mut Transcript) {
    let (there, _) = given::LOG;
    for place in [there, "j-1/steps/s-2"] {
        let answer = stage.ports().step_log(&format!("s3://{}/{place}/", stage.log_bucket())).await;
        told.tell(&format!("log of {place}"), &answer);
    }
}
