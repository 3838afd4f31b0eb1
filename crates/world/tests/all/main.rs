//! What the world promises: the contract of each port, EMR's rules, and the fates of calls.

#[cfg(test)]
mod emr;
#[cfg(test)]
mod fates;
#[cfg(test)]
mod given;
#[cfg(test)]
mod reads;
#[cfg(test)]
mod runs;
