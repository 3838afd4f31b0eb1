//! The functions themselves, in local mode, asked and disturbed as they will be on AWS.

mod bad_folders;
mod bad_world;
mod ends;
pub(crate) mod given;
mod redelivery;
mod secrecy;
mod triggers;
