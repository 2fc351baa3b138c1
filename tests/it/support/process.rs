//! The real executable, for what only a process can show.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};
use tempfile::TempDir;

use super::database::Database;
use super::server::SITE;

/// Where a place's database is when it is a file.
const FILE: &str = "data/antesala.db";

/// A folder in which commands run, with settings of its own.
pub struct Place {
    folder: TempDir,
    database: Database,
    environment: Vec<(String, String)>,
}

/// A server in a process of its own; killed with its owner.
pub struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
    pub address: SocketAddr,
}

impl Place {
    /// Makes a folder whose commands hash cheaply and listen on a free port.
    pub fn new() -> Self {
        let place = Self::on_file();
        let database = Database::of_folder(place.folder.path(), FILE);
        place.on(database)
    }

    /// As [`Self::new`], with the database in a file whatever this run is about.
    pub fn on_file() -> Self {
        let mut place = Self::bare();
        place.set("ANTESALA_SERVER__LISTEN", "127.0.0.1:0");
        place.set("ANTESALA_SERVER__PUBLIC_URL", SITE);
        place.set("ANTESALA_AUTH__ARGON2_MEMORY_KIB", "8");
        place.set("ANTESALA_AUTH__ARGON2_ITERATIONS", "1");
        place
    }

    /// Leads the commands to a database of somebody's choice.
    pub fn on(mut self, database: Database) -> Self {
        for (name, value) in database.environment() {
            self.set(name, &value);
        }
        self.database = database;
        self
    }

    /// Makes a folder without any setting.
    pub fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::File(folder.path().join(FILE));
        Self { folder, database, environment: Vec::new() }
    }

    /// Sets a variable for the commands that follow.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_antesala"));
        command.args(arguments);
        self.prepared(command)
    }

    fn prepared(&self, mut command: Command) -> Command {
        command.current_dir(self.folder.path()).env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed; returns what it printed.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must fail with `code`; returns what it said.
    #[track_caller]
    pub fn fails(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
        errors
    }

    /// Runs a command with a line on standard input.
    pub fn with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Starts the server and waits until it listens.
    pub fn serve(&self) -> Running {
        self.start(self.command(&["serve"]))
    }

    /// As [`Self::serve`], and a file at its limit is an error instead of the end.
    pub fn serve_ignoring_file_size_signals(&self) -> Running {
        self.start(self.shell("trap '' XFSZ; exec \"$0\" serve"))
    }

    /// As [`Self::serve`], under a umask that closes nothing to anybody.
    pub fn serve_open_to_all(&self) -> Running {
        self.start(self.shell("umask 000; exec \"$0\" serve"))
    }

    /// Returns a script of the shell, in which `$0` is the executable.
    pub fn shell(&self, script: &str) -> Command {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script, env!("CARGO_BIN_EXE_antesala")]);
        self.prepared(shell)
    }

    fn start(&self, mut command: Command) -> Running {
        let log = fs::File::create(self.path("server.log")).unwrap();
        let mut child = command.stderr(log).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.trim().rsplit("http://").next().and_then(|text| text.parse().ok());
        let address = address.unwrap_or_else(|| panic!("{line:?}: {}", self.log()));
        Running { child, output, address }
    }

    /// Returns what the last server logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("server.log")).unwrap_or_default()
    }

    /// Returns the database, to look into.
    pub const fn database(&self) -> &Database {
        &self.database
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }
}

impl Running {
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap()
    }

    /// Returns the memory that the process holds, in KiB. Source: proc(5), `VmRSS`.
    pub fn memory_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Lets no file of the process grow beyond `bytes`; `None` lifts the limit.
    pub fn limit_file_size(&self, bytes: Option<u64>) {
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(Some(self.pid()), Resource::Fsize, limit).unwrap();
    }

    /// Waits for the end.
    pub fn wait(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Returns the next line of standard output.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.database.drop_for_good();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
