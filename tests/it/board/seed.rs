//! `antesala seed --demo`: an empty database becomes a board that one can walk about in.

use serde_json::{Value, json};

use crate::support::Client;
use crate::support::board::text;
use crate::support::process::Place;
use crate::support::server::SITE;

/// Returns what stands behind a word at the beginning of a line.
fn told(printed: &str, word: &str) -> String {
    let mut lines = printed.lines();
    lines.find_map(|line| line.strip_prefix(word)).unwrap_or_else(|| panic!("{printed}")).to_owned()
}

fn enter(base: &str, email: &str, password: &str) -> Client {
    let mut client = Client::new(base, SITE);
    let body = json!({"email": email, "password": password});
    client.post("/api/auth/sign-in/email", body).expect(200);
    client
}

fn items(client: &mut Client, path: &str) -> Vec<Value> {
    client.get(path).expect(200).json()["items"].as_array().unwrap().clone()
}

#[test]
fn demo_is_walked_about_in_and_refuses_people() {
    let place = Place::new();
    let printed = place.ok(&["seed", "--demo"]);
    assert!(printed.starts_with("6 organizations, 60 offers, 40 professionals, 300 app"));
    let said = place.fails(&["seed", "--demo"], 1);
    assert!(said.contains("there are people in this database already"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    place.fails(&["seed"], 2);

    let server = place.serve();
    let base = server.base();
    let password = told(&printed, "everybody's password: ");
    let mut person = enter(&base, &told(&printed, "professional: "), &password);
    let mut house = enter(&base, &told(&printed, "organization: "), &password);

    let found = person.get("/api/jobs?limit=100").expect(200).json();
    assert_eq!(found["total"], 44);
    assert_eq!(person.get("/api/jobs?q=oceanografa").json()["total"], 1);
    let facets = person.get("/api/jobs/facets").expect(200).json();
    let counted = facets["category"].as_array().unwrap().iter();
    assert_eq!(counted.map(|one| one["count"].as_i64().unwrap()).sum::<i64>(), 44);
    assert!(!items(&mut person, "/api/applications").is_empty());
    assert!(!items(&mut person, "/api/conversations").is_empty());
    assert_eq!(person.get("/api/profile").json()["profession"], "Oceanógrafa");
    assert_eq!(items(&mut house, "/api/jobs/mine?limit=100").len(), 10);
    let own = items(&mut house, "/api/jobs/mine?limit=100");
    let asked = own.iter().max_by_key(|job| job["applicationsCount"].as_i64()).unwrap();
    let path = format!("/api/jobs/{}/applications?limit=100", text(&asked["id"]));
    assert_eq!(json!(items(&mut house, &path).len()), asked["applicationsCount"]);
    let talk = text(&items(&mut house, "/api/conversations")[0]["id"]);
    assert!(!items(&mut house, &format!("/api/conversations/{talk}/messages")).is_empty());
    let summary = house.get("/api/dashboard/summary").expect(200).json();
    assert!(summary["views7d"].as_i64().unwrap() > 0, "{summary}");
    assert!(
        !house.get("/api/dashboard/stats").expect(200).json()["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn demo_keeps_what_the_board_counts_on() {
    let place = Place::new();
    place.ok(&["seed", "--demo"]);
    let database = place.database();
    for (count, sql) in [
        (300, "SELECT count(*) FROM application"),
        (6, "SELECT count(DISTINCT status) FROM application"),
        (5, "SELECT count(DISTINCT status) FROM job"),
        (
            52,
            "SELECT count(*) FROM \"user\" WHERE email_verified = 1 AND email LIKE '%@demo.invalid'",
        ),
        (
            12,
            "SELECT count(*) FROM member m JOIN \"user\" u ON u.id = m.user_id
            AND u.organization_id = m.organization_id AND u.type = 'organization'",
        ),
        (1, "SELECT count(DISTINCT password) FROM account"),
    ] {
        assert_eq!(database.number(sql), count, "{sql}");
    }
    // Nothing that a running site would have made otherwise, and no mail now or later.
    for sql in [
        "SELECT count(*) FROM outbox",
        "SELECT count(*) FROM application_tally",
        "SELECT count(*) FROM conversation
            WHERE candidate_mail_at IS NOT NULL OR organization_mail_at IS NOT NULL",
        "SELECT count(*) FROM \"user\" u WHERE 6 <>
            (SELECT count(*) FROM mail_refusal r WHERE r.user_id = u.id)",
        "SELECT count(*) FROM job j WHERE j.applications_count <>
            (SELECT count(*) FROM application a WHERE a.job_id = j.id)",
        "SELECT count(*) FROM job j WHERE j.views <>
            (SELECT count(*) FROM job_view v WHERE v.job_id = j.id)",
        "SELECT count(*) FROM job j WHERE (j.status = 'publicada') <> EXISTS
            (SELECT 1 FROM job_listing l WHERE l.job_id = j.id AND l.is_listed = 1)",
        "SELECT count(*) FROM conversation c WHERE c.last_sequence <>
            (SELECT max(m.sequence) FROM message m WHERE m.conversation_id = c.id)",
        "SELECT count(*) FROM conversation c WHERE c.candidate_unread <>
            (SELECT count(*) FROM message m WHERE m.conversation_id = c.id
                AND m.side = 'organization' AND m.sequence > c.candidate_read_to)",
        "SELECT count(*) FROM conversation c WHERE c.organization_unread <>
            (SELECT count(*) FROM message m WHERE m.conversation_id = c.id
                AND m.side = 'candidate' AND m.sequence > c.organization_read_to)",
        "SELECT count(*) FROM message m JOIN message n ON n.sequence > m.sequence
            AND n.created_at < m.created_at",
        "SELECT count(*) FROM application a WHERE a.status <> COALESCE(
            (SELECT e.to_status FROM application_event e WHERE e.application_id = a.id
                ORDER BY e.created_at DESC LIMIT 1), 'pendiente')",
        "SELECT count(*) FROM application a JOIN \"user\" u ON u.id = a.candidate_id
            JOIN job j ON j.id = a.job_id
            WHERE a.created_at < u.created_at OR a.created_at < j.published_at",
    ] {
        assert_eq!(database.number(sql), 0, "{sql}");
    }
    for table in ["saved_job", "job_statistic", "application_note", "notification", "message"] {
        assert!(database.count(table) > 20, "{table}");
    }
    assert!(database.number("SELECT sum(candidate_unread) FROM conversation") > 0);
    assert!(database.number("SELECT sum(organization_unread) FROM conversation") > 0);
}
