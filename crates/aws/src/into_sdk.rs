//! The domain's request in the SDK's shapes: the SDK cannot read documents, so every member is carried over.
//!
//! A shape is taken apart member by member, so that a member forgotten here does not compile.

mod shapes;

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use pipeline::secret::Secret;

/// A value of the domain that has one counterpart in the SDK.
pub(crate) trait IntoSdk {
    /// The counterpart.
    type Sdk;

    /// Carries the value over, secrets revealed.
    fn into_sdk(self) -> Self::Sdk;
}

/// Carries shapes over member by member, words by their spelling, and plain values as they are.
macro_rules! convert {
    ($Shape:ident { $($member:ident),+ $(,)? }) => {
        impl $crate::into_sdk::IntoSdk for pipeline::cluster::$Shape {
            type Sdk = aws_sdk_emr::types::$Shape;

            fn into_sdk(self) -> Self::Sdk {
                let Self { $($member),+ } = self;
                let mut shape = Self::Sdk::builder().build();
                $(shape.$member = $member.into_sdk();)+
                shape
            }
        }
    };
    ($Shape:ident => $lay:ident: $Builder:ident { $($set:ident($member:ident)),+ $(,)? }) => {
        fn $lay(builder: $Builder, shape: pipeline::cluster::$Shape) -> $Builder {
            use $crate::into_sdk::IntoSdk;
            let pipeline::cluster::$Shape { $($member),+ } = shape;
            builder$(.$set($member.into_sdk()))+
        }
    };
    (words $($Word:ident),+ $(,)?) => {
        $(impl $crate::into_sdk::IntoSdk for pipeline::cluster::$Word {
            type Sdk = aws_sdk_emr::types::$Word;

            fn into_sdk(self) -> Self::Sdk {
                self.as_str().into()
            }
        })+

        /// Every set of words: its name, ours, the SDK's.
        #[cfg(test)]
        pub(super) fn vocabularies() -> Vec<(&'static str, &'static [&'static str], &'static [&'static str])> {
            vec![$((
                stringify!($Word),
                pipeline::cluster::$Word::WORDS,
                aws_sdk_emr::types::$Word::values(),
            )),+]
        }
    };
    (plain $($Plain:ty),+ $(,)?) => {
        $(impl $crate::into_sdk::IntoSdk for $Plain {
            type Sdk = Self;

            fn into_sdk(self) -> Self {
                self
            }
        })+
    };
}

pub(crate) use convert;

convert!(plain String, bool, i32, i64, f64);

impl IntoSdk for Secret {
    type Sdk = String;

    fn into_sdk(self) -> String {
        self.reveal().to_owned()
    }
}

impl<T: IntoSdk> IntoSdk for Option<T> {
    type Sdk = Option<T::Sdk>;

    fn into_sdk(self) -> Self::Sdk {
        self.map(T::into_sdk)
    }
}

impl<T: IntoSdk> IntoSdk for Vec<T> {
    type Sdk = Vec<T::Sdk>;

    fn into_sdk(self) -> Self::Sdk {
        self.into_iter().map(T::into_sdk).collect()
    }
}

impl<K, V> IntoSdk for BTreeMap<K, V>
where
    K: IntoSdk<Sdk: Eq + Hash>,
    V: IntoSdk,
{
    type Sdk = HashMap<K::Sdk, V::Sdk>;

    fn into_sdk(self) -> Self::Sdk {
        self.into_iter().map(|(key, value)| (key.into_sdk(), value.into_sdk())).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::shapes::vocabularies;

    #[test]
    fn our_words_are_the_words_of_the_sdk() {
        for (name, ours, theirs) in vocabularies() {
            assert_eq!(BTreeSet::from_iter(ours), BTreeSet::from_iter(theirs), "{name}");
        }
    }
}
