//! Ctrl-C, and its siblings.

use tokio::signal::unix::{SignalKind, signal};

/// Comes back when somebody wants us to stop: Ctrl-C, SIGTERM, or the terminal's end.
pub(crate) async fn interrupted() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
        _ = hangup.recv() => Ok(()),
    }
}
