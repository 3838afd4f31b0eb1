//! Promises of the system, on every course within a budget. `RELAY_TRACE=…` replays one course of a test and tells it.

#[cfg(test)]
mod actors;
#[cfg(test)]
mod everybody;
#[cfg(test)]
mod explorer;
#[cfg(test)]
mod given;
#[cfg(test)]
mod launching;
#[cfg(test)]
mod recording;
#[cfg(test)]
mod relaunching;
#[cfg(test)]
mod sweeping;
#[cfg(test)]
mod together;
