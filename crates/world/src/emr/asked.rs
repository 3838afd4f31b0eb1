//! What a test asks EMR for, and does to it.

use jiff::SignedDuration;
use pipeline::ports::ErrorDetail;
use pipeline::run::{ClusterId, ClusterState, StepState};
use serde_json::Value;

use super::{Cluster, Life};
use crate::World;

impl World {
    /// Every cluster ever made, oldest first.
    pub fn clusters(&self) -> Vec<Cluster> {
        self.state.borrow().emr.clusters.clone()
    }

    /// What this makes of each cluster, oldest first.
    pub(crate) fn of_clusters<T>(&self, make: impl FnMut(&Cluster) -> T) -> Vec<T> {
        self.state.borrow().emr.clusters.iter().map(make).collect()
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

    /// The events that EMR has posted after so many others.
    pub(crate) fn emr_events_after(&self, seen: usize) -> Vec<Value> {
        self.state.borrow().emr.events.iter().skip(seen).cloned().collect()
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
        state.writes += 1;
        change(&mut state.emr.life(cluster, now));
    }
}
