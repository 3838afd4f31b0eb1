//! How PyYAML reads a scalar without quotes, since existing folders were written for it (YAML 1.1).
//!
//! The rules are those of its resolver: an unquoted `0755` is octal, `12:30` is a number of base 60, `on` is true.

/// What an unquoted scalar means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Nothing.
    Null,
    /// A word for yes or no.
    Bool,
    /// A whole number in any of YAML's notations.
    Integer,
    /// Any other number.
    Float,
    /// A date, with or without a time.
    Timestamp,
    /// Everything else.
    Text,
}

impl Reading {
    /// What this is, in a problem's words.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool => "a boolean",
            Self::Integer | Self::Float => "a number",
            Self::Timestamp => "a date",
            Self::Text => "text",
        }
    }
}

const TRUE: [&str; 9] = ["yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"];
const FALSE: [&str; 9] = ["no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"];

/// What a scalar without quotes means.
pub(super) fn reading(text: &str) -> Reading {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Reading::Null,
        _ if boolean(text).is_some() => Reading::Bool,
        _ if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) => Reading::Text,
        _ if is_integer(text) => Reading::Integer,
        _ if is_float(text) => Reading::Float,
        _ if is_timestamp(text) => Reading::Timestamp,
        _ => Reading::Text,
    }
}

/// The meaning of PyYAML's words for yes and no.
pub(super) fn boolean(text: &str) -> Option<bool> {
    if TRUE.contains(&text) {
        return Some(true);
    }
    FALSE.contains(&text).then_some(false)
}

/// Whether every reader of YAML takes this for the same whole number.
pub(super) fn is_whole(text: &str) -> bool {
    let digits = unsigned(text);
    digits == "0" || (starts_with_nonzero(digits) && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether every reader of YAML takes this for the same number; JSON's exponents need no sign.
pub(super) fn is_decimal(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit()) && !text.contains(['_', ':', 'x', 'b']) && !is_octal(text)
}

fn is_octal(text: &str) -> bool {
    unsigned(text).strip_prefix('0').is_some_and(|rest| starts_with_digit(rest) && !rest.contains('.'))
}

fn is_integer(text: &str) -> bool {
    let text = unsigned(text);
    if let Some(binary) = text.strip_prefix("0b") {
        return !binary.is_empty() && binary.bytes().all(|b| matches!(b, b'0' | b'1' | b'_'));
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit() || b == b'_');
    }
    if let Some(octal) = text.strip_prefix('0') {
        return octal.bytes().all(|b| matches!(b, b'0'..=b'7' | b'_'));
    }
    let (_, rest) = split(text, is_digit);
    starts_with_nonzero(text) && (rest.is_empty() || is_base_60(rest))
}

fn is_float(text: &str) -> bool {
    let bare = unsigned(text);
    if matches!(bare, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    if let Some(fraction) = text.strip_prefix('.') {
        let (digits, rest) = split(fraction, is_digit);
        return starts_with_digit(digits) && is_exponent(rest);
    }
    let (whole, rest) = split(bare, is_digit);
    let (sixtieths, rest) = split(rest, |b| b == b':' || b.is_ascii_digit());
    let Some(rest) = rest.strip_prefix('.') else { return false };
    let (_, rest) = split(rest, is_digit);
    starts_with_digit(whole)
        && if sixtieths.is_empty() { is_exponent(rest) } else { is_base_60(sixtieths) && rest.is_empty() }
}

/// `:59`, once or more.
fn is_base_60(text: &str) -> bool {
    text.strip_prefix(':').is_some_and(|parts| {
        parts.split(':').all(|part| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
    })
}

/// Nothing, or an exponent with a sign: without the sign YAML 1.1 sees text.
fn is_exponent(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let digits = text.strip_prefix(['e', 'E']).and_then(|rest| rest.strip_prefix(['+', '-']));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn is_timestamp(text: &str) -> bool {
    let Some((year, rest)) = number(text, 4..=4) else { return false };
    let Some((month, rest)) = after(rest, "-", 1..=2) else { return false };
    let Some((day, rest)) = after(rest, "-", 1..=2) else { return false };
    if rest.is_empty() {
        return year.len() == 4 && month.len() == 2 && day.len() == 2;
    }
    let (blanks, time) = split(rest, |b| b == b' ' || b == b'\t');
    let time = if blanks.is_empty() { time.strip_prefix(['T', 't']) } else { Some(time) };
    time.is_some_and(is_time)
}

fn is_time(text: &str) -> bool {
    let Some((_, rest)) = number(text, 1..=2) else { return false };
    let Some((_, rest)) = after(rest, ":", 2..=2) else { return false };
    let Some((_, rest)) = after(rest, ":", 2..=2) else { return false };
    let rest = rest.strip_prefix('.').map_or(rest, |fraction| split(fraction, |b| b.is_ascii_digit()).1);
    rest.is_empty() || is_zone(rest.trim_start_matches([' ', '\t']))
}

fn is_zone(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['+', '-']) else { return text == "Z" };
    let Some((_, rest)) = number(offset, 1..=2) else { return false };
    rest.is_empty() || matches!(after(rest, ":", 2..=2), Some((_, "")))
}

fn number(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<(&str, &str)> {
    let (digits, rest) = split(text, |b| b.is_ascii_digit());
    lengths.contains(&digits.len()).then_some((digits, rest))
}

fn after<'t>(
    text: &'t str,
    mark: &str,
    lengths: std::ops::RangeInclusive<usize>,
) -> Option<(&'t str, &'t str)> {
    number(text.strip_prefix(mark)?, lengths)
}

fn split(text: &str, wanted: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|b| !wanted(b)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'_'
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

fn starts_with_nonzero(text: &str) -> bool {
    text.starts_with(|c: char| matches!(c, '1'..='9'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unquoted_scalar_is_read_as_pyyaml_reads_it() {
        for (expected, texts) in [
            (Reading::Null, vec!["", "~", "null", "Null", "NULL"]),
            (Reading::Bool, vec!["yes", "No", "TRUE", "false", "on", "OFF"]),
            (
                Reading::Integer,
                vec!["0", "7", "-12", "+3", "0755", "0x1F", "0b101", "1_000", "12:30", "12:30:45"],
            ),
            (
                Reading::Float,
                vec!["1.5", "1.", ".5", "-2.0", "1.0e+3", "1_0.5", "12:30.5", ".inf", "-.INF", ".NaN"],
            ),
            (Reading::Timestamp, vec!["2021-04-12", "2021-4-2 1:02:03", "2021-04-12T10:00:00Z"]),
            (Reading::Timestamp, vec!["2021-04-12 10:00:00.5 +01:00", "2021-04-12t10:00:00-1"]),
            (
                Reading::Text,
                vec!["y", "n", "yEs", "tRue", "nil", "1e3", "1.0e3", "08", "-.5", "12:99", "-.nan"],
            ),
            (
                Reading::Text,
                vec!["2021-4-2", "emr-6.15.0", "1.2.3", "-", "--", ".", "+", "10.0.0.1", "5m", "12:30:"],
            ),
        ] {
            for text in texts {
                assert_eq!(reading(text), expected, "{text:?}");
            }
        }
    }

    #[test]
    fn only_plain_decimals_are_numbers_to_every_reader() {
        for text in ["0", "-1", "+20"] {
            assert!(is_whole(text), "{text}");
        }
        for text in ["", "-", "00", "0755", "1_000", "0x10", "1.0", "12:30"] {
            assert!(!is_whole(text), "{text}");
        }
        for (text, expected) in
            [("1.5", true), (".5", true), ("1e3", true), (".inf", false), ("1_0.5", false), ("0755", false)]
        {
            assert_eq!(is_decimal(text), expected, "{text}");
        }
    }
}
