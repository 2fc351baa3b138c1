//! `antesala job` and `antesala org`, beside a running server.

use serde_json::json;

use crate::support::Client;
use crate::support::board::{job_body, text};
use crate::support::process::Place;
use crate::support::server::{PASSWORD, SITE};

#[test]
fn operator_lists_closes_and_verifies() {
    let place = Place::on_file();
    let server = place.serve();
    let mut olga = Client::new(&server.base(), SITE);
    let body = json!({"name": "Olga", "email": "olga@ejemplo.es", "password": PASSWORD,
        "type": "organization", "organizationName": "Labs"});
    olga.post("/api/auth/sign-up/email", body).expect(200);
    let job = olga.post("/api/jobs", job_body(json!({}))).expect(201).json();
    let (id, slug) = (text(&job["id"]), text(&job["slug"]));
    place.fails(&["job", "close", &slug], 1);
    let until = antesala::base::clock::Clock::System.now().plus_s(86_400).iso();
    olga.post(&format!("/api/jobs/{id}/publish"), json!({"expiresAt": until})).expect(200);
    assert!(place.ok(&["job", "list"]).contains(&id));
    let listed: serde_json::Value =
        serde_json::from_str(&place.ok(&["job", "list", "--status", "publicada", "--json"]))
            .unwrap();
    assert_eq!((&listed[0]["slug"], &listed[0]["organization"]), (&json!(slug), &json!("Labs")));
    place.fails(&["job", "list", "--status", "abierta"], 2);
    assert!(place.ok(&["job", "show", &slug]).contains("publicada"));
    assert_eq!(
        place.ok(&["job", "close", &slug, "--reason", "filled"]).trim(),
        format!("{slug} is closed")
    );
    assert_eq!(olga.get(&format!("/api/jobs/{id}")).json()["closeReason"], "filled");
    assert_eq!(olga.get("/api/jobs").json()["total"], 0, "the server hears of it");
    place.ok(&["org", "verify", "labs"]);
    assert_eq!(olga.get("/api/organizations/labs").json()["isVerified"], true);
    assert!(place.ok(&["org", "list"]).contains("labs"));
    place.ok(&["org", "verify", "labs", "--revoke"]);
    assert_eq!(olga.get("/api/organizations/labs").json()["isVerified"], false);
    place.fails(&["org", "verify", "nadie"], 1);
}
