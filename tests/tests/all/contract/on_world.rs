//! The script on the world in memory.

use pipeline::ports::Location;
use pipeline::run::{ClusterId, StepState};
use world::World;

use super::given;
use super::stage::{Chapter, Ports, Stage};
use super::transcript::Transcript;
use super::writers::Written;

const BUCKET: &str = "config";
const LOGS: &str = "logs";
const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:critical";

struct Memory(World);

/// What the chapter tells of the world.
pub(crate) fn tell(chapter: &impl Chapter) -> Vec<String> {
    let stage = Memory(furnished());
    let mut told = Transcript::default();
    world::run(&stage.0, chapter.play(&stage, &mut told)).returned().unwrap();
    told.lines()
}

fn furnished() -> World {
    let world = World::new(given::at(0));
    for (folder, name, content) in given::DOCUMENTS {
        let folder = Location::S3 { bucket: BUCKET.into(), folder: (*folder).into() };
        world.put_document(&folder, name, *content);
    }
    given::SECRETS.iter().for_each(|(name, text)| world.put_secret(name, text));
    given::PARAMETERS.iter().for_each(|(name, text)| world.put_parameter(name, text));
    let (folder, text) = given::LOG;
    world.put_step_log(&format!("s3://{LOGS}/{folder}/"), text);
    world.put_security_configuration(given::SECURITY_CONFIGURATION);
    world.put_topic(TOPIC);
    world
}

impl Stage for Memory {
    fn ports(&self) -> &impl Ports {
        &self.0
    }

    fn bucket(&self) -> &str {
        BUCKET
    }

    fn log_bucket(&self) -> &str {
        LOGS
    }

    fn topic(&self) -> &str {
        TOPIC
    }

    fn write_on_cluster(&self, written: &Written) {
        let known = self.0.table().runs.into_iter().find(|run| run.key == written.key);
        self.0.put_run(written.over(known));
    }

    async fn see_end(&self, cluster: &ClusterId, steps: &[StepState]) {
        self.0.boot(cluster);
        for (place, state) in steps.iter().enumerate() {
            if *state != StepState::Cancelled {
                self.0.finish_step(cluster, place, *state);
            }
        }
        self.0.bring_down(cluster);
    }
}
