//! Timers, as they leave.
