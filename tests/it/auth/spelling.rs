//! One address, however its letters are spelt; and none that only looks like another.

use serde_json::{Value, json};

use crate::support::server::PASSWORD;
use crate::support::{Client, Reply, Server};

/// `maría` in one piece, and with the accent behind its letter as some keyboards send it.
const COMPOSED: &str = "mar\u{ed}a@ejemplo.es";
const DECOMPOSED: &str = "mari\u{301}a@ejemplo.es";

/// Spellings that fold into ASCII without being it: of `kim` and of `ian`.
const STRANGERS: [&str; 4] = [
    "\u{212a}im@ejemplo.es",
    "\u{130}an@ejemplo.es",
    "I\u{307}an@ejemplo.es",
    "ian\u{212a}@ejemplo.es",
];

const CALM: (&str, &str) = ("ANTESALA_RATE_LIMIT__ENABLED", "false");

fn sign_up(server: &Server, email: &str) -> Reply {
    let body = json!({"name": "Ana", "email": email, "password": PASSWORD});
    server.visitor().post("/api/auth/sign-up/email", body)
}

/// Every door of the API that takes an address, with an administrator at it.
fn doors(email: &str, id: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("/api/auth/sign-up/email", json!({"name": "", "email": email, "password": PASSWORD})),
        ("/api/auth/sign-in/email", json!({"email": email, "password": PASSWORD})),
        ("/api/auth/request-password-reset", json!({"email": email})),
        ("/api/auth/forget-password", json!({"email": email})),
        ("/api/auth/send-verification-email", json!({"email": email})),
        ("/api/auth/change-email", json!({"newEmail": email})),
        ("/api/auth/admin/create-user", json!({"name": "", "email": email})),
        ("/api/auth/admin/update-user", json!({"userId": id, "data": {"email": email}})),
        ("/api/waitlist", json!({"email": email, "role": "professional"})),
    ]
}

#[test]
fn address_spelt_in_pieces_is_the_composed_one_at_every_door() {
    let server = Server::with(&[CALM]);
    sign_up(&server, DECOMPOSED).expect(200);
    sign_up(&server, COMPOSED).refused(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
    for email in [COMPOSED, DECOMPOSED, "MARI\u{301}A@EJEMPLO.ES", "MAR\u{cd}A@ejemplo.es"] {
        let body = json!({"email": email, "password": PASSWORD});
        let user = server.visitor().post("/api/auth/sign-in/email", body).expect(200).json();
        assert_eq!(user["user"]["email"], COMPOSED, "{email}");
        let asked = json!({"email": email});
        server.visitor().post("/api/auth/request-password-reset", asked).expect(200);
    }
    server.mail_of("reset-password", COMPOSED);
    let join = |email: &str| {
        let body = json!({"email": email, "role": "professional"});
        server.visitor().post("/api/waitlist", body)
    };
    join(COMPOSED).expect(201);
    join(DECOMPOSED).refused(409, "WAITLIST_DUPLICATE");
    let mut ana = server.person("ana@ejemplo.es");
    ana.post("/api/auth/change-email", json!({"newEmail": DECOMPOSED})).expect(200);
    assert_eq!(server.number(r#"SELECT count(*) FROM "user""#), 2);
    let mut root = server.admin();
    let body = json!({"name": "", "email": DECOMPOSED});
    root.post("/api/auth/admin/create-user", body)
        .refused(400, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
}

#[test]
fn letters_that_fold_into_ascii_are_refused_at_every_door() {
    let server = Server::with(&[CALM]);
    server.person("kim@ejemplo.es");
    server.person("ian@ejemplo.es");
    let mut root: Client = server.admin();
    let session = root.get("/api/auth/get-session").json();
    let id = session["user"]["id"].as_str().unwrap();
    for email in STRANGERS {
        for (path, body) in doors(email, id) {
            let reply = root.post(path, body).expect(400);
            let code = reply.code();
            assert!(code == "INVALID_EMAIL" || code == "VALIDATION_ERROR", "{path} {code}");
        }
    }
    assert_eq!((server.count("user"), server.count("waitlist")), (3, 0));
}
