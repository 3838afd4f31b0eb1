//! What is installed on the nodes, and how it is set up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An application to install. EMR API: `Application`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Application {
    /// Its name, such as `Spark`; from release 4.0 on the only member that EMR accepts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its version (before 4.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Arguments for its installation (before 4.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Vec<String>>,
    /// What vendors of third-party software hand over for tests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_info: Option<BTreeMap<String, String>>,
}

/// Third-party software of releases 2.x and 3.x. EMR API: `SupportedProductConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SupportedProductConfig {
    /// Its name, such as `mapr`; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Arguments for its installation script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Vec<String>>,
}

/// Settings for one configuration file of an application. EMR API: `Configuration`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Configuration {
    /// The file it stands for, such as `spark-defaults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification: Option<String>,
    /// Settings within this classification, such as `export` within `hadoop-env`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configurations: Option<Vec<Configuration>>,
    /// The settings themselves. They may hold resolved secrets: never log them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<BTreeMap<String, String>>,
}

/// A script that runs on each node before Hadoop starts. EMR API: `BootstrapActionConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct BootstrapActionConfig {
    /// The action's name, at most 256 characters. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it runs. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script_bootstrap_action: Option<ScriptBootstrapActionConfig>,
}

/// The script of a bootstrap action. EMR API: `ScriptBootstrapActionConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct ScriptBootstrapActionConfig {
    /// Where the script lies: an `s3://` address or a path on the node. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its arguments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Vec<String>>,
}
