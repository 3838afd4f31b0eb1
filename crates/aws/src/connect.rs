//! One HTTP client, one identity, and from them every adapter.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_emr::config::{BehaviorVersion, SharedHttpClient};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector, http_client_fn};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use pipeline::secret::Secret;

use crate::timers::Scheduler;
use crate::{RunTable, Schedules};

/// Whom to speak as, and where.
#[derive(Debug, Clone)]
pub struct Identity {
    /// `AWS_REGION`.
    pub region: String,
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: Secret,
    /// `AWS_SESSION_TOKEN`: of every role's credentials, and so of every function's.
    pub session_token: Option<Secret>,
    /// `AWS_ENDPOINT_URL`: one server that answers for all of AWS.
    pub endpoint_url: Option<String>,
}

impl Identity {
    /// Names the variables that every AWS SDK reads, for whoever can look them up.
    pub fn read(required: impl Fn(&str) -> String, optional: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            region: required("AWS_REGION"),
            access_key_id: required("AWS_ACCESS_KEY_ID"),
            secret_access_key: required("AWS_SECRET_ACCESS_KEY").into(),
            session_token: optional("AWS_SESSION_TOKEN").map(Secret::from),
            endpoint_url: optional("AWS_ENDPOINT_URL"),
        }
    }
}

/// What was deployed for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The run table.
    pub table: RunTable,
    /// The event bus that ends of runs are told on.
    pub bus: String,
}

/// AWS, behind every port. All clients share one HTTP client.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) emr: aws_sdk_emr::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) secrets: aws_sdk_secretsmanager::Client,
    pub(crate) parameters: aws_sdk_ssm::Client,
    pub(crate) events: aws_sdk_eventbridge::Client,
    pub(crate) topics: aws_sdk_sns::Client,
    #[cfg(feature = "tools")]
    pub(crate) functions: aws_sdk_lambda::Client,
    /// None but of those who set timers: whoever does not call for it does not carry it in its package either.
    pub(crate) scheduler: Option<Scheduler>,
    pub(crate) table: RunTable,
    pub(crate) bus: String,
}

/// Connects as this identity; nothing is looked up, and nothing is sent.
pub fn connect(identity: &Identity, deployment: Deployment) -> Aws {
    Aws::over(&config_of(identity), deployment)
}

/// Connects as this identity, timers included.
pub fn connect_with_timers(identity: &Identity, deployment: Deployment, schedules: Schedules) -> Aws {
    let config = config_of(identity);
    let scheduler = Some(Scheduler::over(&config, schedules));
    Aws { scheduler, ..Aws::over(&config, deployment) }
}

fn config_of(identity: &Identity) -> SdkConfig {
    let credentials = Credentials::new(
        &identity.access_key_id,
        identity.secret_access_key.reveal(),
        identity.session_token.as_ref().map(|token| token.reveal().to_owned()),
        None,
        "environment",
    );
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(identity.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .http_client(http_client())
        .retry_config(RetryConfig::standard())
        .timeout_config(timeouts(ATTEMPT));
    config.set_endpoint_url(identity.endpoint_url.clone());
    config.build()
}

/// Neither profile, environment nor arguments name a region.
#[cfg(feature = "profiles")]
#[derive(Debug, thiserror::Error)]
#[error("no region is set: name one by AWS_REGION or in the profile")]
pub struct NoRegion;

/// Connects as the AWS CLI would: environment, profiles, SSO, credential processes.
#[cfg(feature = "profiles")]
pub async fn connect_by_profile(
    profile: Option<&str>,
    region: Option<&str>,
    deployment: Deployment,
) -> Result<Aws, NoRegion> {
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http_client())
        .timeout_config(timeouts(ATTEMPT));
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = region {
        loader = loader.region(Region::new(region.to_owned()));
    }
    let config = loader.load().await;
    config.region().ok_or(NoRegion)?;
    Ok(Aws::over(&config, deployment))
}

impl Deployment {
    /// Names the variables, for whoever can look them up.
    pub fn read(
        required: impl Fn(&str) -> String,
        optional: impl Fn(&str) -> Option<String>,
        retention_days: u32,
    ) -> Self {
        Self {
            table: RunTable::named(required("TABLE_NAME"), retention_days),
            bus: optional("EVENT_BUS_NAME").unwrap_or_else(|| "default".to_owned()),
        }
    }
}

impl Aws {
    /// Makes every client at once: a function starts with more of a processor than it has later.
    pub(crate) fn over(config: &SdkConfig, deployment: Deployment) -> Self {
        let emr = aws_sdk_emr::config::Builder::from(config).timeout_config(timeouts(EMR_ATTEMPT));
        // A server of one's own has no name for each bucket.
        let path_style = config.endpoint_url().is_some();
        let s3 = aws_sdk_s3::config::Builder::from(config).force_path_style(path_style);
        Self {
            emr: aws_sdk_emr::Client::from_conf(emr.build()),
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            dynamodb: aws_sdk_dynamodb::Client::new(config),
            secrets: aws_sdk_secretsmanager::Client::new(config),
            parameters: aws_sdk_ssm::Client::new(config),
            events: aws_sdk_eventbridge::Client::new(config),
            topics: aws_sdk_sns::Client::new(config),
            #[cfg(feature = "tools")]
            functions: functions(config),
            scheduler: None,
            table: deployment.table,
            bus: deployment.bus,
        }
    }
}

/// An invocation may take as long as a function may live.
#[cfg(feature = "tools")]
fn functions(config: &SdkConfig) -> aws_sdk_lambda::Client {
    let patient = aws_sdk_lambda::config::Builder::from(config).timeout_config(timeouts(INVOCATION));
    aws_sdk_lambda::Client::from_conf(patient.build())
}

const CONNECT: Duration = Duration::from_secs(3);
const ATTEMPT: Duration = Duration::from_secs(10);
/// RunJobFlow may take long to answer, and an answer that is not waited for leaves a cluster that nobody knows.
const EMR_ATTEMPT: Duration = Duration::from_secs(40);
#[cfg(feature = "tools")]
const INVOCATION: Duration = Duration::from_secs(900);
/// A connection that the other side has closed meanwhile fails the call that is not repeated, RunJobFlow.
const IDLE: Duration = Duration::from_secs(20);

fn timeouts(attempt: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(attempt).build()
}

/// `ring`, since the first random number of aws-lc costs 24 ms of CPU at every cold start. And one connector for every
/// client, made here: each would otherwise read all the root certificates again, once to check and once to connect.
fn http_client() -> SharedHttpClient {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT).build();
    let connector = Connector::builder()
        .connector_settings(settings)
        .sleep_impl(TokioSleep::new())
        .enable_tcp_nodelay(true)
        .pool_idle_timeout(IDLE)
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build();
    let connector = SharedHttpConnector::new(connector);
    http_client_fn(move |_, _| connector.clone())
}
