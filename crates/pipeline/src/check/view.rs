//! A request as the rules look at it.

use crate::document::{Node, Path, Problem};

/// A request, for asking what its members are and for telling what is wrong with them.
pub(super) struct View<'n> {
    root: &'n Node,
}

impl<'n> View<'n> {
    pub(super) fn new(root: &'n Node) -> Self {
        Self { root }
    }

    /// A member that has a value, by its chain of names.
    pub(super) fn get(&self, names: &[&str]) -> Option<&'n Node> {
        let node = names.iter().try_fold(self.root, |node, name| node.get(name))?;
        (!node.is_null()).then_some(node)
    }

    pub(super) fn text(&self, names: &[&str]) -> Option<&'n str> {
        self.get(names)?.as_text()
    }

    pub(super) fn number(&self, names: &[&str]) -> Option<i64> {
        self.get(names)?.as_i64()
    }

    pub(super) fn items(&self, names: &[&str]) -> &'n [Node] {
        self.get(names).map(Node::items).unwrap_or_default()
    }

    /// An error at a member, or at the nearest one above it that there is.
    pub(super) fn error(&self, code: &'static str, path: &Path, message: impl Into<String>) -> Problem {
        Problem::error(code, &self.root.nearest(path).origin, path, message)
    }

    /// A warning at a member, or at the nearest one above it that there is.
    pub(super) fn warning(&self, code: &'static str, path: &Path, message: impl Into<String>) -> Problem {
        Problem::warning(code, &self.root.nearest(path).origin, path, message)
    }
}
