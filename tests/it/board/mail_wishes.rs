//! Optional mails: chosen on the site, ended by a link in one click.

use serde_json::{Value, json};

use crate::support::{Client, Reply, Server};

const PREFERENCES: &str = "/api/notifications/preferences";

fn put(person: &mut Client, body: &Value) -> Reply {
    person.send("PUT", PREFERENCES, Some(("application/json", body.to_string().as_bytes())))
}

#[test]
fn preferences_are_kept_and_only_optional_kinds_have_one() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let all = ana.get(PREFERENCES).expect(200).json();
    assert_eq!(all.as_object().unwrap().len(), 6);
    assert!(all.as_object().unwrap().values().all(|wants| wants == true));
    let told = put(&mut ana, &json!({"new-message": false, "job-alert": false})).expect(200);
    assert_eq!(told.json()["new-message"], false);
    assert_eq!(put(&mut ana, &json!({"job-alert": true})).json()["new-message"], false);
    assert_eq!(ana.get(PREFERENCES).json()["job-alert"], true);
    for wrong in ["verify-email", "password-changed", "nada"] {
        let told = put(&mut ana, &json!({wrong: false})).refused(400, "VALIDATION_ERROR").json();
        assert_eq!(told["details"][0]["code"], "FIELD_UNKNOWN");
    }
    put(&mut ana, &json!({"job-alert": "no"})).refused(400, "VALIDATION_ERROR");
    server.visitor().get(PREFERENCES).refused(401, "UNAUTHORIZED");
}

#[test]
fn forged_links_end_nothing() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let session = ana.get("/api/auth/get-session").json();
    let id = session["user"]["id"].as_str().unwrap();
    let forged = crate::support::server::hmac_base64("secreto", &format!("{id}~new-message"));
    let mut visitor = server.visitor();
    for token in ["", "nada", &format!("{id}~new-message.{forged}"), &format!("{id}~new-message.")]
    {
        let path = format!("/api/alerts/unsubscribe?token={token}");
        visitor.get(&path).refused(410, "UNSUBSCRIBE_LINK_INVALID");
        visitor.post(&path, json!({})).refused(410, "UNSUBSCRIBE_LINK_INVALID");
    }
    assert_eq!(server.count("mail_refusal"), 0);
}
