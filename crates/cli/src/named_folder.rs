//! The folder that the command line names: it is read whatever folder an event speaks of, so that a folder can be tried
//! before it is where the events point.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use aws::Aws;
use pipeline::document::did_you_mean;
use pipeline::failure::{Failure, Kind};
use pipeline::ports::{Documents, Location};

use crate::arguments::Global;
use crate::connection::connect;
use crate::stop::{Exit, Stop};

/// A folder of this machine, or in S3.
#[derive(Debug)]
pub(crate) struct NamedFolder {
    location: Location,
    reader: Reader,
}

/// What its files are read through: a folder of this machine needs no account.
#[derive(Debug)]
enum Reader {
    Machine(PathBuf),
    Bucket(Box<Aws>),
}

impl NamedFolder {
    /// Finds out what the text names; folders in S3 need AWS.
    pub(crate) async fn open(text: &str, global: &Global) -> Result<Self, Stop> {
        let location = parse(text)?;
        let reader = match &location {
            Location::Local(path) if !path.is_dir() => return Err(no_folder(path)),
            Location::Local(path) => Reader::Machine(path.clone()),
            Location::S3 { .. } => Reader::Bucket(Box::new(connect(global).await?)),
        };
        Ok(Self { location, reader })
    }

    /// Where it is.
    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// Its last part, which names the pipeline where an event does not.
    pub(crate) fn name(&self) -> String {
        match &self.location {
            Location::S3 { folder, .. } => folder.clone(),
            Location::Local(path) => {
                let whole = path.canonicalize().unwrap_or_else(|_| path.clone());
                whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
            }
        }
    }

    /// The end of a command whose folder holds no pipeline.
    pub(crate) async fn unknown(&self) -> Stop {
        let what =
            format!("{} holds no pipeline: neither cluster.yaml nor instances.yaml is there", self.location);
        let stop = Stop::new(Exit::Problems, "launch.unknown_pipeline", what);
        match self.neighbours(&self.location).await.unwrap_or_default() {
            none if none.is_empty() => stop,
            names => stop.instead(did_you_mean(&self.name(), names.iter().map(String::as_str))),
        }
    }
}

impl Documents for NamedFolder {
    async fn read(&self, _folder: &Location, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        match &self.reader {
            Reader::Machine(path) => read_file(&path.join(name)),
            Reader::Bucket(aws) => aws.read(&self.location, name).await,
        }
    }

    async fn neighbours(&self, _folder: &Location) -> Result<Vec<String>, Failure> {
        match &self.reader {
            Reader::Machine(path) => Ok(folders_beside(path)),
            Reader::Bucket(aws) => aws.neighbours(&self.location).await,
        }
    }
}

/// `s3://bucket/folder`, or a path.
fn parse(text: &str) -> Result<Location, Stop> {
    let Some(rest) = text.strip_prefix("s3://") else {
        return Ok(Location::Local(PathBuf::from(text)));
    };
    match rest.split_once('/').map(|(bucket, folder)| (bucket, folder.trim_matches('/'))) {
        Some((bucket, folder)) if !bucket.is_empty() && !folder.is_empty() => {
            Ok(Location::S3 { bucket: bucket.to_owned(), folder: folder.to_owned() })
        }
        Some(_) | None => {
            Err(Stop::new(Exit::Usage, "relay.folder", format!("{text} names no folder of a bucket"))
                .instead("write s3://BUCKET/FOLDER"))
        }
    }
}

fn no_folder(path: &Path) -> Stop {
    let what = format!("there is no folder {}", path.display());
    let stop = Stop::new(Exit::Problems, "relay.no_folder", what);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match folders_beside(path) {
        none if none.is_empty() => stop,
        names => stop.instead(did_you_mean(&name, names.iter().map(String::as_str))),
    }
}

fn read_file(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure {
            doing: format!("read {}", path.display()),
            word: error.kind().to_string(),
            message: error.to_string(),
            kind: Kind::Refused,
        }),
    }
}

/// Only to help whoever misspelt a name: what cannot be listed is not listed.
fn folders_beside(path: &Path) -> Vec<String> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_a_bucket_is_told_from_one_of_this_machine() {
        let s3 = |bucket: &str, folder: &str| Location::S3 { bucket: bucket.into(), folder: folder.into() };
        for (text, expected) in [
            ("s3://conf/pdm", s3("conf", "pdm")),
            ("s3://conf/teams/pdm/", s3("conf", "teams/pdm")),
            ("./pdm", Location::Local("./pdm".into())),
            ("s3:/conf/pdm", Location::Local("s3:/conf/pdm".into())),
        ] {
            assert_eq!(parse(text).unwrap(), expected, "{text}");
        }
        for text in ["s3://", "s3://conf", "s3://conf/", "s3:///pdm"] {
            assert_eq!(parse(text).unwrap_err().exit, Exit::Usage, "{text}");
        }
    }
}
