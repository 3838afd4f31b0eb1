//! What was laid down to be read: documents, secrets, logs.

use std::collections::{BTreeMap, BTreeSet};

use pipeline::failure::{Failure, Kind};
use pipeline::ports::{Documents, Location, Logs, Secrets};
use pipeline::secret::Secret;

use crate::World;
use crate::funnel::refusal;

/// Keyed by address.
#[derive(Clone, Default)]
pub(crate) struct Files {
    documents: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    secrets: BTreeMap<String, Secret>,
    parameters: BTreeMap<String, Secret>,
    logs: BTreeMap<String, String>,
}

impl Files {
    /// Refuses a bucket that holds nothing at all: here that is a bucket that does not exist.
    fn bucket_must_exist(&self, folder: &Location) -> Result<(), Failure> {
        let Location::S3 { bucket, .. } = folder else { return Ok(()) };
        let root = format!("s3://{bucket}/");
        if self.documents.keys().any(|address| address.starts_with(&root)) {
            return Ok(());
        }
        let message = "The specified bucket does not exist";
        Err(refusal(&format!("read {folder}"), "NoSuchBucket", message, Kind::NotFound))
    }

    /// In the order of a listing, which counts the slash that ends a folder.
    fn neighbours(&self, folder: &Location) -> Vec<String> {
        let own = folder.to_string();
        let Some((parent, name)) = own.rsplit_once('/') else { return vec![] };
        let beside = |address: &String| {
            let below = address.strip_prefix(parent)?.strip_prefix('/')?;
            Some(format!("{}/", below.split('/').next().unwrap_or(below)))
        };
        let listed: BTreeSet<String> = self.documents.keys().filter_map(beside).collect();
        let names = listed.iter().map(|prefix| prefix.trim_end_matches('/').to_owned());
        names.filter(|other| other != name).collect()
    }
}

impl World {
    /// Lays down a file of a folder, and with it the folder and its bucket.
    pub fn put_document(&self, folder: &Location, name: &str, content: impl Into<Vec<u8>>) {
        let mut state = self.state.borrow_mut();
        let documents = state.files.documents.entry(folder.to_string()).or_default();
        documents.insert(name.to_owned(), content.into());
    }

    /// Takes a folder away; its bucket stays.
    pub fn remove_documents(&self, folder: &Location) {
        let mut state = self.state.borrow_mut();
        if let Some(documents) = state.files.documents.get_mut(&folder.to_string()) {
            documents.clear();
        }
    }

    /// Lays down a secret's current text.
    pub fn put_secret(&self, name: &str, text: &str) {
        self.state.borrow_mut().files.secrets.insert(name.to_owned(), text.to_owned().into());
    }

    /// Lays down a parameter.
    pub fn put_parameter(&self, name: &str, text: &str) {
        self.state.borrow_mut().files.parameters.insert(name.to_owned(), text.to_owned().into());
    }

    /// Lays down the log of a step under its log folder.
    pub fn put_step_log(&self, folder: &str, text: &str) {
        self.state.borrow_mut().files.logs.insert(folder.to_owned(), text.to_owned());
    }
}

impl Documents for World {
    async fn read(&self, folder: &Location, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        self.call("documents.read", |state| {
            state.files.bucket_must_exist(folder)?;
            let documents = state.files.documents.get(&folder.to_string());
            Ok(documents.and_then(|files| files.get(name)).cloned())
        })
        .await
    }

    async fn neighbours(&self, folder: &Location) -> Result<Vec<String>, Failure> {
        self.call("documents.neighbours", |state| {
            state.files.bucket_must_exist(folder)?;
            Ok(state.files.neighbours(folder))
        })
        .await
    }
}

impl Secrets for World {
    async fn secret(&self, name: &str) -> Result<Secret, Failure> {
        self.call("secrets.secret", |state| {
            found(state.files.secrets.get(name), "read secret", name, "ResourceNotFoundException")
        })
        .await
    }

    async fn parameter(&self, name: &str) -> Result<Secret, Failure> {
        self.call("secrets.parameter", |state| {
            found(state.files.parameters.get(name), "read parameter", name, "ParameterNotFound")
        })
        .await
    }
}

fn found(secret: Option<&Secret>, doing: &str, name: &str, word: &str) -> Result<Secret, Failure> {
    let missing = || refusal(&format!("{doing} {name}"), word, "there is none of that name", Kind::NotFound);
    secret.cloned().ok_or_else(missing)
}

impl Logs for World {
    async fn step_log(&self, folder: &str) -> Result<Option<String>, Failure> {
        self.call("logs.step_log", |state| Ok(state.files.logs.get(folder).cloned())).await
    }
}
