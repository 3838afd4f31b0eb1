//! The adapters of emr-relay: ports of the domain, answered by AWS.

mod into_sdk;
pub mod run_job_flow;
