//! What the launcher is told by its environment.

use aws::{Deployment, Identity};
use pipeline::launch;
use shell::{BadEnvironment, Env, settings};

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
        let (required, optional) = (|name: &str| env.required(name), |name: &str| env.optional(name));
        let settings = Self {
            identity: Identity::read(required, optional),
            deployment: Deployment::read(required, optional, settings::retention_days(&env)),
            launch: settings::launch(&env),
        };
        env.finish(settings)
    }
}
