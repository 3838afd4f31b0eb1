//! Why a function does not run.

use std::error::Error as StdError;
use std::fmt;

use crate::env::BadEnvironment;
use crate::failed;

/// What ends a function's process. Its `Debug` form is the sentence that Lambda keeps in the log when `main` returns.
#[derive(thiserror::Error)]
pub enum Error {
    /// The environment lacks settings, or holds ones that cannot be read.
    #[error(transparent)]
    Environment(#[from] BadEnvironment),
    /// The Runtime API broke off.
    #[error("the Lambda Runtime API broke off")]
    Runtime(#[source] Box<dyn StdError + Send + Sync>),
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&failed::chain(self))
    }
}
