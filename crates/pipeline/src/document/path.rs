//! The way from the root of a document to one of its values.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Segment {
    Key(String),
    Index(usize),
}

/// A path such as `Instances.InstanceGroups[1].BidPrice`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(Vec<Segment>);

impl Path {
    /// The document itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// The path of a member.
    pub fn key(&self, name: impl Into<String>) -> Self {
        self.with(Segment::Key(name.into()))
    }

    /// The path of a list's item, counted from 0.
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// The path through these members.
    pub fn keys(names: &[&str]) -> Self {
        Self(names.iter().map(|name| Segment::Key((*name).to_owned())).collect())
    }

    /// The path of what this is a member or an item of.
    pub(crate) fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, above)| Self(above.to_vec()))
    }

    fn with(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    pub(super) fn from_segments(segments: Vec<Segment>) -> Self {
        Self(segments)
    }

    pub(super) fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The values of such members are never shown, since people write secrets there.
    pub(super) fn looks_secret(&self) -> bool {
        self.0.iter().any(|segment| match segment {
            Segment::Key(name) => names_a_secret(name) || name.to_ascii_lowercase().contains("key"),
            Segment::Index(_) => false,
        })
    }
}

/// Whether a text speaks of a secret.
pub(super) fn names_a_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["password", "passwd", "secret", "token", "credential"].iter().any(|word| text.contains(word))
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(name) if !is_word(name) => write!(f, "[{name:?}]")?,
                Segment::Key(name) if position == 0 => f.write_str(name)?,
                Segment::Key(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_one_would_write_it() {
        let path = Path::keys(&["Instances", "InstanceGroups"]).index(1).key("BidPrice");
        assert_eq!(path.to_string(), "Instances.InstanceGroups[1].BidPrice");
    }

    #[test]
    fn a_member_with_dots_is_not_mistaken_for_a_path() {
        let path = Path::root().key("Properties").key("a.b");
        assert_eq!(path.to_string(), "Properties[\"a.b\"]");
    }
}
