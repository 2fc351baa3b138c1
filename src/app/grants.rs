//! What providers grant, sealed at rest: a stolen database opens nobody's account there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::App;
use crate::domain::social::{Grants, SealedGrants};

/// Seals the tokens for the row `account_id`; each opens in its own place alone.
pub fn seal(app: &App, account_id: &str, grants: &Grants) -> SealedGrants {
    let seal = |token: &Option<String>, column: &str| {
        let place = place(account_id, column);
        let sealed = token.as_ref().map(|token| app.keys.grants.seal(token, &place, &app.entropy));
        sealed.map(|sealed| STANDARD.encode(sealed))
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
        let bytes = STANDARD.decode(sealed?).ok()?;
        app.keys.grants.open(&bytes, &place(account_id, column))
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

fn place(account_id: &str, column: &str) -> String {
    format!("{account_id}:{column}")
}
