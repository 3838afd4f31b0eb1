//! The launcher: an event becomes a cluster, exactly one.

mod settings;

use pipeline::launch;
use settings::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shell::Error> {
    let settings = Settings::read(shell::Env::process())?;
    let aws = aws::connect(&settings.identity, settings.deployment);
    shell::run(async |event, invocation| launch::handle(&aws, &settings.launch, &event, &invocation).await)
        .await
}
