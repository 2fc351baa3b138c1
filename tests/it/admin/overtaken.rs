//! Acts of an administrator who is demoted, barred or signed out while they are on their
//! way, and impersonations of somebody who meanwhile may not be impersonated: the race is
//! forced, in both orders.

use serde_json::{Value, json};

use crate::support::race::{Act, in_order};
use crate::support::{Client, Reply, Server};

const NEW: &str = "otra frase bien larga";

/// An administrator beside the first one, and somebody whom they act on.
struct Cast {
    server: Server,
    root: Client,
    eva: Client,
    eva_id: String,
    ana_id: String,
}

fn cast() -> Cast {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut root = server.admin();
    let mut eva = server.person("eva@ejemplo.es");
    let mut ana = server.person("ana@ejemplo.es");
    let (eva_id, ana_id) = (super::id_of(&mut eva), super::id_of(&mut ana));
    let body = json!({"userId": eva_id, "role": "admin"});
    root.post("/api/auth/admin/set-role", body).expect(200);
    Cast { server, root, eva, eva_id, ana_id }
}

impl Cast {
    fn act<'a>(&self, who: &Client, path: &str, mut body: Value, about: &str) -> Act<'a> {
        let mut who = who.at(&format!("http://{}", self.server.address()));
        let path = format!("/api/auth/admin/{path}");
        if path != "/api/auth/admin/create-user" {
            body["userId"] = json!(about);
        }
        Box::new(move || {
            let reply = who.post(&path, body);
            (who, reply)
        })
    }

    fn borrowed(&self) -> i64 {
        self.server.number("SELECT count(*) FROM session WHERE impersonated_by IS NOT NULL")
    }
}

/// What ends an administrator: what is done, with what.
fn ends_of_an_administrator() -> [(&'static str, Value); 6] {
    [
        ("set-role", json!({"role": "user"})),
        ("ban-user", json!({})),
        ("update-user", json!({"data": {"isActive": false}})),
        ("remove-user", json!({})),
        ("revoke-user-sessions", json!({})),
        ("set-user-password", json!({"newPassword": NEW})),
    ]
}

/// What somebody must be to be impersonated, taken away.
fn ends_of_the_impersonated() -> [(&'static str, Value); 4] {
    [
        ("set-role", json!({"role": "admin"})),
        ("ban-user", json!({})),
        ("update-user", json!({"data": {"isActive": false}})),
        ("remove-user", json!({})),
    ]
}

#[test]
fn no_impersonation_outlives_what_it_takes() {
    let of_eva = ends_of_an_administrator().map(|(path, body)| (path, body, true));
    let of_ana = ends_of_the_impersonated().map(|(path, body)| (path, body, false));
    for (path, body, is_of_eva) in of_eva.into_iter().chain(of_ana) {
        for out_first in [true, false] {
            let cast = cast();
            let about = if is_of_eva { &cast.eva_id } else { &cast.ana_id };
            let out = cast.act(&cast.root, path, body.clone(), about);
            let begin = cast.act(&cast.eva, "impersonate-user", json!({}), &cast.ana_id);
            let acts = if out_first { vec![out, begin] } else { vec![begin, out] };
            let replies = in_order(&cast.server, about, acts);
            let statuses: Vec<u16> = replies.iter().map(|(_, reply)| reply.status).collect();
            let told = format!("{path} of eva: {is_of_eva}, first: {out_first}: {statuses:?}");
            assert_eq!(cast.borrowed(), 0, "{told}");
            assert_eq!(statuses[usize::from(!out_first)], 200, "{told}");
            if out_first {
                assert!((400..500).contains(&statuses[1]), "{told}");
            }
        }
    }
}

fn refusal(reply: &Reply) -> (u16, String) {
    (reply.status, reply.code())
}

#[test]
fn acts_of_an_administrator_who_is_demoted_meanwhile_are_not_done() {
    let forbidden = |what: &str| (403, format!("YOU_ARE_NOT_ALLOWED_TO_{what}"));
    for (path, body, code) in [
        ("set-role", json!({"role": "admin"}), forbidden("CHANGE_USERS_ROLE")),
        ("ban-user", json!({}), forbidden("BAN_USERS")),
        ("unban-user", json!({}), forbidden("BAN_USERS")),
        ("set-user-password", json!({"newPassword": NEW}), forbidden("SET_USERS_PASSWORD")),
        ("update-user", json!({"data": {"email": "x@ejemplo.es"}}), forbidden("UPDATE_USERS")),
        ("remove-user", json!({}), forbidden("DELETE_USERS")),
        ("revoke-user-sessions", json!({}), forbidden("REVOKE_USERS_SESSIONS")),
        ("impersonate-user", json!({}), forbidden("IMPERSONATE_USERS")),
        (
            "create-user",
            json!({"email": "nueva@ejemplo.es", "password": NEW, "name": "X", "role": "admin"}),
            forbidden("CREATE_USERS"),
        ),
    ] {
        let cast = cast();
        let rows = "SELECT id, email, role, banned, is_active FROM \"user\" ORDER BY id";
        let secrets = "SELECT a.password, (SELECT count(*) FROM session s
            WHERE s.user_id = a.user_id) FROM account a ORDER BY a.id";
        let acts = vec![
            cast.act(&cast.root, "set-role", json!({"role": "user"}), &cast.eva_id),
            cast.act(&cast.eva, path, body, &cast.ana_id),
        ];
        let database = cast.server.database();
        let secrets_before = database.rows(secrets);
        let people_before: Vec<_> =
            database.rows(rows).into_iter().filter(|row| row[0] != cast.eva_id).collect();
        let replies = in_order(&cast.server, &cast.eva_id, acts);
        assert_eq!(replies[0].1.status, 200, "{path}");
        assert_eq!(refusal(&replies[1].1), code, "{path}");
        let people: Vec<_> =
            database.rows(rows).into_iter().filter(|row| row[0] != cast.eva_id).collect();
        assert_eq!((people, database.rows(secrets)), (people_before, secrets_before), "{path}");
    }
}

#[test]
fn acts_of_a_session_that_is_ended_meanwhile_are_not_done() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let password = crate::support::server::PASSWORD;
    for (n, (path, body)) in [
        ("delete-user", json!({"password": password})),
        ("delete-user", json!({})),
        ("change-password", json!({"currentPassword": password, "newPassword": NEW})),
        ("change-email", json!({"newEmail": "suya@ejemplo.es"})),
        ("revoke-sessions", json!({})),
        ("revoke-other-sessions", json!({})),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("p{n}@ejemplo.es");
        let mut owner = server.person(&email);
        let thief = server.signed_in(&email);
        let acts: Vec<Act<'_>> = [
            (owner.at(&format!("http://{}", server.address())), "revoke-other-sessions", json!({})),
            (thief, path, body),
        ]
        .into_iter()
        .map(|(mut who, path, body)| -> Act<'_> {
            Box::new(move || {
                let reply = who.post(&format!("/api/auth/{path}"), body);
                (who, reply)
            })
        })
        .collect();
        let replies = in_order(&server, &super::id_of(&mut owner), acts);
        assert_eq!(replies[0].1.status, 200, "{path}");
        assert_eq!(refusal(&replies[1].1), (401, String::from("UNAUTHORIZED")), "{path}");
        let session = owner.get("/api/auth/get-session").expect(200).json();
        assert_eq!(session["user"]["email"], email.as_str(), "{path}");
        server.signed_in(&email);
    }
    assert_eq!(server.number("SELECT count(*) FROM verification WHERE subject IS NOT NULL"), 0);
}
