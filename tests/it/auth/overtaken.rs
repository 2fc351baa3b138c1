//! Sessions that are opened while what opens them is taken away: every way in against
//! every way out, in both orders, with the race forced. Whoever comes second finds what
//! the first has written.

use serde_json::{Value, json};

use crate::support::openid::{CLIENT_ID, CLIENT_SECRET, Provider, person};
use crate::support::race::{Act, in_order};
use crate::support::server::PASSWORD;
use crate::support::{Client, Reply, Server};

const NEW: &str = "otra frase bien larga";

/// How somebody comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum In {
    Password,
    Form,
    IdToken,
    /// From a session that there is: the password changes, and another session follows.
    ChangePassword,
}

/// How what lets them in is taken away, or they are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Out {
    Reset,
    ChangePassword,
    AdminSetsPassword,
    ConsoleSetsPassword,
    TakeOver,
    Deactivate,
    Ban,
    MoveAddress,
    Delete,
    Remove,
    RevokeSessions,
    AdminRevokesSessions,
    Unlink,
}

impl Out {
    const ALL: [Self; 13] = [
        Self::Reset,
        Self::ChangePassword,
        Self::AdminSetsPassword,
        Self::ConsoleSetsPassword,
        Self::TakeOver,
        Self::Deactivate,
        Self::Ban,
        Self::MoveAddress,
        Self::Delete,
        Self::Remove,
        Self::RevokeSessions,
        Self::AdminRevokesSessions,
        Self::Unlink,
    ];

    /// Tells whether whoever comes in afterwards still may.
    fn leaves(self, way_in: In) -> bool {
        match (way_in, self) {
            (_, Self::Deactivate | Self::Ban | Self::TakeOver) => false,
            // The password, and from which address it is known.
            (In::Password | In::Form, out) => {
                matches!(out, Self::RevokeSessions | Self::AdminRevokesSessions | Self::Unlink)
            }
            // The provider's word holds whatever the password is; whose account is gone has
            // another one.
            (In::IdToken, _) => true,
            (In::ChangePassword, out) => matches!(out, Self::MoveAddress | Self::Unlink),
        }
    }

    /// Tells whether it ends sessions.
    fn ends(self) -> bool {
        !matches!(self, Self::MoveAddress | Self::Unlink)
    }
}

/// A person with two browsers, and what the world knows of them.
struct Cast {
    email: String,
    id: String,
    one: Client,
    other: Client,
}

struct World {
    server: Server,
    provider: Provider,
    root: Client,
}

fn world() -> World {
    let provider = Provider::start();
    let issuer = provider.issuer();
    let server = Server::with(&[
        ("ANTESALA_SOCIAL__ACME__CLIENT_ID", CLIENT_ID),
        ("ANTESALA_SOCIAL__ACME__CLIENT_SECRET", CLIENT_SECRET),
        ("ANTESALA_SOCIAL__ACME__ISSUER", issuer.as_str()),
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
        ("ANTESALA_MAIL__PER_ADDRESS_HOURLY_MAX", "1000"),
        ("ANTESALA_MAIL__HOURLY_MAX", "100000"),
    ]);
    let root = server.admin();
    World { server, provider, root }
}

fn is_in(client: &mut Client) -> bool {
    client.get("/api/auth/get-session").expect(200).json() != Value::Null
}

impl World {
    fn cast(&self, name: &str, is_linked: bool) -> Cast {
        let email = format!("{name}@ejemplo.es");
        let mut one = self.server.person(&email);
        let session = one.get("/api/auth/get-session").expect(200).json();
        let id = session["user"]["id"].as_str().unwrap().to_owned();
        if is_linked {
            self.server
                .execute(&format!("UPDATE \"user\" SET email_verified = 1 WHERE id = '{id}'"));
            self.bring(name, &email).1.expect(200);
        }
        let other = self.server.signed_in(&email);
        Cast { email, id, one, other }
    }

    /// Signs in with the provider's word for `subject`.
    fn bring(&self, subject: &str, email: &str) -> (Client, Reply) {
        let token = self.provider.id_token(&person(subject, email), None);
        let body = json!({"provider": "acme", "idToken": {"token": token}});
        posted(self.server.visitor(), "/api/auth/sign-in/social", &body)
    }

    fn way_in<'a>(&'a self, way: In, cast: &'a Cast, name: &'a str) -> Act<'a> {
        let email = &cast.email;
        match way {
            In::Password => Box::new(move || {
                let body = json!({"email": email, "password": PASSWORD});
                posted(self.server.visitor(), "/api/auth/sign-in/email", &body)
            }),
            In::Form => Box::new(move || {
                let fields = format!("email={email}&password={}", PASSWORD.replace(' ', "+"));
                submitted(self.server.visitor(), "/login", &fields)
            }),
            In::IdToken => Box::new(move || self.bring(name, email)),
            In::ChangePassword => {
                let one = again(&cast.one, &self.server);
                let body = json!({
                    "currentPassword": PASSWORD, "newPassword": "una tercera frase larga",
                    "revokeOtherSessions": true,
                });
                Box::new(move || posted(one, "/api/auth/change-password", &body))
            }
        }
    }

    fn way_out<'a>(&'a self, way: Out, cast: &'a Cast) -> Act<'a> {
        let (root, own) = (again(&self.root, &self.server), again(&cast.other, &self.server));
        let of_admin = |path: &'static str, mut body: Value| -> Act<'a> {
            body["userId"] = json!(cast.id);
            let root = again(&self.root, &self.server);
            Box::new(move || posted(root, &format!("/api/auth/admin/{path}"), &body))
        };
        let of_owner = |path: &'static str, body: Value| -> Act<'a> {
            let own = again(&cast.other, &self.server);
            Box::new(move || posted(own, &format!("/api/auth/{path}"), &body))
        };
        match way {
            Out::Reset => {
                let ask = json!({"email": cast.email});
                self.server.visitor().post("/api/auth/request-password-reset", ask).expect(200);
                let token = self.server.mail_of("reset-password", &cast.email)["token"].clone();
                of_owner("reset-password", json!({"newPassword": NEW, "token": token}))
            }
            Out::ChangePassword => of_owner(
                "change-password",
                json!({
                    "currentPassword": PASSWORD, "newPassword": NEW, "revokeOtherSessions": true,
                }),
            ),
            Out::AdminSetsPassword => of_admin("set-user-password", json!({"newPassword": NEW})),
            Out::ConsoleSetsPassword => {
                let fields = format!("newPassword={}", NEW.replace(' ', "+"));
                let path = format!("/dashboard/admin/personas/{}/contrasena", cast.id);
                Box::new(move || submitted(root, &path, &fields))
            }
            Out::TakeOver => {
                Box::new(move || self.bring(&format!("owner-{}", cast.id), &cast.email))
            }
            Out::Deactivate => of_admin("update-user", json!({"data": {"isActive": false}})),
            Out::Ban => of_admin("ban-user", json!({})),
            Out::MoveAddress => {
                let to = format!("nueva-{}", cast.email);
                let mut asking = own;
                asking.post("/api/auth/change-email", json!({"newEmail": to})).expect(200);
                let link = self.server.mail_of("change-email", &to)["token"].clone();
                let path = format!("/api/auth/verify-email?token={}", link.as_str().unwrap());
                Box::new(move || {
                    let reply = asking.get(&path);
                    (asking, reply)
                })
            }
            Out::Delete => of_owner("delete-user", json!({"password": PASSWORD})),
            Out::Remove => of_admin("remove-user", json!({})),
            Out::RevokeSessions => of_owner("revoke-sessions", json!({})),
            Out::AdminRevokesSessions => of_admin("revoke-user-sessions", json!({})),
            Out::Unlink => {
                let sql = format!(
                    "SELECT id FROM account WHERE user_id = '{}' AND provider_id = 'acme'",
                    cast.id
                );
                of_owner("unlink-account", json!({"accountId": self.server.text(&sql)}))
            }
        }
    }
}

/// Returns the same browser once more.
fn again(client: &Client, server: &Server) -> Client {
    client.at(&format!("http://{}", server.address()))
}

fn posted(mut client: Client, path: &str, body: &Value) -> (Client, Reply) {
    let reply = client.post(path, body.clone());
    (client, reply)
}

fn submitted(mut client: Client, path: &str, fields: &str) -> (Client, Reply) {
    client.set("sec-fetch-site", "same-origin");
    let form = ("application/x-www-form-urlencoded", fields.as_bytes());
    let reply = client.send("POST", path, Some(form));
    (client, reply)
}

#[test]
fn no_session_outlives_what_took_its_proof_away() {
    let world = world();
    let mut wrong = Vec::new();
    for way_in in [In::Password, In::Form, In::IdToken, In::ChangePassword] {
        for way_out in Out::ALL {
            let is_linked = way_in == In::IdToken || way_out == Out::Unlink;
            if is_linked && matches!(way_out, Out::MoveAddress | Out::TakeOver) {
                continue;
            }
            for out_first in [true, false] {
                let name = format!("p{way_in:?}-{way_out:?}-{out_first}").to_lowercase();
                let cast = world.cast(&name, is_linked);
                let out = world.way_out(way_out, &cast);
                let inward = world.way_in(way_in, &cast, &name);
                let acts = if out_first { vec![out, inward] } else { vec![inward, out] };
                let mut ends = in_order(&world.server, &cast.id, acts);
                if !out_first {
                    ends.reverse();
                }
                let (mut entered, reply) = ends.pop().unwrap();
                let out_reply = ends.pop().unwrap().1;
                let lives = reply.status < 400 && is_in(&mut entered);
                // Who changes the password from one session ends the other, whose act is void.
                let shall_live = if out_reply.status >= 400 {
                    !out_first && way_in == In::ChangePassword
                } else if out_first {
                    way_out.leaves(way_in)
                } else {
                    !way_out.ends()
                };
                let is_fault = reply.status >= 500 || out_reply.status >= 500;
                if lives != shall_live || is_fault {
                    let (status, out) = (reply.status, out_reply.status);
                    wrong.push(format!("{name}: lives {lives}, in {status}, out {out}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn sign_in_that_is_overtaken_by_a_reset_is_refused_as_one_with_a_wrong_password() {
    let world = world();
    let cast = world.cast("ana", false);
    let acts = vec![
        world.way_out(Out::Reset, &cast),
        world.way_in(In::Password, &cast, "ana"),
        world.way_in(In::Form, &cast, "ana"),
        world.way_in(In::ChangePassword, &cast, "ana"),
    ];
    let mut replies =
        in_order(&world.server, &cast.id, acts).into_iter().map(|(_, reply)| reply).skip(1);
    replies.next().unwrap().refused(401, "INVALID_EMAIL_OR_PASSWORD");
    replies.next().unwrap().expect(400);
    replies.next().unwrap().refused(401, "UNAUTHORIZED");
    let failed =
        "SELECT count(*) FROM audit WHERE act = 'sign-in-failed' AND target_id IS NOT NULL";
    assert_eq!(world.server.number(failed), 2);
}

#[test]
fn many_who_sign_in_while_their_password_is_hashed_anew_all_come_in() {
    let folder = {
        let server = Server::start();
        server.person("ana@ejemplo.es");
        server.stop()
    };
    let server = Server::in_folder(
        folder,
        &[("ANTESALA_RATE_LIMIT__ENABLED", "false"), ("ANTESALA_AUTH__ARGON2_MEMORY_KIB", "16")],
    );
    let before = server.text("SELECT password FROM account");
    let acts: Vec<Act<'_>> = (0..4)
        .map(|_| -> Act<'_> {
            let body = json!({"email": "ana@ejemplo.es", "password": PASSWORD});
            let visitor = server.visitor();
            Box::new(move || posted(visitor, "/api/auth/sign-in/email", &body))
        })
        .collect();
    let id = server.text("SELECT id FROM \"user\"");
    for (mut client, reply) in in_order(&server, &id, acts) {
        reply.expect(200);
        assert!(is_in(&mut client));
    }
    assert_ne!(server.text("SELECT password FROM account"), before);
}

#[test]
fn first_proof_of_an_address_signs_nobody_in_who_is_barred_meanwhile() {
    let server = Server::with(&[
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
        ("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true"),
    ]);
    let root = server.admin();
    for (n, (path, more)) in [
        ("ban-user", json!({})),
        ("update-user", json!({"data": {"isActive": false}})),
        ("update-user", json!({"data": {"email": "otra@ejemplo.es"}})),
        ("remove-user", json!({})),
    ]
    .into_iter()
    .enumerate()
    {
        for out_first in [true, false] {
            let email = format!("v{n}-{out_first}@ejemplo.es");
            let mut ana = server.person(&email);
            let mail = server.mail_of("verify-email", &email);
            let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
            let id = server.text(&format!("SELECT id FROM \"user\" WHERE email = '{email}'"));
            let (mut body, root) = (more.clone(), again(&root, &server));
            body["userId"] = json!(id);
            let out: Act<'_> =
                Box::new(move || posted(root, &format!("/api/auth/admin/{path}"), &body));
            let proof: Act<'_> = Box::new(move || {
                let reply = ana.get(&link);
                (ana, reply)
            });
            let acts = if out_first { vec![out, proof] } else { vec![proof, out] };
            let mut ends = in_order(&server, &id, acts);
            let (mut ana, reply) = ends.swap_remove(usize::from(out_first));
            reply.expect(302);
            // Another address ends no session that was opened before.
            let stays = n == 2 && !out_first;
            assert_eq!(is_in(&mut ana), stays, "{path}, first: {out_first}");
            server.execute(&format!("DELETE FROM \"user\" WHERE id = '{id}'"));
        }
    }
}
