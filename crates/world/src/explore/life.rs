//! What a cluster does next, when nobody interferes: the script of a scenario.

use pipeline::run::{ClusterId, ClusterState, StepState};

use crate::{Cluster, World};

/// One thing that happens to a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Its instances come up.
    Boot,
    /// The step at this place begins.
    Start(usize),
    /// The step at this place ends so.
    Finish(usize, StepState),
    /// It ends at once, for a reason of EMR's own.
    End(ClusterState, &'static str),
    /// On its way down, it arrives there.
    Down,
}

/// What may happen next to a cluster, the n-th that was made, counted from 0: the first is expected, each other costs a
/// fault. Not asked about a cluster that is on its way down.
pub type Life = fn(&Cluster, usize) -> Vec<Act>;

/// It stands there; only TerminateJobFlows moves it.
pub fn stays(_: &Cluster, _: usize) -> Vec<Act> {
    vec![]
}

/// Every step completes.
pub fn completes(cluster: &Cluster, _: usize) -> Vec<Act> {
    next(cluster)
        .map(|(place, runs)| if runs { complete(place) } else { Act::Start(place) })
        .into_iter()
        .collect()
}

/// The first cluster fails at the step of this place, all others complete.
pub fn first_fails_at<const PLACE: usize>(cluster: &Cluster, nth: usize) -> Vec<Act> {
    match next(cluster) {
        Some((place, true)) if nth == 0 && place == PLACE => vec![fail(PLACE)],
        _ => completes(cluster, nth),
    }
}

/// The first cluster stands there once it runs, all others complete.
pub fn first_stands(cluster: &Cluster, nth: usize) -> Vec<Act> {
    match next(cluster) {
        Some((_, true)) if nth == 0 => vec![],
        _ => completes(cluster, nth),
    }
}

/// Every step completes, or fails at the price of a fault; the cluster may also be lost to an instance failure.
pub fn any_step_may_fail(cluster: &Cluster, nth: usize) -> Vec<Act> {
    let lost = Act::End(ClusterState::TerminatedWithErrors, "INSTANCE_FAILURE");
    match next(cluster) {
        Some((place, true)) => vec![complete(place), fail(place), lost],
        _ => completes(cluster, nth),
    }
}

fn complete(place: usize) -> Act {
    Act::Finish(place, StepState::Completed)
}

fn fail(place: usize) -> Act {
    Act::Finish(place, StepState::Failed)
}

/// The step whose turn it is, and whether it runs.
fn next(cluster: &Cluster) -> Option<(usize, bool)> {
    let place = cluster.steps.iter().position(|step| !step.state.is_some_and(StepState::is_ended))?;
    Some((place, cluster.steps.get(place)?.state == Some(StepState::Running)))
}

/// What may happen next to a cluster by its script and by EMR's own rules.
pub(crate) fn acts(life: Life, cluster: &Cluster, nth: usize) -> Vec<Act> {
    match cluster.report.state {
        Some(ClusterState::Terminating) => vec![Act::Down],
        Some(state) if state.is_ended() => vec![],
        _ => life(cluster, nth),
    }
}

impl World {
    pub(crate) fn act(&self, cluster: &ClusterId, act: Act) {
        match act {
            Act::Boot => self.boot(cluster),
            Act::Start(place) => self.start_step(cluster, place),
            Act::Finish(place, state) => self.finish_step(cluster, place, state),
            Act::End(state, code) => self.end_cluster(cluster, state, code),
            Act::Down => self.bring_down(cluster),
        }
    }
}
