//! RunJobFlow: the one call that costs money and cannot be repeated.

use aws_sdk_emr::Client;
use aws_sdk_emr::config::Builder;
use aws_sdk_emr::config::retry::RetryConfig;
use aws_sdk_emr::error::SdkError;
use aws_sdk_emr::operation::run_job_flow::RunJobFlowError;
use aws_sdk_emr::operation::run_job_flow::builders::RunJobFlowFluentBuilder;
use pipeline::cluster::RunJobFlow;

use crate::into_sdk::convert;

/// Why no cluster can be named.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// The call failed. Only EMR's own refusal, a service error below 500, proves that there is no cluster.
    #[error("RunJobFlow failed")]
    Failed(#[from] Box<SdkError<RunJobFlowError>>),
    /// EMR accepted the request, so that there may be a cluster, but did not say which.
    #[error("EMR answered RunJobFlow without a cluster id")]
    Nameless,
}

/// EMR's word that it makes the cluster.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// `JobFlowId`.
    pub(crate) job_flow_id: String,
    /// `ClusterArn`.
    pub(crate) cluster_arn: Option<String>,
}

/// Asks EMR for the cluster exactly once.
pub(crate) async fn send_once(client: &Client, request: RunJobFlow) -> Result<Accepted, SendError> {
    // RunJobFlow has no idempotency token: a retry after a lost answer starts a second cluster.
    let once = Builder::new().retry_config(RetryConfig::disabled());
    let sent = lay(client.run_job_flow(), request).customize().config_override(once).send().await;
    let answer = sent.map_err(Box::new)?;
    let job_flow_id = answer.job_flow_id.ok_or(SendError::Nameless)?;
    Ok(Accepted { job_flow_id, cluster_arn: answer.cluster_arn })
}

convert! {
    // The fluent builder is the only way to a call that can be customised, and takes members by setters alone.
    RunJobFlow => lay: RunJobFlowFluentBuilder {
        set_name(name), set_log_uri(log_uri), set_log_encryption_kms_key_id(log_encryption_kms_key_id),
        set_additional_info(additional_info), set_ami_version(ami_version), set_release_label(release_label),
        set_instances(instances), set_steps(steps), set_step_execution_role_arn(step_execution_role_arn),
        set_bootstrap_actions(bootstrap_actions), set_supported_products(supported_products),
        set_new_supported_products(new_supported_products), set_applications(applications),
        set_configurations(configurations), set_visible_to_all_users(visible_to_all_users),
        set_job_flow_role(job_flow_role), set_service_role(service_role), set_tags(tags),
        set_security_configuration(security_configuration), set_auto_scaling_role(auto_scaling_role),
        set_scale_down_behavior(scale_down_behavior), set_custom_ami_id(custom_ami_id),
        set_ebs_root_volume_size(ebs_root_volume_size), set_repo_upgrade_on_boot(repo_upgrade_on_boot),
        set_kerberos_attributes(kerberos_attributes), set_step_concurrency_level(step_concurrency_level),
        set_managed_scaling_policy(managed_scaling_policy),
        set_placement_group_configs(placement_group_configs),
        set_auto_termination_policy(auto_termination_policy), set_os_release_label(os_release_label),
        set_ebs_root_volume_iops(ebs_root_volume_iops),
        set_ebs_root_volume_throughput(ebs_root_volume_throughput), set_extended_support(extended_support),
        set_monitoring_configuration(monitoring_configuration), set_session_enabled(session_enabled),
    }
}

#[cfg(test)]
mod tests;
