//! Names for invocations. Lambda repeats a request id when it repeats an event, so that alone names nobody.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

/// Names every invocation of this process differently from all others, here and elsewhere.
#[derive(Debug)]
pub(crate) struct Claimants {
    /// A log stream outlives a process that crashed, and process ids start anew with each environment.
    process: String,
    served: AtomicU64,
}

impl Claimants {
    pub(crate) fn of_this_process() -> Self {
        let started = Timestamp::now().as_microsecond();
        Self { process: format!("{}-{started}", std::process::id()), served: AtomicU64::new(0) }
    }

    /// The next invocation's name.
    pub(crate) fn next(&self, log_stream: &str) -> String {
        let number = self.served.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{log_stream}/{}/{number}", self.process)
    }
}

#[cfg(test)]
mod tests {
    use super::Claimants;

    #[test]
    fn a_repeated_invocation_is_another_claimant() {
        let claimants = Claimants::of_this_process();
        let stream = "2026/11/21/[$LATEST]0a1b";
        assert_ne!(claimants.next(stream), claimants.next(stream));
        assert!(claimants.next(stream).starts_with(stream));
    }
}
