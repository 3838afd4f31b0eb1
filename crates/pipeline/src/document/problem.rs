//! What is wrong with a document: where, what, and what to write instead.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::origin::{Origin, Source};
use super::path::Path;
use super::snippet;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing can be launched like this.
    Error,
    /// It can be launched, and will probably be regretted.
    Warning,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A stable name of the kind of problem, such as `config.unknown_field`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Where it was written.
    pub origin: Origin,
    /// Which member it concerns; the root where it concerns the whole.
    pub path: Path,
    /// What is wrong, as a clause.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Problem {
    /// An error at a member.
    pub fn error(code: &'static str, origin: &Origin, path: &Path, message: impl Into<String>) -> Self {
        let (origin, path, message) = (origin.clone(), path.clone(), message.into());
        Self { code, severity: Severity::Error, origin, path, message, help: None }
    }

    /// A warning at a member.
    pub fn warning(code: &'static str, origin: &Origin, path: &Path, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, origin, path, message) }
    }

    /// An error about a whole source.
    pub fn about(code: &'static str, source: &Source, message: impl Into<String>) -> Self {
        Self::error(code, &Origin::of(source), &Path::root(), message)
    }

    /// The same with a remedy.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The problem, and beneath it the line that it is about, where that line may be shown.
    pub fn explained(&self) -> String {
        match snippet::cut(&self.origin, &self.path) {
            Some(snippet) => format!("{self}\n{snippet}"),
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = if self.severity == Severity::Warning { "warning: " } else { "" };
        write!(f, "{}  {severity}{}", self.origin, self.message)?;
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        write!(f, "   [{}]", self.code)
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Problem", 8)?;
        fields.serialize_field("code", self.code)?;
        fields.serialize_field("severity", &self.severity)?;
        fields.serialize_field("file", self.origin.source.name())?;
        fields.serialize_field("line", &self.origin.place.map(|place| place.line))?;
        fields.serialize_field("column", &self.origin.place.map(|place| place.column))?;
        fields.serialize_field("path", &self.path.to_string())?;
        fields.serialize_field("message", &self.message)?;
        fields.serialize_field("help", &self.help)?;
        fields.end()
    }
}

/// Everything that is wrong, in the order in which it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something forbids a launch.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// The problems in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// Adds a problem.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Takes the value if nothing forbids it; otherwise keeps the problems and answers nothing.
    pub fn take<T>(&mut self, result: Result<T, Problems>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problems) => {
                self.extend(problems);
                None
            }
        }
    }

    /// The value, if nothing in here is an error.
    pub fn unless_errors<T>(self, value: T) -> Result<T, Problems> {
        if self.has_errors() { Err(self) } else { Ok(value) }
    }

    /// Sorted by file, in the order of the first mention of each, and place.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        let files: Vec<String> =
            self.0.iter().map(|problem| problem.origin.source.name().to_owned()).collect();
        let rank = |problem: &Problem| files.iter().position(|file| file == problem.origin.source.name());
        self.0.sort_by_key(|problem| (rank(problem), problem.origin.place));
        self
    }

    /// All problems with their snippets, for a terminal.
    pub fn explained(&self) -> String {
        self.0.iter().map(Problem::explained).collect::<Vec<_>>().join("\n")
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        Self(problems.into_iter().collect())
    }
}

impl Extend<Problem> for Problems {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        self.0.extend(problems);
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if position == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
