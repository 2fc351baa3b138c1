//! `next` leads to a page of ours or to the dashboard.

use super::{browser, led, reader};
use crate::support::Server;
use crate::support::server::PASSWORD;

const FOREIGN: &[&str] = &[
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/%2F/evil.example",
    "/..//evil.example",
    "/%5cevil.example",
    "javascript:alert(1)",
    "dashboard",
    " /dashboard",
    "http://localhost:3000@evil.example/",
    "",
];

#[test]
fn sign_in_leads_to_a_path_of_ours_and_to_no_other_place() {
    let server = Server::with(&[
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
        ("ANTESALA_AUTH__TRUSTED_ORIGINS", "https://app.example.com"),
    ]);
    server.person("ana@ejemplo.es");
    let sign_in = |next: &str| {
        let fields = [("email", "ana@ejemplo.es"), ("password", PASSWORD), ("next", next)];
        led(&mut browser(&server), "/login", &fields)
    };
    assert_eq!(sign_in("/dashboard/cuenta?a=1#b"), "/dashboard/cuenta?a=1#b");
    // Trusted, and yet no form of ours leads there: the policy stops it.
    assert_eq!(sign_in("https://app.example.com/x"), "/dashboard");
    for foreign in FOREIGN {
        assert_eq!(sign_in(foreign), "/dashboard", "{foreign}");
    }
}

#[test]
fn page_repeats_a_good_next_and_forgets_a_bad_one() {
    let server = Server::start();
    let page = browser(&server).get("/login?next=%2Fdashboard%2Fcuenta").expect(200).text;
    assert!(page.contains("name=\"next\" value=\"/dashboard/cuenta\""), "{page}");
    let page = browser(&server).get("/login?next=%2F%2Fevil.example").expect(200).text;
    assert!(!page.contains("name=\"next\" value=\"//evil"), "{page}");
    let mut ana = reader(server.person("ana@ejemplo.es"));
    let on = ana.get("/login?next=%2Fdashboard%2Fcuenta").expect(303);
    assert_eq!(on.header("location"), Some("/dashboard/cuenta"));
    let off = ana.get("/login?next=https%3A%2F%2Fevil.example").expect(303);
    assert_eq!(off.header("location"), Some("/dashboard"));
}

#[test]
fn switches_lead_back_to_a_page_of_ours() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let back = |next: &str| {
        let fields = [("language", "en"), ("next", next)];
        led(&mut browser(&server), "/preferencias", &fields)
    };
    assert_eq!(back("/login?next=%2Fdashboard"), "/login?next=%2Fdashboard");
    for foreign in FOREIGN {
        assert_eq!(back(foreign), "/", "{foreign}");
    }
}
