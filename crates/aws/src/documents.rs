//! Pipeline folders, in S3 or on this machine.

use std::io;
use std::path::Path;

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use pipeline::failure::{Failure, Kind};
use pipeline::ports::{Documents, Location};

use crate::Aws;
use crate::failure::failure;

/// No hand-written file is larger; what is would only fill the memory.
const LARGEST: i64 = 4 * 1024 * 1024;

impl Documents for Aws {
    async fn read(&self, folder: &Location, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        match folder {
            Location::S3 { bucket, folder } => self.read_object(bucket, &format!("{folder}/{name}")).await,
            Location::Local(path) => read_file(&path.join(name)),
        }
    }

    async fn neighbours(&self, folder: &Location) -> Result<Vec<String>, Failure> {
        match folder {
            Location::S3 { bucket, folder } => self.folders_beside(bucket, folder).await,
            Location::Local(path) => Ok(path.parent().map(folders_in).unwrap_or_default()),
        }
    }
}

impl Aws {
    async fn read_object(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        let doing = format!("read s3://{bucket}/{key}");
        match self.s3.get_object().bucket(bucket).key(key).send().await {
            Ok(object) if object.content_length().is_some_and(|length| length > LARGEST) => {
                Err(too_large(&doing))
            }
            Ok(object) => collect(&doing, object.body).await.map(Some),
            Err(error) => match error.as_service_error() {
                Some(GetObjectError::NoSuchKey(_)) => Ok(None),
                _ => Err(unread(&doing, bucket, &error)),
            },
        }
    }

    async fn folders_beside(&self, bucket: &str, folder: &str) -> Result<Vec<String>, Failure> {
        let parent = folder.rsplit_once('/').map_or_else(String::new, |(parent, _)| format!("{parent}/"));
        let list = self.s3.list_objects_v2().bucket(bucket).prefix(&parent).delimiter("/");
        let listed = list.send().await;
        let listed = listed.map_err(|error| failure(format!("list s3://{bucket}/{parent}"), &error))?;
        let prefixes = listed.common_prefixes.unwrap_or_default().into_iter().filter_map(|one| one.prefix);
        Ok(prefixes
            .map(|one| one.strip_prefix(&parent).unwrap_or(&one).trim_end_matches('/').to_owned())
            .collect())
    }
}

/// Reads a body to its end.
pub(crate) async fn collect(doing: &str, body: ByteStream) -> Result<Vec<u8>, Failure> {
    let bytes = body.collect().await.map_err(|error| Failure {
        doing: doing.to_owned(),
        word: "connection".into(),
        message: format!("the answer broke off: {error}"),
        kind: Kind::Unknown,
    })?;
    Ok(bytes.to_vec())
}

fn unread(doing: &str, bucket: &str, error: &SdkError<GetObjectError>) -> Failure {
    let mut failure = failure(doing, error);
    match failure.kind {
        Kind::Denied => failure.message.push_str(
            "; the function may not read this object, or the object does not exist and the function \
             has no s3:ListBucket, without which S3 answers both alike",
        ),
        Kind::NotFound => failure.message = format!("there is no bucket {bucket}"),
        Kind::Throttled | Kind::Refused | Kind::NeverSent | Kind::Unknown => {}
    }
    failure
}

fn read_file(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let doing = format!("read {}", path.display());
    let large = path.metadata().is_ok_and(|file| file.len() > LARGEST.unsigned_abs());
    match std::fs::read(path) {
        _ if large => Err(too_large(&doing)),
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure {
            doing,
            word: error.kind().to_string(),
            message: error.to_string(),
            kind: match error.kind() {
                io::ErrorKind::PermissionDenied => Kind::Denied,
                _ => Kind::Refused,
            },
        }),
    }
}

/// Only to help a user who misspelt a folder: what cannot be listed is not listed.
fn folders_in(parent: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

fn too_large(doing: &str) -> Failure {
    Failure {
        doing: doing.to_owned(),
        word: "TooLarge".into(),
        message: format!("it is larger than {LARGEST} bytes, which no file of a pipeline is"),
        kind: Kind::Refused,
    }
}

#[cfg(test)]
mod tests;
