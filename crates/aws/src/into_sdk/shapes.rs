//! The shapes of a request, each with the list of all its members.

use super::convert;

convert!(Tag { key, value });

convert!(Application { name, version, args, additional_info });
convert!(SupportedProductConfig { name, args });
convert!(Configuration { classification, configurations, properties });
convert!(BootstrapActionConfig { name, script_bootstrap_action });
convert!(ScriptBootstrapActionConfig { path, args });

convert!(StepConfig { name, action_on_failure, hadoop_jar_step, step_monitoring_configuration });
convert!(HadoopJarStepConfig { properties, jar, main_class, args });
convert!(KeyValue { key, value });
convert!(StepMonitoringConfiguration { s3_monitoring_configuration });
convert!(S3MonitoringConfiguration { log_uri, encryption_key_arn });

convert!(JobFlowInstancesConfig {
    master_instance_type,
    slave_instance_type,
    instance_count,
    instance_groups,
    instance_fleets,
    ec2_key_name,
    placement,
    keep_job_flow_alive_when_no_steps,
    termination_protected,
    unhealthy_node_replacement,
    hadoop_version,
    ec2_subnet_id,
    ec2_subnet_ids,
    emr_managed_master_security_group,
    emr_managed_slave_security_group,
    service_access_security_group,
    additional_master_security_groups,
    additional_slave_security_groups,
});
convert!(PlacementType { availability_zone, availability_zones });
convert!(PlacementGroupConfig { instance_role, placement_strategy });
convert!(InstanceGroupConfig {
    name,
    market,
    instance_role,
    bid_price,
    instance_type,
    instance_count,
    configurations,
    ebs_configuration,
    auto_scaling_policy,
    custom_ami_id,
});

convert!(InstanceFleetConfig {
    name,
    instance_fleet_type,
    target_on_demand_capacity,
    target_spot_capacity,
    instance_type_configs,
    launch_specifications,
    resize_specifications,
    context,
});
convert!(InstanceTypeConfig {
    instance_type,
    weighted_capacity,
    bid_price,
    bid_price_as_percentage_of_on_demand_price,
    ebs_configuration,
    configurations,
    custom_ami_id,
    priority,
});
convert!(InstanceFleetProvisioningSpecifications { spot_specification, on_demand_specification });
convert!(SpotProvisioningSpecification {
    timeout_duration_minutes,
    timeout_action,
    block_duration_minutes,
    allocation_strategy,
});
convert!(OnDemandProvisioningSpecification { allocation_strategy, capacity_reservation_options });
convert!(InstanceFleetResizingSpecifications { spot_resize_specification, on_demand_resize_specification });
convert!(SpotResizingSpecification { timeout_duration_minutes, allocation_strategy });
convert!(OnDemandResizingSpecification {
    timeout_duration_minutes,
    allocation_strategy,
    capacity_reservation_options,
});
convert!(OnDemandCapacityReservationOptions {
    usage_strategy,
    capacity_reservation_preference,
    capacity_reservation_resource_group_arn,
});

convert!(EbsConfiguration { ebs_block_device_configs, ebs_optimized });
convert!(EbsBlockDeviceConfig { volume_specification, volumes_per_instance });
convert!(VolumeSpecification { volume_type, iops, size_in_gb, throughput });

convert!(ManagedScalingPolicy { compute_limits, utilization_performance_index, scaling_strategy });
convert!(ComputeLimits {
    unit_type,
    minimum_capacity_units,
    maximum_capacity_units,
    maximum_on_demand_capacity_units,
    maximum_core_capacity_units,
});
convert!(AutoTerminationPolicy { idle_timeout });
convert!(AutoScalingPolicy { constraints, rules });
convert!(ScalingConstraints { min_capacity, max_capacity });
convert!(ScalingRule { name, description, action, trigger });
convert!(ScalingAction { market, simple_scaling_policy_configuration });
convert!(SimpleScalingPolicyConfiguration { adjustment_type, scaling_adjustment, cool_down });
convert!(ScalingTrigger { cloud_watch_alarm_definition });

convert!(CloudWatchAlarmDefinition {
    comparison_operator,
    evaluation_periods,
    metric_name,
    namespace,
    period,
    statistic,
    threshold,
    unit,
    dimensions,
});
convert!(MetricDimension { key, value });

convert!(KerberosAttributes {
    realm,
    kdc_admin_password,
    cross_realm_trust_principal_password,
    ad_domain_join_user,
    ad_domain_join_password,
});

convert!(MonitoringConfiguration { cloud_watch_log_configuration, s3_logging_configuration });
convert!(CloudWatchLogConfiguration {
    enabled,
    log_group_name,
    log_stream_name_prefix,
    encryption_key_arn,
    log_types,
});
convert!(S3LoggingConfiguration { log_type_upload_policy });

convert!(words
    ActionOnFailure, AdjustmentType, ComparisonOperator, ComputeLimitsUnitType, InstanceFleetType,
    InstanceRoleType, LogType, LogUploadPolicyValue, MarketType, OnDemandCapacityReservationPreference,
    OnDemandCapacityReservationUsageStrategy, OnDemandProvisioningAllocationStrategy,
    PlacementGroupStrategy, RepoUpgradeOnBoot, ScaleDownBehavior, ScalingStrategy,
    SpotProvisioningAllocationStrategy, SpotProvisioningTimeoutAction, Statistic, Unit,
);
