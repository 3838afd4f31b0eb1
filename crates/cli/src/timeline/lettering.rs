//! How wide a text is, near enough to keep texts apart: whoever looks at the drawing has fonts of their own.

/// The width of a text in a proportional font of this size, rather too wide than too narrow.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(share).sum::<f64>() * size
}

/// A letter's share of the font's size.
fn share(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.33,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | '-' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '→' | '✗' => 1.0,
        'A'..='Z' | '_' | '&' => 0.74,
        ' '..='~' | '·' => 0.62,
        _ => 1.1,
    }
}

/// The text, or as much of its beginning as fits, with a sign that there is more.
pub(super) fn fitted(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut left = room - width("…", size);
    let fits = |letter: &char| {
        left -= share(*letter) * size;
        left >= 0.0
    };
    let start: String = text.chars().take_while(fits).collect();
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_only_where_it_does_not_fit() {
        assert_eq!(fitted("kpis", 12.0, 100.0), "kpis");
        let cut = fitted("a name that is far too long for this", 12.0, 100.0);
        assert!(cut.ends_with('…') && width(&cut, 12.0) <= 100.0, "{cut}");
        assert_eq!(fitted("kpis", 12.0, 0.0), "…");
    }
}
