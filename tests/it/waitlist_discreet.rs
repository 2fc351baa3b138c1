//! Joins that tell nobody whether an address was on the list.

use std::thread;

use serde_json::{Value, json};

use crate::support::{Reply, Server};

const JOIN: &str = "/api/waitlist";
const CALM: (&str, &str) = ("ANTESALA_RATE_LIMIT__ENABLED", "false");
const DOUBLE: (&str, &str) = ("ANTESALA_WAITLIST__DOUBLE_OPT_IN", "true");
const FINE: (&str, &str) = ("ANTESALA_WAITLIST__DUPLICATE", "ok");
const COUNTED: (&str, &str) = ("ANTESALA_WAITLIST__PUBLIC_COUNT", "true");

/// The settings under which joins are discreet.
const MODES: [&[(&str, &str)]; 3] =
    [&[CALM, COUNTED, DOUBLE], &[CALM, COUNTED, FINE], &[CALM, COUNTED, DOUBLE, FINE]];

/// What may be known of an address before it joins; a change of the row laid over a join.
const STANDINGS: [(&str, Option<&str>); 7] = [
    ("new", None),
    ("waiting", Some("confirmed_at = NULL")),
    ("confirmed", Some("confirmed_at = created_at")),
    ("invited", Some("confirmed_at = created_at, invited_at = created_at")),
    ("unsubscribed", Some("confirmed_at = created_at, unsubscribed_at = created_at")),
    ("waiting and unsubscribed", Some("confirmed_at = NULL, unsubscribed_at = created_at")),
    ("old", Some("confirmed_at = 1, created_at = 1, referrals = 3, welcome = 0")),
];

fn join(server: &Server, email: &str, code: Option<&str>) -> Reply {
    let mut body = json!({"email": email, "role": "professional", "name": "Ana"});
    if let Some(code) = code {
        body["ref"] = json!(code);
    }
    server.visitor().post(JOIN, body)
}

/// What an answer shows: status, headers but for those that differ each time, body.
fn seen(reply: &Reply) -> (u16, Vec<(String, String)>, String) {
    let differs = |name: &str| ["date", "x-request-id"].contains(&name);
    let headers = reply.headers.iter().filter(|(name, _value)| !differs(name)).cloned().collect();
    (reply.status, headers, reply.text.clone())
}

/// What a join has written: places taken, links, mails, and mails counted to addresses.
fn written(server: &Server) -> [i64; 4] {
    [
        server.number("SELECT value FROM counter WHERE name = 'waitlist'"),
        server.count("verification"),
        server.count("outbox"),
        server.number("SELECT COALESCE(sum(mails), 0) FROM mail_quota WHERE recipient <> ''"),
    ]
}

#[test]
fn join_tells_nobody_whether_the_address_was_there() {
    for mode in MODES {
        let server = Server::with(mode);
        let mut first = None;
        for (number, (standing, row)) in STANDINGS.iter().enumerate() {
            let email = format!("p{number}@ejemplo.es");
            if let Some(row) = row {
                join(&server, &email, None).expect(201);
                server.execute(&format!("UPDATE waitlist SET {row} WHERE email = '{email}'"));
            }
            let before = written(&server);
            let answer = join(&server, &email, None).expect(201);
            let after = written(&server);
            let wrote: Vec<i64> =
                after.iter().zip(before).map(|(after, before)| after - before).collect();
            let now = (seen(&answer), wrote);
            assert_eq!(&now, first.get_or_insert_with(|| now.clone()), "{standing} {mode:?}");
            let rows = format!("SELECT count(*) FROM waitlist WHERE email = '{email}'");
            assert_eq!(server.number(&rows), 1, "{standing}");
        }
        let body = first.unwrap().0.2;
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), json!({"success": true}));
    }
}

#[test]
fn account_of_the_address_changes_nothing_either() {
    for mode in MODES {
        let server = Server::with(mode);
        server.person("ana@ejemplo.es");
        let (of_account, of_nobody) =
            (join(&server, "ana@ejemplo.es", None), join(&server, "eva@ejemplo.es", None));
        assert_eq!(seen(&of_account), seen(&of_nobody));
    }
}

#[test]
fn form_leads_to_the_same_page_whether_the_address_was_there() {
    for mode in MODES {
        let server = Server::with(mode);
        let form = b"email=ana%40ejemplo.es&role=professional".as_slice();
        let submit = || {
            let mut browser = server.visitor();
            browser.set("sec-fetch-site", "same-origin");
            browser.set("accept", "text/html");
            let form = ("application/x-www-form-urlencoded", form);
            browser.send("POST", "/lista-de-espera", Some(form)).expect(303)
        };
        let (first, second) = (submit(), submit());
        server.execute("UPDATE waitlist SET confirmed_at = created_at");
        let third = submit();
        assert_eq!(first.header("location"), Some("/?apuntado=1#lista"));
        assert_eq!((seen(&first), seen(&first)), (seen(&second), seen(&third)));
        let page = server.visitor().get("/?apuntado=1").expect(200).text;
        assert!(page.contains("Mira tu correo"), "{page}");
    }
}

/// Tells what a stranger can look at from outside, who has a code of their own.
fn outlook(server: &Server, code: &str) -> [Value; 3] {
    let place = server.visitor().get(&format!("{JOIN}/{code}")).expect(200).json();
    let count = server.visitor().get(&format!("{JOIN}/count")).expect(200).json();
    [place["position"].clone(), place["referrals"].clone(), count["count"].clone()]
}

#[test]
fn neither_counts_nor_codes_nor_places_tell_afterwards() {
    for mode in MODES {
        let looks: Vec<[Value; 3]> = [false, true]
            .map(|was_there| {
                let server = Server::with(mode);
                if was_there {
                    join(&server, "ana@ejemplo.es", None).expect(201);
                    server.execute("UPDATE waitlist SET confirmed_at = created_at");
                } else {
                    // As many joins came before: a place tells how many, never whose.
                    join(&server, "otra@ejemplo.es", None).expect(201);
                    server.execute("UPDATE waitlist SET confirmed_at = created_at");
                }
                join(&server, "mala@ejemplo.es", None).expect(201);
                let code = server.text("SELECT id FROM waitlist WHERE email = 'mala@ejemplo.es'");
                join(&server, "ana@ejemplo.es", Some(&code)).expect(201);
                let look = outlook(&server, &code);
                join(&server, "mala2@ejemplo.es", None).expect(201);
                let next = "SELECT sequence FROM waitlist WHERE email = 'mala2@ejemplo.es'";
                assert_eq!(server.number(next), 4);
                look
            })
            .into();
        assert_eq!(looks[0], looks[1], "{mode:?}");
    }
}

#[test]
fn many_joins_of_one_new_address_at_once_make_one_entry_and_look_alike() {
    for mode in MODES {
        let server = Server::with(mode);
        let replies: Vec<Reply> = thread::scope(|scope| {
            let threads: Vec<_> =
                (0..20).map(|_| scope.spawn(|| join(&server, "ana@ejemplo.es", None))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(replies.iter().all(|reply| seen(reply) == seen(&replies[0])), "{replies:?}");
        assert_eq!((replies[0].status, server.count("waitlist")), (201, 1));
    }
}

#[test]
fn whoever_owns_the_address_learns_place_and_code_by_mail() {
    let server = Server::with(&[CALM, FINE]);
    for _again in 0..2 {
        join(&server, "ana@ejemplo.es", None).expect(201);
    }
    let code = server.text("SELECT id FROM waitlist");
    let welcome = server.mail_of("waitlist-welcome", "ana@ejemplo.es");
    assert!(welcome["text"].as_str().unwrap().contains(&code), "{welcome}");
    let mails = server.mails();
    assert_eq!(mails.iter().filter(|mail| mail["kind"] == "waitlist-welcome").count(), 2);
}

#[test]
fn by_default_a_second_join_is_told_so() {
    let server = Server::with(&[CALM]);
    let first = join(&server, "ana@ejemplo.es", None).expect(201).json();
    assert_eq!(first["position"], 1);
    join(&server, "ana@ejemplo.es", None).refused(409, "WAITLIST_DUPLICATE");
}
