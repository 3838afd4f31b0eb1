//! The verbs over the world: what a user is promised, under every fate that a call can meet.

#[cfg(test)]
mod given;
#[cfg(test)]
mod launching;
#[cfg(test)]
mod recording;
#[cfg(test)]
mod relaunching;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod sweeping;
