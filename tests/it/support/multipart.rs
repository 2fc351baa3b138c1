//! Forms of parts, and the files in them.

use super::{Client, Reply};

/// The boundary of every form here.
pub const BOUNDARY: &str = "----antesala-prueba";

/// Returns the content type of a form.
pub fn kind() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// Returns a part with its headers.
pub fn part(name: &str, file_name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; \
         filename=\"{file_name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

/// Returns a form of parts.
pub fn form(parts: &[Vec<u8>]) -> Vec<u8> {
    [parts.concat(), format!("--{BOUNDARY}--\r\n").into_bytes()].concat()
}

/// Brings a file.
pub fn bring(client: &mut Client, path: &str, file_name: &str, bytes: &[u8]) -> Reply {
    send(client, path, &form(&[part("file", file_name, bytes)]))
}

/// Sends a form as it is.
pub fn send(client: &mut Client, path: &str, form: &[u8]) -> Reply {
    client.send("POST", path, Some((&kind(), form)))
}

/// Returns a PDF of some size.
pub fn pdf(size: usize) -> Vec<u8> {
    let (head, tail) = (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", b"\ntrailer\nstartxref\n9\n%%EOF\n");
    let filling = size.saturating_sub(head.len() + tail.len());
    [&head[..], &vec![b'x'; filling], &tail[..]].concat()
}
