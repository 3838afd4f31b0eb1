//! References to secrets, in the form that CloudFormation's users know:
//! `{{resolve:secretsmanager:NAME:SecretString:KEY}}` and `{{resolve:ssm-secure:/path:version}}`.

use std::fmt;

use super::braces::{Piece, pieces};
use super::metastore;
use crate::document::{Node, Origin, Path, Problem, Problems};

/// A secret as its store knows it: what has to be fetched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretName {
    /// A secret of Secrets Manager, by name or ARN.
    SecretsManager(String),
    /// A SecureString of Parameter Store, and the version of it if one is fixed.
    ParameterStore {
        /// The parameter's name.
        name: String,
        /// Its version.
        version: Option<u64>,
    },
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SecretsManager(name) => write!(f, "secret {name}"),
            Self::ParameterStore { name, version: None } => write!(f, "parameter {name}"),
            Self::ParameterStore { name, version: Some(version) } => write!(f, "parameter {name}:{version}"),
        }
    }
}

/// A place in a request that names a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What has to be fetched.
    pub secret: SecretName,
    /// Which key of its JSON is meant; all of it where none is named.
    pub key: Option<String>,
    /// Where it was written first.
    pub origin: Origin,
    /// Which member it stands in.
    pub path: Path,
}

impl Reference {
    /// The problem of a secret that cannot be read; the reason must not hold anything of the secret.
    pub fn unreadable(&self, why: impl fmt::Display) -> Problem {
        self.problem("secret.unreadable", format!("the {} cannot be read: {why}", self.secret))
    }

    pub(super) fn problem(&self, code: &'static str, message: String) -> Problem {
        Problem::error(code, &self.origin, &self.path, message)
    }
}

/// All secrets that a request refers to, each once. The form of older launchers, a metastore password that is the
/// name of a secret, is rewritten to the reference that it stands for, so that one form is left to resolve.
///
/// # Errors
/// All references that cannot be understood.
pub fn references(request: &mut Node) -> Result<Vec<Reference>, Problems> {
    metastore::rewrite(request);
    let mut problems = Problems::default();
    let mut found: Vec<Reference> = Vec::new();
    request.visit(&Path::root(), &mut |path, node| {
        for inner in node.as_text().map(in_braces).unwrap_or_default() {
            match parse(inner, &node.origin, path) {
                Ok(new)
                    if found.iter().any(|known| (&known.secret, &known.key) == (&new.secret, &new.key)) => {}
                Ok(new) => found.push(new),
                Err(problem) => problems.push(problem),
            }
        }
    });
    problems.unless_errors(found)
}

/// Whether what stands in braces refers to a secret.
pub(super) fn is_reference(inner: &str) -> bool {
    inner.starts_with("resolve:")
}

fn in_braces(text: &str) -> Vec<&str> {
    let braced = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Braced(inner) if is_reference(inner) => Some(inner),
        Piece::Braced(_) | Piece::Text(_) => None,
    });
    braced.collect()
}

/// Reads one reference, without its braces.
pub(super) fn parse(inner: &str, origin: &Origin, path: &Path) -> Result<Reference, Problem> {
    let (origin, path) = (origin.clone(), path.clone());
    let parsed = match inner.split(':').nth(1) {
        Some("secretsmanager") => secrets_manager(after(inner, "resolve:secretsmanager:")),
        Some("ssm-secure") => parameter_store(after(inner, "resolve:ssm-secure:")),
        _ => None,
    };
    match parsed {
        Some((secret, key)) => Ok(Reference { secret, key, origin, path }),
        None => Err(Problem::error(
            "secret.reference",
            &origin,
            &path,
            format!("{{{{{inner}}}}} names no secret"),
        )
        .help("write {{resolve:secretsmanager:NAME:SecretString:KEY}} or {{resolve:ssm-secure:NAME}}")),
    }
}

fn after<'t>(text: &'t str, prefix: &str) -> &'t str {
    text.strip_prefix(prefix).unwrap_or_default()
}

fn secrets_manager(text: &str) -> Option<(SecretName, Option<String>)> {
    let (name, rest) = split_name(text)?;
    let key = match rest.split_once(':') {
        Some(("SecretString", "")) => None,
        Some(("SecretString", key)) if !key.contains(':') => Some(key.to_owned()),
        None if matches!(rest, "" | "SecretString") => None,
        Some(_) | None => return None,
    };
    Some((SecretName::SecretsManager(name.to_owned()), key))
}

/// An ARN has six colons of its own.
fn split_name(text: &str) -> Option<(&str, &str)> {
    let colons_inside = if text.starts_with("arn:") { 6 } else { 0 };
    let end = text.match_indices(':').nth(colons_inside).map_or(text.len(), |(position, _)| position);
    let (name, rest) = text.split_at_checked(end)?;
    (!name.is_empty()).then(|| (name, rest.strip_prefix(':').unwrap_or_default()))
}

fn parameter_store(text: &str) -> Option<(SecretName, Option<String>)> {
    let (name, version) = match text.rsplit_once(':') {
        Some((name, version)) => (name, Some(version.parse().ok()?)),
        None => (text, None),
    };
    (!name.is_empty()).then(|| (SecretName::ParameterStore { name: name.to_owned(), version }, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Source;

    fn secret(name: &str) -> SecretName {
        SecretName::SecretsManager(name.to_owned())
    }

    fn parameter(name: &str, version: Option<u64>) -> SecretName {
        SecretName::ParameterStore { name: name.to_owned(), version }
    }

    fn parsed(inner: &str) -> Result<Reference, Problem> {
        parse(inner, &Origin::of(&Source::named("cluster.yaml")), &Path::root())
    }

    #[test]
    fn references_are_read_as_cloudformation_writes_them() {
        let arn = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf";
        for (inner, expected, key) in [
            ("resolve:secretsmanager:db:SecretString:password", secret("db"), Some("password")),
            ("resolve:secretsmanager:team/db:SecretString", secret("team/db"), None),
            ("resolve:secretsmanager:db", secret("db"), None),
            (&format!("resolve:secretsmanager:{arn}:SecretString:user"), secret(arn), Some("user")),
            (&format!("resolve:secretsmanager:{arn}"), secret(arn), None),
            ("resolve:ssm-secure:/db/password", parameter("/db/password", None), None),
            ("resolve:ssm-secure:/db/password:7", parameter("/db/password", Some(7)), None),
        ] {
            let reference = parsed(inner).unwrap();
            assert_eq!((reference.secret, reference.key.as_deref()), (expected, key), "{inner}");
        }
    }

    #[test]
    fn what_names_no_secret_is_refused_with_the_form_to_use() {
        for inner in [
            "resolve:",
            "resolve:ssm:/plain",
            "resolve:secretsmanager:",
            "resolve:secretsmanager::SecretString:password",
            "resolve:secretsmanager:db:SecretBinary:x",
            "resolve:secretsmanager:db:SecretString:password:AWSPREVIOUS",
            "resolve:ssm-secure:",
            "resolve:ssm-secure:/x:latest",
        ] {
            let problem = parsed(inner).unwrap_err().to_string();
            assert!(problem.contains("names no secret; write {{resolve:secretsmanager:NAME"), "{problem}");
        }
    }
}
