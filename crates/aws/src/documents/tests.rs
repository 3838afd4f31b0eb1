//! Files that are there, and files that are not.

use pipeline::failure::Kind;
use pipeline::ports::{Documents, Location};

use crate::wire::answering;

fn folder() -> Location {
    Location::S3 { bucket: "config".into(), folder: "teams/pdm".into() }
}

fn error(code: &str) -> String {
    format!("<Error><Code>{code}</Code><Message>it says no</Message></Error>")
}

#[tokio::test]
async fn a_file_is_read_from_its_folder() {
    let (aws, wire) = answering(&[(200, "Name: pdm")]);
    assert_eq!(aws.read(&folder(), "cluster.yaml").await.unwrap().unwrap(), b"Name: pdm");
    let asked = wire.actual_requests().next().unwrap().uri().to_owned();
    assert!(asked.contains("config") && asked.contains("/teams/pdm/cluster.yaml"), "{asked}");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_none() {
    let (aws, _) = answering(&[(404, &error("NoSuchKey"))]);
    assert_eq!(aws.read(&folder(), "steps.yaml").await.unwrap(), None);
}

#[tokio::test]
async fn what_cannot_be_read_says_what_may_be_wrong() {
    for (status, code, kind, told) in [
        (403, "AccessDenied", Kind::Denied, "s3:ListBucket"),
        (404, "NoSuchBucket", Kind::NotFound, "there is no bucket config"),
    ] {
        let (aws, _) = answering(&[(status, &error(code))]);
        let failure = aws.read(&folder(), "cluster.yaml").await.unwrap_err();
        assert_eq!(failure.kind, kind);
        assert!(failure.message.contains(told), "{failure}");
        assert!(failure.to_string().starts_with("read s3://config/teams/pdm/cluster.yaml: "), "{failure}");
    }
}

#[tokio::test]
async fn the_folders_beside_are_named_without_their_path() {
    let listing = "<ListBucketResult><CommonPrefixes><Prefix>teams/pdm/</Prefix></CommonPrefixes>\
         <CommonPrefixes><Prefix>teams/pdx/</Prefix></CommonPrefixes></ListBucketResult>";
    let (aws, _) = answering(&[(200, listing)]);
    assert_eq!(aws.neighbours(&folder()).await.unwrap(), ["pdm", "pdx"]);
}

#[tokio::test]
async fn a_folder_of_this_machine_serves_as_well() {
    let place = std::env::temp_dir().join(format!("documents-{}", std::process::id()));
    std::fs::create_dir_all(place.join("pdm")).unwrap();
    std::fs::write(place.join("pdm/cluster.yaml"), "Name: pdm").unwrap();
    let (aws, _) = answering(&[]);
    let local = Location::Local(place.join("pdm"));
    assert_eq!(aws.read(&local, "cluster.yaml").await.unwrap().unwrap(), b"Name: pdm");
    assert_eq!(aws.read(&local, "steps.yaml").await.unwrap(), None);
    assert_eq!(aws.neighbours(&local).await.unwrap(), ["pdm"]);
    std::fs::remove_dir_all(place).unwrap();
}
