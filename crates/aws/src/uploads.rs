//! Files put into S3, for people's tools.

use std::path::Path;
use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_types::timeout::TimeoutConfig;
use pipeline::failure::{Failure, Kind};

use crate::Aws;
use crate::failure::failure;

/// A whole file goes up in one attempt.
const ATTEMPT: Duration = Duration::from_secs(300);

impl Aws {
    /// Puts a file into a bucket, over whatever was there.
    ///
    /// # Errors
    /// The file cannot be read, or S3 does not take it.
    pub async fn upload(&self, file: &Path, bucket: &str, key: &str) -> Result<(), Failure> {
        let doing = format!("upload {} to s3://{bucket}/{key}", file.display());
        let body = ByteStream::from_path(file).await.map_err(|error| Failure {
            doing: doing.clone(),
            word: "file".into(),
            message: error.to_string(),
            kind: Kind::Refused,
        })?;
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).build();
        let patient = aws_sdk_s3::config::Builder::new().timeout_config(timeouts);
        let put = self.s3.put_object().bucket(bucket).key(key).body(body);
        let sent = put.customize().config_override(patient).send().await;
        sent.map(|_| ()).map_err(|error| failure(doing, &error))
    }
}
