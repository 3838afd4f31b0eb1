//! The time of this machine.

use jiff::Timestamp;
use pipeline::ports::Clock;

use crate::Aws;

impl Clock for Aws {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
