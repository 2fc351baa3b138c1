//! Statistics, weekly reports, archive: what they do, and that twice is as once.

use serde_json::{Value, json};

use super::stage::{JOB, Stage, items, lead};

const DAY_S: i64 = 86_400;

/// Runs a task and returns what it says it did.
fn ran(stage: &Stage, task: &str) -> Value {
    let reply = stage.server.machine().post("/api/cron", json!({"task": task})).expect(200);
    let run = reply.json()["ran"][0].clone();
    assert_eq!(run["status"], "ok", "{run}");
    run["detail"].clone()
}

fn saw(stage: &Stage, day: &str, visitor: &str, hits: i64) {
    stage.server.execute(&format!(
        "INSERT INTO job_view (job_id, day, visitor, hits)
            VALUES ('{JOB}', '{day}', '{visitor}', {hits})"
    ));
}

#[test]
fn statistics_are_written_from_what_they_count_and_again_the_same() {
    let mut stage = Stage::new();
    stage.candidate("ana@ejemplo.es");
    stage.candidate("bea@ejemplo.es");
    saw(&stage, "2027-01-14", "a", 3);
    saw(&stage, "2027-01-15", "a", 1);
    saw(&stage, "2027-01-15", "b", 2);
    assert_eq!(ran(&stage, "job_statistics")["changed"], 2);
    let row = "SELECT views || '/' || unique_views || '/' || applications FROM job_statistic
        WHERE day = '2027-01-15'";
    assert_eq!(stage.server.text(row), "3/2/2");
    assert_eq!(ran(&stage, "job_statistics")["changed"], 0);
    stage.server.execute("UPDATE job_statistic SET views = 999");
    assert_eq!(ran(&stage, "job_statistics")["changed"], 2);
    assert_eq!(stage.server.text(row), "3/2/2");

    saw(&stage, "2027-01-15", "c", 1);
    let path = "/api/dashboard/stats?from=2027-01-13&to=2027-01-15";
    let days = items(&mut stage.owner, path);
    assert_eq!(days.len(), 3);
    assert_eq!(
        days[0],
        json!({"day": "2027-01-13", "views": 0, "uniqueViews": 0, "applications": 0})
    );
    assert_eq!(days[1]["views"], 3);
    assert_eq!(
        days[2],
        json!({"day": "2027-01-15", "views": 4, "uniqueViews": 3, "applications": 2}),
        "the present day is counted as it is"
    );
}

#[test]
fn weekly_reports_go_once_a_week_to_each_reader() {
    let stage = Stage::new();
    let _root = stage.server.admin();
    stage.server.execute(
        "INSERT INTO organization (id, slug, name, created_at, updated_at)
            VALUES ('org_muda', 'muda', 'Muda', 1, 1)",
    );
    stage.member("muda@ejemplo.es", "viewer");
    stage.server.execute(
        "UPDATE member SET organization_id = 'org_muda', role = 'owner'
            WHERE user_id = (SELECT id FROM \"user\" WHERE email = 'muda@ejemplo.es')",
    );
    stage.candidate("ana@ejemplo.es");
    saw(&stage, "2027-01-15", "a", 5);
    // From Friday to Monday morning.
    stage.server.clock.advance_s(3 * DAY_S);
    ran(&stage, "job_statistics");
    assert_eq!(ran(&stage, "weekly_reports"), json!({"organizations": 1, "administrators": 1}));
    let mail = stage.server.mail_of("weekly-report", "duero@ejemplo.es");
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("Laboratorios Duero") && text.contains(": 5"), "{text}");
    stage.server.mail_of("weekly-report", "root@ejemplo.es");
    stage.server.clock.advance_s(DAY_S);
    assert_eq!(ran(&stage, "weekly_reports"), json!({"organizations": 0, "administrators": 0}));
    let reports = || {
        let mails = stage.server.mails();
        mails.iter().filter(|mail| mail["kind"] == "weekly-report").count()
    };
    assert_eq!(reports(), 2);
    stage.server.clock.advance_s(6 * DAY_S);
    ran(&stage, "weekly_reports");
    assert_eq!(reports(), 4, "another week");
}

#[test]
fn what_is_over_is_put_away_and_later_erased_while_the_counts_stay() {
    let mut stage = Stage::new();
    let (mut ana, decided) = stage.candidate("ana@ejemplo.es");
    let (mut bea, waiting) = stage.candidate("bea@ejemplo.es");
    let conversation = stage.opened(&decided, "Palabras");
    stage.server.execute("UPDATE application SET cover_letter = 'Carta', answers = '[]'");
    let note = json!({"content": "Nota"});
    stage.owner.post(&format!("/api/applications/{decided}/notes"), note).expect(201);
    lead(&mut stage.owner, &decided, "rechazado").expect(200);

    stage.server.clock.advance_s(90 * DAY_S - 1);
    let nothing = json!({"applications": 0, "jobs": 0, "erased": 0});
    assert_eq!(ran(&stage, "archive_applications"), nothing);
    stage.server.clock.advance_s(1);
    let one = json!({"applications": 1, "jobs": 0, "erased": 0});
    assert_eq!(ran(&stage, "archive_applications"), one);
    assert_eq!(ran(&stage, "archive_applications"), nothing);
    let mut bea_signed_in = stage.server.signed_in("bea@ejemplo.es");
    let mut owner = stage.server.signed_in("duero@ejemplo.es");
    let mut ana_signed_in = stage.server.signed_in("ana@ejemplo.es");
    std::mem::swap(&mut bea, &mut bea_signed_in);
    std::mem::swap(&mut ana, &mut ana_signed_in);
    assert_eq!(items(&mut ana, "/api/applications"), [] as [Value; 0]);
    assert_eq!(items(&mut ana, "/api/applications?archived=true").len(), 1);

    let now = "(SELECT MAX(archived_at) FROM application)";
    stage.server.execute(&format!("UPDATE job SET status = 'cerrada', closed_at = {now}"));
    stage.server.clock.advance_s(90 * DAY_S);
    let both = json!({"applications": 1, "jobs": 1, "erased": 0});
    assert_eq!(ran(&stage, "archive_applications"), both);
    assert_eq!(ran(&stage, "archive_applications"), nothing);
    assert_eq!(stage.server.text("SELECT status FROM job"), "archivada");

    stage.server.clock.advance_s(185 * DAY_S);
    let erased = json!({"applications": 0, "jobs": 0, "erased": 1});
    assert_eq!(ran(&stage, "archive_applications"), erased);
    assert_eq!(ran(&stage, "archive_applications"), nothing);
    let read = |sql: &str| stage.server.text(sql);
    let letter = |id: &str| {
        read(&format!("SELECT COALESCE(cover_letter, '-') FROM application WHERE id = '{id}'"))
    };
    assert_eq!((letter(&decided).as_str(), letter(&waiting).as_str()), ("-", "Carta"));
    assert_eq!(stage.server.count("message"), 0);
    assert_eq!(stage.server.count("application_note"), 0);
    assert_eq!(stage.server.number("SELECT applications_count FROM job"), 2);
    let mut owner_again = stage.server.signed_in("duero@ejemplo.es");
    std::mem::swap(&mut owner, &mut owner_again);
    owner
        .post(&format!("/api/conversations/{conversation}/messages"), json!({"content": "x"}))
        .refused(410, "APPLICATION_ERASED");
    owner
        .post(&format!("/api/applications/{decided}/notes"), json!({"content": "x"}))
        .refused(410, "APPLICATION_ERASED");
    assert_eq!(stage.server.count("application_note"), 0);
    let page = owner.get(&format!("/dashboard/recibidas/{decided}")).expect(200).text;
    assert!(!page.contains("note-content"), "{page}");
    let listed = items(&mut owner, "/api/conversations");
    assert_eq!(listed[0]["lastMessage"], json!(null));
}
