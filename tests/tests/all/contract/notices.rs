//! Events and notifications.

use pipeline::announcement::{Notification, RunStateChange};
use pipeline::ports::{Notices, Runs};
use pipeline::run::Outcome;

use super::given;
use super::stage::{Chapter, Stage};
use super::transcript::Transcript;

/// Tells of a run, to those who are there and to one who is not.
pub(crate) struct Telling;

impl Chapter for Telling {
    async fn play(&self, stage: &impl Stage, told: &mut Transcript) {
        let claim = given::claim("telling", "one");
        told.tell("claim", &stage.ports().claim(&claim).await);
        let Ok(Some(run)) = stage.ports().find(&claim.key.run).await else { panic!("the run is gone") };
        let cause = given::cause(&["STEP_FAILURE", "step modél failed"]);
        let change = RunStateChange::of(&run, Outcome::StepFailed, cause.as_ref(), given::at(60));
        let notification = Notification::of(&change);
        for _ in 0..2 {
            told.tell("publish", &stage.ports().publish(&change).await);
            told.tell("notify", &stage.ports().notify(stage.topic(), &notification).await);
        }
        let message = serde_json::json!({"correlation_id": "telling", "s3_prefix": null});
        told.tell("send", &stage.ports().send(stage.topic(), &message).await);
        let nobody = format!("{}-nobody", stage.topic());
        told.tell("send to a topic that does not exist", &stage.ports().send(&nobody, &message).await);
        told.tell("notify a topic that does not exist", &stage.ports().notify(&nobody, &notification).await);
    }
}
