//! What happened to a run, attempt by attempt, and what a person does next: told to people, and to scripts.

mod chapter;
mod json;
mod text;

use jiff::Timestamp;
use pipeline::run::{History, Run};

use crate::next::{Next, next};

pub(crate) use chapter::{Chapter, chapters};
pub(crate) use json::as_json;
pub(crate) use text::as_text;

/// One run, from its claim to where it stands.
#[derive(Debug)]
pub(crate) struct Story<'a> {
    /// The run.
    pub(crate) run: &'a Run,
    /// Its attempts, first one first.
    pub(crate) chapters: Vec<Chapter<'a>>,
    /// What a person does next.
    pub(crate) next: Next,
    /// When it is told.
    pub(crate) now: Timestamp,
}

/// The story of each run of a correlation id.
pub(crate) fn stories(history: &History, now: Timestamp) -> Vec<Story<'_>> {
    let of = history.runs.len();
    let story = |run| Story { run, chapters: chapters(run, history), next: next(run, of, now), now };
    history.runs.iter().map(story).collect()
}

#[cfg(test)]
mod tests;
