//! A real server on port 0, in a folder of its own, under a clock that stands still.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use antesala::app::Ports;
use antesala::base::clock::{Clock, ManualClock, Millis};
use antesala::base::entropy::Entropy;
use antesala::config::{Config, Sources};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::client::Client;
use super::database::{Database, cron_secret};

/// The site as browsers know it; the socket is somewhere else, as behind a proxy.
pub const SITE: &str = "http://localhost:3000";

/// The password of everybody whom the tests sign up.
pub const PASSWORD: &str = "una frase bien larga";

/// When the clock of every server starts.
const START: &str = "2027-01-15T10:00:00Z";

/// Tasks run when a test asks for them: a clock that leaps by days finds none at work.
const QUIET: [(&str, &str); 11] = [
    ("ANTESALA_CRON__CLEAN_SESSIONS__ENABLED", "false"),
    ("ANTESALA_CRON__MAIL_OUTBOX__ENABLED", "false"),
    ("ANTESALA_CRON__BACKUP__ENABLED", "false"),
    ("ANTESALA_CRON__OPTIMIZE__ENABLED", "false"),
    ("ANTESALA_CRON__EXPIRE_JOBS__ENABLED", "false"),
    ("ANTESALA_CRON__WAITLIST_DIGEST__ENABLED", "false"),
    ("ANTESALA_CRON__JOB_ALERTS_DAILY__ENABLED", "false"),
    ("ANTESALA_CRON__JOB_ALERTS_WEEKLY__ENABLED", "false"),
    ("ANTESALA_CRON__JOB_STATISTICS__ENABLED", "false"),
    ("ANTESALA_CRON__WEEKLY_REPORTS__ENABLED", "false"),
    ("ANTESALA_CRON__ARCHIVE_APPLICATIONS__ENABLED", "false"),
];

/// Longest wait for something that happens by itself; reaching it fails the test.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server; it ends with its owner.
pub struct Server {
    pub clock: ManualClock,
    folder: TempDir,
    database: Database,
    address: SocketAddr,
    setup_link: Option<String>,
    people: AtomicU16,
    log: Log,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server with the defaults and a cheap hash.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts a server with some variables set.
    pub fn with(environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::in_folder(folder, environment)
    }

    /// Starts a server on a folder that may have been used before.
    pub fn in_folder(folder: TempDir, environment: &[(&str, &str)]) -> Self {
        let database = Database::of_folder(folder.path(), "antesala.db");
        Self::on(folder, database, environment)
    }

    /// Starts a server on a file in a folder, whatever this run is about.
    pub fn on_file(folder: TempDir, environment: &[(&str, &str)]) -> Self {
        let database = Database::File(folder.path().join("antesala.db"));
        Self::on(folder, database, environment)
    }

    /// Starts a server on a database of somebody's choice.
    pub fn on(folder: TempDir, database: Database, environment: &[(&str, &str)]) -> Self {
        let leading = database.environment();
        let leading = leading.iter().map(|(name, value)| (*name, value.as_str()));
        let environment: Vec<_> =
            QUIET.iter().copied().chain(leading).chain(environment.iter().copied()).collect();
        let config = config(folder.path(), &environment);
        let clock = ManualClock::at(Millis::parse_iso(START).unwrap());
        let ports = Ports { clock: Clock::Manual(clock.clone()), entropy: Entropy::System };
        let log = Log::default();
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = mpsc::channel();
        let lines = log.clone();
        let thread = thread::spawn(move || run(config, ports, lines, &ready, stopped));
        let (address, setup_link) = started.recv().expect("the server starts");
        Self {
            clock,
            folder,
            database,
            address,
            setup_link,
            people: AtomicU16::new(0),
            log,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Stops the server in order and returns its folder.
    pub fn stop(mut self) -> TempDir {
        self.end();
        // Dropping the emptied server checks and removes nothing more.
        self.log = Log::default();
        self.database = Database::File(PathBuf::new());
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns somebody new, from an address of their own.
    pub fn visitor(&self) -> Client {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let [high, low] = number.to_be_bytes();
        let mut client = self.local();
        client.set("x-forwarded-for", &format!("203.{high}.113.{low}"));
        client
    }

    /// Returns a client on the machine itself, behind no proxy.
    pub fn local(&self) -> Client {
        Client::new(&format!("http://{}", self.address), SITE)
    }

    /// Returns a visitor who knows the token of the machines.
    pub fn machine(&self) -> Client {
        let mut client = self.visitor();
        let secret = cron_secret(self.folder());
        client.set("authorization", &format!("Bearer {secret}"));
        client
    }

    /// Opens the first administrator's account and returns its browser.
    pub fn admin(&self) -> Client {
        let mut client = self.visitor();
        let form =
            format!("name=Root&email=root%40ejemplo.es&password={}", PASSWORD.replace(' ', "+"));
        let form = ("application/x-www-form-urlencoded", form.as_bytes());
        client.send("POST", &self.setup_path(), Some(form)).expect(303);
        client
    }

    /// Signs somebody up.
    pub fn person(&self, email: &str) -> Client {
        let mut client = self.visitor();
        let body = json!({"name": "Ana", "email": email, "password": PASSWORD});
        client.post("/api/auth/sign-up/email", body).expect(200);
        client
    }

    /// Signs somebody in who has an account.
    pub fn signed_in(&self, email: &str) -> Client {
        let mut client = self.visitor();
        let body = json!({"email": email, "password": PASSWORD});
        client.post("/api/auth/sign-in/email", body).expect(200);
        client
    }

    /// Waits for a mail to somebody and returns the newest.
    pub fn mail_to(&self, email: &str) -> Value {
        let newest = || self.mails().into_iter().rev().find(|mail| mail["to"] == email);
        wait_for(&format!("a mail to {email}"), newest)
    }

    /// Waits for a mail of a kind to somebody and returns the newest.
    pub fn mail_of(&self, kind: &str, email: &str) -> Value {
        let is_it = |mail: &Value| mail["to"] == email && mail["kind"] == kind;
        wait_for(&format!("a {kind} to {email}"), || self.mails().into_iter().rev().find(is_it))
    }

    /// Lists every mail that was sent.
    pub fn mails(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder().join("mail.jsonl")).unwrap_or_default();
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Returns what the server has logged so far.
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// Returns what the first-administrator link opens.
    pub fn setup_path(&self) -> String {
        let link = self.setup_link.as_deref().expect("there is no administrator yet");
        self.path_of(link).to_owned()
    }

    /// Returns a link of the site without the site.
    #[expect(clippy::unused_self, reason = "reads better where it is called")]
    pub fn path_of<'a>(&self, link: &'a str) -> &'a str {
        link.strip_prefix(SITE).unwrap_or_else(|| panic!("{link} leads elsewhere"))
    }

    /// Counts the rows of a table.
    pub fn count(&self, table: &str) -> i64 {
        self.database.count(table)
    }

    /// Reads one number from the database.
    pub fn number(&self, sql: &str) -> i64 {
        self.database.number(sql)
    }

    /// Reads one text from the database.
    pub fn text(&self, sql: &str) -> String {
        self.database.text(sql)
    }

    /// Changes the database behind the server's back.
    pub fn execute(&self, sql: &str) {
        self.database.execute(sql);
    }

    /// Returns the database, to look into.
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Looks for what a log must never hold: addresses, passwords, tokens of links.
    fn assert_discreet(&self, log: &str) {
        let tokens =
            self.mails().into_iter().filter_map(|mail| mail["token"].as_str().map(str::to_owned));
        let secrets = ["@ejemplo.es", PASSWORD, "otra frase bien larga"].map(str::to_owned);
        for secret in tokens.chain(secrets) {
            let line = log.lines().find(|line| line.contains(&secret));
            assert!(line.is_none(), "a secret was logged: {line:?}");
        }
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "the server's thread panicked");
        }
    }
}

/// A server ends in order, and what it was to do is done: every mail is out, and
/// the log holds neither a fault nor a secret.
impl Drop for Server {
    fn drop(&mut self) {
        if self.thread.is_some() && !thread::panicking() {
            wait_for("an empty outbox", || {
                let open = self
                    .number("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')");
                (open == 0).then_some(())
            });
        }
        self.end();
        self.database.drop_for_good();
        if !thread::panicking() {
            let log = self.log.text();
            let fault = log.lines().find(|line| line.contains(r#""level":"ERROR""#));
            assert!(fault.is_none(), "a fault was logged: {fault:?}");
            self.assert_discreet(&log);
        }
    }
}

/// Returns the configuration of a server in `folder`.
pub fn config(folder: &Path, environment: &[(&str, &str)]) -> Config {
    let mut variables: BTreeMap<String, String> = [
        ("ANTESALA_SERVER__LISTEN", "127.0.0.1:0"),
        ("ANTESALA_SERVER__PUBLIC_URL", SITE),
        ("ANTESALA_AUTH__ARGON2_MEMORY_KIB", "8"),
        ("ANTESALA_AUTH__ARGON2_ITERATIONS", "1"),
        ("ANTESALA_AUTH__HASHING_PARALLELISM", "1"),
    ]
    .iter()
    .chain(environment)
    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
    .collect();
    let is_https = variables["ANTESALA_SERVER__PUBLIC_URL"].starts_with("https:");
    if is_https {
        // The site of a public address takes no cheap hash.
        variables.remove("ANTESALA_AUTH__ARGON2_MEMORY_KIB");
        variables.remove("ANTESALA_AUTH__ARGON2_ITERATIONS");
    }
    variables.insert("ANTESALA_SERVER__DATA_DIR".to_owned(), folder.display().to_string());
    let empty = folder.join("empty.toml");
    std::fs::write(&empty, "").unwrap();
    let sources = Sources { file: Some(empty), environment: variables, ..Sources::default() };
    Config::load(&sources).unwrap_or_else(|error| panic!("{error}"))
}

type Ready = (SocketAddr, Option<String>);

fn run(
    config: Config,
    ports: Ports,
    log: Log,
    ready: &mpsc::Sender<Ready>,
    stopped: oneshot::Receiver<()>,
) {
    let lines = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::INFO)
        .with_writer(move || log.clone())
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(lines, || {
        runtime.block_on(async {
            let server = antesala::serve::Server::start(config, ports)
                .await
                .unwrap_or_else(|error| panic!("{error}"));
            ready.send((server.address, server.setup_link.clone())).unwrap();
            let stop = async {
                let _ = stopped.await;
            };
            server.serve(stop).await.unwrap_or_else(|error| panic!("{error}"));
        });
    });
}

/// Log lines, kept.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Waits until `look` finds something; fails when it never does.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}");
        thread::yield_now();
    }
}

/// Signs a text as Better Auth signs cookies.
pub fn hmac_base64(secret: &str, text: &str) -> String {
    use base64::Engine as _;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
}
