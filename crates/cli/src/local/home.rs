//! Where the project lies, and which Python runs its local mode.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::stop::{Exit, Stop};

/// The variable that names another Python.
const PYTHON: &str = "RELAY_PYTHON";

/// The project's folder, the one with `local/pyproject.toml`, and its Python.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    root: PathBuf,
    python: PathBuf,
}

impl Home {
    /// Looks upward from the current folder, then from the folder of this very program.
    pub(crate) fn find() -> Result<Self, Stop> {
        let starts = [std::env::current_dir(), std::env::current_exe()];
        let root =
            starts.into_iter().flatten().find_map(|start| root_above(&start)).ok_or_else(no_project)?;
        let python = match std::env::var_os(PYTHON) {
            Some(python) => PathBuf::from(python),
            None => root.join("target/venv/bin/python"),
        };
        match python.exists() {
            true => Ok(Self { root, python }),
            false => Err(no_python(&python)),
        }
    }

    /// A file or folder of the project.
    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// The folder of a pipeline: one of the project's by its name, or a folder of the user's.
    pub(crate) fn pipeline(&self, name: &str) -> Result<PathBuf, Stop> {
        let own = PathBuf::from(name);
        let candidates = [self.root.join("pipelines").join(name), own];
        candidates.into_iter().find(|folder| folder.is_dir()).ok_or_else(|| {
            Stop::new(Exit::Problems, "relay.no_pipeline", format!("there is no pipeline {name}"))
                .instead(format!("name a folder, or one of: {}", self.pipelines().join(", ")))
        })
    }

    /// A Python command that knows the local package, and ends with us.
    pub(crate) fn python(&self) -> Command {
        let mut command = Command::new(&self.python);
        command.env("PYTHONPATH", self.root.join("local")).kill_on_drop(true);
        command
    }

    fn pipelines(&self) -> Vec<String> {
        let folders = std::fs::read_dir(self.root.join("pipelines")).into_iter().flatten().flatten();
        let mut names: Vec<String> = folders
            .filter(|entry| entry.path().is_dir())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }
}

fn root_above(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| folder.join("local/pyproject.toml").is_file()).map(Path::to_path_buf)
}

fn no_project() -> Stop {
    Stop::new(
        Exit::NotSetUp,
        "relay.no_project",
        "the project's folder (with local/pyproject.toml) is not above this one",
    )
    .instead("run relay from within a clone of the project")
}

fn no_python(python: &Path) -> Stop {
    Stop::new(Exit::NotSetUp, "relay.no_python", format!("there is no Python at {}", python.display()))
        .instead(format!("run make setup, or name a Python that has local/requirements.txt by {PYTHON}"))
}
