//! What stands in double braces: placeholders for what a run knows, and references to secrets.
//!
//! Placeholders are filled while a launch is planned; secrets are resolved at launch only, after everything that
//! is shown to people has been made.

mod braces;
mod metastore;
mod placeholder;
mod reference;
mod resolve;

pub use placeholder::{Values, fill, fill_steps};
pub use reference::{Reference, SecretName, references};
pub use resolve::{Resolved, mask_references, resolve};
