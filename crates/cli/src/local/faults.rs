//! Faults asked of the local stack.

use serde_json::{Value, json};

use crate::local::state::State;
use crate::stop::{Exit, Stop};

/// Makes the next step of this name fail; the one after that is left alone.
pub(crate) fn fail_step(state: &State, step: &str) -> Result<(), Stop> {
    ask(state, &json!({"kind": "fail_step", "step_name": step, "times": 1}))
}

fn ask(state: &State, fault: &Value) -> Result<(), Stop> {
    let sent = ureq::post(format!("{}/_relay/faults", state.endpoint)).send_json(fault);
    sent.map(|_| ()).map_err(|error| {
        Stop::new(Exit::Unreachable, "local.fault", "local mode did not take the fault").because(error)
    })
}
