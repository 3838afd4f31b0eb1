//! A pipeline's folder: the files that make its request, and its definition.

use sha2::{Digest, Sha256};

use crate::definition::Definition;
use crate::document::{Node, Origin, Problem, Problems, Source, Value, parse};

const NEEDED: [&str; 2] = ["cluster.yaml", "instances.yaml"];
pub(crate) const DEFINITION: &str = "pipeline.yaml";

/// Every file that is read; others in the folder are ignored. All but the last make the request, and later ones
/// overwrite top-level members of earlier ones.
pub const FILES: [&str; 5] =
    ["cluster.yaml", "instances.yaml", "configurations.yaml", "steps.yaml", DEFINITION];

/// What a pipeline's folder says, before any event has its say.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The request, put together from its files.
    pub request: Node,
    /// What is around the run.
    pub definition: Definition,
    /// The tree of the definition, which knows where everything in it was written.
    pub definition_document: Node,
    /// Changes when any of the files changes: SHA-256 over their names and contents, in hexadecimal.
    pub config_hash: String,
}

impl Folder {
    /// Reads the contents of the [`FILES`]; one that does not exist is `None`.
    ///
    /// # Errors
    /// All problems of all files that can be found before the request is typed.
    pub fn read<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, Option<B>)]) -> Result<Self, Problems> {
        let (folder, problems) = Self::gather(files);
        problems.unless_errors(folder)
    }

    /// What could be read, and what is wrong with the rest.
    pub(crate) fn gather<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, Option<B>)]) -> (Self, Problems) {
        let content = |name: &str| {
            let file = files.iter().find(|(known, _)| known.as_ref() == name);
            file.and_then(|(_, bytes)| bytes.as_ref()).map(AsRef::as_ref)
        };
        let contents: Vec<(&'static str, Option<&[u8]>)> =
            FILES.into_iter().map(|name| (name, content(name))).collect();
        let mut problems = Problems::default();
        let mut documents = documents(&contents, &mut problems);
        let definition_document = documents.pop().flatten().unwrap_or_else(|| empty(DEFINITION));
        let definition = problems.take(Definition::read(&definition_document)).unwrap_or_default();
        let request = merged(documents.into_iter().flatten());
        let config_hash = hash(&contents);
        (Self { request, definition, definition_document, config_hash }, problems)
    }
}

/// The maps of the files, in the order of [`FILES`].
fn documents(contents: &[(&'static str, Option<&[u8]>)], problems: &mut Problems) -> Vec<Option<Node>> {
    contents.iter().map(|(name, bytes)| problems.take(document(name, *bytes)).flatten()).collect()
}

fn document(name: &str, bytes: Option<&[u8]>) -> Result<Option<Node>, Problems> {
    let needed = NEEDED.contains(&name);
    let about = |code, what: &str| Problem::about(code, &Source::named(name), format!("{name} {what}"));
    let Some(bytes) = bytes else {
        let problem = about("config.absent", "is not in the folder");
        return if needed { Err(problem.help(HELP).into()) } else { Ok(None) };
    };
    match parse(name, bytes)? {
        None if needed => Err(about("config.empty", "is empty").help(HELP).into()),
        Some(node) if node.as_map().is_none() => {
            let what = format!("is {} where a map belongs", node.what());
            Err(Problem { origin: node.origin, ..about("config.not_a_map", &what) }.into())
        }
        document => Ok(document),
    }
}

const HELP: &str = "a pipeline's folder needs cluster.yaml and instances.yaml";

fn merged(documents: impl Iterator<Item = Node>) -> Node {
    documents.fold(empty("cluster.yaml"), |mut request, document| {
        if let (Value::Map(members), Value::Map(more)) = (&mut request.value, document.value) {
            more.into_entries().into_iter().for_each(|entry| members.put(entry));
        }
        request
    })
}

fn empty(name: &str) -> Node {
    Node::empty_map(Origin::of(&Source::named(name)))
}

/// Each content is preceded by its name and length, so that moving text between files changes the hash.
fn hash(contents: &[(&'static str, Option<&[u8]>)]) -> String {
    let mut hasher = Sha256::new();
    for (name, bytes) in contents {
        let Some(bytes) = bytes else { continue };
        hasher.update(format!("{name}\n{}\n", bytes.len()));
        hasher.update(bytes);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
