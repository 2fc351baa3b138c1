//! The floor: raw hyper over one SQLite statement, durable where antesala is.
//!
//! No validation, no origin check, no limit, no log: what is left is the work
//! that nobody can leave out.

use std::cell::RefCell;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use rusqlite::Connection;
use tokio::sync::oneshot;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, user_id INTEGER, expires INTEGER);
    CREATE TABLE IF NOT EXISTS user (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
    CREATE TABLE IF NOT EXISTS waitlist (id INTEGER PRIMARY KEY, email TEXT UNIQUE, body TEXT);";

type Job = (String, String, oneshot::Sender<i64>);

struct Floor {
    path: PathBuf,
    writer: SyncSender<Job>,
}

thread_local! {
    static READER: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// Serves until it is killed.
pub fn serve(port: u16, folder: &Path) {
    let path = folder.join("floor.db");
    open(&path).execute_batch(SCHEMA).unwrap();
    let (writer, jobs) = sync_channel(4096);
    let written = path.clone();
    std::thread::spawn(move || write(&written, &jobs));
    let floor = Arc::new(Floor { path, writer });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let floor = Arc::clone(&floor);
            tokio::spawn(async move {
                let answer = service_fn(|request| answer(Arc::clone(&floor), request));
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer)
                    .await;
            });
        }
    });
}

fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA mmap_size = 268435456;
            PRAGMA cache_size = -8000;",
        )
        .unwrap();
    let qpsg = rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG;
    connection.set_db_config(qpsg, true).unwrap();
    connection
}

/// Group commit: what is queued becomes durable together.
fn write(path: &Path, jobs: &Receiver<Job>) {
    let connection = open(path);
    while let Ok(first) = jobs.recv() {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        let mut answers = Vec::new();
        let mut next = Some(first);
        while let Some((email, body, answer)) = next.take() {
            let sql = "INSERT INTO waitlist (email, body) VALUES (?1, ?2) RETURNING id";
            let mut insert = connection.prepare_cached(sql).unwrap();
            let id = insert.query_row([&email, &body], |row| row.get(0)).unwrap_or(0);
            answers.push((answer, id));
            next = if answers.len() < 256 { jobs.try_recv().ok() } else { None };
        }
        connection.execute_batch("COMMIT").unwrap();
        for (answer, id) in answers {
            let _ = answer.send(id);
        }
    }
}

async fn answer(
    floor: Arc<Floor>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let (status, text, cookie) = match (&head.method, head.uri.path()) {
        (&Method::POST, "/api/waitlist") => {
            let body = body.collect().await.unwrap().to_bytes();
            let parsed: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let email = parsed["email"].as_str().unwrap().to_owned();
            let (answer, answered) = oneshot::channel();
            floor.writer.send((email, parsed.to_string(), answer)).unwrap();
            (201, format!(r#"{{"success":true,"position":{}}}"#, answered.await.unwrap()), None)
        }
        (&Method::POST, _) => (200, String::from("{}"), Some(session(&floor))),
        (_, "/api/auth/get-session") => (200, read(&floor, &head), None),
        _ => (200, String::from("ok"), None),
    };
    let mut response =
        Response::builder().status(status).header("content-type", "application/json");
    if let Some(token) = cookie {
        response = response.header("set-cookie", format!("token={token}; Path=/"));
    }
    Ok(response.body(Full::new(Bytes::from(text))).unwrap())
}

/// Makes a person with a session; the password is the other servers' business.
fn session(floor: &Floor) -> String {
    let connection = open(&floor.path);
    connection.execute("INSERT INTO user (email, name) VALUES ('a@b.es', 'María')", []).unwrap();
    let token = format!("token-{}", connection.last_insert_rowid());
    connection
        .execute("INSERT INTO session VALUES (?1, last_insert_rowid(), 9999999999999)", [&token])
        .unwrap();
    token
}

fn read(floor: &Floor, head: &http::request::Parts) -> String {
    let cookie = head.headers.get("cookie").and_then(|value| value.to_str().ok()).unwrap();
    let token = cookie.strip_prefix("token=").unwrap();
    READER.with_borrow_mut(|reader| {
        let reader = reader.get_or_insert_with(|| open(&floor.path));
        let mut find = reader
            .prepare_cached(
                "SELECT u.id, u.email, u.name, s.expires FROM session s
                JOIN user u ON u.id = s.user_id WHERE s.token = ?1",
            )
            .unwrap();
        find.query_row([token], |row| {
            let (id, email): (i64, String) = (row.get(0)?, row.get(1)?);
            let (name, expires): (String, i64) = (row.get(2)?, row.get(3)?);
            Ok(serde_json::json!({
                "session": {"token": token, "userId": id, "expiresAt": expires},
                "user": {"id": id, "email": email, "name": name},
            })
            .to_string())
        })
        .unwrap()
    })
}
