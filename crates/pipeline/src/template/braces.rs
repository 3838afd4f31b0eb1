//! Splits a text at its double braces.

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Outside of braces.
    Text(&'t str),
    /// Inside of braces, without them and without the blanks around it.
    Braced(&'t str),
}

/// The parts of a text; braces that are never closed are text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, braced, after)) = first_braces(rest) {
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Braced(braced.trim()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

fn first_braces(text: &str) -> Option<(&str, &str, &str)> {
    let (before, opened) = text.split_once("{{")?;
    let (braced, after) = opened.split_once("}}")?;
    Some((before, braced, after))
}

#[cfg(test)]
mod tests {
    use super::Piece::{Braced, Text};
    use super::*;

    #[test]
    fn a_text_is_split_at_its_double_braces() {
        for (text, expected) in [
            ("", vec![]),
            ("a", vec![Text("a")]),
            ("{{a}}", vec![Braced("a")]),
            ("x{{ a }}y{{b}}", vec![Text("x"), Braced("a"), Text("y"), Braced("b")]),
            ("{\"a\":{\"b\":1}}", vec![Text("{\"a\":{\"b\":1}}")]),
            ("{{open", vec![Text("{{open")]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }
}
