//! Resend as its clients see it: accepts mails, tells repeats apart, refuses on request.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use serde_json::{Value, json};

use super::server::wait_for;

/// The key of the account.
pub const API_KEY: &str = "re_9f2c_ClaveDeLaCuenta";

/// One call of a client.
#[derive(Clone)]
pub struct Asked {
    pub path: String,
    pub idempotency_key: String,
    pub user_agent: String,
    pub body: Value,
}

/// What Resend does instead of accepting.
#[derive(Clone)]
pub enum Instead {
    /// It answers this status, header and error name.
    Refuse(u16, &'static str, &'static str),
    /// It accepts the mail, and its answer is lost.
    LoseAnswer,
    /// It accepts the mail and keeps its answer to itself.
    KeepAnswer,
    /// It says nothing, ever.
    Hang,
}

/// The server; it ends with the tests.
pub struct ResendServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Instead>,
    asked: Vec<Asked>,
    /// The mails that really went: one an idempotency key.
    accepted: Vec<Asked>,
    /// Calls with a mail of this kind are never answered.
    hangs_on: Option<&'static str>,
}

impl ResendServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::<Mutex<State>>::default();
        let serving = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&serving);
                thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Does something else at the next call; later ones wait for earlier ones.
    pub fn next(&self, instead: Instead) {
        self.state().script.push_back(instead);
    }

    /// Never answers a call with a mail of a kind.
    pub fn hang_on(&self, kind: &'static str) {
        self.state().hangs_on = Some(kind);
    }

    /// Lists every call.
    pub fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }

    /// Lists the mails that went.
    pub fn accepted(&self) -> Vec<Asked> {
        self.state().accepted.clone()
    }

    /// Waits for the first mail to somebody that went.
    pub fn mail_to(&self, email: &str) -> Asked {
        let find = || self.accepted().into_iter().find(|mail| mail.body["to"][0] == email);
        wait_for(&format!("a mail to {email}"), find)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// Answers calls on one connection until its client goes.
fn serve(stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    while let Ok(Some((asked, authorization))) = read(&mut reader) {
        let Some((status, header, body)) = answer(&asked, &authorization, state) else { return };
        let body = body.to_string();
        let head = format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{header}");
        let answer = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        if writer.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<(Asked, String)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let header = |name: &str| {
        let found = headers.iter().find(|(each, _)| each == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let asked = Asked {
        path: first.split(' ').nth(1).unwrap().to_owned(),
        idempotency_key: header("idempotency-key"),
        user_agent: header("user-agent"),
        body: serde_json::from_slice(&body).unwrap(),
    };
    Ok(Some((asked, header("authorization"))))
}

/// Decides about one call; `None` closes without a word.
fn answer(
    asked: &Asked,
    authorization: &str,
    state: &Mutex<State>,
) -> Option<(u16, String, Value)> {
    let mut state = state.lock().unwrap();
    state.asked.push(asked.clone());
    let refuse = |status: u16, header: &str, name: &str| {
        // As the real one does, the sentence repeats the address.
        let message = format!("not to {}", asked.body["to"][0]);
        let body = json!({"statusCode": status, "name": name, "message": message});
        Some((status, header.to_owned(), body))
    };
    if authorization != format!("Bearer {API_KEY}") {
        return refuse(403, "", "invalid_api_key");
    }
    if state.hangs_on.is_some_and(|kind| asked.body["tags"][0]["value"] == kind) {
        drop(state);
        hang();
    }
    let instead = state.script.pop_front();
    match instead {
        Some(Instead::Refuse(status, header, name)) => return refuse(status, header, name),
        Some(Instead::Hang) => {
            drop(state);
            hang();
        }
        Some(Instead::LoseAnswer | Instead::KeepAnswer) | None => {}
    }
    let key = &asked.idempotency_key;
    let known = state.accepted.iter().position(|mail| mail.idempotency_key == *key);
    let number = match known {
        Some(number) if state.accepted[number].body == asked.body => number,
        Some(_other_body) => return refuse(409, "", "invalid_idempotent_request"),
        None => {
            state.accepted.push(asked.clone());
            state.accepted.len() - 1
        }
    };
    drop(state);
    match instead {
        Some(Instead::LoseAnswer) => None,
        Some(Instead::KeepAnswer) => hang(),
        _ => Some((200, String::new(), json!({"id": format!("49a3999c-{number}")}))),
    }
}

fn hang() -> ! {
    loop {
        thread::park();
    }
}
