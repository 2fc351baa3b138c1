//! `docs/examples/inmobiliaria.toml`, walked as its front end does: from another
//! site, over https, with mail by Resend.

use serde_json::{Value, json};

use crate::support::https::{self, HttpsProxy};
use crate::support::process::{Place, Running};
use crate::support::resend::{API_KEY, ResendServer};
use crate::support::server::{PASSWORD, wait_for};
use crate::support::source::root;
use crate::support::{Client, Reply};

const HOST: &str = "api.inmobiliaria.example.com";
const FRONT_END: &str = "https://www.inmobiliaria-front.example";
const COOKIE: &str = "inmobiliaria_session";
const NEW: &str = "otra frase bien larga";
const DAY_MS: i64 = 86_400_000;

/// The sample site, served by the executable behind its proxy.
struct Site {
    place: Place,
    resend: ResendServer,
    proxy: HttpsProxy,
    _server: Running,
}

impl Site {
    fn start() -> Self {
        let resend = ResendServer::start();
        let mut place = Place::bare();
        let sample = root().join("docs/examples/inmobiliaria.toml");
        place.write("antesala.toml", &std::fs::read_to_string(sample).unwrap());
        place.set("ANTESALA_SERVER__LISTEN", "127.0.0.1:0");
        place.set("ANTESALA_MAIL__RESEND__BASE_URL", &resend.base_url());
        place.set("RESEND_API_KEY", API_KEY);
        let server = place.serve();
        let proxy = HttpsProxy::start(HOST, server.address);
        Self { place, resend, proxy, _server: server }
    }

    /// Waits for a mail of a kind to Ana and returns the path of its link.
    fn link(&self, kind: &str) -> String {
        let mail = wait_for(kind, || {
            let accepted = self.resend.accepted().into_iter().rev();
            accepted.map(|mail| mail.body).find(|body| body["tags"][0]["value"] == kind)
        });
        assert_eq!(mail["from"], "Inmobiliaria <hola@inmobiliaria.example.com>");
        assert_eq!(mail["to"], json!(["ana@ejemplo.es"]));
        let text = mail["text"].as_str().unwrap();
        let link = text.split_whitespace().find(|word| word.starts_with("https://")).unwrap();
        link.strip_prefix(&format!("https://{HOST}")).unwrap().to_owned()
    }
}

/// Opens a mailed link, as a click in a mail program does; returns where it leads.
fn click(browser: &mut Client, path: &str) -> String {
    browser.unset("origin");
    let reply = browser.get(path).expect(302);
    browser.set("origin", FRONT_END);
    reply.header("location").unwrap().to_owned()
}

/// The answer can be read by a page of the front end, and is for no other.
#[track_caller]
fn shared(reply: Reply) -> Reply {
    assert_eq!(reply.header("access-control-allow-origin"), Some(FRONT_END));
    assert_eq!(reply.header("access-control-allow-credentials"), Some("true"));
    assert!(reply.all("vary").any(|vary| vary == "Origin"), "{:?}", reply.headers);
    assert_eq!(reply.header("strict-transport-security"), Some("max-age=63072000"));
    reply
}

/// The session's cookie crosses sites, for thirty days, and no script reads it.
#[track_caller]
fn assert_kept(reply: &Reply) {
    let cookie = reply.set_cookie(COOKIE).unwrap();
    let (_value, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=None; Partitioned");
}

fn sign_in(browser: &mut Client, password: &str) -> Reply {
    let body = json!({"email": "ana@ejemplo.es", "password": password});
    shared(browser.post("/api/auth/sign-in/email", body))
}

fn session(browser: &mut Client) -> Value {
    shared(browser.get("/api/auth/get-session").expect(200)).json()
}

#[test]
fn front_end_on_another_site_signs_up_verifies_resets_and_signs_out() {
    let site = Site::start();
    let mut ana = site.proxy.browser(FRONT_END);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    let opened = shared(ana.post("/api/auth/sign-up/email", body).expect(200));
    assert_kept(&opened);
    assert_eq!(opened.json()["user"]["emailVerified"], false);

    let verification = site.link("verify-email");
    assert_eq!(click(&mut ana, &verification), FRONT_END);
    let known = session(&mut ana);
    assert_eq!(known["user"]["emailVerified"], true);
    assert_eq!(known["session"]["ipAddress"], https::CLIENT, "the proxy says who asks");

    let out = shared(ana.post("/api/auth/sign-out", json!({})).expect(200));
    assert_eq!(out.json()["message"], "Signed out successfully");
    let cleared = out.set_cookie(COOKIE).unwrap();
    assert!(
        cleared.ends_with("=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"),
        "{cleared}"
    );
    assert_eq!(session(&mut ana), Value::Null);

    assert_kept(&sign_in(&mut ana, PASSWORD).expect(200));
    let ask = json!({"email": "ana@ejemplo.es"});
    let asked = shared(site.proxy.browser(FRONT_END).post("/api/auth/forget-password", ask));
    assert_eq!(asked.expect(200).json()["status"], 200);
    let link = site.link("reset-password");
    let onward = click(&mut ana, &link);
    let token = onward.strip_prefix(&format!("{FRONT_END}?token=")).unwrap();
    let set = json!({"password": NEW, "token": token});
    let done = shared(ana.post("/api/auth/reset-password", set).expect(200)).json();
    assert_eq!(done["message"], "Password has been reset successfully");
    assert_eq!(session(&mut ana), Value::Null, "a reset ends every session");
    sign_in(&mut ana, PASSWORD).refused(401, "INVALID_EMAIL_OR_PASSWORD");
    assert_kept(&sign_in(&mut ana, NEW).expect(200));
    shared(ana.post("/api/auth/sign-out", json!({})).expect(200));
    assert_eq!(session(&mut ana), Value::Null);
}

#[test]
fn session_lasts_thirty_days_and_slides_after_seven() {
    let site = Site::start();
    let mut ana = site.proxy.browser(FRONT_END);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    let database = site.place.database();
    let life_ms = || database.number("SELECT expires_at - created_at FROM session");
    assert_eq!(life_ms(), 30 * DAY_MS);
    let age = |ms: i64| {
        database.execute(&format!(
            "UPDATE session SET created_at = created_at - {ms}, expires_at = expires_at - {ms}"
        ));
    };
    age(7 * DAY_MS - 60_000);
    let early = shared(ana.get("/api/auth/get-session").expect(200));
    assert!(early.set_cookie(COOKIE).is_none(), "not yet");
    age(60_000);
    let slid = shared(ana.get("/api/auth/get-session").expect(200));
    assert_kept(&slid);
    assert!(life_ms() >= 37 * DAY_MS, "{}", life_ms());
}

#[test]
fn preflight_admits_the_front_end_and_nobody_else() {
    let site = Site::start();
    let ask = |origin: &str| {
        let mut browser = site.proxy.browser(origin);
        browser.set("access-control-request-method", "POST");
        browser.set("access-control-request-headers", "content-type");
        browser.send("OPTIONS", "/api/auth/sign-in/email", None).expect(204)
    };
    let admitted = shared(ask(FRONT_END));
    let methods = admitted.header("access-control-allow-methods").unwrap();
    assert!(methods.split(", ").any(|method| method == "POST"), "{methods}");
    assert_eq!(admitted.header("access-control-allow-headers"), Some("content-type"));
    for origin in [
        "https://inmobiliaria-front.example",
        "http://www.inmobiliaria-front.example",
        "https://www.inmobiliaria-front.example.evil.example",
        "null",
    ] {
        let refused = ask(origin);
        let told = refused.headers.iter().find(|(name, _)| name.starts_with("access-control-"));
        assert!(told.is_none(), "{origin}: {told:?}");
    }
}

#[test]
fn cookie_that_crosses_sites_is_worth_nothing_to_other_sites() {
    let site = Site::start();
    let mut ana = site.proxy.browser(FRONT_END);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    ana.set("origin", "https://evil.example");
    for path in ["/api/auth/sign-out", "/api/auth/delete-user", "/api/auth/update-user"] {
        let refused = ana.post(path, json!({"name": "Eva"})).refused(403, "INVALID_ORIGIN");
        assert_eq!(refused.header("access-control-allow-origin"), None);
    }
    let read = ana.get("/api/auth/get-session").expect(200);
    assert_eq!(read.header("access-control-allow-origin"), None, "its page cannot read it");
    ana.unset("origin");
    ana.post("/api/auth/sign-out", json!({})).refused(403, "MISSING_OR_NULL_ORIGIN");
    ana.set("origin", FRONT_END);
    assert_eq!(session(&mut ana)["user"]["name"], "Ana");
}
