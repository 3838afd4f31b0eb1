//! Settings that several functions are told, each read in one place.

use std::path::PathBuf;
use std::str::FromStr;

use pipeline::resume::Deployed;
use pipeline::run::Topics;
use pipeline::{launch, relaunch};

use crate::Env;

/// How many days rows are kept.
pub fn retention_days(env: &Env) -> u32 {
    env.parsed_or("RUN_RETENTION_DAYS", 90)
}

/// Where ends of runs are told.
pub fn topics(env: &Env) -> Topics {
    Topics {
        information: env.optional("INFORMATION_TOPIC_ARN"),
        critical: env.optional("CRITICAL_TOPIC_ARN"),
    }
}

/// What every launch goes by.
pub fn launch(env: &Env) -> launch::Settings {
    launch::Settings {
        bucket: bucket(env),
        folder: env.optional("EMR_LAUNCHER_CONFIG_S3_FOLDER"),
        dir: env.optional("EMR_LAUNCHER_CONFIG_DIR").map(PathBuf::from),
        topics: topics(env),
        retention_days: retention_days(env),
        table: env.optional("TABLE_NAME"),
    }
}

/// What every relaunch goes by.
pub fn relaunch(env: &Env) -> relaunch::Settings {
    relaunch::Settings {
        launch: launch(env),
        deployed: Deployed {
            max_retry_count: env.parsed("MAX_RETRY_COUNT"),
            steps_not_to_retry: env
                .parsed("STEPS_TO_NOT_RETRY")
                .map(|Names(names)| names)
                .unwrap_or_default(),
        },
        sns_topic: env.optional("SNS_TOPIC"),
    }
}

/// A local folder serves in place of the bucket.
fn bucket(env: &Env) -> Option<String> {
    match env.optional("EMR_LAUNCHER_CONFIG_DIR") {
        Some(_) => env.optional("EMR_LAUNCHER_CONFIG_S3_BUCKET"),
        None => Some(env.required("EMR_LAUNCHER_CONFIG_S3_BUCKET")),
    }
}

/// Names parted by commas, as older relaunchers had them, or a list in JSON.
struct Names(Vec<String>);

impl FromStr for Names {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim_start().starts_with('[') {
            return serde_json::from_str(text).map(Self);
        }
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Ok(Self(names.map(str::to_owned).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn not_retried(text: &str) -> Result<Vec<String>, String> {
        let env = Env::of([("STEPS_TO_NOT_RETRY", text), ("EMR_LAUNCHER_CONFIG_S3_BUCKET", "config")]);
        let settings = relaunch(&env);
        env.finish(settings.deployed.steps_not_to_retry).map_err(|bad| bad.to_string())
    }

    #[test]
    fn steps_that_are_not_retried_are_parted_by_commas_or_a_list_in_json() {
        for (text, names) in [
            ("", vec![]),
            ("source, model,", vec!["source", "model"]),
            (r#" ["a, b", "c"]"#, vec!["a, b", "c"]),
        ] {
            assert_eq!(not_retried(text).unwrap(), names, "{text}");
        }
        assert!(not_retried("[source]").unwrap_err().starts_with("environment: STEPS_TO_NOT_RETRY is"));
    }

    #[test]
    fn a_relaunch_goes_by_what_the_older_relaunchers_were_told() {
        let env = Env::of([
            ("EMR_LAUNCHER_CONFIG_S3_BUCKET", "config"),
            ("MAX_RETRY_COUNT", "2"),
            ("SNS_TOPIC", "arn:older"),
            ("TABLE_NAME", "runs"),
        ]);
        let settings = relaunch(&env);
        assert_eq!(
            (settings.deployed.max_retry_count, settings.sns_topic.as_deref()),
            (Some(2), Some("arn:older"))
        );
        assert_eq!(settings.launch.table.as_deref(), Some("runs"));
        let bad = Env::of([("MAX_RETRY_COUNT", "once")]);
        let settings = relaunch(&bad);
        assert_eq!(
            bad.finish(settings).unwrap_err().to_string(),
            "environment: EMR_LAUNCHER_CONFIG_S3_BUCKET is not set; MAX_RETRY_COUNT is \"once\": invalid digit found in string"
        );
    }
}
