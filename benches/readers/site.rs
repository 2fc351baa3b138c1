//! The release binary with the largest feed and somebody with a CV.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::raw;

const OFFERS: &str = "
    INSERT INTO organization (id, slug, name, created_at, updated_at)
    VALUES ('org_duero', 'duero', 'Duero', 1, 1);
    INSERT INTO job (id, slug, organization_id, title, description, category,
        employment_type, is_salary_negotiable, mode, benefits, required_skills, questions,
        status, published_at, created_at, updated_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
    SELECT 'job_' || i, 'uno-' || i, 'org_duero', 'Bióloga ' || i,
        replace(hex(randomblob(9990)), 'A', ' a '), 'biology', 'full_time', 0, 'on_site', '[]',
        '[]', '[]', 'publicada', i, i, i FROM n;";

/// A running server; killed with its owner.
pub struct Site {
    child: Child,
    pub port: u16,
    /// Of whoever has a CV.
    pub cookie: String,
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
        let migrated = command(folder, port).args(["migrate", "up"]).output().unwrap();
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        let database = rusqlite::Connection::open(folder.join("antesala.db")).unwrap();
        database.execute_batch(OFFERS).unwrap();
        drop(database);
        let mut serving = command(folder, port);
        serving.arg("serve").stdout(Stdio::null()).stderr(Stdio::inherit());
        let child = serving.spawn().unwrap();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::yield_now();
        }
        let mut site = Self { child, port, cookie: String::new() };
        let person = r#"{"email":"ana@ejemplo.es","name":"Ana","password":"una frase bien larga"}"#;
        let answer = site.post("/api/auth/sign-up/email", "application/json", person.as_bytes());
        let line = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        line.split(';').next().unwrap().clone_into(&mut site.cookie);
        let answer = site.post("/api/profile/cv", "multipart/form-data; boundary=x", &cv());
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        site
    }

    /// Asks for a page once.
    pub fn get(&self, path: &str) -> String {
        raw::get(("127.0.0.1", self.port), path)
    }

    fn post(&self, path: &str, kind: &str, body: &[u8]) -> String {
        let mut stream = raw::connect(("127.0.0.1", self.port));
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nContent-Type: {kind}\r\n\
             Origin: http://127.0.0.1:{}\r\nContent-Length: {}\r\n\r\n",
            self.cookie,
            self.port,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        raw::one_answer(&mut stream)
    }

    /// Returns what `/metrics` says under a name.
    pub fn gauge(&self, name: &str) -> u64 {
        let text = self.get("/metrics");
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().parse::<f64>().unwrap() as u64
    }

    /// Returns the memory that the process holds. Source: proc(5), `VmRSS`.
    pub fn memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

/// A form with a CV of nearly 5 MiB.
fn cv() -> Vec<u8> {
    let filling = vec![b'x'; 5_000_000];
    [
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cv.pdf\"\r\n\r\n\
          %PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
            .as_slice(),
        &filling,
        b"\ntrailer\nstartxref\n9\n%%EOF\n\r\n--x--\r\n",
    ]
    .concat()
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
