//! One-time schedules of EventBridge Scheduler, which call the relauncher and then vanish.

use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::error::{BuildError, SdkError};
use aws_sdk_scheduler::operation::create_schedule::CreateScheduleError;
use aws_sdk_scheduler::types::{ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode, Target};
use aws_types::SdkConfig;
use jiff::{SignedDuration, Timestamp};
use pipeline::failure::{Failure, Kind};
use pipeline::ports::{Clock, Timer, Timers};

use crate::Aws;
use crate::failure::failure;

/// How timers were deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedules {
    /// `SCHEDULE_GROUP_NAME`: the group that timers are made in.
    pub group: String,
    /// `SCHEDULE_ROLE_ARN`: as whom the scheduler calls.
    pub role_arn: String,
    /// `RELAUNCHER_FUNCTION_ARN`: what it calls.
    pub function_arn: String,
}

impl Schedules {
    /// Names the variables, for whoever can look them up.
    pub fn read(required: impl Fn(&str) -> String, optional: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            group: optional("SCHEDULE_GROUP_NAME").unwrap_or_else(|| "default".to_owned()),
            role_arn: required("SCHEDULE_ROLE_ARN"),
            function_arn: required("RELAUNCHER_FUNCTION_ARN"),
        }
    }
}

/// The scheduler, and what it is told of every timer.
#[derive(Debug, Clone)]
pub(crate) struct Scheduler {
    client: Client,
    schedules: Schedules,
}

impl Scheduler {
    pub(crate) fn over(config: &SdkConfig, schedules: Schedules) -> Self {
        Self { client: Client::new(config), schedules }
    }
}

impl Timers for Aws {
    async fn set(&self, timer: &Timer) -> Result<(), Failure> {
        let doing = format!("set the timer {}", timer.name);
        let Some(scheduler) = &self.scheduler else { return Err(unscheduled(doing)) };
        match scheduler.create(timer, self.now()).await {
            Ok(()) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(CreateScheduleError::ConflictException(_)) => Ok(()),
                _ => Err(failure(doing, &error)),
            },
        }
    }
}

impl Scheduler {
    async fn create(&self, timer: &Timer, now: Timestamp) -> Result<(), SdkError<CreateScheduleError>> {
        let call = self
            .client
            .create_schedule()
            .name(&timer.name)
            .group_name(&self.schedules.group)
            .schedule_expression(expression(timer.at, now))
            .schedule_expression_timezone("UTC")
            .flexible_time_window(exactly()?)
            .action_after_completion(ActionAfterCompletion::Delete)
            .target(self.target(timer)?);
        call.send().await.map(|_| ())
    }

    fn target(&self, timer: &Timer) -> Result<Target, BuildError> {
        Target::builder()
            .arn(&self.schedules.function_arn)
            .role_arn(&self.schedules.role_arn)
            .input(timer.event.to_string())
            .build()
    }
}

fn exactly() -> Result<FlexibleTimeWindow, BuildError> {
    FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build()
}

/// The scheduler refuses what is past when the request arrives there.
const LEAD: SignedDuration = SignedDuration::from_secs(5);

/// The scheduler knows whole seconds; a call before the time would only find that it has to wait, and be the last one.
fn expression(at: Timestamp, now: Timestamp) -> String {
    let at = at.max(now.saturating_add(LEAD).unwrap_or(now));
    let begun = i64::from(at.subsec_nanosecond() > 0);
    let second = Timestamp::from_second(at.as_second().saturating_add(begun)).unwrap_or(at);
    format!("at({})", second.strftime("%Y-%m-%dT%H:%M:%S"))
}

/// A connection that was made without schedules, such as the launcher's.
fn unscheduled(doing: String) -> Failure {
    Failure {
        doing,
        word: "NoSchedules".into(),
        message: "this connection was made without schedules".into(),
        kind: Kind::Refused,
    }
}

#[cfg(test)]
mod tests;
