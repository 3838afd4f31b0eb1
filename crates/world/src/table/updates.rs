//! How items rise: each update holds on its own, and repeating it changes nothing.

use jiff::Timestamp;
use pipeline::ports::{Applied, AttemptUpdate, Fence, RunUpdate, Updates};
use pipeline::run::{AttemptKey, AttemptRecord, Decision, Outcome, Run, StepRecord};

use super::{Row, Table, may_end};

impl Table {
    pub(super) fn apply(&mut self, key: &AttemptKey, fence: &Fence, updates: &Updates) -> Applied {
        let run = updates.run.as_ref().is_some_and(|update| {
            self.fenced(key, fence).is_some_and(|row| update_run(row, update, updates.at))
        });
        let attempt = updates.attempt.as_ref().is_some_and(|update| {
            self.worked_on(key, fence).is_some_and(|attempt| update_attempt(attempt, update))
        });
        let steps = updates.steps.iter().filter(|step| self.raise_step(step)).count();
        Applied { run, attempt, steps }
    }

    pub(super) fn mark_announced(&mut self, key: &AttemptKey, fence: &Fence, told: Option<&Decision>) {
        let course = |decision: Option<&Decision>| decision.map(|decision| decision.course.as_str());
        let row = self.fenced(key, fence).filter(|row| course(row.run.decided()) == course(told));
        if let Some(row) = row {
            row.run.announced = true;
            row.open = told.is_some_and(|told| told.course.goes_on());
        }
    }

    pub(super) fn open(&self) -> Vec<Run> {
        self.runs.values().filter(|row| row.open).map(|row| row.run.clone()).collect()
    }

    /// The attempt item, if it is of the cluster that the fence names.
    fn worked_on(&mut self, key: &AttemptKey, fence: &Fence) -> Option<&mut AttemptRecord> {
        self.attempts.get_mut(key).filter(|attempt| match fence {
            Fence::Cluster(cluster) => &attempt.cluster_id == cluster,
            Fence::Claimant(_) => true,
        })
    }

    /// Whether the item took the step's state.
    fn raise_step(&mut self, step: &StepRecord) -> bool {
        let place = (step.attempt.clone(), step.step_id.clone());
        match self.steps.get_mut(&place) {
            Some(recorded) if recorded.settled => false,
            Some(recorded) if !step.settled => raise(recorded, step),
            Some(_) | None => {
                self.steps.insert(place, step.clone());
                true
            }
        }
    }
}

/// A late event still brings a time that was missing.
fn raise(recorded: &mut StepRecord, step: &StepRecord) -> bool {
    recorded.started_at = recorded.started_at.or(step.started_at);
    recorded.ended_at = recorded.ended_at.or(step.ended_at);
    let rises = step.state > recorded.state;
    if rises {
        recorded.state = step.state;
        recorded.name.clone_from(&step.name);
    }
    rises
}

fn update_run(row: &mut Row, update: &RunUpdate, at: Timestamp) -> bool {
    let changed = match update {
        RunUpdate::Progress { step, rank } => progress(row, step, rank),
        RunUpdate::End { .. } => end_run(&mut row.run, update),
        RunUpdate::Decide(decision) => decide_run(&mut row.run, decision),
        RunUpdate::Stop(outcome) => stop(&mut row.run, *outcome),
    };
    if changed {
        row.run.updated_at = at;
    }
    changed
}

fn progress(row: &mut Row, step: &str, rank: &str) -> bool {
    let further = row.rank.as_deref().is_none_or(|recorded| rank > recorded);
    // The outcome tells whether a run has ended: writers on clusters set `Status` as they please.
    if row.run.outcome.is_some() || !further {
        return false;
    }
    row.run.current_step = Some(step.to_owned());
    row.rank = Some(rank.to_owned());
    true
}

fn end_run(run: &mut Run, update: &RunUpdate) -> bool {
    let RunUpdate::End { outcome, cause, current_step, decision } = update else { return false };
    if !may_end(run.outcome, run.cause.as_ref(), *outcome, cause.as_ref()) {
        return false;
    }
    run.status = outcome.status();
    run.outcome = Some(*outcome);
    run.cause.clone_from(cause);
    if current_step.is_some() {
        run.current_step.clone_from(current_step);
    }
    if decision.is_some() {
        run.decision.clone_from(decision);
    }
    true
}

fn decide_run(run: &mut Run, decision: &Decision) -> bool {
    if run.outcome.is_none() || !decision.may_replace(run.decided()) {
        return false;
    }
    run.decision = Some(decision.clone());
    run.announced = false;
    true
}

fn stop(run: &mut Run, outcome: Outcome) -> bool {
    let alive = run.outcome.is_none() && run.stopping.is_none();
    if alive {
        run.stopping = Some(outcome);
    }
    alive
}

fn update_attempt(attempt: &mut AttemptRecord, update: &AttemptUpdate) -> bool {
    match update {
        AttemptUpdate::Ready { at } => {
            let earlier = attempt.ready_at.is_none_or(|recorded| *at < recorded);
            if earlier {
                attempt.ready_at = Some(*at);
            }
            earlier
        }
        AttemptUpdate::Decide(decision) => {
            attempt.decision = Some(decision.clone());
            true
        }
        AttemptUpdate::End { at, outcome, cause, normalized_instance_hours } => {
            if !may_end(attempt.outcome, attempt.cause.as_ref(), *outcome, cause.as_ref()) {
                return false;
            }
            attempt.ended_at = Some(*at);
            attempt.outcome = Some(*outcome);
            attempt.cause.clone_from(cause);
            attempt.normalized_instance_hours =
                normalized_instance_hours.or(attempt.normalized_instance_hours);
            true
        }
    }
}
