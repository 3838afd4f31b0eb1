//! What the recorder is told by its environment.

use aws::{Deployment, Identity, RunTable};
use pipeline::run::Topics;
use shell::{BadEnvironment, Env};

/// Everything, read once.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Whom to speak to AWS as.
    pub(crate) identity: Identity,
    /// What was deployed for us.
    pub(crate) deployment: Deployment,
    /// Where ends of runs are told.
    pub(crate) topics: Topics,
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
            topics: Topics {
                information: env.optional("INFORMATION_TOPIC_ARN"),
                critical: env.optional("CRITICAL_TOPIC_ARN"),
            },
        };
        env.finish(settings)
    }
}
