//! Why a relaunch did not happen yet, or cannot.

use crate::failure::{Explained, Failure, Remedy};
use crate::launch::LaunchError;
use crate::record::RecordError;
use crate::run::RunKey;

/// Everything that may stop a relaunch. Whatever is given up is told to people as well, and is no error.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RelaunchError {
    /// The event is wrong.
    #[error("the event is wrong: {0}")]
    Event(String),
    /// The end of the failed attempt could not be recorded.
    #[error("the end of the failed attempt could not be recorded")]
    Record(#[source] RecordError),
    /// The table did not answer.
    #[error("the run table did not answer")]
    Runs(#[source] Failure),
    /// The pipeline could not be read now.
    #[error("the pipeline could not be read again")]
    Folder(#[source] LaunchError),
    /// The next attempt could not be launched.
    #[error("the next attempt could not be launched")]
    Launch(#[source] LaunchError),
    /// The timer of the next attempt could not be set; the sweeper launches it when it is due.
    #[error("the schedule of the next attempt could not be made; the sweeper launches it when it is due")]
    Timers(#[source] Failure),
    /// What was decided could not be told.
    #[error("what is done about the failure could not be announced")]
    Notices(#[source] Failure),
    /// What a person asks for cannot be done.
    #[error("run {} of {} cannot be resumed: {why}", key.correlation_id, key.data_product)]
    NotResumable {
        /// The run.
        key: RunKey,
        /// Why.
        why: String,
    },
}

impl Explained for RelaunchError {
    fn code(&self) -> &'static str {
        match self {
            Self::Event(_) => "relaunch.event",
            Self::Record(_) => "relaunch.record",
            Self::Runs(_) => "relaunch.runs",
            Self::Folder(_) => "relaunch.folder",
            Self::Launch(_) => "relaunch.launch",
            Self::Timers(_) => "relaunch.timers",
            Self::Notices(_) => "relaunch.notices",
            Self::NotResumable { .. } => "relaunch.not_resumable",
        }
    }

    fn remedy(&self) -> Remedy {
        match self {
            Self::Event(_) | Self::NotResumable { .. } => Remedy::GiveUp,
            Self::Record(error) => error.remedy(),
            Self::Folder(error) | Self::Launch(error) => error.remedy(),
            Self::Runs(failure) | Self::Timers(failure) | Self::Notices(failure) => {
                failure.remedy_if_idempotent()
            }
        }
    }

    fn is_ordinary(&self) -> bool {
        matches!(self, Self::Launch(error) if error.is_ordinary())
    }
}
