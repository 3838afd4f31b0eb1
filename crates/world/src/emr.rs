//! A little EMR: clusters that move when they are told to, by EMR's own rules, and post the events that EMR posts.

mod asked;
mod clusters;
mod events;
mod life;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use pipeline::cluster::{RunJobFlow, StepConfig};
use pipeline::ports::{ClusterReport, StepReport};
use pipeline::run::{ClusterId, ClusterState, StepId, StepState};
use serde_json::Value;

use life::Life;

/// A cluster, from its request to long after its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Its id.
    pub id: ClusterId,
    /// When RunJobFlow made it.
    pub created_at: Timestamp,
    /// The request that made it.
    pub request: RunJobFlow,
    /// What DescribeCluster answers.
    pub report: ClusterReport,
    /// What ListSteps answers, first step first.
    pub steps: Vec<StepReport>,
    /// What it will be once it is down; known as soon as it is on its way.
    pub(crate) ends_as: ClusterState,
}

impl Cluster {
    /// Whether it still costs something.
    pub fn is_alive(&self) -> bool {
        !self.state().is_ended()
    }

    fn state(&self) -> ClusterState {
        self.report.state.unwrap_or(ClusterState::Starting)
    }

    /// Whether it has not been told to go yet.
    pub fn is_up(&self) -> bool {
        self.is_alive() && self.state() != ClusterState::Terminating
    }

    fn instances(&self, asks: impl Fn(&pipeline::cluster::JobFlowInstancesConfig) -> Option<bool>) -> bool {
        self.request.instances.as_ref().and_then(asks).unwrap_or(false)
    }

    fn stays_without_steps(&self) -> bool {
        self.instances(|instances| instances.keep_job_flow_alive_when_no_steps)
    }

    fn is_protected(&self) -> bool {
        self.instances(|instances| instances.termination_protected)
    }

    fn steps_at_once(&self) -> usize {
        self.request.step_concurrency_level.and_then(|level| usize::try_from(level).ok()).unwrap_or(1)
    }

    fn counts(&self, state: StepState) -> usize {
        self.steps.iter().filter(|step| step.state == Some(state)).count()
    }
}

#[derive(Clone, Default)]
pub(crate) struct Emr {
    clusters: Vec<Cluster>,
    made: usize,
    security_configurations: BTreeSet<String>,
    events: Vec<Value>,
    listing_lag: SignedDuration,
}

impl Emr {
    fn make(&mut self, request: &RunJobFlow, now: Timestamp) -> ClusterId {
        self.made += 1;
        let cluster = new_cluster(self.made, request, now);
        let id = cluster.id.clone();
        self.clusters.push(cluster);
        self.life(&id, now).begin();
        id
    }

    fn known(&self, id: &ClusterId) -> Option<&Cluster> {
        self.clusters.iter().find(|cluster| &cluster.id == id)
    }

    #[expect(clippy::panic, reason = "a test that moves a cluster which was never made is wrong itself")]
    fn life(&mut self, id: &ClusterId, now: Timestamp) -> Life<'_> {
        let Some(cluster) = self.clusters.iter_mut().find(|cluster| &cluster.id == id) else {
            panic!("there is no cluster {id}");
        };
        Life { cluster, events: &mut self.events, now }
    }
}

#[expect(clippy::expect_used, reason = "a number always makes an id that fits")]
fn new_cluster(number: usize, request: &RunJobFlow, now: Timestamp) -> Cluster {
    let step_id =
        |place: usize| StepId::parse(&format!("s-{number:07}{place:06}")).expect("digits fit a step id");
    let steps = request.steps.iter().flatten().enumerate();
    Cluster {
        id: ClusterId::parse(&format!("j-{number:013}")).expect("digits fit a cluster id"),
        created_at: now,
        report: new_report(request),
        steps: steps.map(|(place, step)| new_step(step_id(place), step)).collect(),
        request: request.clone(),
        ends_as: ClusterState::Terminated,
    }
}

fn new_report(request: &RunJobFlow) -> ClusterReport {
    let tags = request.tags.iter().flatten();
    ClusterReport {
        name: request.name.clone().unwrap_or_default(),
        tags: tags
            .filter_map(|tag| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default())))
            .collect(),
        log_uri: request.log_uri.clone(),
        normalized_instance_hours: Some(0),
        ..ClusterReport::default()
    }
}

fn new_step(id: StepId, step: &StepConfig) -> StepReport {
    let action = step.action_on_failure.map_or("TERMINATE_CLUSTER", |action| action.as_str());
    StepReport {
        id,
        name: step.name.clone().unwrap_or_default(),
        state: Some(StepState::Pending),
        action_on_failure: Some(action.to_owned()),
        failure: None,
        started_at: None,
        ended_at: None,
    }
}
