//! What our launcher sends: planned on the folder, put together with its secrets, and taken from the wire.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use aws::{Deployment, Identity, RunTable};
use jiff::Timestamp;
use pipeline::launch::{self, Invocation};
use pipeline::plan::Plan;
use pipeline::ports::{Clusters, Location};
use pipeline::template::{Resolved, SecretName};
use serde_json::{Value, json};
use world::World;

use super::case::{Case, OBJECT_TIME, SECRETS};

const BUCKET: &str = "config";
const FOLDER: &str = "team/pipeline";

/// The body that EMR would get, or why there is none.
pub(crate) fn body_of(case: &Case) -> Result<Value, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let plan = planned(case)?;
    let secrets = SECRETS
        .iter()
        .map(|(name, text)| (SecretName::SecretsManager((*name).into()), text.to_string().into()));
    let request = plan.request(&Resolved::from_iter(secrets)).map_err(|problems| problems.to_string())?;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let emr = connect(&listener);
    let server = std::thread::spawn(move || answered(listener.accept().unwrap().0));
    runtime.block_on(emr.start(&request)).map_err(|failure| failure.to_string())?;
    Ok(server.join().unwrap())
}

/// The plan of a case, or what is wrong with it.
pub(crate) fn planned(case: &Case) -> Result<Plan, String> {
    let now: Timestamp = OBJECT_TIME.parse().unwrap();
    let world = World::new(now);
    let folder = Location::S3 { bucket: BUCKET.into(), folder: FOLDER.into() };
    for (name, text) in &case.files {
        world.put_document(&folder, name, text.as_str().unwrap());
    }
    let settings = launch::Settings {
        bucket: Some(BUCKET.into()),
        folder: Some(FOLDER.into()),
        ..launch::Settings::default()
    };
    let invocation = Invocation { request_id: "r-1".into(), claimant: "one".into(), deadline: now };
    let event = event(case);
    let planning = launch::planned(&world, &settings, &event, &invocation, now);
    let plans = world::run(&world, planning).returned().unwrap();
    plans.map_err(|error| error.to_string()).map(|mut plans| plans.pop().unwrap())
}

/// The event as Lambda would bring it.
fn event(case: &Case) -> Value {
    let Some([bucket, key, message_id]) = case.object else { return case.event.clone() };
    let record = json!({"eventSource": "aws:s3", "eventTime": OBJECT_TIME,
                        "s3": {"bucket": {"name": bucket}, "object": {"key": key}}});
    let body = json!({"Records": [record]}).to_string();
    json!({"Records": [{"eventSource": "aws:sqs", "messageId": message_id, "body": body}]})
}

fn connect(listener: &TcpListener) -> aws::Aws {
    let identity = Identity {
        region: "eu-west-2".into(),
        access_key_id: "testing".into(),
        secret_access_key: "testing".to_owned().into(),
        session_token: None,
        endpoint_url: Some(format!("http://{}", listener.local_addr().unwrap())),
    };
    aws::connect(&identity, Deployment { table: RunTable::named("runs", 90), bus: "default".into() })
}

/// Answers one request as EMR does, and gives its body.
fn answered(stream: TcpStream) -> Value {
    let mut reader = BufReader::new(&stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(("content-length", value)) = line.to_lowercase().split_once(':') {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let answer = r#"{"JobFlowId": "j-1K48XXXXXXHCB"}"#;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", answer.len());
    (&stream).write_all(format!("{head}{answer}").as_bytes()).unwrap();
    serde_json::from_slice(&body).unwrap()
}
