//! The verb of the launcher: one cluster for one piece of work, however often it is asked for.
//!
//! Claim first, by one conditional write; then RunJobFlow, sent once; then record whose cluster it is. Whoever finds a
//! claim whose holder must be dead looks for the cluster that may exist before it makes one.

mod answer;
mod claim;
mod error;
mod order;
mod reading;
mod settle;
mod start;

pub use answer::{Answer, BatchAnswer, answer_json};
pub(crate) use claim::{Held, next_of};
pub use error::LaunchError;
pub use order::{Again, Order, Selection, Settings};
pub(crate) use reading::{folder as read_folder, prepared};
pub use settle::settle;
pub(crate) use start::{start, tell_refusal};

use futures_util::future::join;
use jiff::Timestamp;
use serde_json::Value;

use crate::plan::{Plan, plan};
use crate::ports::{Clock, Clusters, Documents, Notices, Runs, Secrets};
use crate::signal::{Delivery, Message, Trigger, delivery};

/// All that launching needs of the world.
pub trait Ports: Clock + Clusters + Documents + Notices + Runs + Secrets {}
impl<P: Clock + Clusters + Documents + Notices + Runs + Secrets> Ports for P {}

/// One invocation of the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The request id: repeated when Lambda repeats the event.
    pub request_id: String,
    /// Differs for every invocation, also for repeated ones.
    pub claimant: String,
    /// When Lambda stops it: after that it can do nothing any more, so a claim of it is uncertain.
    pub deadline: Timestamp,
}

/// Launches what an event asks for. The answer to a batch of messages names those that failed; to anything else it is
/// the run, or an error.
pub async fn handle(
    ports: &impl Ports,
    settings: &Settings,
    event: &Value,
    invocation: &Invocation,
) -> Result<Value, LaunchError> {
    match delivery(event).map_err(LaunchError::Envelope)? {
        Delivery::Batch(messages) => Ok(batch(ports, settings, &messages, invocation).await.to_json()),
        Delivery::Together(triggers) => {
            let mut answers = Vec::new();
            for trigger in &triggers {
                answers.push(launch(ports, settings, trigger, invocation).await?);
            }
            Ok(answer_json(&answers))
        }
    }
}

/// Each message counts for itself: the failed ones are delivered again, the others are not.
async fn batch(
    ports: &impl Ports,
    settings: &Settings,
    messages: &[Message],
    invocation: &Invocation,
) -> BatchAnswer {
    let mut answer = BatchAnswer::default();
    for message in messages {
        answer.add(&message.message_id, message_launched(ports, settings, message, invocation).await);
    }
    answer
}

async fn message_launched(
    ports: &impl Ports,
    settings: &Settings,
    message: &Message,
    invocation: &Invocation,
) -> Result<(), LaunchError> {
    for trigger in message.triggers.as_ref().map_err(|bad| LaunchError::Envelope(bad.clone()))? {
        launch(ports, settings, trigger, invocation).await?;
    }
    Ok(())
}

/// Launches one run, or answers the one that exists.
///
/// Called twice, it answers the same run. Dead before the claim, nothing has happened; dead after it, the next call
/// after the lease looks first. An answer that comes late finds the row fenced.
pub async fn launch(
    ports: &impl Ports,
    settings: &Settings,
    trigger: &Trigger,
    invocation: &Invocation,
) -> Result<Answer, LaunchError> {
    let order = Order::read(trigger, settings, invocation)?;
    let folder = read_folder(ports, &order).await?;
    let plan = plan(&order, &folder, ports.now()).map_err(LaunchError::Plan)?;
    match order.event.dry_run {
        Some(true) => Ok(Answer::Planned(Box::new(reading::checked(ports, plan).await))),
        _ => claim_and_start(ports, settings, &plan, &folder, &order, invocation).await,
    }
}

/// What an event would launch, by its folder alone: no claim, no secrets, nothing started.
///
/// # Errors
/// As [`launch`], as far as reading and planning go.
pub async fn planned(
    documents: &impl Documents,
    settings: &Settings,
    event: &Value,
    invocation: &Invocation,
    now: Timestamp,
) -> Result<Vec<Plan>, LaunchError> {
    let mut plans = Vec::new();
    for trigger in triggers(event)? {
        let order = Order::read(&trigger, settings, invocation)?;
        let folder = read_folder(documents, &order).await?;
        plans.push(plan(&order, &folder, now).map_err(LaunchError::Plan)?);
    }
    Ok(plans)
}

/// Every trigger of an event, in whatever envelope.
fn triggers(event: &Value) -> Result<Vec<Trigger>, LaunchError> {
    match delivery(event).map_err(LaunchError::Envelope)? {
        Delivery::Together(triggers) => Ok(triggers),
        Delivery::Batch(messages) => {
            let read = messages.into_iter().map(|message| message.triggers);
            read.collect::<Result<Vec<_>, _>>().map(|all| all.concat()).map_err(LaunchError::Envelope)
        }
    }
}

async fn claim_and_start(
    ports: &impl Ports,
    settings: &Settings,
    plan: &Plan,
    folder: &crate::folder::Folder,
    order: &Order,
    invocation: &Invocation,
) -> Result<Answer, LaunchError> {
    let claim = claim::of(plan, order, settings, invocation, ports.now());
    let (claimed, prepared) = join(claim::claim(ports, &claim), prepared(ports, plan)).await;
    let held = match claimed? {
        claim::Standing::Held(held) => held,
        claim::Standing::Existing(run) => {
            tell_refusal(ports, &settings.topics, &run).await?;
            return Ok(Answer::Existing(run));
        }
    };
    if held.date == plan.date {
        return start(ports, &settings.topics, plan, &held, prepared).await;
    }
    // A claim that was taken over keeps its first day, so that what it launches is what was asked for then.
    let plan = plan_again(order, folder, &held)?;
    let prepared = prepared.and_then(|prepared| reading::Prepared::of(&plan, prepared.secrets));
    start(ports, &settings.topics, &plan, &held, prepared).await
}

fn plan_again(order: &Order, folder: &crate::folder::Folder, held: &Held) -> Result<Plan, LaunchError> {
    plan(order, folder, held.claimed_at).map_err(LaunchError::Plan)
}
