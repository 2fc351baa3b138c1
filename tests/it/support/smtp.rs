//! A mail server of the tests' own: plain, STARTTLS or TLS, with a login and a script.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::wait_for;
use super::tls::Identity;

/// Who may log in, with what.
pub const LOGIN: (&str, &str) = ("antesala", "contraseña-del-relevo-9f2c");

/// How the server encrypts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    Plain,
    StartTls,
    Tls,
}

/// A mail that the server accepted.
#[derive(Clone)]
pub struct Accepted {
    pub from: String,
    pub to: String,
    /// The mail as it was sent, without the dots that SMTP adds.
    pub raw: Vec<u8>,
    pub is_encrypted: bool,
    pub is_logged_in: bool,
}

/// What the server does instead of its best.
#[derive(Clone, Copy)]
pub enum Instead {
    /// It answers this.
    Say(&'static str),
    /// It says nothing until `release`, then closes.
    Hang,
}

/// The server; it ends with the tests.
pub struct SmtpServer {
    address: SocketAddr,
    certificate: String,
    shared: Arc<Shared>,
}

struct Shared {
    speech: Speech,
    /// The extensions that it announces.
    offers: Vec<&'static str>,
    tls: Arc<ServerConfig>,
    state: Mutex<State>,
    released: Condvar,
}

#[derive(Default)]
struct State {
    accepted: Vec<Accepted>,
    script: VecDeque<(&'static str, Instead)>,
    streams: Vec<TcpStream>,
    /// The names that clients greeted with.
    greetings: Vec<String>,
    hanging: usize,
    releases: usize,
}

impl SmtpServer {
    /// Starts a server that offers everything that its speech allows.
    pub fn start(speech: Speech) -> Self {
        let login = ["AUTH PLAIN LOGIN", "8BITMIME", "SMTPUTF8"];
        Self::offering(speech, &login)
    }

    /// Starts a server that announces these extensions.
    pub fn offering(speech: Speech, offers: &[&'static str]) -> Self {
        let own = Identity::of("localhost");
        let shared = Arc::new(Shared {
            speech,
            offers: offers.to_vec(),
            tls: own.server,
            state: Mutex::default(),
            released: Condvar::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&serving);
                thread::spawn(move || shared.serve(stream));
            }
        });
        Self { address, certificate: own.pem, shared }
    }

    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the certificate that clients have to trust, as PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Does something else the next time that a command comes; later calls wait for earlier ones.
    pub fn next(&self, command: &'static str, instead: Instead) {
        self.shared.state().script.push_back((command, instead));
    }

    /// Lists the mails that were accepted.
    pub fn mails(&self) -> Vec<Accepted> {
        self.shared.state().accepted.clone()
    }

    /// Waits for the first mail to somebody.
    pub fn mail_to(&self, email: &str) -> Accepted {
        let find = || self.mails().into_iter().find(|mail| mail.to == email);
        wait_for(&format!("a mail to {email}"), find)
    }

    /// Lists the names that clients greeted with, one a greeting.
    pub fn greetings(&self) -> Vec<String> {
        self.shared.state().greetings.clone()
    }

    pub fn connections(&self) -> usize {
        self.shared.state().streams.len()
    }

    pub fn hanging(&self) -> usize {
        self.shared.state().hanging
    }

    /// Closes the connections that hang.
    pub fn release(&self) {
        self.shared.state().releases += 1;
        self.shared.released.notify_all();
    }

    /// Breaks every connection, as a server does that restarts.
    pub fn break_connections(&self) {
        for stream in &self.shared.state().streams {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// A connection, whatever encrypts it.
trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// What one connection has said so far.
struct Talk {
    wire: Box<dyn Wire>,
    tcp: TcpStream,
    is_encrypted: bool,
    is_logged_in: bool,
    from: String,
    to: String,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Talks with one client; an error is its end.
    fn serve(&self, tcp: TcpStream) {
        self.state().streams.push(tcp.try_clone().unwrap());
        let mut talk = Talk {
            wire: Box::new(tcp.try_clone().unwrap()),
            tcp,
            is_encrypted: false,
            is_logged_in: false,
            from: String::new(),
            to: String::new(),
        };
        if self.speech == Speech::Tls {
            self.encrypt(&mut talk);
        }
        let _ = self.talk(&mut talk);
    }

    fn encrypt(&self, talk: &mut Talk) {
        let tls = ServerConnection::new(Arc::clone(&self.tls)).unwrap();
        talk.wire = Box::new(StreamOwned::new(tls, talk.tcp.try_clone().unwrap()));
        talk.is_encrypted = true;
    }

    fn talk(&self, talk: &mut Talk) -> io::Result<()> {
        if !self.instead(talk, "CONNECT")? {
            talk.say("220 relevo.example ESMTP")?;
        }
        loop {
            let line = talk.line()?;
            let command = line.split([' ', ':']).next().unwrap().to_uppercase();
            if self.instead(talk, &command)? {
                continue;
            }
            match command.as_str() {
                "EHLO" => self.greet(talk, &line)?,
                "HELO" => talk.say("250 relevo.example")?,
                "STARTTLS" => {
                    talk.say("220 go ahead")?;
                    self.encrypt(talk);
                }
                "AUTH" => talk.log_in(&line)?,
                "MAIL" => {
                    talk.from = address(&line);
                    talk.say("250 2.1.0 Ok")?;
                }
                "RCPT" => {
                    talk.to = address(&line);
                    talk.say("250 2.1.5 Ok")?;
                }
                "DATA" => self.take(talk)?,
                "QUIT" => return talk.say("221 Bye"),
                "NOOP" => talk.say("250 Ok")?,
                _ => talk.say("502 what?")?,
            }
        }
    }

    /// Does what the script has for a command; tells whether it had something.
    fn instead(&self, talk: &mut Talk, command: &str) -> io::Result<bool> {
        let mut state = self.state();
        if state.script.front().is_none_or(|(on, _)| *on != command) {
            return Ok(false);
        }
        let (_, instead) = state.script.pop_front().unwrap();
        match instead {
            Instead::Say(answer) => {
                drop(state);
                talk.say(answer)?;
                Ok(true)
            }
            Instead::Hang => {
                state.hanging += 1;
                let releases = state.releases;
                drop(self.released.wait_while(state, |state| state.releases == releases).unwrap());
                talk.tcp.shutdown(Shutdown::Both)?;
                Err(io::ErrorKind::ConnectionAborted.into())
            }
        }
    }

    fn greet(&self, talk: &mut Talk, line: &str) -> io::Result<()> {
        self.state().greetings.push(line.split_once(' ').unwrap().1.to_owned());
        let mut lines = vec!["relevo.example"];
        if self.speech == Speech::StartTls && !talk.is_encrypted {
            lines.push("STARTTLS");
        } else {
            lines.extend(&self.offers);
        }
        let (last, others) = lines.split_last().unwrap();
        for line in others {
            talk.say(&format!("250-{line}"))?;
        }
        talk.say(&format!("250 {last}"))
    }

    fn take(&self, talk: &mut Talk) -> io::Result<()> {
        talk.say("354 go ahead")?;
        let mut raw = Vec::new();
        loop {
            let line = talk.bytes()?;
            if line == b".\r\n" {
                break;
            }
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        // A script may refuse what it has heard to its end.
        if self.instead(talk, ".")? {
            return Ok(());
        }
        self.state().accepted.push(Accepted {
            from: talk.from.clone(),
            to: talk.to.clone(),
            raw,
            is_encrypted: talk.is_encrypted,
            is_logged_in: talk.is_logged_in,
        });
        talk.say("250 2.0.0 Ok: queued")
    }
}

impl Talk {
    fn say(&mut self, line: &str) -> io::Result<()> {
        self.wire.write_all(format!("{line}\r\n").as_bytes())?;
        self.wire.flush()
    }

    /// Reads byte by byte: after STARTTLS the next one belongs to TLS.
    fn bytes(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        let mut byte = [0];
        while !line.ends_with(b"\r\n") {
            self.wire.read_exact(&mut byte)?;
            line.push(byte[0]);
        }
        Ok(line)
    }

    fn line(&mut self) -> io::Result<String> {
        Ok(String::from_utf8(self.bytes()?).unwrap().trim_end().to_owned())
    }

    fn log_in(&mut self, line: &str) -> io::Result<()> {
        let decoded = |text: &str| String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
        let given = if let Some(plain) = line.strip_prefix("AUTH PLAIN ") {
            decoded(plain)
        } else {
            self.say(&format!("334 {}", STANDARD.encode("Username:")))?;
            let username = decoded(&self.line()?);
            self.say(&format!("334 {}", STANDARD.encode("Password:")))?;
            format!("\0{username}\0{}", decoded(&self.line()?))
        };
        self.is_logged_in = given == format!("\0{}\0{}", LOGIN.0, LOGIN.1);
        self.say(if self.is_logged_in { "235 2.7.0 welcome" } else { "535 5.7.8 who are you?" })
    }
}

/// Returns what stands between the brackets of MAIL and RCPT.
fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap().to_owned()
}
