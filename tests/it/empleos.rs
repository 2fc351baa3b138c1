//! `docs/examples/empleos.toml`, walked as its visitors do: a waitlist, an address that
//! must be proven, a session of a week that slides once a day, and the job board.

use serde_json::json;

use crate::support::Client;
use crate::support::board::text;
use crate::support::https::HttpsProxy;
use crate::support::process::{Place, Running};
use crate::support::server::{PASSWORD, wait_for};
use crate::support::source::root;

const HOST: &str = "empleos.example.com";
const SITE: &str = "https://empleos.example.com";
const DAY_MS: i64 = 86_400_000;

struct Site {
    place: Place,
    proxy: HttpsProxy,
    _server: Running,
}

impl Site {
    fn start() -> Self {
        let mut place = Place::bare();
        let sample = root().join("docs/examples/empleos.toml");
        place.write("antesala.toml", &std::fs::read_to_string(sample).unwrap());
        place.set("ANTESALA_SERVER__LISTEN", "127.0.0.1:0");
        let server = place.serve();
        let proxy = HttpsProxy::start(HOST, server.address);
        Self { place, proxy, _server: server }
    }

    /// Waits for a mail of a kind and returns the path of its link.
    fn link(&self, kind: &str) -> String {
        let file = self.place.data().join("data/mail.jsonl");
        let url = wait_for(kind, || {
            let lines = std::fs::read_to_string(&file).unwrap_or_default();
            let mails = lines.lines().filter_map(|line| serde_json::from_str(line).ok());
            let mut mails = mails.filter(|mail: &serde_json::Value| mail["kind"] == kind);
            mails.next().map(|mail| text(&mail["url"]))
        });
        url.strip_prefix(SITE).unwrap_or_else(|| panic!("{url}")).to_owned()
    }

    fn verified(&self) -> Client {
        let mut ana = self.proxy.browser(SITE);
        let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
        let opened = ana.post("/api/auth/sign-up/email", body.clone()).expect(200);
        assert_eq!(opened.json()["token"], serde_json::Value::Null, "not before it is proven");
        ana.post("/api/auth/sign-in/email", body.clone()).refused(403, "EMAIL_NOT_VERIFIED");
        ana.get(&self.link("verify-email")).expect(302);
        let signed_in = ana.post("/api/auth/sign-in/email", body).expect(200);
        let cookies: Vec<&str> = signed_in.all("set-cookie").collect();
        assert!(cookies.iter().any(|cookie| cookie.contains("Max-Age=604800")), "{cookies:?}");
        ana
    }
}

#[test]
fn visitor_joins_the_waitlist_and_a_verified_person_finds_offers() {
    let site = Site::start();
    let mut visitor = site.proxy.browser(SITE);
    let body = json!({"email": "eva@ejemplo.es", "role": "professional"});
    assert_eq!(visitor.post("/api/waitlist", body.clone()).expect(201).json()["position"], 1);
    visitor.post("/api/waitlist", body).expect(409);
    let mut ana = site.verified();
    assert_eq!(ana.get("/api/jobs").expect(200).json()["total"], 0);
    assert_eq!(ana.get("/api/dashboard/summary").expect(200).json()["unreadMessages"], 0);
}

#[test]
fn session_lasts_a_week_and_slides_after_a_day() {
    let site = Site::start();
    let mut ana = site.verified();
    let database = site.place.database();
    let life_ms = || database.number("SELECT max(expires_at - created_at) FROM session");
    assert_eq!(life_ms(), 7 * DAY_MS);
    let age = |ms: i64| {
        database.execute(&format!(
            "UPDATE session SET created_at = created_at - {ms}, expires_at = expires_at - {ms}"
        ));
    };
    age(DAY_MS - 60_000);
    ana.get("/api/auth/get-session").expect(200);
    assert_eq!(life_ms(), 7 * DAY_MS, "not yet");
    age(60_000);
    ana.get("/api/auth/get-session").expect(200);
    assert!(life_ms() >= 8 * DAY_MS, "{}", life_ms());
}
