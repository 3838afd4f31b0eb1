//! The Lambda shell: what every function needs around its verb.
//!
//! A function reads its settings, connects, and hands its verb to [`run`]; the shell tells each invocation from every
//! other, writes the one line that closes it, and turns an error into the answer that makes Lambda deliver again.

mod claimant;
mod closing;
mod env;
mod error;
mod failed;
mod log;
mod payload;
pub mod settings;

pub use env::{BadEnvironment, Env};
pub use error::Error;

use jiff::Timestamp;
use lambda_runtime::{Context, Diagnostic, LambdaEvent, Runtime, service_fn};
use pipeline::failure::Explained;
use pipeline::launch::Invocation;
use serde_json::Value;

use self::claimant::Claimants;
use self::closing::Invoked;
use self::payload::Payload;

/// Serves invocations until Lambda ends the process. A failed one is answered as a function error whatever its remedy,
/// so that Lambda's retries and dead-letter queues apply.
pub async fn run<E: Explained>(
    verb: impl AsyncFn(Value, Invocation) -> Result<Value, E>,
) -> Result<(), Error> {
    log::to_stdout(&Env::process());
    let claimants = Claimants::of_this_process();
    let (verb, claimants) = (&verb, &claimants);
    let service = service_fn(async move |event: LambdaEvent<Payload>| serve(verb, claimants, event).await);
    Runtime::new(service).run().await.map_err(Error::Runtime)
}

async fn serve<E: Explained>(
    verb: &impl AsyncFn(Value, Invocation) -> Result<Value, E>,
    claimants: &Claimants,
    event: LambdaEvent<Payload>,
) -> Result<Value, Diagnostic> {
    let invocation = invocation(claimants, &event.context);
    let invoked = Invoked::now(event.payload.0.as_ref().ok(), &invocation.request_id);
    let payload = match event.payload.0 {
        Ok(payload) => payload,
        Err(error) => return Err(failed(invoked, &error)),
    };
    // On the heap, since the future of a verb over the SDK nests deeper than a type may within another.
    match Box::pin(verb(payload, invocation)).await {
        Ok(answer) => {
            invoked.succeeded(&answer);
            Ok(answer)
        }
        Err(error) => Err(failed(invoked, &error)),
    }
}

fn failed(invoked: Invoked, error: &impl Explained) -> Diagnostic {
    invoked.failed(error);
    failed::diagnostic(error)
}

fn invocation(claimants: &Claimants, context: &Context) -> Invocation {
    let deadline = i64::try_from(context.deadline).unwrap_or(i64::MAX);
    Invocation {
        request_id: context.request_id.clone(),
        claimant: claimants.next(&context.env_config.log_stream),
        deadline: Timestamp::from_millisecond(deadline).unwrap_or(Timestamp::MAX),
    }
}

#[cfg(test)]
mod tests;
