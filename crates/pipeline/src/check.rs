//! What is wrong with a request and its definition: types first, then the rules across members, all at once.
//!
//! The rules look at the tree and not at the typed request, so that a slip in one member hides no other problem,
//! and every problem has its place.

mod definition;
mod identity;
mod instances;
mod required;
mod steps;
mod view;

use crate::cluster::RunJobFlow;
use crate::document::{self, Node, Path, Problem, Problems};
use crate::folder::{DEFINITION, Folder};

/// A request that may be sent.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The request; it reveals the secrets that were resolved in its tree.
    pub request: RunJobFlow,
    /// What will probably be regretted.
    pub warnings: Problems,
}

/// Checks a request after everything was laid over it.
///
/// # Errors
/// All problems, the warnings among them, if at least one forbids the launch.
pub fn request(request: &Node) -> Result<Checked, Problems> {
    let mut problems = Problems::default();
    let typed = problems.take(document::read::<RunJobFlow>(request));
    let view = view::View::new(request);
    let misspelt: Vec<Option<Path>> =
        problems.iter().filter(|it| it.code == UNKNOWN_FIELD).map(parent).collect();
    // A misspelt member explains the one that is missing beside it.
    problems
        .extend(required::check(&view).into_iter().filter(|it| !misspelt.contains(&Some(it.path.clone()))));
    for rule in [identity::check, instances::check, steps::check] {
        problems.extend(rule(&view));
    }
    let problems = problems.sorted();
    match typed {
        Some(request) if !problems.has_errors() => Ok(Checked { request, warnings: problems }),
        Some(_) | None => Err(problems),
    }
}

/// Checks that a folder's definition speaks of steps that its request has.
pub fn definition(folder: &Folder) -> Problems {
    definition::check(folder).into_iter().collect()
}

const UNKNOWN_FIELD: &str = "config.unknown_field";

fn parent(problem: &Problem) -> Option<Path> {
    problem.path.parent()
}

/// Reads the files of a folder and checks them, so that the problems of all files are told together.
///
/// # Errors
/// All problems, the warnings among them, if at least one forbids a launch.
pub fn files<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, Option<B>)]) -> Result<(Folder, Checked), Problems> {
    let (read, mut problems) = Folder::gather(files);
    // Where a file of the request could not be read, its members would all be told as missing: the rules across members
    // have to wait, the types of what could be read have not.
    if problems.iter().any(|problem| problem.origin.source.name() != DEFINITION) {
        problems.extend(document::read::<RunJobFlow>(&read.request).err().into_iter().flatten());
        return Err(problems);
    }
    let checked = problems.take(folder(&read));
    match checked {
        Some(checked) if !problems.has_errors() => Ok((read, checked)),
        Some(Checked { warnings, .. }) => {
            problems.extend(warnings);
            Err(problems)
        }
        None => Err(problems),
    }
}

/// Checks what a folder says by itself: its request, and that its definition speaks of steps that there are.
///
/// # Errors
/// All problems, the warnings among them, if at least one forbids a launch.
pub fn folder(folder: &Folder) -> Result<Checked, Problems> {
    let about_definition = definition::check(folder);
    match request(&folder.request) {
        Ok(Checked { request, mut warnings }) => {
            warnings.extend(about_definition);
            let warnings = warnings.clone().unless_errors(warnings)?;
            Ok(Checked { request, warnings })
        }
        Err(mut problems) => {
            problems.extend(about_definition);
            Err(problems)
        }
    }
}

#[cfg(test)]
mod tests;
