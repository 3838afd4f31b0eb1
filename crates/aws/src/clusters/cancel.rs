//! Steps cancelled, as far as EMR takes it.

use aws_sdk_emr::types::{CancelStepsInfo, CancelStepsRequestStatus};
use pipeline::failure::Failure;
use pipeline::ports::Uncancelled;
use pipeline::run::{ClusterId, StepId};

use crate::Aws;
use crate::failure::failure;

/// As many as CancelSteps takes at once.
const AT_ONCE: usize = 256;

pub(super) async fn cancel_steps(
    aws: &Aws,
    cluster: &ClusterId,
    steps: &[StepId],
) -> Result<Vec<Uncancelled>, Failure> {
    let mut uncancelled = Vec::new();
    for some in steps.chunks(AT_ONCE) {
        let ids: Vec<String> = some.iter().map(ToString::to_string).collect();
        let call = aws.emr.cancel_steps().cluster_id(cluster.as_str()).set_step_ids(Some(ids));
        let answer =
            call.send().await.map_err(|error| failure(format!("cancel steps of {cluster}"), &error))?;
        uncancelled.extend(answer.cancel_steps_info_list().iter().filter_map(refused));
    }
    Ok(uncancelled)
}

fn refused(info: &CancelStepsInfo) -> Option<Uncancelled> {
    if info.status() != Some(&CancelStepsRequestStatus::Failed) {
        return None;
    }
    let step_id = StepId::parse(info.step_id()?).ok()?;
    Some(Uncancelled { step_id, reason: info.reason().unwrap_or("EMR gave no reason").to_owned() })
}
