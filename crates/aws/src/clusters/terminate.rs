//! Clusters stopped, also those that were asked to be protected.

use aws_sdk_emr::error::SdkError;
use aws_sdk_emr::operation::terminate_job_flows::TerminateJobFlowsError;
use pipeline::failure::Failure;
use pipeline::run::ClusterId;

use crate::Aws;
use crate::failure::failure;

/// As many as TerminateJobFlows takes at once.
const AT_ONCE: usize = 10;

pub(super) async fn terminate(aws: &Aws, clusters: &[ClusterId]) -> Result<(), Failure> {
    for some in clusters.chunks(AT_ONCE) {
        let ids: Vec<String> = some.iter().map(ToString::to_string).collect();
        match stop(aws, &ids).await {
            Err(error) if is_protected(&error) => unprotect_and_stop(aws, &ids).await?,
            stopped => stopped.map_err(|error| failure(doing(&ids), &error))?,
        }
    }
    Ok(())
}

async fn stop(aws: &Aws, ids: &[String]) -> Result<(), SdkError<TerminateJobFlowsError>> {
    aws.emr.terminate_job_flows().set_job_flow_ids(Some(ids.to_vec())).send().await.map(|_| ())
}

/// The request of a pipeline may ask for termination protection, which would keep a second cluster alive too.
async fn unprotect_and_stop(aws: &Aws, ids: &[String]) -> Result<(), Failure> {
    let open = aws.emr.set_termination_protection().set_job_flow_ids(Some(ids.to_vec()));
    let opened = open.termination_protected(false).send().await;
    opened.map_err(|error| failure(format!("lift the protection of {}", ids.join(", ")), &error))?;
    stop(aws, ids).await.map_err(|error| failure(doing(ids), &error))
}

/// EMR has no code of its own for it.
fn is_protected(error: &SdkError<TerminateJobFlowsError>) -> bool {
    let message = error.as_service_error().and_then(|error| error.meta().message());
    message.is_some_and(|message| message.contains("termination protected"))
}

fn doing(ids: &[String]) -> String {
    format!("terminate {}", ids.join(", "))
}
