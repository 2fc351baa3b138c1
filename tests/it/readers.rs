//! Readers who do not take their answers, take them slowly, or are too many.

mod bounds;
mod memory;
mod pace;

use crate::support::multipart::{bring, pdf};
use crate::support::{Client, Server};

const CV: &str = "/api/profile/cv";

/// More than the kernel holds for a reader who takes nothing.
const CV_BYTES: usize = 2_000_000;

/// Starts a server in which a reader has a second before they must keep pace.
fn hurried(more: &[(&str, &str)]) -> Server {
    let mut environment =
        vec![("ANTESALA_RATE_LIMIT__ENABLED", "false"), ("ANTESALA_SERVER__ANSWER_GRACE_S", "1")];
    environment.extend(more);
    Server::with(&environment)
}

/// Signs somebody up who has a CV; returns them and the cookie that they send.
fn with_cv(server: &Server, email: &str) -> (Client, String) {
    let mut client = server.person(email);
    bring(&mut client, CV, "cv.pdf", &pdf(CV_BYTES)).expect(201);
    let name = "better-auth.session_token";
    let cookie = format!("{name}={}", client.cookie(name).unwrap());
    (client, cookie)
}
