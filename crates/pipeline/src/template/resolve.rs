//! Puts secrets into a request. A secret that is missing, or has not what is asked of it, stops the launch; it
//! never becomes an empty password.

use std::collections::BTreeMap;

use super::braces::{Piece, pieces};
use super::reference::{Reference, SecretName, is_reference, parse};
use crate::document::{MASK, Node, Origin, Path, Problem, Problems, Scalar};
use crate::secret::Secret;

/// The secrets that were fetched.
#[derive(Clone, Debug, Default)]
pub struct Resolved(BTreeMap<SecretName, Secret>);

impl Resolved {
    /// Adds what a store answered.
    pub fn insert(&mut self, name: SecretName, secret: Secret) {
        self.0.insert(name, secret);
    }
}

impl Resolved {
    /// The text with a mask over every secret in it, and over every text within a secret's JSON: a service that refuses
    /// a request may quote it.
    pub fn redact(&self, text: &str) -> String {
        self.0.values().flat_map(texts).fold(text.to_owned(), |text, secret| text.replace(&secret, MASK))
    }
}

/// What of a secret must not be seen; longest first, so that no rest of one shows. A secret of a letter or two cannot be
/// told from other text.
fn texts(secret: &Secret) -> Vec<String> {
    let mut texts = vec![secret.reveal().to_owned()];
    if let Ok(serde_json::Value::Object(members)) = serde_json::from_str(secret.reveal()) {
        texts.extend(members.values().filter_map(|value| value.as_str().map(str::to_owned)));
    }
    texts.retain(|text| text.chars().count() > 2);
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    texts
}

impl FromIterator<(SecretName, Secret)> for Resolved {
    fn from_iter<I: IntoIterator<Item = (SecretName, Secret)>>(secrets: I) -> Self {
        Self(secrets.into_iter().collect())
    }
}

/// Replaces every reference by what it refers to, and marks each text that holds a secret as one.
///
/// # Errors
/// All references without a usable secret; no problem holds anything of a secret but the names of its keys.
pub fn resolve(request: &mut Node, resolved: &Resolved) -> Result<(), Problems> {
    let mut problems = Problems::default();
    request.rewrite(&Path::root(), &mut |path, scalar, origin| {
        if scalar.shown().contains("{{") {
            match replaced(scalar.shown(), resolved, origin, path) {
                Ok(Some(text)) => *scalar = Scalar::secret(text),
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
    });
    problems.unless_errors(())
}

/// Marks each text that refers to a secret as one, so that a request can be shown where nothing was fetched.
pub fn mask_references(request: &mut Node) {
    request.rewrite(&Path::root(), &mut |_, scalar, _| {
        if pieces(scalar.reveal())
            .iter()
            .any(|piece| matches!(piece, Piece::Braced(inner) if is_reference(inner)))
        {
            *scalar = Scalar::secret(scalar.reveal());
        }
    });
}

/// The text with its secrets; `None` where it refers to none.
fn replaced(
    text: &str,
    resolved: &Resolved,
    origin: &Origin,
    path: &Path,
) -> Result<Option<String>, Problem> {
    let mut replaced = String::new();
    let mut any = false;
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => replaced.push_str(text),
            Piece::Braced(inner) if is_reference(inner) => {
                replaced.push_str(&value(&parse(inner, origin, path)?, resolved)?);
                any = true;
            }
            Piece::Braced(inner) => replaced.push_str(&format!("{{{{{inner}}}}}")),
        }
    }
    Ok(any.then_some(replaced))
}

fn value(reference: &Reference, resolved: &Resolved) -> Result<String, Problem> {
    let Some(secret) = resolved.0.get(&reference.secret) else {
        return Err(reference.unreadable("it was not fetched"));
    };
    let value = match &reference.key {
        Some(key) => member(reference, secret.reveal(), key)?,
        None => secret.reveal().to_owned(),
    };
    if value.is_empty() {
        return Err(reference.problem("secret.empty", format!("the {} is empty", reference.secret)));
    }
    Ok(value)
}

/// The text under a key of a secret's JSON. The parser's own words are left out: they may quote the secret.
fn member(reference: &Reference, secret: &str, key: &str) -> Result<String, Problem> {
    let name = &reference.secret;
    let Ok(serde_json::Value::Object(members)) = serde_json::from_str(secret) else {
        let message = format!("the {name} is not a JSON object, so it has no key {key}");
        return Err(reference.problem("secret.not_json", message));
    };
    match members.get(key) {
        Some(serde_json::Value::String(text)) => Ok(text.clone()),
        Some(serde_json::Value::Number(number)) => Ok(number.to_string()),
        Some(serde_json::Value::Bool(yes)) => Ok(yes.to_string()),
        Some(_) => {
            Err(reference.problem("secret.not_text", format!("the key {key} of the {name} is no text")))
        }
        None => {
            let keys: Vec<&str> = members.keys().map(String::as_str).collect();
            let problem = reference.problem("secret.no_key", format!("the {name} has no key {key}"));
            Err(problem.help(format!("its keys: {}", keys.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests;
