//! Secrets that follow one another: what the old one signed and sealed, and until when.

mod cluster;
mod command;
mod links;
mod sealed;
mod sessions;

use crate::support::Server;

/// Three secrets that do.
const OLD: &str = "kq3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs";
const NEW: &str = "Wd8sK2pZr6yVb1nQ4tMx7cJf9hLg3eUa";
const OTHER: &str = "Ht5mB9wXq2kRz7vN1pDy4sGc8fJe6uLa";

type Variables<'a> = Vec<(&'a str, &'a str)>;

/// What sets a secret and those before it.
fn signing<'a>(secret: &'a str, previous: &'a str) -> Variables<'a> {
    vec![("ANTESALA_AUTH__SECRET", secret), ("ANTESALA_AUTH__PREVIOUS_SECRETS", previous)]
}

/// Starts the server anew on its data with other secrets.
fn again(server: Server, secrets: &[(&str, &str)]) -> Server {
    Server::in_folder(server.stop(), secrets)
}

fn base(server: &Server) -> String {
    format!("http://{}", server.address())
}
