//! The sweeper: what lost events left behind is brought to the state that EMR shows.

mod answer;
mod asked;
mod settings;

use pipeline::sweep::sweep;
use settings::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shell::Error> {
    let settings = Settings::read(shell::Env::process())?;
    let aws = aws::connect_with_timers(&settings.identity, settings.deployment, settings.schedules);
    shell::run(async |event, invocation| {
        let mode = asked::mode(&event);
        let swept = sweep(&aws, &settings.relaunch, mode, &invocation).await;
        swept.map(|swept| answer::json_of(mode, &swept))
    })
    .await
}
