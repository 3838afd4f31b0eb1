//! How a cluster moves: EMR's rules for steps, actions on failure and automatic ends.

use jiff::Timestamp;
use pipeline::ports::{FailureDetails, StepReport, Uncancelled};
use pipeline::run::{ClusterState, StepId, StepState};
use serde_json::Value;

use super::{Cluster, events};

/// A cluster at a moment, and where its events go.
pub(super) struct Life<'a> {
    pub(super) cluster: &'a mut Cluster,
    pub(super) events: &'a mut Vec<Value>,
    pub(super) now: Timestamp,
}

/// What a failed step does to its cluster.
enum Consequence {
    Next,
    CancelRest,
    End,
}

impl Life<'_> {
    /// RunJobFlow has taken the request.
    pub(super) fn begin(&mut self) {
        self.rise(ClusterState::Starting);
        for place in 0..self.cluster.steps.len() {
            self.tell_step(place);
        }
    }

    /// Instances are there and bootstrapped. A second time changes nothing.
    pub(super) fn boot(&mut self) {
        if self.cluster.state() != ClusterState::Starting {
            return;
        }
        self.rise(ClusterState::Bootstrapping);
        self.cluster.report.ready_at = Some(self.now);
        if self.cluster.steps.is_empty() {
            return self.rest();
        }
        self.rise(ClusterState::Running);
    }

    pub(super) fn start_step(&mut self, place: usize) {
        self.boot();
        self.demand_turn(place);
        if self.cluster.state() == ClusterState::Waiting {
            self.rise(ClusterState::Running);
        }
        let now = self.now;
        self.step(place).started_at = Some(now);
        self.set_step(place, StepState::Running);
    }

    pub(super) fn finish_step(&mut self, place: usize, state: StepState) {
        let begins = matches!(state, StepState::Completed | StepState::Failed);
        if begins && self.state_of(place) == Some(StepState::Pending) {
            self.start_step(place);
        }
        self.demand(
            !self.state_of(place).is_some_and(StepState::is_ended),
            "a step that has ended ends no more",
        );
        self.demand(state.is_ended(), "a step ends in an end state");
        if state == StepState::Failed {
            let reason = Some("Unknown Error.".to_owned());
            self.step(place).failure = Some(FailureDetails { reason, ..FailureDetails::default() });
        }
        self.end_step(place, state);
        self.suffer(self.consequence(place, state));
    }

    fn suffer(&mut self, consequence: Consequence) {
        match consequence {
            Consequence::Next => {}
            Consequence::CancelRest => self.end_steps(StepState::Pending, StepState::Cancelled),
            Consequence::End => {
                let (code, message) = ("STEP_FAILURE", "Shut down as step failed");
                return self.go(ClusterState::TerminatedWithErrors, code, message);
            }
        }
        if self.left() == 0 {
            self.rest();
        }
    }

    /// TerminateJobFlows.
    pub(super) fn terminate(&mut self) {
        if self.cluster.is_up() {
            self.go(ClusterState::Terminated, "USER_REQUEST", "Terminated by user request");
        }
    }

    /// CancelSteps: what waits or runs is cancelled; what has ended is told as it is.
    pub(super) fn cancel(&mut self, steps: &[StepId]) -> Vec<Uncancelled> {
        let mut refused = Vec::new();
        for place in 0..self.cluster.steps.len() {
            let step = self.step(place);
            if !steps.contains(&step.id) {
                continue;
            }
            match step.state {
                Some(state) if state.is_ended() => {
                    let reason = format!("Cannot cancel a step in state {state}");
                    refused.push(Uncancelled { step_id: step.id.clone(), reason });
                }
                _ => self.end_step(place, StepState::Cancelled),
            }
        }
        if self.cluster.is_up() && self.left() == 0 {
            self.rest();
        }
        refused
    }

    fn left(&self) -> usize {
        self.cluster.counts(StepState::Pending) + self.cluster.counts(StepState::Running)
    }

    /// Sets out for an end; what waits is cancelled, and so is what runs where a person asked for the end.
    pub(super) fn go(&mut self, ends_as: ClusterState, code: &str, message: &str) {
        self.demand(ends_as.is_ended(), "a cluster ends in an end state");
        self.demand(self.cluster.is_up(), "a cluster ends once");
        self.cluster.ends_as = ends_as;
        self.cluster.report.reason_code = filled(code);
        self.cluster.report.reason_message = filled(message);
        self.rise(ClusterState::Terminating);
        let stopped = if code == "USER_REQUEST" { StepState::Cancelled } else { StepState::Interrupted };
        self.end_steps(StepState::Running, stopped);
        self.end_steps(StepState::Pending, StepState::Cancelled);
    }

    pub(super) fn bring_down(&mut self) {
        self.demand(
            self.cluster.state() == ClusterState::Terminating,
            "only a cluster on its way down gets there",
        );
        self.cluster.report.ended_at = Some(self.now);
        self.rise(self.cluster.ends_as);
    }

    /// No step is left: the cluster waits for more, or ends. Protection does not keep it from ending by itself.
    fn rest(&mut self) {
        if self.cluster.stays_without_steps() {
            return self.rise(ClusterState::Waiting);
        }
        match self.cluster.counts(StepState::Failed) {
            0 => self.go(ClusterState::Terminated, "ALL_STEPS_COMPLETED", "Steps completed"),
            _ => self.go(ClusterState::Terminated, "STEP_FAILURE", "Steps completed with errors"),
        }
    }

    /// With several steps at once EMR takes no action but CONTINUE; a protected cluster is not ended by a step.
    fn consequence(&self, place: usize, state: StepState) -> Consequence {
        if state != StepState::Failed || self.cluster.steps_at_once() > 1 {
            return Consequence::Next;
        }
        let action = self.cluster.steps.get(place).and_then(|step| step.action_on_failure.as_deref());
        match action {
            Some("CONTINUE") => Consequence::Next,
            Some("CANCEL_AND_WAIT") => Consequence::CancelRest,
            _ if self.cluster.is_protected() => Consequence::CancelRest,
            _ => Consequence::End,
        }
    }

    fn end_steps(&mut self, from: StepState, to: StepState) {
        for place in 0..self.cluster.steps.len() {
            if self.state_of(place) == Some(from) {
                self.end_step(place, to);
            }
        }
    }

    fn end_step(&mut self, place: usize, state: StepState) {
        let now = self.now;
        self.step(place).ended_at = Some(now);
        self.set_step(place, state);
    }

    fn set_step(&mut self, place: usize, state: StepState) {
        self.step(place).state = Some(state);
        self.tell_step(place);
    }

    fn tell_step(&mut self, place: usize) {
        if let Some(step) = self.cluster.steps.get(place) {
            self.events.push(events::step(self.events.len(), self.cluster, step, self.now));
        }
    }

    fn rise(&mut self, state: ClusterState) {
        self.cluster.report.state = Some(state);
        self.events.extend(events::cluster(self.events.len(), self.cluster, state, self.now));
    }

    #[expect(clippy::panic, reason = "a test that moves a step which the request has not is wrong itself")]
    fn step(&mut self, place: usize) -> &mut StepReport {
        let id = &self.cluster.id;
        let Some(step) = self.cluster.steps.get_mut(place) else { panic!("{id} has no step {place}") };
        step
    }

    fn state_of(&self, place: usize) -> Option<StepState> {
        self.cluster.steps.get(place)?.state
    }

    fn demand_turn(&mut self, place: usize) {
        self.demand(self.cluster.is_up(), "a cluster on its way down begins no step");
        self.demand(self.state_of(place) == Some(StepState::Pending), "a step begins once");
        let before = self.cluster.steps.iter().take(place);
        let waits = |step: &StepReport| step.state == Some(StepState::Pending);
        self.demand(!before.clone().any(waits), "steps begin in their order");
        let running = self.cluster.counts(StepState::Running);
        self.demand(
            running < self.cluster.steps_at_once(),
            "no more steps run at once than the cluster allows",
        );
    }

    #[expect(clippy::panic, reason = "a test that asks of EMR what EMR cannot do is wrong itself")]
    fn demand(&self, holds: bool, rule: &str) {
        if !holds {
            panic!("{}: {rule}", self.cluster.id);
        }
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
