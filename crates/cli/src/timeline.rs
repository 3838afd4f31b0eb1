//! The attempts and steps of a run over time, as a drawing.
//!
//! What stands where is worked out first, as plain numbers (`layout`); `drawing` turns that into SVG.

mod drawing;
mod layout;
mod lettering;
mod marks;
mod scale;

use jiff::Timestamp;
use pipeline::run::{History, Run};

use crate::explain::chapters;

/// Draws one run of a history, as it stands now.
pub(crate) fn timeline(run: &Run, history: &History, now: Timestamp) -> String {
    drawing::svg(&layout::lay_out(run, &chapters(run, history), now))
}

#[cfg(test)]
mod tests;
