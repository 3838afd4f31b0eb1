//! The adapters of emr-relay: ports of the domain, answered by AWS.
//!
//! One type, [`Aws`], stands behind all of the ports; each module answers one of them.

mod clock;
mod clusters;
mod connect;
mod documents;
mod failure;
#[cfg(feature = "tools")]
mod functions;
mod into_sdk;
mod logs;
mod notices;
mod run_job_flow;
mod runs;
mod s3_uri;
mod secrets;
mod timers;
#[cfg(feature = "tools")]
mod uploads;
#[cfg(test)]
mod wire;

pub use connect::{Aws, Deployment, Identity, connect, connect_with_timers};
#[cfg(feature = "profiles")]
pub use connect::{NoRegion, connect_by_profile};
#[cfg(feature = "tools")]
pub use functions::Invoked;
pub use runs::RunTable;
pub use timers::Schedules;
