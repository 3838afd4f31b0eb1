//! What the answer of a query must look like.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// What the answer of a query must look like; without members anything will do.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expectation {
    /// How many rows it must have, such as `">0"`.
    pub rows: Option<RowCount>,
}

/// A comparison with a number of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowCount {
    /// How the rows must compare.
    pub comparison: Comparison,
    /// With what.
    pub number: u64,
}

/// How one number compares with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `!=`
    Not,
    /// `>`
    MoreThan,
    /// `<`
    LessThan,
    /// `=`, or nothing
    Exactly,
}

/// Longer signs first, since `>` begins `>=`.
const SIGNS: [(&str, Comparison); 7] = [
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    ("!=", Comparison::Not),
    (">", Comparison::MoreThan),
    ("<", Comparison::LessThan),
    ("=", Comparison::Exactly),
    ("", Comparison::Exactly),
];

impl RowCount {
    /// Accepts a sign and a number: `>0`, `>= 10`, `42`.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, comparison) = SIGNS.into_iter().find(|(sign, _)| text.starts_with(sign))?;
        let number = text.strip_prefix(sign)?.trim().parse().ok()?;
        Some(Self { comparison, number })
    }

    /// Whether an answer of so many rows is as expected.
    pub fn holds(self, rows: u64) -> bool {
        match self.comparison {
            Comparison::AtLeast => rows >= self.number,
            Comparison::AtMost => rows <= self.number,
            Comparison::Not => rows != self.number,
            Comparison::MoreThan => rows > self.number,
            Comparison::LessThan => rows < self.number,
            Comparison::Exactly => rows == self.number,
        }
    }
}

impl<'de> Deserialize<'de> for RowCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

struct Written;

impl Visitor<'_> for Written {
    type Value = RowCount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of rows such as \">0\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<RowCount, E> {
        RowCount::parse(text)
            .ok_or_else(|| E::custom(format!("{text} compares with no number; write \">0\" or \"42\"")))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<RowCount, E> {
        self.visit_str(&number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_holds_for_the_numbers_it_names() {
        for (text, yes, no) in [
            (">0", 1, 0),
            (">= 10", 10, 9),
            ("<5", 4, 5),
            ("<=5", 5, 6),
            ("!=0", 3, 0),
            ("= 7", 7, 8),
            ("42", 42, 0),
        ] {
            let rows = RowCount::parse(text).unwrap();
            assert!(rows.holds(yes) && !rows.holds(no), "{text}");
        }
        for text in ["", ">", "many", "> -1", "=>5"] {
            assert_eq!(RowCount::parse(text), None, "{text}");
        }
    }
}
