//! YAML text -> tree. Nothing else names the YAML crate.
//!
//! A document is bounded in size, depth and number of nodes before any of it is believed, since aliases let a
//! few lines stand for more than fits in memory.

mod builder;
mod merge;
mod syntax;

use super::node::{Node, Value};
use super::origin::{Origin, Source};
use super::path::Path;
use super::problem::{Problem, Problems};

/// Larger than any configuration that a person wrote, small enough for a function's memory.
const MAX_BYTES: usize = 1024 * 1024;
const MAX_NODES: usize = 100_000;
const MAX_DEPTH: usize = 64;

/// Reads one YAML document; an empty one is `None`.
///
/// # Errors
/// All problems that can be found: a syntax error hides what stands behind it, nothing else does.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Option<Node>, Problems> {
    if bytes.len() > MAX_BYTES {
        let message = format!("the file has {} bytes; at most {MAX_BYTES} are read", bytes.len());
        return Err(Problem::about("config.too_large", &Source::named(name), message).into());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(name, bytes, error.valid_up_to()))?;
    let source = Source::file(name, text);
    let node = builder::build(&source)?;
    Ok(node.filter(|node| !matches!(node.value, Value::Null)))
}

fn not_utf8(name: &str, bytes: &[u8], position: usize) -> Problem {
    let (good, bad) = bytes.split_at_checked(position).unwrap_or((bytes, &[]));
    let good = String::from_utf8_lossy(good);
    let line = good.matches('\n').count() + 1;
    let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let byte = bad.first().copied().unwrap_or_default();
    let origin = Origin::at(&Source::named(name), small(line), small(column));
    let message = format!("the byte 0x{byte:02X} is not UTF-8");
    Problem::error("config.encoding", &origin, &Path::root(), message).help("save the file as UTF-8")
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
