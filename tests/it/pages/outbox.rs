//! The console's mails: listed, paged, read as their readers do, sent again.

use super::{led, reader};
use crate::support::Server;

const PAGE: &str = "/dashboard/admin/correo";

#[test]
fn mails_are_listed_read_and_sent_again() {
    let server = Server::start();
    let mut admin = reader(server.admin());
    server.person("ana@ejemplo.es");
    server.mail_of("verify-email", "ana@ejemplo.es");
    let shown = admin.get("/dashboard/admin/correo?estado=sent").expect(200).text;
    assert!(shown.contains("verify-email") && shown.contains("ana@ejemplo.es"), "{shown}");
    assert!(!admin.get("/dashboard/admin/correo?estado=failed").expect(200).text.contains("ana@"));
    let id = server.text("SELECT id FROM outbox WHERE kind = 'verify-email'");
    let page = format!("/dashboard/admin/correo/{id}");
    let read = admin.get(&page).expect(200).text;
    assert!(read.contains("Así se lee") && read.contains("<pre class=\"letter\">"), "{read}");
    let token =
        server.mail_of("verify-email", "ana@ejemplo.es")["token"].as_str().unwrap().to_owned();
    assert!(!read.contains(&token), "a link that was sent is not shown");
    let refused = led(&mut admin, &page, &[]);
    assert!(refused.contains("problem="), "what was sent is not sent again: {refused}");
    server.execute("UPDATE outbox SET state = 'failed' WHERE kind = 'verify-email'");
    assert!(led(&mut admin, &page, &[]).ends_with("done=mail-retried"));
    admin.get("/dashboard/admin/correo/nada").expect(404);
}

#[test]
fn mails_are_paged_to_the_last_in_every_state() {
    let server = Server::start();
    let mut admin = reader(server.admin());
    server.execute("DELETE FROM outbox");
    let states = ["sent", "failed", "suppressed", "pending", "sending"];
    for number in 0..265 {
        // Several of one moment: the id orders them.
        let (state, at) = (states[number % 5], 1_000 + number / 7);
        let finished = if number % 5 < 3 { "1" } else { "NULL" };
        server.execute(&format!(
            "INSERT INTO outbox (id, kind, lane, recipient, locale, params, state, attempts,
                next_attempt_at, created_at, finished_at)
            VALUES ('out_{number:03}', 'verify-email', 0, 'p{number:03}@ejemplo.es', 'es', '{{}}',
                '{state}', 0, 9223372036854775807, {at}, {finished})"
        ));
    }
    let link = format!("href=\"{PAGE}/out_");
    let mut walk = |query: &str| {
        let mut seen = Vec::new();
        let mut next = Some(format!("{PAGE}{query}"));
        while let Some(address) = next {
            let page = admin.get(&address).expect(200).text;
            let cells = page.split(&link).skip(1);
            seen.extend(cells.map(|rest| rest[..3].to_owned()));
            let older = page.split_once("rel=\"next\" href=\"").map(|(_, rest)| rest);
            next = older.map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"));
        }
        seen
    };
    let all = walk("");
    let expected: Vec<_> = (0..265).rev().map(|number| format!("{number:03}")).collect();
    assert_eq!(all, expected, "each once, the newest first");
    for (place, state) in states.iter().enumerate() {
        let own: Vec<_> = (0..265)
            .rev()
            .filter(|number| number % 5 == place)
            .map(|n| format!("{n:03}"))
            .collect();
        assert_eq!(walk(&format!("?estado={state}")), own, "{state}");
    }
    assert_eq!(walk("?antes=x-y").len(), 265);
    assert_eq!(walk("?antes=0-a").len(), 0);
    server.execute("DELETE FROM outbox");
}

#[test]
fn html_part_is_shown_where_it_can_do_nothing() {
    let brand = "<img src=x onerror=alert(1)>";
    let server = Server::with(&[("ANTESALA_BRAND__NAME", brand)]);
    let mut admin = reader(server.admin());
    let mut ana = reader(server.person("ana@ejemplo.es"));
    let id = server.text("SELECT id FROM outbox WHERE kind = 'verify-email'");
    let page = admin.get(&format!("{PAGE}/{id}")).expect(200);
    let frame = format!("sandbox src=\"{PAGE}/{id}/html\"");
    assert!(page.text.contains(&frame) && page.text.contains("Solo texto"), "{}", page.text);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let shown = admin.get(&format!("{PAGE}/{id}/html")).expect(200);
    let policy = shown.header("content-security-policy").unwrap();
    for rule in ["sandbox;", "default-src 'none'", "form-action 'none'", "frame-ancestors 'self'"] {
        assert!(policy.contains(rule), "{rule}: {policy}");
    }
    assert!(!policy.contains("script") && !policy.contains("allow-"), "{policy}");
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    assert!(shown.text.contains("&lt;img src=x") || shown.text.contains("&#60;img src=x"));
    assert!(!shown.text.contains(brand), "{}", shown.text);
    ana.get(&format!("{PAGE}/{id}/html")).expect(403);
    admin.get(&format!("{PAGE}/nada/html")).expect(404);
}
