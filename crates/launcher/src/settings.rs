//! What the launcher is told by its environment.

use std::path::PathBuf;

use aws::{Deployment, Identity, RunTable};
use pipeline::launch;
use pipeline::run::Topics;
use shell::{BadEnvironment, Env};

/// Everything, read once.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Whom to speak to AWS as.
    pub(crate) identity: Identity,
    /// What was deployed for us.
    pub(crate) deployment: Deployment,
    /// What every launch goes by.
    pub(crate) launch: launch::Settings,
}

impl Settings {
    pub(crate) fn read(env: Env) -> Result<Self, BadEnvironment> {
        let retention_days = env.parsed_or("RUN_RETENTION_DAYS", 90);
        let settings = Self {
            identity: Identity::read(|name| env.required(name), |name| env.optional(name)),
            deployment: Deployment {
                table: RunTable::named(env.required("TABLE_NAME"), retention_days),
                bus: env.parsed_or("EVENT_BUS_NAME", "default".to_owned()),
            },
            launch: launch::Settings {
                bucket: bucket(&env),
                folder: env.optional("EMR_LAUNCHER_CONFIG_S3_FOLDER"),
                dir: env.optional("EMR_LAUNCHER_CONFIG_DIR").map(PathBuf::from),
                topics: Topics {
                    information: env.optional("INFORMATION_TOPIC_ARN"),
                    critical: env.optional("CRITICAL_TOPIC_ARN"),
                },
                retention_days,
            },
        };
        env.finish(settings)
    }
}

/// A local folder serves in place of the bucket.
fn bucket(env: &Env) -> Option<String> {
    match env.optional("EMR_LAUNCHER_CONFIG_DIR") {
        Some(_) => env.optional("EMR_LAUNCHER_CONFIG_S3_BUCKET"),
        None => Some(env.required("EMR_LAUNCHER_CONFIG_S3_BUCKET")),
    }
}
