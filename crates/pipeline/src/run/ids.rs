//! Names that cross a boundary, each made only by parsing.

use std::fmt;

/// A name that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {text:?} does not fit: {rule}")]
pub struct BadId {
    what: &'static str,
    text: String,
    rule: &'static str,
}

/// Declares a text with a rule; the rule is part of the error.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $fits:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Accepts the text if it fits the rule of this name.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                let fits: fn(&str) -> bool = $fits;
                if fits(text) {
                    return Ok(Self(text.to_owned()));
                }
                Err(BadId { what: $what, text: text.chars().take(300).collect(), rule: $rule })
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// Names one piece of work. It becomes a tag of the cluster and a part of paths, hence its letters.
    CorrelationId, "correlation id", "1 to 128 letters, digits or any of _ . : / = + - @",
    |text| (1..=128).contains(&text.chars().count())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.:/=+-@".contains(c))
}

id! {
    /// Names the product that a pipeline makes. `#` parts the keys of the items beside a run.
    DataProduct, "data product", "1 to 128 letters, digits or any of _ . - and space",
    |text| (1..=128).contains(&text.chars().count())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.- ".contains(c))
}

id! {
    /// Names a pipeline: its folder in the configuration bucket, without slashes at the ends. A tag of its clusters.
    PipelineName, "pipeline", "a folder of 1 to 256 letters, digits or any of _ . - = + / without empty or dot parts",
    |text| (1..=256).contains(&text.chars().count())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-=+/".contains(c))
        && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

id! {
    /// EMR's id of a cluster, `j-…`.
    ClusterId, "cluster id", "j- followed by letters and digits",
    |text| text.strip_prefix("j-").is_some_and(|rest| {
        (1..=254).contains(&rest.len()) && rest.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

id! {
    /// EMR's id of a step, `s-…`.
    StepId, "step id", "s- followed by letters and digits",
    |text| text.strip_prefix("s-").is_some_and(|rest| {
        (1..=254).contains(&rest.len()) && rest.chars().all(|c| c.is_ascii_alphanumeric())
    })
}
