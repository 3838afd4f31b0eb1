//! The states of runs, clusters and steps, and how they rise.

/// Declares an enum of words; the words are what the table and the events hold.
macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every value, lowest first.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in tables, events and answers.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value of a word; `None` for a word that is not known here.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

states! {
    /// Where a run stands. It only rises, but for a relaunch, which claims a new attempt.
    Status {
        /// Claimed; no cluster is recorded yet.
        Launching = "LAUNCHING",
        /// A cluster works on it.
        InProgress = "IN_PROGRESS",
        /// Ended, and every step that it owed is completed (or failed where that was allowed).
        Completed = "COMPLETED",
        /// Ended otherwise.
        Failed = "FAILED",
        /// Ended because a person stopped it.
        Cancelled = "CANCELLED",
    }
}

impl Status {
    /// Whether nothing more will happen to this attempt.
    pub fn is_ended(self) -> bool {
        match self {
            Self::Launching | Self::InProgress => false,
            Self::Completed | Self::Failed | Self::Cancelled => true,
        }
    }
}

states! {
    /// How a run, or an attempt at it, ended.
    Outcome {
        /// All steps completed.
        Succeeded = "SUCCEEDED",
        /// A step that may fail failed; the rest completed.
        SucceededWithErrors = "SUCCEEDED_WITH_ERRORS",
        /// There was nothing to do.
        NothingToDo = "NOTHING_TO_DO",
        /// A step failed.
        StepFailed = "STEP_FAILED",
        /// A bootstrap action failed.
        BootstrapFailed = "BOOTSTRAP_FAILED",
        /// Instances failed.
        InstanceFailed = "INSTANCE_FAILED",
        /// EC2 had not the instances that were asked for.
        Capacity = "CAPACITY",
        /// EMR failed.
        Internal = "INTERNAL",
        /// EMR refused the request.
        Validation = "VALIDATION",
        /// A person stopped it.
        Cancelled = "CANCELLED",
        /// Its deadline stopped it.
        TimedOut = "TIMED_OUT",
        /// The cluster cannot be found any more.
        Lost = "LOST",
    }
}

impl Outcome {
    /// The status of a run that ended so.
    pub fn status(self) -> Status {
        match self {
            Self::Succeeded | Self::SucceededWithErrors | Self::NothingToDo => Status::Completed,
            Self::Cancelled => Status::Cancelled,
            Self::StepFailed
            | Self::BootstrapFailed
            | Self::InstanceFailed
            | Self::Capacity
            | Self::Internal
            | Self::Validation
            | Self::TimedOut
            | Self::Lost => Status::Failed,
        }
    }
}

states! {
    /// EMR's states of a cluster (`ClusterState` of the API).
    ClusterState {
        /// Instances are being had.
        Starting = "STARTING",
        /// Bootstrap actions run.
        Bootstrapping = "BOOTSTRAPPING",
        /// A step runs.
        Running = "RUNNING",
        /// Alive without a step.
        Waiting = "WAITING",
        /// On its way down.
        Terminating = "TERMINATING",
        /// Down, in order.
        Terminated = "TERMINATED",
        /// Down, because something failed.
        TerminatedWithErrors = "TERMINATED_WITH_ERRORS",
    }
}

impl ClusterState {
    /// Whether the cluster costs nothing any more.
    pub fn is_ended(self) -> bool {
        match self {
            Self::Terminated | Self::TerminatedWithErrors => true,
            Self::Starting | Self::Bootstrapping | Self::Running | Self::Waiting | Self::Terminating => false,
        }
    }

    /// Whether the cluster is up, so that steps can run on it.
    pub fn runs_steps(self) -> bool {
        match self {
            Self::Running | Self::Waiting => true,
            Self::Starting
            | Self::Bootstrapping
            | Self::Terminating
            | Self::Terminated
            | Self::TerminatedWithErrors => false,
        }
    }
}

states! {
    /// EMR's states of a step (`StepState` of the API), in the order in which one replaces another.
    StepState {
        /// Waits for its turn.
        Pending = "PENDING",
        /// Runs.
        Running = "RUNNING",
        /// Was asked to stop.
        CancelPending = "CANCEL_PENDING",
        /// Ended well.
        Completed = "COMPLETED",
        /// Ended with its cluster.
        Interrupted = "INTERRUPTED",
        /// Stopped, or never begun.
        Cancelled = "CANCELLED",
        /// Failed.
        Failed = "FAILED",
    }
}

impl StepState {
    /// Whether the step will not change any more.
    pub fn is_ended(self) -> bool {
        match self {
            Self::Pending | Self::Running | Self::CancelPending => false,
            Self::Completed | Self::Interrupted | Self::Cancelled | Self::Failed => true,
        }
    }
}
