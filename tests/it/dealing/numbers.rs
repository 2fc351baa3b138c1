//! Dashboards and notifications.

use serde_json::json;

use super::stage::{JOB, Stage, items, lead};

#[test]
fn dashboards_are_shaped_by_who_asks() {
    let mut stage = Stage::new();
    let mut root = stage.server.admin();
    let (mut ana, id) = stage.candidate("ana@ejemplo.es");
    stage.candidate("bea@ejemplo.es");
    lead(&mut stage.owner, &id, "entrevista").expect(200);
    stage.opened(&id, "Hola");
    stage.server.execute(&format!(
        "INSERT INTO job_view (job_id, day, visitor, hits) VALUES ('{JOB}', '2027-01-15', 'a', 3),
            ('{JOB}', '2027-01-09', 'a', 1), ('{JOB}', '2027-01-08', 'a', 1)"
    ));
    let path = "/api/dashboard/summary";
    let told = ana.get(path).expect(200).json();
    assert_eq!(told["applications"]["byStatus"], json!({"entrevista": 1}));
    assert_eq!((&told["unreadMessages"], &told["alerts"]), (&json!(1), &json!(0)));
    assert!(told["recommended"].is_array(), "{told}");
    let told = stage.owner.get(path).expect(200).json();
    assert_eq!(told["jobs"]["byStatus"], json!({"publicada": 1}));
    assert_eq!(told["applications"]["byStatus"], json!({"entrevista": 1, "pendiente": 1}));
    assert_eq!(told["applications"]["new7d"], 2);
    assert_eq!(told["views7d"], 2, "seven days, each visitor once a day");
    assert_eq!(told["topJobs"][0]["id"], JOB);
    let told = root.get(path).expect(200).json();
    assert_eq!(told["users"]["total"], 4);
    assert_eq!(told["applications"]["byStatus"], json!({"entrevista": 1, "pendiente": 1}));
    assert_eq!(told["cron"][0]["task"], "clean_sessions");
    for field in ["waitlist", "jobs", "outbox"] {
        assert!(told[field].is_object(), "{field}");
    }
    let days = items(&mut ana, "/api/dashboard/stats");
    assert_eq!(days.len(), 30);
    assert_eq!(days[29]["applications"], 1);
    for (query, field) in [
        ("from=2027-01-02&to=2027-01-01", "from"),
        ("from=2026-01-01&to=2027-01-02", "to"),
        ("from=mañana", "from"),
        ("to=2027-02-30", "to"),
    ] {
        let reply = ana.get(&format!("/api/dashboard/stats?{}", query.replace('ñ', "%C3%B1")));
        let told = reply.refused(400, "VALIDATION_ERROR").json();
        assert_eq!(told["details"][0]["field"], field, "{query}");
    }
}

#[test]
fn notifications_are_listed_and_read_by_whom_they_tell() {
    let mut stage = Stage::new();
    let (mut ana, id) = stage.candidate("ana@ejemplo.es");
    for status in ["entrevista", "oferta"] {
        lead(&mut stage.owner, &id, status).expect(200);
        stage.server.clock.advance_s(1);
    }
    let told = items(&mut ana, "/api/notifications");
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["status"], "oferta");
    assert_eq!(told[0]["applicationId"], json!(id));
    let path = "/api/notifications/read";
    let theirs = json!({"ids": [told[0]["id"]]});
    stage.owner.post(path, theirs.clone()).expect(200);
    assert_eq!(items(&mut ana, "/api/notifications?unread=true").len(), 2, "not theirs to read");
    assert_eq!(ana.post(path, theirs).expect(200).json()["unreadCount"], 1);
    assert_eq!(items(&mut ana, "/api/notifications?unread=true").len(), 1);
    assert_eq!(ana.post(path, json!({})).expect(200).json()["unreadCount"], 0);
    assert_eq!(items(&mut ana, "/api/notifications").len(), 2);
    let received = items(&mut stage.owner, "/api/notifications");
    assert_eq!(received[0]["kind"], "application-received");
    assert_eq!(received[0]["count"], 1);
}
