//! How the nodes prove who they are.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// Kerberos, for a security configuration that asks for it. EMR API: `KerberosAttributes`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct KerberosAttributes {
    /// The realm of all nodes, such as `EC2.INTERNAL`. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub realm: Option<String>,
    /// The password of `kadmin` on the cluster's own KDC, at most 256 characters. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kdc_admin_password: Option<Secret>,
    /// The password that both realms share, for a trust across realms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_realm_trust_principal_password: Option<Secret>,
    /// Who joins the nodes to an Active Directory domain, for a trust with one.
    #[serde(rename = "ADDomainJoinUser", skip_serializing_if = "Option::is_none")]
    pub ad_domain_join_user: Option<String>,
    /// The password of `ADDomainJoinUser`.
    #[serde(rename = "ADDomainJoinPassword", skip_serializing_if = "Option::is_none")]
    pub ad_domain_join_password: Option<Secret>,
}
