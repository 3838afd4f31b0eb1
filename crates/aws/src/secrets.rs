//! Secrets Manager and Parameter Store.

use pipeline::failure::{Failure, Kind};
use pipeline::ports::Secrets;
use pipeline::secret::Secret;

use crate::Aws;
use crate::failure::failure;

impl Secrets for Aws {
    async fn secret(&self, name: &str) -> Result<Secret, Failure> {
        let doing = format!("read secret {name}");
        let sent = self.secrets.get_secret_value().secret_id(name).send().await;
        let answer = sent.map_err(|error| failure(&doing, &error))?;
        answer.secret_string.map(Secret::from).ok_or_else(|| absent(&doing, "it has no SecretString"))
    }

    async fn parameter(&self, name: &str) -> Result<Secret, Failure> {
        let doing = format!("read parameter {name}");
        let sent = self.parameters.get_parameter().name(name).with_decryption(true).send().await;
        let answer = sent.map_err(|error| failure(&doing, &error))?;
        let value = answer.parameter.and_then(|parameter| parameter.value);
        value.map(Secret::from).ok_or_else(|| absent(&doing, "it has no value"))
    }
}

fn absent(doing: &str, message: &str) -> Failure {
    Failure {
        doing: doing.to_owned(),
        word: "NoValue".into(),
        message: message.to_owned(),
        kind: Kind::Refused,
    }
}
