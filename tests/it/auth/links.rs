//! What a mailed link may do is decided when it is used: every link against everything
//! that may happen between its mail and the click.

use serde_json::{Value, json};

use crate::support::server::PASSWORD;
use crate::support::{Client, Reply, Server};

const CHANGE: &str = "/api/auth/change-email";
const NEW: &str = "otra frase bien larga";

/// The links that people are mailed about their account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Verify,
    Reset,
    /// To the new address, because nobody had proven the old one.
    Move,
    /// To the old address, which is asked first.
    Leave,
    /// To the new address, after the old one agreed.
    MoveAgreed,
    Delete,
}

/// What happens before the click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Nothing,
    Proven,
    /// Whatever else marks an address as proven, links or no links.
    ProvenBehindOurBack,
    Vouched,
    Moved,
    PasswordChanged,
    PasswordReset,
    PasswordSet,
    Banned,
    Deactivated,
    Deleted,
    /// Somebody else opens an account with the new address.
    Taken,
    Promoted,
    /// A second link of the same kind is used.
    OtherUsed,
}

impl Link {
    const ALL: [Self; 6] =
        [Self::Verify, Self::Reset, Self::Move, Self::Leave, Self::MoveAgreed, Self::Delete];

    /// Tells whether the link belongs to somebody who has proven their address.
    fn is_of_proven(self) -> bool {
        matches!(self, Self::Leave | Self::MoveAgreed)
    }

    /// Tells whether the link still does what it says.
    fn works_after(self, event: Event) -> bool {
        use Event::{
            Banned, Deactivated, Deleted, Moved, Nothing, OtherUsed, PasswordChanged,
            PasswordReset, PasswordSet, Promoted, Proven, ProvenBehindOurBack, Taken, Vouched,
        };
        match (event, self) {
            (Deleted | Moved, _) => false,
            // A proof of an address is one, whatever else the account is; again is fine.
            (Nothing | Promoted, _) | (_, Self::Verify) => true,
            // A password opens nothing to whoever is barred.
            (Banned | Deactivated, link) => link == Self::Reset,
            // Consent is asked for where it was not before.
            (ProvenBehindOurBack, link) => link != Self::Move,
            // Who leaves agrees; nobody is told that the address is taken.
            (Taken, link) => !matches!(link, Self::Move | Self::MoveAgreed),
            (Proven | Vouched | PasswordChanged | PasswordReset | PasswordSet, _) => false,
            // Who has changed already is told so again; a password is set once.
            (OtherUsed, link) => link != Self::Reset,
        }
    }
}

impl Event {
    const ALL: [Self; 14] = [
        Self::Nothing,
        Self::Proven,
        Self::ProvenBehindOurBack,
        Self::Vouched,
        Self::Moved,
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::PasswordSet,
        Self::Banned,
        Self::Deactivated,
        Self::Deleted,
        Self::Taken,
        Self::Promoted,
        Self::OtherUsed,
    ];
}

struct Cast {
    name: String,
    email: String,
    to: String,
    id: String,
    own: Client,
}

fn token(server: &Server, kind: &str, email: &str) -> String {
    server.mail_of(kind, email)["token"].as_str().unwrap().to_owned()
}

fn opened(client: &mut Client, token: &str) -> Reply {
    client.get(&format!("/api/auth/verify-email?token={token}"))
}

fn set(server: &Server, id: &str, what: &str) {
    server.execute(&format!("UPDATE \"user\" SET {what} WHERE id = '{id}'"));
}

fn cast(server: &Server, name: &str, link: Link) -> Cast {
    let email = format!("{name}@ejemplo.es");
    let mut own = server.person(&email);
    let session = own.get("/api/auth/get-session").expect(200).json();
    let id = session["user"]["id"].as_str().unwrap().to_owned();
    if link.is_of_proven() {
        set(server, &id, "email_verified = 1");
    }
    Cast { name: name.to_owned(), to: format!("nueva-{email}"), email, id, own }
}

/// Has the link mailed; returns its token.
fn mailed(server: &Server, cast: &mut Cast, link: Link) -> String {
    let (email, to) = (cast.email.as_str(), cast.to.as_str());
    match link {
        Link::Verify => token(server, "verify-email", email),
        Link::Reset => {
            let path = "/api/auth/request-password-reset";
            server.visitor().post(path, json!({"email": email})).expect(200);
            token(server, "reset-password", email)
        }
        Link::Move => {
            cast.own.post(CHANGE, json!({"newEmail": to})).expect(200);
            token(server, "change-email", to)
        }
        Link::Leave => {
            cast.own.post(CHANGE, json!({"newEmail": to})).expect(200);
            token(server, "change-email", email)
        }
        Link::MoveAgreed => {
            cast.own.post(CHANGE, json!({"newEmail": to})).expect(200);
            opened(&mut server.visitor(), &token(server, "change-email", email)).expect(200);
            token(server, "change-email", to)
        }
        Link::Delete => {
            server.execute(&format!(
                "UPDATE session SET created_at = created_at - 86400001 WHERE user_id = '{}'",
                cast.id
            ));
            let asked = cast.own.post("/api/auth/delete-user", json!({"callbackURL": "/adios"}));
            asked.expect(200);
            token(server, "delete-account", email)
        }
    }
}

fn used(server: &Server, cast: &mut Cast, link: Link, token: &str) -> Reply {
    match link {
        Link::Verify | Link::Move | Link::Leave | Link::MoveAgreed => {
            opened(&mut server.visitor(), token)
        }
        Link::Reset => {
            let body = json!({"newPassword": "una tercera frase larga", "token": token});
            server.visitor().post("/api/auth/reset-password", body)
        }
        Link::Delete => cast.own.get(&format!("/api/auth/delete-user/callback?token={token}")),
    }
}

fn happens(server: &Server, root: &mut Client, cast: &mut Cast, (event, link): (Event, Link)) {
    let mut admin = |path: &str, mut body: Value| {
        body["userId"] = json!(cast.id);
        root.post(&format!("/api/auth/admin/{path}"), body).expect(200);
    };
    match event {
        Event::Nothing => {}
        Event::Proven => {
            let sign_up = token(server, "verify-email", &cast.email);
            opened(&mut server.visitor(), &sign_up).expect(200);
        }
        Event::ProvenBehindOurBack => set(server, &cast.id, "email_verified = 1"),
        Event::Vouched => admin("update-user", json!({"data": {"emailVerified": true}})),
        Event::Moved => {
            let other = format!("otra-{}", cast.email);
            admin("update-user", json!({"data": {"email": other}}));
            server.mail_of("email-changed", &cast.email);
        }
        Event::PasswordChanged => {
            let body = json!({"currentPassword": PASSWORD, "newPassword": NEW});
            cast.own.post("/api/auth/change-password", body).expect(200);
        }
        Event::PasswordReset => {
            let path = "/api/auth/request-password-reset";
            server.visitor().post(path, json!({"email": cast.email})).expect(200);
            let reset = token(server, "reset-password", &cast.email);
            let body = json!({"newPassword": NEW, "token": reset});
            server.visitor().post("/api/auth/reset-password", body).expect(200);
        }
        Event::PasswordSet => admin("set-user-password", json!({"newPassword": NEW})),
        Event::Banned => admin("ban-user", json!({})),
        Event::Deactivated => admin("update-user", json!({"data": {"isActive": false}})),
        Event::Deleted => admin("remove-user", json!({})),
        Event::Taken => drop(server.person(&cast.to)),
        Event::Promoted => admin("set-role", json!({"role": "editor"})),
        Event::OtherUsed => {
            let other = mailed(server, cast, link);
            used(server, cast, link, &other).expect(200);
        }
    }
}

/// Tells whether the link has done what it says.
fn is_done(server: &Server, cast: &Cast, link: Link) -> bool {
    let person = |what: &str| {
        let sql = format!("SELECT count(*) FROM \"user\" WHERE id = '{}' AND {what}", cast.id);
        server.number(&sql) == 1
    };
    match link {
        // Whoever leaves an address has it proven; the new one is asked, unless it is taken.
        Link::Verify | Link::Leave => person("email_verified = 1"),
        Link::Reset => {
            let body = json!({"email": cast.email, "password": "una tercera frase larga"});
            server.visitor().post("/api/auth/sign-in/email", body).code()
                != "INVALID_EMAIL_OR_PASSWORD"
        }
        Link::Move | Link::MoveAgreed => person(&format!("email = '{}'", cast.to)),
        Link::Delete => !person("1 = 1"),
    }
}

#[test]
fn every_link_is_decided_anew_when_it_is_used() {
    let server = Server::with(&[
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
        ("ANTESALA_MAIL__PER_ADDRESS_HOURLY_MAX", "1000"),
        ("ANTESALA_MAIL__HOURLY_MAX", "100000"),
    ]);
    let mut root = server.admin();
    let mut wrong = Vec::new();
    for link in Link::ALL {
        for event in Event::ALL {
            let is_proven = matches!(event, Event::Proven | Event::Vouched);
            // Who is proven already is proven no more; the owner's deletion ends the rest.
            if is_proven && link.is_of_proven() || event == Event::OtherUsed && link == Link::Delete
            {
                continue;
            }
            let mut cast = cast(&server, &format!("{link:?}-{event:?}").to_lowercase(), link);
            let token = mailed(&server, &mut cast, link);
            happens(&server, &mut root, &mut cast, (event, link));
            let reply = used(&server, &mut cast, link, &token);
            let works = reply.status == 200;
            let done = works && is_done(&server, &cast, link);
            if works != link.works_after(event) || works != done {
                wrong.push(format!("{}: {} {}, done {done}", cast.name, reply.status, reply.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn address_that_an_account_leaves_is_told() {
    let server = Server::start();
    let mut cast = cast(&server, "ana", Link::Move);
    let link = mailed(&server, &mut cast, Link::Move);
    used(&server, &mut cast, Link::Move, &link).expect(200);
    let told = server.mail_of("email-changed", "ana@ejemplo.es");
    assert_eq!(told["token"], Value::Null);
    let says = told.to_string();
    assert!(!says.contains("nueva-ana"), "the new address is nobody's business: {says}");
}

#[test]
fn change_decided_without_the_old_address_asks_it_once_it_is_proven() {
    let server = Server::start();
    // Eva lays a trap with Ana's address, and keeps a link to her own mailbox.
    let mut cast = cast(&server, "ana", Link::Move);
    let sleeve = mailed(&server, &mut cast, Link::Move);
    let proof = token(&server, "verify-email", "ana@ejemplo.es");
    opened(&mut server.visitor(), &proof).expect(200);
    opened(&mut server.visitor(), &sleeve).refused(401, "INVALID_TOKEN");
    opened(&mut cast.own, &sleeve).refused(401, "INVALID_TOKEN");
    assert_eq!(server.text("SELECT email FROM \"user\""), "ana@ejemplo.es");
    // Asked again, the old address is asked first.
    cast.own.post(CHANGE, json!({"newEmail": cast.to})).expect(200);
    let consent = token(&server, "change-email", "ana@ejemplo.es");
    opened(&mut server.visitor(), &consent).expect(200);
}

#[test]
fn waitlist_invitation_is_decided_anew_when_it_is_used() {
    let environment = [("ANTESALA_RATE_LIMIT__ENABLED", "false")];
    let server = Server::with(&environment);
    let mut root = server.admin();
    let mut invited = |name: &str| {
        let email = format!("{name}@ejemplo.es");
        let body = json!({"email": email, "role": "professional"});
        server.visitor().post("/api/waitlist", body).expect(201);
        root.post("/api/admin/waitlist/invite", json!({"emails": [email]})).expect(200);
        json!({
            "name": "Ana", "email": email, "password": PASSWORD,
            "invitation": token(&server, "waitlist-invite", &email),
        })
    };
    let (spent, left, taken, closed) =
        (invited("gasta"), invited("deja"), invited("tiene"), invited("cierra"));
    let sign_up = |server: &Server, body: &Value| {
        server.visitor().post("/api/auth/sign-up/email", body.clone())
    };
    sign_up(&server, &spent).expect(200);
    sign_up(&server, &spent).refused(410, "INVITATION_INVALID");
    server.execute("DELETE FROM waitlist WHERE email = 'deja@ejemplo.es'");
    sign_up(&server, &left).refused(410, "INVITATION_INVALID");
    server.person("tiene@ejemplo.es");
    sign_up(&server, &taken).refused(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
    let folder = server.stop();
    let shut = [environment[0], ("ANTESALA_AUTH__SIGNUP", "closed")];
    let server = Server::in_folder(folder, &shut);
    sign_up(&server, &closed).refused(403, "SIGN_UP_CLOSED");
}
