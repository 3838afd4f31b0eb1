//! What users write, understood together with its place: text becomes a tree of [`Node`]s, the tree becomes a
//! typed value, and everything that is wrong on the way is told at once.
//!
//! Every node knows its [`Origin`] and keeps it through merging, so that a problem in a request which was put
//! together from four files and an event still points at the line that somebody can change.

mod json;
mod nearest;
mod node;
mod origin;
mod path;
mod plain;
mod problem;
mod snippet;
mod typed;
mod yaml;

pub use nearest::did_you_mean;
pub use node::{Entry, Key, Kind, Map, Node, Scalar, Value};
pub use origin::{Origin, Place, Source};
pub use path::Path;
pub use plain::Reading;
pub use problem::{Problem, Problems, Severity};
pub use typed::{read, read_sparse};
pub use yaml::parse;

/// Stands where a secret stands, wherever a person or a log may look.
pub const MASK: &str = "***";
