//! What needs more than one crate, or the functions themselves, to be shown.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod local_stack;
#[cfg(test)]
mod rentals;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod same_request;
#[cfg(test)]
mod support;
