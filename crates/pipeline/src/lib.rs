//! The domain of emr-relay: what a pipeline is, how a run moves, and the verbs that move it.
//!
//! Nothing here knows AWS, a clock, a random number or a socket: the world is reached through ports.

pub mod announcement;
pub mod cluster;
pub mod document;
pub mod failure;
pub mod judge;
pub mod ports;
pub mod record;
pub mod run;
pub mod secret;
pub mod signal;
