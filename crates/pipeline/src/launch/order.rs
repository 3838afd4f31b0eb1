//! What is asked for: the launch event read, its folder found, its run named.

use std::path::PathBuf;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::document::{Node, Problem, Source, read_sparse};
use crate::ports::Location;
use crate::run::{AttemptKey, CorrelationId, PipelineName, Run, Topics};
use crate::signal::{LaunchEvent, S3Object, Trigger};

use super::{Invocation, LaunchError};

/// What the deployment says of every launch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// `EMR_LAUNCHER_CONFIG_S3_BUCKET`.
    pub bucket: Option<String>,
    /// `EMR_LAUNCHER_CONFIG_S3_FOLDER`: the folder of events that name no pipeline.
    pub folder: Option<String>,
    /// `EMR_LAUNCHER_CONFIG_DIR`: a local folder in place of the bucket.
    pub dir: Option<PathBuf>,
    /// Where ends are told.
    pub topics: Topics,
    /// How long rows are kept, in days.
    pub retention_days: u32,
    /// Name of the run table: a tag of every cluster, so that another deployment in the account leaves it alone.
    pub table: Option<String>,
}

/// One launch that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The event.
    pub event: LaunchEvent,
    /// The pipeline.
    pub pipeline: PipelineName,
    /// Where its folder is.
    pub location: Location,
    /// The run.
    pub correlation_id: CorrelationId,
    /// The object that asked for it.
    pub object: Option<S3Object>,
    /// When it was asked for, by its envelope.
    pub asked_at: Option<Timestamp>,
    /// Name of the run table.
    pub table: Option<String>,
    /// What is known of the run, where it exists.
    pub again: Option<Again>,
}

/// What an order keeps to when its run exists: whatever has changed since, it is the same piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The attempt to be launched.
    pub key: AttemptKey,
    /// The day of the run.
    pub date: String,
    /// The steps to run.
    pub selection: Selection,
}

/// Which steps of a pipeline a launch runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// What the launch event asks for: all of them, or those from its `resume_from`.
    AsLaunched,
    /// This one and all after it, and before it those that run on every resume.
    From(String),
    /// Those of these names.
    Owed(Vec<String>),
}

impl Order {
    /// Reads a trigger. Everything that is wrong with the event is told at once.
    pub fn read(
        trigger: &Trigger,
        settings: &Settings,
        invocation: &Invocation,
    ) -> Result<Self, LaunchError> {
        let source = Source::named("event");
        let node = Node::from_json(&source, &trigger.body);
        let event: LaunchEvent = read_sparse(&node).map_err(LaunchError::Event)?;
        let (location, folder) = locate(&event, settings)?;
        let wrong = |member: &str, message: String| {
            LaunchError::Event(Problem::about("event.value", &source, format!("{member}: {message}")).into())
        };
        let pipeline = PipelineName::parse(&folder).map_err(|bad| wrong("pipeline", bad.to_string()))?;
        let name = event.correlation_id.clone().unwrap_or_else(|| derived(trigger, &pipeline, invocation));
        let correlation_id =
            CorrelationId::parse(&name).map_err(|bad| wrong("correlation_id", bad.to_string()))?;
        let (object, asked_at, table) = (trigger.object.clone(), trigger.time, settings.table.clone());
        Ok(Self { event, pipeline, location, correlation_id, object, asked_at, table, again: None })
    }

    /// The order of a run that exists, for this attempt at it: its own launch event once more.
    ///
    /// # Errors
    /// A row whose event cannot be read, or whose folder cannot be named.
    pub fn again(
        run: &Run,
        key: AttemptKey,
        selection: Selection,
        settings: &Settings,
    ) -> Result<Self, LaunchError> {
        let event = launched_with(run, settings)?;
        let (location, folder) = locate(&event, settings)?;
        let pipeline = PipelineName::parse(&folder).unwrap_or_else(|_| run.pipeline.clone());
        Ok(Self {
            event,
            pipeline,
            location,
            correlation_id: run.key.correlation_id.clone(),
            object: run.launch_object.clone(),
            asked_at: Some(run.claimed_at),
            table: settings.table.clone(),
            again: Some(Again { key, date: run.date.clone(), selection }),
        })
    }
}

/// The launch event of a row. One that somebody else wrote kept none: its columns say what the event said.
fn launched_with(run: &Run, settings: &Settings) -> Result<LaunchEvent, LaunchError> {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let mut event = match &run.launch {
        Some(json) => serde_json::from_str(json)
            .map_err(|why| LaunchError::Row { key: run.key.clone(), why: why.to_string() })?,
        None => LaunchEvent {
            correlation_id: given(run.key.correlation_id.as_str()),
            s3_prefix: run.s3_prefix.clone(),
            snapshot_type: run.snapshot_type.clone(),
            export_date: given(&run.date),
            pipeline: settings.folder.clone(),
            ..LaunchEvent::default()
        },
    };
    if event.pipeline.is_none() && settings.dir.is_none() {
        event.pipeline = Some(run.pipeline.to_string());
    }
    Ok(event)
}

/// The folder, and the name of the pipeline that it holds.
fn locate(event: &LaunchEvent, settings: &Settings) -> Result<(Location, String), LaunchError> {
    if let Some(dir) = &settings.dir {
        let dir = event.pipeline.as_ref().map_or_else(|| dir.clone(), |pipeline| dir.join(pipeline));
        let name = dir.file_name().map(|name| name.to_string_lossy().into_owned());
        return Ok((Location::Local(dir), name.ok_or(LaunchError::NoPipeline)?));
    }
    let overrides = event.s3_overrides.clone().unwrap_or_default();
    let folder =
        overrides.emr_launcher_config_s3_folder.or(event.pipeline.clone()).or(settings.folder.clone());
    let bucket = overrides.emr_launcher_config_s3_bucket.or(settings.bucket.clone());
    let folder = folder.ok_or(LaunchError::NoPipeline)?.trim_matches('/').to_owned();
    let bucket = bucket.ok_or(LaunchError::NoBucket)?;
    Ok((Location::S3 { bucket, folder: folder.clone() }, folder))
}

/// A name made of what stays the same when the event is delivered again: the scheduled time and the pipeline, the id
/// that the envelope gives, or, for a direct call, the request id, which Lambda repeats with the event.
fn derived(trigger: &Trigger, pipeline: &PipelineName, invocation: &Invocation) -> String {
    match (trigger.scheduled, trigger.time, &trigger.id) {
        (true, Some(time), _) => format!("{pipeline}@{time}"),
        (_, _, Some(id)) => fitting(id),
        (_, _, None) => fitting(&invocation.request_id),
    }
}

/// An id of somebody else's, made to fit: as it is, or its hash where it has other letters than ours.
fn fitting(id: &str) -> String {
    match CorrelationId::parse(id) {
        Ok(id) => id.to_string(),
        Err(_) => Sha256::digest(id.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn order(body: Value, settings: &Settings) -> Order {
        let trigger = Trigger { id: None, time: None, scheduled: false, body, object: None };
        Order::read(&trigger, settings, &invocation()).unwrap()
    }

    fn invocation() -> Invocation {
        Invocation { request_id: "request-1".into(), claimant: "one".into(), deadline: Timestamp::UNIX_EPOCH }
    }

    fn deployed() -> Settings {
        Settings { bucket: Some("config".into()), folder: Some("/emr/pdm/".into()), ..Settings::default() }
    }

    #[test]
    fn the_folder_is_the_events_own_then_its_pipeline_then_the_deployments() {
        let overrides =
            json!({"emr_launcher_config_s3_bucket": "other", "emr_launcher_config_s3_folder": "a/b"});
        let local = Settings { dir: Some("/folders".into()), ..deployed() };
        for (body, settings, place, pipeline) in [
            (json!({}), deployed(), "s3://config/emr/pdm", "emr/pdm"),
            (json!({"pipeline": "adg"}), deployed(), "s3://config/adg", "adg"),
            (json!({"pipeline": "adg", "s3_overrides": overrides}), deployed(), "s3://other/a/b", "a/b"),
            (json!({}), local.clone(), "/folders", "folders"),
            (json!({"pipeline": "adg"}), local, "/folders/adg", "adg"),
        ] {
            let order = order(body, &settings);
            assert_eq!((order.location.to_string().as_str(), order.pipeline.as_str()), (place, pipeline));
        }
    }

    #[test]
    fn a_run_is_named_by_what_its_delivery_repeats() {
        let time = Some(Timestamp::UNIX_EPOCH);
        let trigger = |id: Option<&str>, scheduled| Trigger {
            id: id.map(str::to_owned),
            time,
            scheduled,
            body: json!({}),
            object: None,
        };
        for (trigger, name) in [
            (trigger(Some("e-1"), false), "e-1"),
            (trigger(Some("e-1"), true), "emr/pdm@1970-01-01T00:00:00Z"),
            (trigger(None, false), "request-1"),
        ] {
            let order = Order::read(&trigger, &deployed(), &invocation()).unwrap();
            assert_eq!(order.correlation_id.as_str(), name);
        }
        let strange =
            Order::read(&trigger(Some("an id with blanks"), false), &deployed(), &invocation()).unwrap();
        assert_eq!(strange.correlation_id.as_str().len(), 64);
    }
}
