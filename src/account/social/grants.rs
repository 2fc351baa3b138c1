//! What providers grant, sealed at rest: a stolen database opens nobody's account there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::App;
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

fn place(account_id: &str, column: &str) -> String {
    format!("{account_id}:{column}")
}
