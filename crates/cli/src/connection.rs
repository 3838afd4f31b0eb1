//! AWS, as the command line and the environment name it: an account by its profile, or the local stack.

use aws::{Aws, Deployment, Identity, RunTable};

use crate::arguments::Global;
use crate::local::state::State;
use crate::stop::{Exit, Stop};

/// Connects; with `--local`, to the stack that `relay local up` has started.
pub(crate) async fn connect(global: &Global) -> Result<Aws, Stop> {
    match &global.local {
        Some(data) => Ok(connect_local(&State::find(data.as_deref())?)),
        None => {
            let deployment = deployment(&global.table);
            let connected =
                aws::connect_by_profile(global.profile.as_deref(), global.region.as_deref(), deployment)
                    .await;
            connected.map_err(|error| {
                Stop::new(Exit::Unreachable, "aws.no_region", error.to_string())
                    .instead("name a region: relay --region eu-west-2 …; for local mode: relay --local …")
            })
        }
    }
}

/// Connects to a local stack.
pub(crate) fn connect_local(state: &State) -> Aws {
    let environment = state.environment();
    let value =
        |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    let identity = Identity::read(|name| value(name).unwrap_or_default(), value);
    aws::connect(&identity, deployment(&state.table))
}

/// No item is made here that could expire, and no event is put on the bus.
fn deployment(table: &str) -> Deployment {
    Deployment { table: RunTable::named(table, 0), bus: "default".to_owned() }
}
