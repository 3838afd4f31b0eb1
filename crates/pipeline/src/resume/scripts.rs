//! The names by which a step is known: its own, and those of its scripts.
//!
//! A writer on a cluster knows the script that it runs, not the step: `/var/ci/create-views-tables.sh` is recorded as
//! `create-views-tables`.

use crate::document::Node;
use crate::plan::owed_steps;
use crate::run::OwedStep;

/// A step of the pipeline, with every name that it may be recorded under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedStep {
    /// The step.
    pub step: OwedStep,
    /// Base names, without extensions, of the files that its arguments name.
    pub scripts: Vec<String>,
}

impl NamedStep {
    /// Whether it may be recorded under this name.
    pub fn is_called(&self, name: &str) -> bool {
        self.step.name == name || self.scripts.iter().any(|script| script == name)
    }
}

/// The steps of a request beside what each is called.
pub(crate) fn named_steps(request: &Node) -> Vec<NamedStep> {
    let nodes = request.get("Steps").map(Node::items).unwrap_or_default();
    let owed = owed_steps(request).into_iter();
    owed.zip(nodes).map(|(step, node)| NamedStep { step, scripts: scripts(node) }).collect()
}

fn scripts(step: &Node) -> Vec<String> {
    let jar = step.get("HadoopJarStep");
    let args = jar.and_then(|jar| jar.get("Args")).map(Node::items).unwrap_or_default();
    args.iter().filter_map(Node::as_text).filter_map(base_name).collect()
}

/// `create-views-tables` of `/var/ci/create-views-tables.sh`.
fn base_name(argument: &str) -> Option<String> {
    let file = argument.rsplit('/').next()?;
    let (stem, extension) = file.rsplit_once('.')?;
    let is_script = ["sh", "py", "sql", "hql", "q", "pig", "jar"].contains(&extension);
    (is_script && !stem.is_empty()).then(|| stem.to_owned())
}
