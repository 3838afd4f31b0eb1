//! The recorder: what EMR tells becomes rows, an event and a notification.

mod answer;
mod settings;

use pipeline::record::record;
use pipeline::signal::emr_signal;
use settings::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shell::Error> {
    let settings = Settings::read(shell::Env::process())?;
    let aws = aws::connect(&settings.identity, settings.deployment);
    shell::run(async |event, _| {
        record(&aws, &settings.topics, emr_signal(&event)).await.map(|recorded| answer::json_of(&recorded))
    })
    .await
}
