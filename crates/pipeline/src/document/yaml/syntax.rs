//! What the YAML parser could not read, in words that say what to change.

use granit_parser::{ErrorKind, ScanError};

use super::super::origin::{Origin, Source};
use super::super::path::Path;
use super::super::problem::Problem;
use super::{MAX_DEPTH, small};

/// The parser's complaint as a problem.
pub(super) fn problem(source: &Source, error: &ScanError) -> Problem {
    let (line, column) = (small(error.marker().line()), small(error.marker().col() + 1));
    let origin = Origin::at(source, line, column);
    if let Some(tab) = tab_in_indentation(source, line) {
        let message = "a tab in the indentation; YAML allows spaces only";
        return Problem::error("config.tab", &tab, &Path::root(), message).help("replace the tab by spaces");
    }
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => {
            let message = format!("values are nested more than {MAX_DEPTH} deep");
            Problem::error("config.too_deep", &origin, &Path::root(), message)
        }
        ErrorKind::UnknownAnchor => {
            let message = "this alias repeats an anchor that was not written before it";
            Problem::error("config.alias", &origin, &Path::root(), message)
        }
        kind => Problem::error("config.syntax", &origin, &Path::root(), format!("not YAML: {kind}")),
    }
}

/// The parser notices a tab only by what it breaks, which may be the line before or after.
fn tab_in_indentation(source: &Source, line: u32) -> Option<Origin> {
    [line, line.saturating_sub(1), line.saturating_add(1)].into_iter().find_map(|line| {
        let written = source.line(line)?;
        let indentation = written.chars().take_while(|c| c.is_whitespace());
        let column = indentation.clone().position(|c| c == '\t')?;
        (indentation.count() < written.chars().count()).then(|| Origin::at(source, line, small(column + 1)))
    })
}
