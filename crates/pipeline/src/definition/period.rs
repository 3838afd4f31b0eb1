//! Lengths of time as people write them: `90s`, `2m`, `6h`, `1h30m`, `1d`.

use std::fmt;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A length of time. It is written with units, since a bare number would be guessed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(Duration);

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl Period {
    /// That many minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self(Duration::from_secs(minutes * 60))
    }

    /// The length as the clock's type.
    pub fn as_duration(self) -> Duration {
        self.0
    }

    /// Accepts numbers with units, each unit once and the largest first: `1h30m`.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut rest, mut seconds) = (text, 0_u64);
        for (unit, length) in UNITS {
            let digits = rest.chars().take_while(char::is_ascii_digit).count();
            let (number, tail) = rest.split_at_checked(digits)?;
            if let Some(tail) = tail.strip_prefix(unit) {
                seconds = seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(length)?)?;
                rest = tail;
            }
        }
        (rest.is_empty() && !text.is_empty()).then_some(Self(Duration::from_secs(seconds)))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut seconds = self.0.as_secs();
        for (unit, length) in UNITS {
            let count = seconds / length;
            seconds %= length;
            if count > 0 || (unit == 's' && self.0.is_zero()) {
                write!(f, "{count}{unit}")?;
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

/// A number is understood only to say what it lacks.
struct Written;

impl Visitor<'_> for Written {
    type Value = Period;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a length of time such as 90s, 2m or 1h30m")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Period, E> {
        Period::parse(text).ok_or_else(|| {
            E::custom(format!("{text} is no length of time; write numbers with d, h, m or s, such as 1h30m"))
        })
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Period, E> {
        Err(E::custom(format!("{number} has no unit; write {number}s, {number}m or {number}h")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_and_written_alike() {
        for (text, seconds) in
            [("0s", 0), ("90s", 90), ("2m", 120), ("1h30m", 5400), ("6h", 21_600), ("1d", 86_400)]
        {
            assert_eq!(Period::parse(text), Some(Period(Duration::from_secs(seconds))), "{text}");
        }
        assert_eq!(Period::parse("1h30m").unwrap().to_string(), "1h30m");
        assert_eq!(Period::parse("90m").unwrap().to_string(), "1h30m");
        assert_eq!(Period::parse("0s").unwrap().to_string(), "0s");
    }

    #[test]
    fn what_is_no_length_of_time_is_refused() {
        for text in [
            "",
            "2",
            "m",
            "2 m",
            "30m1h",
            "2m3m",
            "-2m",
            "1.5h",
            "99999999999999999999d",
            "9999999999999999d",
        ] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }
}
