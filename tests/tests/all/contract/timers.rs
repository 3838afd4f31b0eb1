//! One-time schedules.

use pipeline::ports::{Timer, Timers};
use serde_json::json;

use super::given::at;
use super::stage::{Chapter, Stage};
use super::transcript::Transcript;

/// Sets timers, one of them twice.
pub(crate) struct Setting;

impl Chapter for Setting {
    async fn play(&self, stage: &impl Stage, told: &mut Transcript) {
        for (name, second) in [("relaunch-0a.b_c", 100), ("relaunch-0a.b_c", 200), ("relaunch-0b", 100)] {
            let timer =
                Timer { name: name.into(), at: at(second), event: json!({"relaunch": {"attempt": 1}}) };
            told.tell(&format!("set {name} to {second}"), &stage.ports().set(&timer).await);
        }
    }
}
