//! A little EMR: clusters that move when they are told to, by EMR's own rules, and post the events that EMR posts.

mod clusters;
mod events;
mod life;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use pipeline::cluster::{RunJobFlow, StepConfig};
use pipeline::ports::{ClusterReport, ErrorDetail, StepReport};
use pipeline::run::{ClusterId, ClusterState, StepId, StepState};
use serde_json::Value;

use crate::World;
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
    ends_as: ClusterState,
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
    fn is_up(&self) -> bool {
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

#[derive(Default)]
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

/// What a test asks EMR for, and does to it.
impl World {
    /// Every cluster ever made, oldest first.
    pub fn clusters(&self) -> Vec<Cluster> {
        self.state.borrow().emr.clusters.clone()
    }

    /// The clusters that still cost something, oldest first.
    pub fn living_clusters(&self) -> Vec<ClusterId> {
        let state = self.state.borrow();
        state
            .emr
            .clusters
            .iter()
            .filter(|cluster| cluster.is_alive())
            .map(|cluster| cluster.id.clone())
            .collect()
    }

    /// The events that EMR has posted, in the shape of the bus, oldest first.
    pub fn emr_events(&self) -> Vec<Value> {
        self.state.borrow().emr.events.clone()
    }

    /// Makes a security configuration.
    pub fn put_security_configuration(&self, name: &str) {
        self.state.borrow_mut().emr.security_configurations.insert(name.to_owned());
    }

    /// The names of all security configurations.
    pub fn security_configurations(&self) -> Vec<String> {
        self.state.borrow().emr.security_configurations.iter().cloned().collect()
    }

    /// From now on ListClusters does not show clusters that are younger than this.
    pub fn let_listings_lag(&self, lag: SignedDuration) {
        self.state.borrow_mut().emr.listing_lag = lag;
    }

    /// Gets the instances and bootstraps them: from here on steps run.
    pub fn boot(&self, cluster: &ClusterId) {
        self.with_life(cluster, |life| life.boot());
    }

    /// Begins the step at this place, counted from 0. Boots the cluster first where it has not been.
    pub fn start_step(&self, cluster: &ClusterId, place: usize) {
        self.with_life(cluster, |life| life.start_step(place));
    }

    /// Ends the step at this place; what becomes of the rest follows from its action on failure. Begins it first where
    /// it has not begun and could not have ended so without.
    pub fn finish_step(&self, cluster: &ClusterId, place: usize, state: StepState) {
        self.with_life(cluster, |life| life.finish_step(place, state));
    }

    /// Lets a cluster that is on its way down arrive there.
    pub fn bring_down(&self, cluster: &ClusterId) {
        self.with_life(cluster, |life| life.bring_down());
    }

    /// Ends a cluster at once, as EMR does for reasons outside its steps.
    pub fn end_cluster(&self, cluster: &ClusterId, state: ClusterState, reason_code: &str) {
        self.with_life(cluster, |life| {
            life.go(state, reason_code, "");
            life.bring_down();
        });
    }

    /// Adds to the error details of a cluster.
    pub fn put_error_detail(&self, cluster: &ClusterId, detail: ErrorDetail) {
        self.with_life(cluster, |life| life.cluster.report.error_details.push(detail));
    }

    /// Forgets a cluster, as EMR does two months after its end.
    pub fn forget_cluster(&self, cluster: &ClusterId) {
        self.state.borrow_mut().emr.clusters.retain(|known| &known.id != cluster);
    }

    fn with_life(&self, cluster: &ClusterId, change: impl FnOnce(&mut Life<'_>)) {
        let mut state = self.state.borrow_mut();
        let now = state.now;
        change(&mut state.emr.life(cluster, now));
    }
}
