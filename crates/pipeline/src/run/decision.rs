//! What is done about an attempt that failed, and why: the column `Decision`.

use jiff::Timestamp;

use super::{Attempt, ClusterId};

/// A decision about one attempt's failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The attempt that failed.
    pub attempt: Attempt,
    /// Its cluster.
    pub cluster_id: Option<ClusterId>,
    /// What is done.
    pub course: Course,
    /// Why, in a sentence for a person.
    pub why: String,
}

/// What is done about a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Course {
    /// The next attempt is launched, not before this moment.
    Relaunch {
        /// The first step that it runs for the failure's sake; `None` where it runs them all.
        from: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// Another launcher is asked to, by a message to `SNS_TOPIC`.
    HandOver,
    /// Nothing; a person has to look at it.
    GiveUp,
}

impl Course {
    /// Whether something follows by itself.
    pub fn goes_on(&self) -> bool {
        match self {
            Self::Relaunch { .. } => true,
            Self::HandOver | Self::GiveUp => false,
        }
    }

    /// The word in the table, in events and in answers.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Relaunch { .. } => "RELAUNCH",
            Self::HandOver => "HAND_OVER",
            Self::GiveUp => "GIVE_UP",
        }
    }
}

impl Decision {
    /// Whether it may take the place of another about the same end: hope may be given up, and is not taken up again.
    pub fn may_replace(&self, recorded: Option<&Self>) -> bool {
        match recorded.filter(|recorded| recorded.cluster_id == self.cluster_id) {
            None => true,
            Some(recorded) => self.course == Course::GiveUp && recorded.course != Course::GiveUp,
        }
    }
}

impl std::fmt::Display for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.course {
            Course::Relaunch { from: Some(step), at } => {
                write!(
                    f,
                    "attempt {} resumes at step {step}, not before {at}: {}",
                    self.attempt.next(),
                    self.why
                )
            }
            Course::Relaunch { from: None, at } => {
                write!(f, "attempt {} runs every step, not before {at}: {}", self.attempt.next(), self.why)
            }
            Course::HandOver => write!(f, "another launcher was asked to resume it: {}", self.why),
            Course::GiveUp => write!(f, "given up: {}", self.why),
        }
    }
}
