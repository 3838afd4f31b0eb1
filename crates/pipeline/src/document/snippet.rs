//! The line that a problem is about, with a caret beneath it, unless a secret may stand there.

use super::origin::Origin;
use super::path::{Path, names_a_secret};

const WIDTH: usize = 120;

/// Cuts the line out of the source; nothing where there is no line or where it may hold a secret.
pub(super) fn cut(origin: &Origin, path: &Path) -> Option<String> {
    let place = origin.place?;
    if is_hidden(origin, path) {
        return None;
    }
    let line = origin.source.line(place.line)?;
    let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
    if column > WIDTH {
        return None;
    }
    let shown: String = line.chars().take(WIDTH).map(|c| if c == '\t' { ' ' } else { c }).collect();
    let number = place.line.to_string();
    let margin = " ".repeat(number.len());
    Some(format!(" {number} | {shown}\n {margin} | {}^", " ".repeat(column)))
}

/// Whether a value at this place may be a secret. The line before counts, since in a list of arguments the
/// option that names a password stands above the password.
pub(super) fn is_hidden(origin: &Origin, path: &Path) -> bool {
    let near = |line: u32| origin.source.line(line).is_some_and(names_a_secret);
    path.looks_secret() || origin.line().is_some_and(|line| near(line) || near(line.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Source;

    fn at(text: &str, line: u32, column: u32, path: Path) -> Option<String> {
        cut(&Origin::at(&Source::file("cluster.yaml", text), line, column), &path)
    }

    #[test]
    fn the_caret_stands_under_the_place() {
        let snippet = at("Name: x\n  Nme: y\n", 2, 3, Path::root()).unwrap();
        assert_eq!(snippet, " 2 |   Nme: y\n   |   ^");
    }

    #[test]
    fn a_line_that_may_hold_a_secret_is_not_shown() {
        for (text, line, path) in [
            ("a: 1\nhunter2\n", 2, Path::keys(&["KdcAdminPassword"])),
            ("{password: hunter2, Nme: y}\n", 1, Path::root()),
            ("- --password\n- 12345\n", 2, Path::keys(&["Args"]).index(1)),
        ] {
            assert_eq!(at(text, line, 1, path), None, "{text}");
        }
    }
}
