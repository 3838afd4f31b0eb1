//! A trace: the choices of an execution, in a form that can be copied from a report.

use std::fmt;
use std::str::FromStr;

/// The choices of an execution, in their order; after its end every choice is the default. Written with dots, runs of
/// the default as `0x12`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace(Vec<u16>);

/// A text that is no trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTrace(String);

impl Trace {
    /// Of these choices; what it ends with by default is left out.
    pub(crate) fn new(mut choices: Vec<u16>) -> Self {
        while choices.last() == Some(&0) {
            choices.pop();
        }
        Self(choices)
    }

    pub(crate) fn at(&self, place: usize) -> u16 {
        self.0.get(place).copied().unwrap_or(0)
    }

    pub(crate) fn choices(&self) -> &[u16] {
        &self.0
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.0.chunk_by(|one, other| *one == 0 && *other == 0).map(|run| match run {
            [choice] => choice.to_string(),
            zeros => format!("0x{}", zeros.len()),
        });
        match self.0.is_empty() {
            true => f.write_str("0"),
            false => f.write_str(&words.collect::<Vec<_>>().join(".")),
        }
    }
}

impl FromStr for Trace {
    type Err = BadTrace;

    fn from_str(text: &str) -> Result<Self, BadTrace> {
        let mut choices = Vec::new();
        for word in text.trim().split('.') {
            let bad = || BadTrace(word.to_owned());
            match word.strip_prefix("0x") {
                Some(count) => choices.extend(vec![0; count.parse().map_err(|_| bad())?]),
                None => choices.push(word.parse().map_err(|_| bad())?),
            }
        }
        Ok(Self::new(choices))
    }
}

impl fmt::Display for BadTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no choice of a trace such as 0x5.1.3", self.0)
    }
}

impl std::error::Error for BadTrace {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_read_as_it_was_written_and_ends_with_its_last_deviation() {
        for (choices, written) in [
            (vec![], "0"),
            (vec![0, 0, 0], "0"),
            (vec![1, 0, 0, 0, 2, 0], "1.0x3.2"),
            (vec![0, 3, 0, 1], "0.3.0.1"),
        ] {
            let trace = Trace::new(choices);
            assert_eq!(trace.to_string(), written);
            assert_eq!(written.parse(), Ok(trace));
        }
        assert_eq!("1.x".parse::<Trace>(), Err(BadTrace("x".into())));
    }
}
