//! What a drawing consists of, in numbers: labels and bars.

use pipeline::run::{Outcome, Status, StepState};

use super::lettering::{fitted, width};
use crate::show::Standing;

/// The size of ordinary text.
pub(super) const TEXT: f64 = 12.0;

/// What a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// The cluster is not ready yet.
    Starting,
    /// The cluster can run steps.
    Up,
    Completed,
    Failed,
    Running,
    Stopped,
    Plain,
    Faint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
}

/// A text; `x` is where its anchor is, `y` its base line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Label {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) anchor: Anchor,
    pub(super) tone: Tone,
    pub(super) is_bold: bool,
    pub(super) text: String,
    /// The whole text, where it had to be cut.
    pub(super) whole: Option<String>,
}

/// A bar of the chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) tone: Tone,
    /// What it is, for whoever points at it.
    pub(super) tip: String,
}

impl Label {
    /// A label that begins here, cut where it would be wider than the room that it has.
    pub(super) fn new(x: f64, y: f64, room: f64, text: &str) -> Self {
        let shown = fitted(text, TEXT, room);
        let whole = (shown != text).then(|| text.to_owned());
        let (anchor, tone) = (Anchor::Start, Tone::Plain);
        Self { x, y, size: TEXT, anchor, tone, is_bold: false, text: shown, whole }
    }

    pub(super) fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    pub(super) fn bold(self) -> Self {
        Self { is_bold: true, ..self }
    }

    pub(super) fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// From where to where it goes.
    pub(super) fn ends(&self) -> (f64, f64) {
        let wide = width(&self.text, self.size);
        let left = match self.anchor {
            Anchor::Start => self.x,
            Anchor::Middle => self.x - wide / 2.0,
        };
        (left, left + wide)
    }
}

impl Tone {
    /// The tone of a step.
    pub(super) fn of_step(standing: Standing) -> Self {
        match standing {
            Standing::Known(StepState::Completed) => Self::Completed,
            Standing::Known(StepState::Failed) => Self::Failed,
            Standing::Known(StepState::Running) => Self::Running,
            Standing::Known(StepState::CancelPending | StepState::Cancelled | StepState::Interrupted) => {
                Self::Stopped
            }
            Standing::Known(StepState::Pending) | Standing::Waiting | Standing::NeverRun => Self::Faint,
        }
    }

    /// The tone of an end.
    pub(super) fn of_outcome(outcome: Outcome) -> Self {
        match outcome.status() {
            Status::Completed => Self::Completed,
            Status::Cancelled => Self::Stopped,
            Status::Failed | Status::Launching | Status::InProgress => Self::Failed,
        }
    }
}
