//! The logs that EMR leaves in S3.

use std::io::Read;

use aws_sdk_s3::operation::get_object::GetObjectError;
use flate2::read::MultiGzDecoder;
use pipeline::failure::Failure;
use pipeline::ports::Logs;

use crate::Aws;
use crate::documents::collect;
use crate::failure::failure;
use crate::s3_uri;

/// What is read of a packed log, from its start.
const PACKED: &str = "bytes=0-262143";

/// What is kept of it unpacked: logs repeat themselves, and may unpack to a thousand times their size.
const UNPACKED: u64 = 1024 * 1024;

impl Logs for Aws {
    async fn step_log(&self, folder: &str) -> Result<Option<String>, Failure> {
        for file in files(folder) {
            let Some((bucket, key)) = s3_uri::parse(&file) else { continue };
            let text = self.packed(bucket, key).await?.map(|bytes| unpacked(&bytes));
            if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }
}

/// Where a step's log may be. `FailureDetails.LogFile` names the file itself.
fn files(folder: &str) -> Vec<String> {
    if folder.ends_with(".gz") {
        return vec![folder.to_owned()];
    }
    let folder = folder.trim_end_matches('/');
    ["stderr.gz", "stdout.gz"].iter().map(|file| format!("{folder}/{file}")).collect()
}

impl Aws {
    async fn packed(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        let doing = format!("read s3://{bucket}/{key}");
        match self.s3.get_object().bucket(bucket).key(key).range(PACKED).send().await {
            Ok(object) => collect(&doing, object.body).await.map(Some),
            Err(error) => match error.as_service_error() {
                Some(GetObjectError::NoSuchKey(_)) => Ok(None),
                // An empty object has no first byte.
                Some(other) if other.meta().code() == Some("InvalidRange") => Ok(None),
                _ => Err(failure(doing, &error)),
            },
        }
    }
}

/// What can be unpacked; a log that was cut off ends in the middle.
fn unpacked(bytes: &[u8]) -> String {
    let mut text = Vec::new();
    // How far it went is in `text`.
    let _ = MultiGzDecoder::new(bytes).take(UNPACKED).read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests;
