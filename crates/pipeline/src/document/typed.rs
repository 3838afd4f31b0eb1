//! Tree -> typed value, with every problem at once.
//!
//! serde stops at the first error and has thrown the rest away by then. So a value that is refused is set aside,
//! and the tree is read again without it, until it reads through; what was set aside is then told together.

mod deserializer;
mod fault;
mod members;

use std::cell::RefCell;
use std::collections::HashSet;

use serde::de::DeserializeOwned;

use self::deserializer::At;
use self::fault::Fault;
use super::node::Node;
use super::path::{Path, Segment};
use super::problem::{Problem, Problems};

/// Readings of one tree; a file with more mistakes than this is told its first ones.
const MAX_READINGS: usize = 500;

/// Reads a tree as a `T`. A member without a value is refused, as boto3 refuses it.
///
/// # Errors
/// All problems, in the order of the source.
pub fn read<T: DeserializeOwned>(node: &Node) -> Result<T, Problems> {
    Reader::new(Nulls::Refused).read(node)
}

/// Reads a tree as a `T`. A member without a value counts as one that is not there.
///
/// # Errors
/// All problems, in the order of the source.
pub fn read_sparse<T: DeserializeOwned>(node: &Node) -> Result<T, Problems> {
    Reader::new(Nulls::Absent).read(node)
}

/// What a member means that has a name and no value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nulls {
    Refused,
    Absent,
}

/// What the readings of one tree remember. Nodes are known by their address: the tree does not move meanwhile.
struct Reader {
    nulls: Nulls,
    refused: RefCell<HashSet<*const Node>>,
    problems: RefCell<Problems>,
}

impl Reader {
    fn new(nulls: Nulls) -> Self {
        Self { nulls, refused: RefCell::default(), problems: RefCell::default() }
    }

    fn read<T: DeserializeOwned>(self, node: &Node) -> Result<T, Problems> {
        for _ in 0..MAX_READINGS {
            match T::deserialize(At { node, trail: Trail::Root, reader: &self }) {
                Ok(value) => return self.problems.into_inner().sorted().unless_errors(value),
                Err(fault) => {
                    let Some(()) = self.refuse(node, fault) else {
                        return Err(self.problems.into_inner().sorted());
                    };
                }
            }
        }
        let mut problems = self.problems.into_inner().sorted();
        let message = format!("these are the first {MAX_READINGS} problems; more may follow");
        problems.push(Problem::about("config.many_problems", &node.origin.source, message));
        Err(problems)
    }

    /// Sets the faulty value aside; `None` where nothing is left to read.
    fn refuse(&self, root: &Node, fault: Fault) -> Option<()> {
        let (node, problem) = fault.into_problem(root);
        self.problems.borrow_mut().extend(problem);
        let left = self.refused.borrow_mut().insert(node) && node != std::ptr::from_ref(root);
        left.then_some(())
    }

    fn is_refused(&self, node: &Node) -> bool {
        self.refused.borrow().contains(&std::ptr::from_ref(node))
    }

    /// Tells a problem that does not end the reading, once.
    fn note(&self, node: &Node, problem: Problem) {
        if self.refused.borrow_mut().insert(std::ptr::from_ref(node)) {
            self.problems.borrow_mut().push(problem);
        }
    }
}

/// The path of a node while it is read; made into a [`Path`] only where there is a problem.
#[derive(Clone, Copy)]
enum Trail<'t> {
    Root,
    Key(&'t Trail<'t>, &'t str),
    Index(&'t Trail<'t>, usize),
}

impl Trail<'_> {
    fn path(&self) -> Path {
        let mut segments = Vec::new();
        let mut trail = self;
        loop {
            trail = match trail {
                Trail::Root => break,
                Trail::Key(parent, name) => {
                    segments.push(Segment::Key((*name).to_owned()));
                    parent
                }
                Trail::Index(parent, index) => {
                    segments.push(Segment::Index(*index));
                    parent
                }
            };
        }
        segments.reverse();
        Path::from_segments(segments)
    }
}

#[cfg(test)]
mod tests;
