//! A claim that nobody comes back to, brought to its end.

use crate::failure::{Explained, Remedy};
use crate::plan::plan;
use crate::run::{Cause, Run};

use super::claim::{Standing, take_over};
use super::order::{Order, Selection, Settings};
use super::{Answer, Invocation, LaunchError, Ports, reading, start};

/// Settles a claim whose lease has run out: adopts the cluster that its holder may have started, starts one where there
/// is none, or ends the run where none can be started any more.
///
/// Called twice, one call takes the claim over and the other finds the run launched or in flight. Dead half way, the
/// claim is as uncertain as before.
///
/// # Errors
/// As a launch, of the row's own event.
pub async fn settle(
    ports: &impl Ports,
    settings: &Settings,
    run: &Run,
    selection: Selection,
    by: &Invocation,
) -> Result<Answer, LaunchError> {
    let held = match take_over(ports, Box::new(run.clone()), &by.claimant, by.deadline).await? {
        Standing::Held(held) => held,
        Standing::Existing(run) => return Ok(Answer::Existing(run)),
    };
    if let Some(adopted) = start::adopt(ports, &held).await? {
        return Ok(adopted);
    }
    let order = Order::again(run, held.key.clone(), selection, settings)?;
    let planned = match reading::folder(ports, &order).await {
        Ok(folder) => plan(&order, &folder, held.claimed_at).map_err(LaunchError::Plan),
        Err(error) => Err(error),
    };
    let plan = match planned {
        Ok(plan) => plan,
        Err(error) if error.remedy() == Remedy::GiveUp => {
            start::end_without_cluster(ports, &settings.topics, &held, unlaunchable(&error)).await?;
            return Err(error);
        }
        Err(error) => return Err(error),
    };
    let prepared = reading::prepared(ports, &plan).await;
    start::start_new(ports, &settings.topics, &plan, &held, prepared).await
}

fn unlaunchable(error: &LaunchError) -> Cause {
    Cause { code: Some(error.code().to_owned()), message: Some(error.to_string()), ..Cause::default() }
}
