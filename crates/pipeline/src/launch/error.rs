//! Why a launch did not happen, and what helps.

use crate::document::Problems;
use crate::failure::{Explained, Failure, Kind, Remedy};
use crate::run::RunKey;
use crate::signal::BadEnvelope;

/// Everything that may stop a launch.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LaunchError {
    /// The envelope cannot be read.
    #[error("the event cannot be read")]
    Envelope(#[source] BadEnvelope),
    /// The launch event is wrong.
    #[error("the launch event is wrong:\n{0}")]
    Event(Problems),
    /// Nothing says which folder to read.
    #[error(
        "the event names no pipeline and EMR_LAUNCHER_CONFIG_S3_FOLDER is not set: send {{\"pipeline\": \"FOLDER\"}}"
    )]
    NoPipeline,
    /// Nothing says which bucket to read.
    #[error("EMR_LAUNCHER_CONFIG_S3_BUCKET is not set and the event has no s3_overrides")]
    NoBucket,
    /// There is no such folder.
    #[error("there is no pipeline {place}: it has neither cluster.yaml nor instances.yaml{hint}")]
    UnknownPipeline {
        /// Where it was looked for.
        place: String,
        /// What may have been meant; empty, or beginning with a semicolon.
        hint: String,
    },
    /// A file could not be read.
    #[error("a file of the pipeline could not be read")]
    Documents(#[source] Failure),
    /// The folder, or what the event lays over it, is wrong.
    #[error("the pipeline is wrong:\n{0}")]
    Folder(Problems),
    /// What the event and the folder ask for cannot be launched.
    #[error("the launch cannot be planned:\n{0}")]
    Plan(Problems),
    /// The launch event that the run item keeps cannot be read.
    #[error("the launch event of run {} of {} cannot be read again: {why}", key.correlation_id, key.data_product)]
    Row {
        /// The run.
        key: RunKey,
        /// Why.
        why: String,
    },
    /// Secrets could not be read.
    #[error("the launch was stopped before anything was started, for want of its secrets:\n{problems}")]
    Secrets {
        /// Each secret and what is wrong with it.
        problems: Problems,
        /// Whether trying again can help.
        remedy: Remedy,
    },
    /// The table did not answer.
    #[error("the run table did not answer")]
    Runs(#[source] Failure),
    /// The same correlation id has been used for something else.
    #[error(
        "run {} of {} was launched with a different event; use another correlation_id",
        key.correlation_id, key.data_product
    )]
    PayloadDiffers {
        /// The run that exists.
        key: RunKey,
    },
    /// Another invocation holds the claim and may be alive.
    #[error("another invocation is launching {} of {} until {lease_until}", key.correlation_id, key.data_product)]
    InFlight {
        /// The run.
        key: RunKey,
        /// When its lease runs out.
        lease_until: jiff::Timestamp,
    },
    /// EMR proved that it did not take the request, and taking it later is possible.
    #[error("EMR did not take the request for {} yet; the claim was handed back", key.correlation_id)]
    NotTaken {
        /// The run.
        key: RunKey,
        /// What EMR said.
        source: Box<Failure>,
    },
    /// EMR refused the request.
    #[error("EMR refused the request for {}; the run is recorded as FAILED", key.correlation_id)]
    Refused {
        /// The run.
        key: RunKey,
        /// What EMR said.
        source: Box<Failure>,
    },
    /// EMR may or may not have made a cluster.
    #[error("EMR may or may not have made a cluster for {}; the next delivery looks first", key.correlation_id)]
    Unanswered {
        /// The run.
        key: RunKey,
        /// What was heard, if anything.
        source: Box<Failure>,
    },
    /// EMR could not be asked, before anything was started.
    #[error("EMR did not answer, before anything was started")]
    Clusters(#[source] Failure),
    /// The cluster is started and recorded, but the row has moved on meanwhile.
    #[error("run {} has moved on while it was launched; its cluster was terminated", key.correlation_id)]
    Superseded {
        /// The run.
        key: RunKey,
    },
    /// The failure of the launch is recorded, but could not be told.
    #[error("the failed launch could not be announced")]
    Notices(#[source] Failure),
}

impl Explained for LaunchError {
    fn code(&self) -> &'static str {
        match self {
            Self::Envelope(_) => "launch.envelope",
            Self::Event(_) => "launch.event",
            Self::NoPipeline => "launch.no_pipeline",
            Self::NoBucket => "launch.no_bucket",
            Self::UnknownPipeline { .. } => "launch.unknown_pipeline",
            Self::Documents(_) => "launch.documents",
            Self::Folder(_) => "launch.folder",
            Self::Plan(_) => "launch.plan",
            Self::Row { .. } => "launch.row",
            Self::Secrets { .. } => "launch.secrets",
            Self::Runs(_) => "launch.runs",
            Self::PayloadDiffers { .. } => "launch.payload_differs",
            Self::InFlight { .. } => "launch.in_flight",
            Self::NotTaken { .. } => "launch.not_taken",
            Self::Refused { .. } => "launch.refused",
            Self::Unanswered { .. } => "launch.unanswered",
            Self::Clusters(_) => "launch.clusters",
            Self::Superseded { .. } => "launch.superseded",
            Self::Notices(_) => "launch.notices",
        }
    }

    fn remedy(&self) -> Remedy {
        match self {
            Self::Envelope(_)
            | Self::Event(_)
            | Self::NoPipeline
            | Self::NoBucket
            | Self::UnknownPipeline { .. }
            | Self::Folder(_)
            | Self::Plan(_)
            | Self::Row { .. }
            | Self::PayloadDiffers { .. }
            | Self::Refused { .. }
            | Self::Superseded { .. } => Remedy::GiveUp,
            Self::InFlight { .. } | Self::NotTaken { .. } => Remedy::Retry,
            Self::Unanswered { .. } => Remedy::LookFirst,
            Self::Secrets { remedy, .. } => *remedy,
            Self::Documents(failure)
            | Self::Runs(failure)
            | Self::Clusters(failure)
            | Self::Notices(failure) => failure.remedy_if_idempotent(),
        }
    }

    fn is_ordinary(&self) -> bool {
        matches!(self, Self::InFlight { .. })
    }
}

/// Whether EMR proved that there is no cluster, and that it may take the same request later.
pub(super) fn costs_nothing(failure: &Failure) -> bool {
    match failure.kind {
        Kind::Throttled | Kind::NeverSent => true,
        Kind::Denied | Kind::NotFound | Kind::Refused | Kind::Unknown => false,
    }
}
