//! What the relauncher is told by its environment.

use aws::{Deployment, Identity, Schedules};
use pipeline::relaunch;
use shell::{BadEnvironment, Env, settings};

/// Everything, read once.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Whom to speak to AWS as.
    pub(crate) identity: Identity,
    /// What was deployed for us.
    pub(crate) deployment: Deployment,
    /// How timers were deployed.
    pub(crate) schedules: Schedules,
    /// What every relaunch goes by.
    pub(crate) relaunch: relaunch::Settings,
}

impl Settings {
    pub(crate) fn read(env: Env) -> Result<Self, BadEnvironment> {
        let (required, optional) = (|name: &str| env.required(name), |name: &str| env.optional(name));
        let settings = Self {
            identity: Identity::read(required, optional),
            deployment: Deployment::read(required, optional, settings::retention_days(&env)),
            schedules: Schedules::read(required, optional),
            relaunch: settings::relaunch(&env),
        };
        env.finish(settings)
    }
}
