//! What providers grant, sealed at rest: a stolen database opens nobody's account there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::App;
use super::keys::Sealed;
use super::rotation::Anew;
use crate::base::keyring::Opened;
use crate::domain::social::{Grants, SealedGrants};

/// The sealed columns of a row, in the order in which they are read.
pub const COLUMNS: [&str; 3] = ["access", "refresh", "id"];

/// Seals the tokens for the row `account_id`; each opens in its own place alone.
pub fn seal(app: &App, account_id: &str, grants: &Grants) -> SealedGrants {
    let seal = |token: &Option<String>, column: &str| {
        token.as_ref().map(|token| sealed(app, (account_id, column), token))
    };
    SealedGrants(Grants {
        access_token: seal(&grants.access_token, "access"),
        refresh_token: seal(&grants.refresh_token, "refresh"),
        id_token: seal(&grants.id_token, "id"),
        ..grants.clone()
    })
}

/// Opens what [`seal`] sealed for the row; what does not open is as if it were not there.
pub fn open(app: &App, account_id: &str, sealed: SealedGrants) -> Grants {
    let SealedGrants(grants) = sealed;
    let open = |sealed: Option<String>, column: &str| {
        opened(app, (account_id, column), &sealed?).map(Opened::text)
    };
    Grants {
        access_token: open(grants.access_token, "access"),
        refresh_token: open(grants.refresh_token, "refresh"),
        id_token: open(grants.id_token, "id"),
        access_token_expires_at: grants.access_token_expires_at,
        refresh_token_expires_at: grants.refresh_token_expires_at,
        scope: grants.scope,
    }
}

/// Seals the token of a row's column anew, where an earlier secret has sealed it.
pub fn anew(app: &App, place: (&str, &str), stored: &str) -> Anew<String> {
    match opened(app, place, stored) {
        Some(Opened::Current(_)) => Anew::Current,
        Some(Opened::Previous(token)) => Anew::Sealed(sealed(app, place, &token)),
        None => Anew::Unreadable,
    }
}

fn sealed(app: &App, place: (&str, &str), token: &str) -> String {
    STANDARD.encode(app.keys.seal(Sealed::Grants).seal(token, &context(place), &app.entropy))
}

fn opened(app: &App, place: (&str, &str), stored: &str) -> Option<Opened> {
    app.keys.seal(Sealed::Grants).open(&STANDARD.decode(stored).ok()?, &context(place))
}

fn context((account_id, column): (&str, &str)) -> String {
    format!("{account_id}:{column}")
}
