//! What steps did, as they wrote it down themselves: one line each time that one of them really ran.

use std::path::PathBuf;

use crate::support::stack::Stack;

/// The diary of a pipeline.
pub(crate) struct Diary {
    file: PathBuf,
}

impl Diary {
    /// The diary of a name; nothing is in it yet.
    pub(crate) fn of(stack: &Stack, name: &str) -> Self {
        let folder = PathBuf::from(stack.text("/data")).join("diaries");
        std::fs::create_dir_all(&folder).unwrap();
        Self { file: folder.join(name) }
    }

    /// The command by which a step writes its name down, and then does something.
    pub(crate) fn step(&self, name: &str, then: &str) -> String {
        format!("echo {name} >> {}; {then}", self.file.display())
    }

    /// A command that takes for ever, and when it is run again, no time.
    pub(crate) fn endless_once(stack: &Stack, name: &str) -> String {
        let mark = Self::of(stack, &format!("{name}-begun")).file;
        format!("mkdir {} && exec sleep 600; true", mark.display())
    }

    /// What has been written down.
    pub(crate) fn entries(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.file).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}
