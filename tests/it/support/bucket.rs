//! A bucket as S3 servers keep it: whole files, files in parts, signed addresses.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::strtime;
use rusty_s3::{Method, signing};
use url::Url;

pub const ACCESS_KEY: &str = "AKIAEJEMPLO";
pub const SECRET_KEY: &str = "unaClaveLargaDelProveedor";
pub const REGION: &str = "eu-south-2";

/// The server; it ends with the tests.
pub struct BucketServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Rings when the door opens.
    opened: Condvar,
}

#[derive(Default)]
struct State {
    objects: BTreeMap<String, Vec<u8>>,
    parts: BTreeMap<u16, Vec<u8>>,
    /// Methods and paths in order of arrival.
    asked: Vec<String>,
    /// Statuses of the next answers.
    failures: Vec<u16>,
    is_shut: bool,
}

impl BucketServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<Shared>::default();
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&serving);
                thread::spawn(move || while_open(stream, address, &shared));
            }
        });
        Self { address, shared }
    }

    /// Returns the settings with which a server writes to the bucket.
    pub fn settings(&self) -> [(&'static str, String); 5] {
        [
            ("ANTESALA_BACKUP__S3_URL", format!("http://{}/cubo/sitio", self.address)),
            ("ANTESALA_BACKUP__S3_ACCESS_KEY", ACCESS_KEY.to_owned()),
            ("ANTESALA_BACKUP__S3_SECRET_KEY", SECRET_KEY.to_owned()),
            ("ANTESALA_BACKUP__S3_REGION", REGION.to_owned()),
            ("ANTESALA_BACKUP__PLAINTEXT_TO_S3", String::from("true")),
        ]
    }

    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        self.shared.state.lock().unwrap().objects.clone()
    }

    pub fn asked(&self) -> Vec<String> {
        self.shared.state.lock().unwrap().asked.clone()
    }

    /// Answers the next calls with these statuses.
    pub fn fail(&self, statuses: &[u16]) {
        self.shared.state.lock().unwrap().failures = statuses.iter().rev().copied().collect();
    }

    /// Lets callers wait until the door is opened.
    pub fn shut(&self) {
        self.shared.state.lock().unwrap().is_shut = true;
    }

    pub fn open(&self) {
        self.shared.state.lock().unwrap().is_shut = false;
        self.shared.opened.notify_all();
    }
}

struct Call {
    method: String,
    url: Url,
    body: Vec<u8>,
}

impl Call {
    fn query(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

fn while_open(stream: TcpStream, address: SocketAddr, shared: &Shared) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    while let Ok(Some(call)) = read(&mut reader, address) {
        let (status, header, body) = answer(&call, shared);
        let head = format!("HTTP/1.1 {status} X\r\n{header}Content-Length: {}", body.len());
        if writer.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>, address: SocketAddr) -> io::Result<Option<Call>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = first.split(' ');
    let method = words.next().unwrap().to_owned();
    let url = Url::parse(&format!("http://{address}{}", words.next().unwrap())).unwrap();
    Ok(Some(Call { method, url, body }))
}

type Answer = (u16, String, String);

fn error(status: u16, code: &str) -> Answer {
    (status, String::new(), format!("<Error><Code>{code}</Code></Error>"))
}

fn answer(call: &Call, shared: &Shared) -> Answer {
    let mut state = shared.state.lock().unwrap();
    state.asked.push(format!("{} {}", call.method, call.url.path()));
    let mut state = shared.opened.wait_while(state, |state| state.is_shut).unwrap();
    if let Some(status) = state.failures.pop() {
        return error(status, "SlowDown");
    }
    if !is_signed(call) {
        return error(403, "SignatureDoesNotMatch");
    }
    let Some(object) = call.url.path().strip_prefix("/cubo/") else {
        return error(404, "NoSuchBucket");
    };
    let number = call.query("partNumber").map(|number| number.parse().unwrap());
    match (call.method.as_str(), number) {
        ("PUT", Some(number)) => {
            state.parts.insert(number, call.body.clone());
            (200, format!("ETag: \"part-{number}\"\r\n"), String::new())
        }
        ("PUT", None) => {
            state.objects.insert(object.to_owned(), call.body.clone());
            (200, "ETag: \"whole\"\r\n".to_owned(), String::new())
        }
        ("POST", _) if call.query("uploads").is_some() => (200, String::new(), begun(object)),
        ("POST", _) => {
            let parts = std::mem::take(&mut state.parts);
            let listed = String::from_utf8(call.body.clone()).unwrap();
            assert!(parts.keys().all(|n| listed.contains(&format!("part-{n}"))), "{listed}");
            state.objects.insert(object.to_owned(), parts.into_values().flatten().collect());
            (200, String::new(), whole())
        }
        ("DELETE", _) => {
            state.parts.clear();
            (204, String::new(), String::new())
        }
        _ => error(405, "MethodNotAllowed"),
    }
}

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

fn begun(object: &str) -> String {
    format!(
        "<InitiateMultipartUploadResult xmlns=\"{NAMESPACE}\"><Bucket>cubo</Bucket>\
         <Key>{object}</Key><UploadId>subida</UploadId></InitiateMultipartUploadResult>"
    )
}

fn whole() -> String {
    format!(
        "<CompleteMultipartUploadResult xmlns=\"{NAMESPACE}\"><ETag>\"whole\"</ETag>\
         </CompleteMultipartUploadResult>"
    )
}

/// Signs the address again, from what it says of itself, and compares.
fn is_signed(call: &Call) -> bool {
    let method = match call.method.as_str() {
        "PUT" => Method::Put,
        "POST" => Method::Post,
        "DELETE" => Method::Delete,
        _ => return false,
    };
    let (Some(date), Some(expires)) = (call.query("X-Amz-Date"), call.query("X-Amz-Expires"))
    else {
        return false;
    };
    let moment = strtime::parse("%Y%m%dT%H%M%SZ", date).unwrap().to_datetime().unwrap();
    let moment: Timestamp = moment.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    let own: Vec<(String, String)> = call
        .url
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("X-Amz-"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut plain = call.url.clone();
    plain.set_query(None);
    let again = signing::sign(
        &moment,
        method,
        plain,
        ACCESS_KEY,
        SECRET_KEY,
        None,
        REGION,
        Duration::from_secs(expires.parse().unwrap()).as_secs(),
        own.iter().map(|(name, value)| (name.as_str(), value.as_str())),
        std::iter::empty(),
    );
    again.query_pairs().find(|(name, _)| name == "X-Amz-Signature")
        == call.url.query_pairs().find(|(name, _)| name == "X-Amz-Signature")
}
