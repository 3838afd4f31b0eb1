//! Logs: one JSON object a line on stdout, where Lambda collects them.

use std::panic::PanicHookInfo;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::Env;

/// Writes logs of the level that `LOG_LEVEL` asks for, or Lambda's own setting; `info` otherwise.
pub(crate) fn to_stdout(env: &Env) {
    let asked = env.optional("LOG_LEVEL").or_else(|| env.optional("AWS_LAMBDA_LOG_LEVEL"));
    let level = asked.and_then(|word| word.parse().ok()).unwrap_or(LevelFilter::INFO);
    // The SDK logs requests and responses, secrets included, from `debug` on.
    let filter = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        // It would tell each failure a second time, without its subject.
        .with_target("lambda_runtime::layers::panic", LevelFilter::OFF)
        .with_target("shell", level);
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_target(false);
    // A subscriber that is already set belongs to a test; it stays.
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
    std::panic::set_hook(Box::new(panicked));
}

fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("no message");
    tracing::error!(error.code = "panic", place, "the function panicked: {message}");
}
