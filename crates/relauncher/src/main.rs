//! The relauncher: a run that failed goes on, on a new cluster, from the step that failed.

mod answer;
mod settings;

use pipeline::relaunch::{asked, relaunch};
use settings::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shell::Error> {
    let Settings { identity, deployment, schedules, relaunch: settings } =
        Settings::read(shell::Env::process())?;
    let aws = aws::connect_with_timers(&identity, deployment, schedules);
    shell::run(async |event, invocation| {
        let relaunched = relaunch(&aws, &settings, asked(&event)?, &invocation).await?;
        Ok::<_, pipeline::relaunch::RelaunchError>(answer::json_of(&relaunched))
    })
    .await
}
