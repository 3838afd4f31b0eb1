//! The metastore password of folders that were written for older launchers: where the password belongs stands the
//! name of a secret, whose JSON has it under `password`.

use crate::document::{Kind, Node, Scalar, Value};

const CLASSIFICATIONS: [&str; 2] = ["hive-site", "spark-hive-site"];
const PROPERTY: &str = "javax.jdo.option.ConnectionPassword";

/// Rewrites the name of a secret to a reference to its password, at every depth of the configurations.
pub(super) fn rewrite(request: &mut Node) {
    let Some(configurations) = request.get_mut("Configurations") else { return };
    for configuration in configurations.items_mut() {
        rewrite(configuration);
        if configuration.get("Classification").and_then(Node::as_text).is_some_and(is_metastore) {
            rewrite_password(configuration);
        }
    }
}

fn is_metastore(classification: &str) -> bool {
    CLASSIFICATIONS.contains(&classification)
}

fn rewrite_password(configuration: &mut Node) {
    let Some(password) =
        configuration.get_mut("Properties").and_then(|properties| properties.get_mut(PROPERTY))
    else {
        return;
    };
    let Value::Scalar(name) = &password.value else { return };
    if !name.is_secret() && !name.shown().contains("{{") {
        let reference = format!("{{{{resolve:secretsmanager:{}:SecretString:password}}}}", name.shown());
        password.value = Value::Scalar(Scalar::new(reference, Kind::Text));
    }
}
