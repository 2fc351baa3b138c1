//! The login, by what a server offers in whichever letters it offers it.
//!
//! Keywords count in any case, and `AUTH=LOGIN` is how servers older than the standard
//! wrote it. The library reads capitals alone: what it does not see is asked for again.

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Auth, Ehlo};
use lettre::transport::smtp::extension::ClientId;

/// Most questions that a login answers; a server that asks on and on is left.
const CHALLENGES_MAX: usize = 4;

/// Signs in.
///
/// # Errors
/// When the server refuses, or offers nothing that we can.
///
/// # Cost
/// One exchange more with a server whose offer the library does not read.
pub async fn sign_in(
    connection: &mut AsyncSmtpConnection,
    greeting: &ClientId,
    credentials: &Credentials,
) -> Result<(), Error> {
    if connection.server_info().get_auth_mechanism(DEFAULT_MECHANISMS).is_none() {
        let offer = connection.command(Ehlo::new(greeting.clone())).await?;
        if let Some(mechanism) = offered(offer.message()) {
            return by(connection, mechanism, credentials).await;
        }
    }
    connection.auth(DEFAULT_MECHANISMS, credentials).await.map(drop)
}

async fn by(
    connection: &mut AsyncSmtpConnection,
    mechanism: Mechanism,
    credentials: &Credentials,
) -> Result<(), Error> {
    let mut answer = connection.command(Auth::new(mechanism, credentials.clone(), None)?).await?;
    for _challenge in 0..CHALLENGES_MAX {
        if !answer.has_code(334) {
            break;
        }
        let reply = Auth::new_from_response(mechanism, credentials.clone(), &answer)?;
        answer = connection.command(reply).await?;
    }
    if answer.has_code(334) {
        // Without a mechanism this is the library's error, and nothing is sent.
        return connection.auth(&[], credentials).await.map(drop);
    }
    Ok(())
}

/// Finds the login that we prefer among the lines of a greeting's answer.
///
/// Source: RFC 5321 §2.4; `AUTH=` as servers announced it before RFC 2554.
fn offered<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Mechanism> {
    let lines: Vec<String> =
        lines.map(|line| line.to_ascii_uppercase().replace('=', " ")).collect();
    let offers = |name: &str| {
        lines.iter().any(|line| {
            let mut words = line.split_whitespace();
            words.next() == Some("AUTH") && words.any(|word| word == name)
        })
    };
    match (offers("PLAIN"), offers("LOGIN")) {
        (true, _) => Some(Mechanism::Plain),
        (false, true) => Some(Mechanism::Login),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offer_counts_in_any_case_and_with_the_old_sign() {
        for (line, mechanism) in [
            ("auth plain login", Some(Mechanism::Plain)),
            ("Auth Login", Some(Mechanism::Login)),
            ("AUTH=LOGIN", Some(Mechanism::Login)),
            ("auth=cram-md5 plain", Some(Mechanism::Plain)),
            ("AUTH CRAM-MD5", None),
            ("AUTHENTICATE PLAIN", None),
            ("", None),
        ] {
            assert_eq!(offered(["mx.example", line].into_iter()), mechanism, "{line}");
        }
    }
}
