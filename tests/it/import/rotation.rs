//! Provider tokens through a rotation, and those that Better Auth sealed in one.

use serde_json::{Value, json};

use super::better_auth::SEALED;
use super::old::{HASH, Old, SECRET, in_s};
use crate::support::Client;
use crate::support::process::{Place, Running};
use crate::support::server::{PASSWORD, SITE};

const NEW: &str = "Wd8sK2pZr6yVb1nQ4tMx7cJf9hLg3eUa";

/// A place with one person, whose provider's token the old server sealed.
fn place(old_token: &str, secrets: [&str; 2]) -> Place {
    let mut place = Place::new();
    set(&mut place, secrets);
    place.set("GOOGLE_CLIENT_ID", "antesala");
    place.set("GOOGLE_CLIENT_SECRET", "clave");
    let old = Old::new(&place);
    old.person("ana1", "ana1@ejemplo.es");
    old.password("ana1", HASH);
    old.link("ana1", "g-ana1");
    old.execute(&format!(
        "UPDATE account SET accessToken = '{old_token}', idToken = NULL, refreshToken = NULL,
            accessTokenExpiresAt = '{}' WHERE id = 'link-ana1'",
        in_s(3_000)
    ));
    place.ok(&["import", "better-auth", "--from", "sqlite:old.db"]);
    place
}

fn set(place: &mut Place, [secret, previous]: [&str; 2]) {
    place.set("ANTESALA_AUTH__SECRET", secret);
    place.set("ANTESALA_AUTH__PREVIOUS_SECRETS", previous);
}

fn granted(server: &Running) -> Value {
    let mut ana = Client::new(&server.base(), SITE);
    let body = json!({"email": "ana1@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-in/email", body).expect(200);
    let asked = json!({"providerId": "google"});
    ana.post("/api/auth/get-access-token", asked).json()["accessToken"].clone()
}

#[test]
fn tokens_that_better_auth_sealed_with_an_earlier_secret_are_read() {
    for token in [format!("$ba$1${SEALED}"), SEALED.to_owned()] {
        let place = place(&token, [NEW, SECRET]);
        assert_eq!(granted(&place.serve()), "ya29.sealed");
    }
}

#[test]
fn what_providers_granted_opens_before_and_after_it_is_sealed_anew() {
    let mut place = place(SEALED, [SECRET, ""]);
    set(&mut place, [NEW, SECRET]);
    let server = place.serve();
    assert_eq!(granted(&server), "ya29.sealed", "under the earlier secret");
    let report: Value = serde_json::from_str(&place.ok(&["secret", "rotate", "--json"])).unwrap();
    let tables = report["tables"].as_array().unwrap();
    let account = tables.iter().find(|line| line["table"] == "account").unwrap();
    assert_eq!((&account["resealed"], &account["unreadable"]), (&json!(1), &json!(0)));
    assert_eq!(granted(&server), "ya29.sealed", "beside the running server");
    drop(server);
    set(&mut place, [NEW, ""]);
    assert_eq!(granted(&place.serve()), "ya29.sealed", "without the earlier secret");
}
