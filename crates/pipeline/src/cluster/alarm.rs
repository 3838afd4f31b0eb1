//! The CloudWatch alarms that set scaling rules off.

use serde::{Deserialize, Serialize};

use super::words::words;

/// An alarm on a CloudWatch metric. EMR API: `CloudWatchAlarmDefinition`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct CloudWatchAlarmDefinition {
    /// How the metric compares with `Threshold` while it alarms. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison_operator: Option<ComparisonOperator>,
    /// How many periods in a row it must hold. EMR's default is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation_periods: Option<i32>,
    /// The metric. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric_name: Option<String>,
    /// The metric's namespace. EMR's default is `AWS/ElasticMapReduce`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The length of a period, in seconds; 300 for EMR's own metrics. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<i32>,
    /// What is taken of a period's values. EMR's default is `AVERAGE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistic: Option<Statistic>,
    /// What the metric is compared with; 0 or more. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// The metric's unit, as CloudWatch has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Which of the metric's series is meant. EMR's default is this cluster's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<Vec<MetricDimension>>,
}

/// One coordinate of a metric's series. EMR API: `MetricDimension`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct MetricDimension {
    /// Its name. EMR's default is `JobFlowID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its value. EMR's default is `${emr.clusterId}`, which EMR fills in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

words! {
    /// How a metric compares with its threshold. EMR API: `ComparisonOperator`.
    ComparisonOperator {
        GreaterThanOrEqual = "GREATER_THAN_OR_EQUAL",
        GreaterThan = "GREATER_THAN",
        LessThan = "LESS_THAN",
        LessThanOrEqual = "LESS_THAN_OR_EQUAL",
    }
}

words! {
    /// What is taken of a period's values. EMR API: `Statistic`.
    Statistic {
        /// How many there are.
        SampleCount = "SAMPLE_COUNT",
        Average = "AVERAGE",
        Sum = "SUM",
        Minimum = "MINIMUM",
        Maximum = "MAXIMUM",
    }
}

words! {
    /// The unit of a CloudWatch metric. EMR API: `Unit`.
    Unit {
        None = "NONE",
        Seconds = "SECONDS",
        MicroSeconds = "MICRO_SECONDS",
        MilliSeconds = "MILLI_SECONDS",
        Bytes = "BYTES",
        KiloBytes = "KILO_BYTES",
        MegaBytes = "MEGA_BYTES",
        GigaBytes = "GIGA_BYTES",
        TeraBytes = "TERA_BYTES",
        Bits = "BITS",
        KiloBits = "KILO_BITS",
        MegaBits = "MEGA_BITS",
        GigaBits = "GIGA_BITS",
        TeraBits = "TERA_BITS",
        Percent = "PERCENT",
        Count = "COUNT",
        BytesPerSecond = "BYTES_PER_SECOND",
        KiloBytesPerSecond = "KILO_BYTES_PER_SECOND",
        MegaBytesPerSecond = "MEGA_BYTES_PER_SECOND",
        GigaBytesPerSecond = "GIGA_BYTES_PER_SECOND",
        TeraBytesPerSecond = "TERA_BYTES_PER_SECOND",
        BitsPerSecond = "BITS_PER_SECOND",
        KiloBitsPerSecond = "KILO_BITS_PER_SECOND",
        MegaBitsPerSecond = "MEGA_BITS_PER_SECOND",
        GigaBitsPerSecond = "GIGA_BITS_PER_SECOND",
        TeraBitsPerSecond = "TERA_BITS_PER_SECOND",
        CountPerSecond = "COUNT_PER_SECOND",
    }
}
