//! A server on the demo's data, and one browser for each who walks about in it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::client::Client;

/// People on the waitlist; each is sent a mail.
const WAITING: usize = 200;

const ADMINISTRATOR: &str = "root@example.com";
const PASSWORD: &str = "una frase bien larga";

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Nobody is signed in.
    Stranger,
    /// Somebody who looks for work.
    Professional,
    /// Somebody who offers it.
    Organization,
    /// Who looks after the site.
    Administrator,
}

impl Role {
    /// Everybody.
    pub const EACH: [Self; 4] =
        [Self::Stranger, Self::Professional, Self::Organization, Self::Administrator];

    /// Returns what the table calls them.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stranger => "stranger",
            Self::Professional => "professional",
            Self::Organization => "organization",
            Self::Administrator => "administrator",
        }
    }
}

/// The server; it ends with its owner.
pub struct Site {
    child: Child,
    clients: Vec<Client>,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Site {
    /// Fills a folder and starts a server on it.
    pub fn start(folder: &Path) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let seeded = command(folder, port).args(["seed", "--demo"]).output().unwrap();
        let told = String::from_utf8(seeded.stdout).unwrap();
        assert!(seeded.status.success(), "{}", String::from_utf8_lossy(&seeded.stderr));
        println!("{}", told.lines().next().unwrap());
        administrator(folder, port);
        let mut serving = command(folder, port);
        serving.arg("serve").stdout(Stdio::null()).stderr(Stdio::null());
        let child = serving.spawn().unwrap();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::yield_now();
        }
        let mut stranger = Client::new(port);
        for number in 0..WAITING {
            let body = format!(r#"{{"email":"p{number}@example.com","role":"professional"}}"#);
            assert_eq!(stranger.post("/api/waitlist", &body).status, 201);
        }
        let said = |word: &str| {
            let mut lines = told.lines();
            lines.find_map(|line| line.strip_prefix(word)).unwrap().trim().to_owned()
        };
        let everybodys = said("everybody's password:");
        let clients = vec![
            stranger,
            Client::signed_in(port, &said("professional:"), &everybodys),
            Client::signed_in(port, &said("organization:"), &everybodys),
            Client::signed_in(port, ADMINISTRATOR, PASSWORD),
        ];
        Self { child, clients }
    }

    /// Returns somebody's browser.
    pub fn client(&mut self, role: Role) -> &mut Client {
        &mut self.clients[role as usize]
    }

    /// Returns the server's process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

fn command(folder: &Path, port: u16) -> Command {
    let built = env!("CARGO_BIN_EXE_antesala").to_owned();
    let mut command = Command::new(std::env::var("ANTESALA_BIN").unwrap_or(built));
    command.current_dir(folder).env_clear().envs([
        ("ANTESALA_SERVER__LISTEN", format!("127.0.0.1:{port}")),
        ("ANTESALA_SERVER__PUBLIC_URL", format!("http://127.0.0.1:{port}")),
        ("ANTESALA_SERVER__DATA_DIR", folder.display().to_string()),
        ("ANTESALA_LOG__LEVEL", String::from("warn")),
        ("ANTESALA_RATE_LIMIT__ENABLED", String::from("false")),
    ]);
    command
}

fn administrator(folder: &Path, port: u16) {
    let mut command = command(folder, port);
    command.args(["user", "create", ADMINISTRATOR, "--name", "Root", "--role", "admin"]);
    command.args(["--verified", "--password-stdin"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}
