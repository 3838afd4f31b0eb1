//! What lies in a bucket, for people's tools.

use aws_sdk_s3::types::Object;
use jiff::Timestamp;
use pipeline::failure::Failure;

use crate::Aws;
use crate::failure::failure;

impl Aws {
    /// The keys below a prefix, every page of them, with when each object was written.
    ///
    /// # Errors
    /// S3 did not answer, or the bucket may not be listed.
    pub async fn objects(&self, bucket: &str, prefix: &str) -> Result<Vec<(String, Timestamp)>, Failure> {
        let doing = format!("list s3://{bucket}/{prefix}");
        let list = self.s3.list_objects_v2().bucket(bucket).prefix(prefix);
        let mut pages = list.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure(doing.clone(), &error))?;
            found.extend(page.contents.into_iter().flatten().filter_map(key_and_time));
        }
        Ok(found)
    }
}

fn key_and_time(object: Object) -> Option<(String, Timestamp)> {
    let written = object.last_modified.and_then(|at| Timestamp::from_second(at.secs()).ok());
    object.key.zip(written)
}
