//! Offers that people keep an eye on.

use serde_json::{Value, json};

use crate::support::board::{delete, draft, server, text};

#[test]
fn saved_offers_are_listed_the_last_first_and_forgotten() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let mut ana = server.professional("ana@ejemplo.es");
    let jobs: Vec<Value> = (0..5).map(|_| server.published(&mut olga, json!({}))).collect();
    for job in &jobs {
        server.clock.advance_s(1);
        let path = format!("/api/jobs/{}/save", text(&job["id"]));
        ana.post(&path, json!({})).expect(204);
        ana.post(&path, json!({})).expect(204);
    }
    let mut seen = Vec::new();
    let mut path = String::from("/api/jobs/saved?limit=2");
    loop {
        let page = ana.get(&path).expect(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|job| job["id"].clone()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/api/jobs/saved?limit=2&cursor={cursor}");
    }
    let expected: Vec<Value> = jobs.iter().rev().map(|job| job["id"].clone()).collect();
    assert_eq!(seen, expected);
    delete(&mut ana, &format!("/api/jobs/{}/save", text(&jobs[0]["id"]))).expect(204);
    assert_eq!(ana.get("/api/jobs/saved").json()["items"].as_array().unwrap().len(), 4);
    // Nobody sees what others save, or saves what nobody sees.
    assert_eq!(olga.get("/api/jobs/saved").json()["items"], json!([]));
    let hidden = draft(&mut olga, json!({}));
    ana.post(&format!("/api/jobs/{}/save", text(&hidden["id"])), json!({}))
        .refused(404, "NOT_FOUND");
    ana.post("/api/jobs/job_x/save", json!({})).refused(404, "NOT_FOUND");
    server.visitor().get("/api/jobs/saved").refused(401, "UNAUTHORIZED");
}
