//! What the local stack says of itself once it is up, kept in a file so that other shells find it.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::local::home::Home;
use crate::stop::{Exit, Stop};

const FILE: &str = "local.json";

/// Where the stack is and what it consists of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) data: PathBuf,
    pub(crate) table: String,
    pub(crate) buckets: Buckets,
    pub(crate) functions: BTreeMap<String, String>,
    pub(crate) topics: BTreeMap<String, String>,
    pub(crate) queues: BTreeMap<String, String>,
    pub(crate) pid: u32,
}

/// The buckets of the stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Buckets {
    pub(crate) config: String,
    pub(crate) data: String,
    pub(crate) logs: String,
}

impl State {
    /// The state of the stack that lives in this folder, or in the project's own.
    pub(crate) fn find(data: Option<&Path>) -> Result<Self, Stop> {
        let folder = match data {
            Some(folder) => folder.to_path_buf(),
            None => default_data(&Home::find()?),
        };
        Self::load(&folder).filter(Self::answers).ok_or_else(|| not_up(&folder))
    }

    /// Whether somebody listens where the stack was.
    pub(crate) fn answers(&self) -> bool {
        TcpStream::connect(self.endpoint.trim_start_matches("http://")).is_ok()
    }

    /// The state that was saved in a folder.
    pub(crate) fn load(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(folder.join(FILE)).ok()?).ok()
    }

    /// Saves the state for other shells.
    pub(crate) fn save(&self) -> Result<(), Stop> {
        let text = serde_json::to_vec_pretty(self).map_err(std::io::Error::from)?;
        Ok(std::fs::write(self.data.join(FILE), text)?)
    }

    /// Forgets a stack that is down.
    pub(crate) fn forget(&self) {
        let _ = std::fs::remove_file(self.data.join(FILE));
    }

    /// What every AWS SDK and tool reads to talk to this stack.
    pub(crate) fn environment(&self) -> [(&'static str, String); 6] {
        [
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_REGION", self.region.clone()),
            ("AWS_DEFAULT_REGION", self.region.clone()),
            ("AWS_ACCESS_KEY_ID", "testing".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "testing".to_owned()),
            ("TABLE_NAME", self.table.clone()),
        ]
    }
}

/// Where local mode lives unless told otherwise.
pub(crate) fn default_data(home: &Home) -> PathBuf {
    home.path("target/local")
}

fn not_up(folder: &Path) -> Stop {
    let what = format!("local mode is not up in {}", folder.display());
    Stop::new(Exit::Unreachable, "local.not_up", what)
        .instead("start it in another shell: relay local up (or name its folder: --local=DIR)")
}
