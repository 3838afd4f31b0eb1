//! What was called and answered, with every id that differs from stage to stage under a name of its own.

use pipeline::failure::Failure;

/// Lines, in the order of the calls.
#[derive(Default)]
pub(crate) struct Transcript {
    lines: Vec<String>,
    names: Vec<(String, String)>,
}

impl Transcript {
    /// From here on the id is told as `name`.
    pub(crate) fn name(&mut self, id: &str, name: &str) {
        self.names.push((id.to_owned(), name.to_owned()));
    }

    /// Tells a call and its answer; of a failure, what it proves and the service's own word.
    pub(crate) fn tell<T: std::fmt::Debug>(&mut self, call: &str, answer: &Result<T, Failure>) {
        let answer = match answer {
            Ok(answer) => format!("{answer:?}"),
            Err(failure) => format!("failed: {:?} ({})", failure.kind, failure.word),
        };
        let line = format!("{call}: {answer}");
        let named = |line: String, (id, name): &(String, String)| line.replace(id, name);
        self.lines.push(self.names.iter().fold(line, named));
    }

    /// What was told.
    pub(crate) fn lines(self) -> Vec<String> {
        self.lines
    }
}
