//! What needs more than one crate to be shown: the contract between the ports, the adapters and the world in memory.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod support;
