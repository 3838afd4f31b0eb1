//! Where a value was written.

use std::fmt;
use std::sync::Arc;

/// A text that users wrote: a file, or a part of an event. Cheap to clone.
#[derive(Clone)]
pub struct Source(Arc<Written>);

struct Written {
    name: String,
    text: String,
}

impl Source {
    /// A file, with the text that snippets are cut from.
    pub fn file(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self(Arc::new(Written { name: name.into(), text: text.into() }))
    }

    /// Something without lines, such as `event: overrides`.
    pub fn named(name: impl Into<String>) -> Self {
        Self::file(name, "")
    }

    /// The name as problems show it.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    pub(super) fn text(&self) -> &str {
        &self.0.text
    }

    /// The text of a line, counted from 1.
    pub(super) fn line(&self, number: u32) -> Option<&str> {
        self.0.text.lines().nth(usize::try_from(number).ok()?.checked_sub(1)?)
    }
}

impl fmt::Debug for Source {
    // The text may hold what must not be printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Source {}

/// A position in a text; both are counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// The source of a value and, where the source has lines, the place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What was read.
    pub source: Source,
    /// Where in it.
    pub place: Option<Place>,
}

impl Origin {
    /// A place in a text.
    pub fn at(source: &Source, line: u32, column: u32) -> Self {
        Self { source: source.clone(), place: Some(Place { line, column }) }
    }

    /// The whole of a source.
    pub fn of(source: &Source) -> Self {
        Self { source: source.clone(), place: None }
    }

    pub(super) fn line(&self) -> Option<u32> {
        self.place.map(|place| place.line)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(Place { line, column }) => write!(f, "{}:{line}:{column}", self.source.name()),
            None => f.write_str(self.source.name()),
        }
    }
}
