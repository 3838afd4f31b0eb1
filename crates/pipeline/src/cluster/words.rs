//! AWS's own words as enums: a member that knows only some words rejects every other one by name.
//!
//! A word is taken exactly as AWS spells it, in text and in documents alike.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserializer, Error, Visitor};

/// Defines an enum of AWS's words, each variant with its spelling.
macro_rules! words {
    (
        $(#[$about:meta])*
        $Name:ident { $($(#[$meaning:meta])* $Variant:ident = $word:literal),+ $(,)? }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Name {
            $(#[doc = concat!("`", $word, "`")] #[doc = ""] $(#[$meaning])* $Variant),+
        }

        impl $Name {
            /// Every value, in AWS's order.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// Every word, in the order of [`ALL`](Self::ALL).
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word as AWS spells it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$Variant => $word),+ }
            }
        }

        impl std::str::FromStr for $Name {
            type Err = $crate::cluster::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let named = |value: &Self| value.as_str() == text;
                Self::ALL.iter().copied().find(named).ok_or_else(|| Self::Err {
                    wanted: stringify!($Name),
                    text: text.to_owned(),
                    known: Self::WORDS,
                })
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::cluster::words::read(deserializer, stringify!($Name))
            }
        }
    };
}

pub(crate) use words;

/// A text that is none of the words AWS knows in its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {wanted} {text}{}; known here: {}", self.suggestion(), .known.join(", "))]
pub struct UnknownWord {
    /// What was asked for, under EMR's name.
    pub wanted: &'static str,
    /// What stood there instead.
    pub text: String,
    /// The words that are known.
    pub known: &'static [&'static str],
}

impl UnknownWord {
    /// The known word most like the text, unless none is alike. Case does not count.
    pub fn nearest(&self) -> Option<&'static str> {
        let text = self.text.to_lowercase();
        let distance = |word: &str| strsim::osa_distance(&text, &word.to_lowercase());
        // Past a third of the letters a suggestion misleads more often than it helps.
        let near = |word: &&&str| distance(word) * 3 <= word.len();
        self.known.iter().filter(near).min_by_key(|word| distance(word)).copied()
    }

    fn suggestion(&self) -> String {
        self.nearest().map(|word| format!(", perhaps {word}")).unwrap_or_default()
    }
}

/// Reads one word through `deserialize_str`, so that a format hands over the text as it was written.
pub(crate) fn read<'de, W, D>(deserializer: D, wanted: &'static str) -> Result<W, D::Error>
where
    W: FromStr<Err = UnknownWord>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(Word { wanted, of: PhantomData })
}

struct Word<W> {
    wanted: &'static str,
    of: PhantomData<W>,
}

impl<W: FromStr<Err = UnknownWord>> Visitor<'_> for Word<W> {
    type Value = W;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a word for {}", self.wanted)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<W, E> {
        text.parse().map_err(|unknown: UnknownWord| E::unknown_variant(text, unknown.known))
    }
}

#[cfg(test)]
mod tests {
    use crate::cluster::{ActionOnFailure, MarketType};

    #[test]
    fn every_word_reads_back_as_the_value_that_wrote_it() {
        for action in ActionOnFailure::ALL {
            let json = serde_json::to_string(action).unwrap();
            assert_eq!(json, format!("\"{action}\""));
            assert_eq!(serde_json::from_str::<ActionOnFailure>(&json).unwrap(), *action);
        }
    }

    #[test]
    fn a_misspelt_word_is_answered_with_the_nearest_one_and_all_others() {
        for (text, message) in [
            ("on_demand", "unknown MarketType on_demand, perhaps ON_DEMAND; known here: ON_DEMAND, SPOT"),
            ("SPOTS", "unknown MarketType SPOTS, perhaps SPOT; known here: ON_DEMAND, SPOT"),
            ("barter", "unknown MarketType barter; known here: ON_DEMAND, SPOT"),
        ] {
            assert_eq!(text.parse::<MarketType>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_misspelt_word_in_a_document_lists_the_known_ones() {
        let error = serde_json::from_str::<MarketType>("\"SPOTS\"").unwrap_err().to_string();
        assert!(error.starts_with("unknown variant `SPOTS`, expected `ON_DEMAND` or `SPOT`"), "{error}");
    }

    #[test]
    fn something_that_is_not_a_word_says_which_word_was_wanted() {
        let error = serde_json::from_str::<MarketType>("[]").unwrap_err().to_string();
        assert!(error.contains("expected a word for MarketType"), "{error}");
    }
}
