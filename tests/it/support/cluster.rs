//! A throw-away PostgreSQL for the tests, where the machine has one.
//!
//! A small shell script owns it (`cluster.sh`): when the tests end, by whatever
//! means, its standard input ends too, and it stops the server and removes the
//! folder. PostgreSQL does not run as root, so root hands it to nobody.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

/// The user and group that own nothing.
const NOBODY: u32 = 65_534;

/// A running server and the way to tell it what to do.
pub struct Cluster {
    owner: Mutex<Owner>,
    port: u16,
    folder: PathBuf,
    programs: PathBuf,
    databases: AtomicU32,
}

struct Owner {
    _child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Cluster {
    /// Returns the server that all tests of this process share; `None`: the machine
    /// has none, which is said once.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED
            .get_or_init(|| {
                let cluster = Self::start("");
                if cluster.is_none() {
                    // Past the harness, which keeps what a passing test prints.
                    let _ = std::io::stderr().write_all(
                        b"no PostgreSQL found (initdb, pg_ctl): its tests pass without testing\n",
                    );
                }
                cluster
            })
            .as_ref()
    }

    /// Starts a server of its own, with more settings; `None` as in [`Self::shared`].
    pub fn start(settings: &str) -> Option<Self> {
        let programs = programs()?;
        // Whoever else takes the port in between makes the start fail, so another is tried.
        (0..3).find_map(|_try| Self::start_on(free_port(), &programs, settings))
    }

    fn start_on(port: u16, programs: &Path, settings: &str) -> Option<Self> {
        let script = include_str!("cluster.sh");
        let mut command = as_nobody();
        command.args(["sh", "-c", script, "cluster"]);
        command.arg(programs).arg(port.to_string()).arg(settings);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).current_dir("/");
        let mut child = command.spawn().unwrap();
        let orders = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let mut folder = String::new();
        answers.read_line(&mut folder).unwrap();
        if folder.is_empty() {
            child.wait().unwrap();
            return None;
        }
        Some(Self {
            owner: Mutex::new(Owner { _child: child, orders, answers }),
            port,
            folder: PathBuf::from(folder.trim()),
            programs: programs.to_owned(),
            databases: AtomicU32::new(0),
        })
    }

    /// Stops the server as a crash would, without a word to anybody.
    pub fn crash(&self) {
        self.order("stop immediate");
    }

    /// Stops the server as an operator does who does not wait for clients.
    pub fn stop(&self) {
        self.order("stop fast");
    }

    /// Starts the server again.
    pub fn restart(&self) {
        self.order("start");
    }

    fn order(&self, order: &str) {
        let mut owner = self.owner.lock().unwrap();
        writeln!(owner.orders, "{order}").unwrap();
        let mut answer = String::new();
        owner.answers.read_line(&mut answer).unwrap();
        assert!(answer.trim().ends_with(": 0"), "{order}: {answer}");
    }

    /// Returns the address of a database, which need not exist.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://antesala@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and returns its address.
    pub fn fresh_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let admin = super::database::Look::connect(&self.url("postgres")).unwrap();
        admin.rows(&format!("CREATE DATABASE {name}")).unwrap();
        self.url(&name)
    }

    /// Drops a database with whoever is in it.
    pub fn drop_database(&self, url: &str) {
        let name = url.rsplit('/').next().unwrap();
        let Ok(admin) = super::database::Look::connect(&self.url("postgres")) else { return };
        let _ = admin.rows(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }

    /// Runs one of PostgreSQL's programs and returns what it printed.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Vec<u8> {
        let beside = self.programs.join(program);
        let program = if beside.is_file() { beside } else { PathBuf::from(program) };
        let output = Command::new(program).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Lets the server speak TLS with a certificate and its key, in PEM.
    pub fn use_tls(&self, certificate: &str, key: &str) {
        let owner = std::fs::metadata(&self.folder).unwrap();
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let path = self.folder.join("data").join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            std::os::unix::fs::chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let admin = super::database::Look::connect(&self.url("postgres")).unwrap();
        admin.rows("ALTER SYSTEM SET ssl = on").unwrap();
        self.stop();
        self.restart();
    }
}

/// Finds PostgreSQL's programs on the path or in Debian's folders, the newest first.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    folders.into_iter().find(|folder| {
        ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file())
    })
}

fn as_nobody() -> Command {
    let mut command = Command::new("env");
    if rustix::process::geteuid().is_root() {
        command = Command::new("setpriv");
        command.arg(format!("--reuid={NOBODY}")).arg(format!("--regid={NOBODY}"));
        command.args(["--clear-groups", "--", "env"]);
    }
    command.args(["-u", "TMPDIR"]);
    command
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
