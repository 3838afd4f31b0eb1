//! A folder of this machine, put into a bucket.

use std::path::{Path, PathBuf};

use aws::Aws;

use crate::stop::{Exit, Stop};

/// Uploads every file of a folder; answers how many. What tools leave behind stays here.
pub(crate) async fn folder(aws: &Aws, folder: &Path, bucket: &str, prefix: &str) -> Result<usize, Stop> {
    let files = files(folder)?;
    if files.is_empty() {
        let what = format!("{} holds no files", folder.display());
        return Err(Stop::new(Exit::Problems, "upload.empty", what));
    }
    for file in &files {
        aws.upload(file, bucket, &format!("{prefix}/{}", key(folder, file))).await?;
    }
    Ok(files.len())
}

/// The files of a folder at any depth, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    let unreadable = |error| {
        Stop::new(Exit::Problems, "upload.folder", format!("{} cannot be read", folder.display()))
            .because(error)
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match path.is_dir() {
            _ if name.starts_with('.') || name == "__pycache__" => {}
            true => found.extend(files(&path)?),
            false => found.push(path),
        }
    }
    found.sort();
    Ok(found)
}

fn key(folder: &Path, file: &Path) -> String {
    let parts = file.strip_prefix(folder).unwrap_or(file).components();
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_uploaded_with_its_subfolders_but_without_what_tools_leave_behind() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["steps.yaml", "jobs/a job.py", "jobs/__pycache__/a.pyc", ".git/config", ".DS_Store"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let found = files(folder.path()).unwrap();
        let keys: Vec<String> = found.iter().map(|file| key(folder.path(), file)).collect();
        assert_eq!(keys, ["jobs/a job.py", "steps.yaml"]);
    }
}
