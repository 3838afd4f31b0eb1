//! The domain of emr-relay: what a pipeline is, how a run moves, and the verbs that move it.
//!
//! Nothing here knows AWS, a clock, a random number or a socket: the world is reached through ports.

pub mod announcement;
pub mod cancel;
pub mod check;
pub mod cluster;
pub mod definition;
pub mod document;
pub mod failure;
pub mod folder;
pub mod judge;
pub mod launch;
pub mod overlay;
pub mod plan;
pub mod ports;
pub mod record;
pub mod relaunch;
pub mod resume;
pub mod run;
pub mod secret;
pub mod signal;
pub mod sweep;
pub mod template;
