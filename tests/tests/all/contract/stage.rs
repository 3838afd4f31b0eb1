//! What a chapter of the script is played on.

use pipeline::ports::{Clusters, Documents, Logs, Notices, Runs, Secrets, Timers};
use pipeline::run::{ClusterId, StepState};

use super::transcript::Transcript;
use super::writers::Written;

/// A part of the script.
pub(crate) trait Chapter {
    /// Makes its calls, and tells what was answered.
    async fn play(&self, stage: &impl Stage, told: &mut Transcript);
}

/// Every port.
pub(crate) trait Ports: Documents + Secrets + Logs + Clusters + Runs + Notices + Timers {}

impl<T: Documents + Secrets + Logs + Clusters + Runs + Notices + Timers> Ports for T {}

/// The ports, and what moves that no port moves. Every stage holds what `given` lays down.
pub(crate) trait Stage {
    /// The ports.
    fn ports(&self) -> &impl Ports;
    /// The bucket of pipeline folders.
    fn bucket(&self) -> &str;
    /// The bucket of logs.
    fn log_bucket(&self) -> &str;
    /// A topic that exists.
    fn topic(&self) -> &str;
    /// Writes what a script on a master node writes: known columns, without asking for anything.
    fn write_on_cluster(&self, written: &Written);
    /// Sees a cluster to its end, its first steps ending so.
    async fn see_end(&self, cluster: &ClusterId, steps: &[StepState]);
}
