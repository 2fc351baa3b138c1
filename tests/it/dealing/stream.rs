//! Messages as they are said: the stream, and coming back to it.

use std::time::{Duration, Instant};

use serde_json::json;

use super::stage::{Stage, say};
use crate::support::events::Events;
use crate::support::pair::Pair;
use crate::support::server::wait_for;
use crate::support::{Client, Server};

const PATH: &str = "/api/messages/stream";

fn cookie(client: &Client) -> String {
    let name = "better-auth.session_token";
    format!("{name}={}", client.cookie(name).unwrap())
}

fn listen(server: &Server, client: &Client, last: Option<&str>) -> Events {
    Events::open(server.address(), PATH, &cookie(client), last)
}

#[test]
fn what_is_said_and_read_arrives_at_both_sides_at_once() {
    let mut stage = Stage::new();
    let (mut ana, id) = stage.candidate("ana@ejemplo.es");
    let conversation = stage.opened(&id, "Hola");
    let mut hers = listen(&stage.server, &ana, None);
    let mut theirs = listen(&stage.server, &stage.owner, None);
    for events in [&mut hers, &mut theirs] {
        assert!(events.head.starts_with("http/1.1 200"), "{}", events.head);
        assert!(events.head.contains("content-type: text/event-stream"), "{}", events.head);
        assert!(events.head.contains("cache-control: no-store"), "{}", events.head);
        assert!(!events.head.contains("content-encoding"), "{}", events.head);
        events.begin();
    }
    let mut stranger = stage.professional("bea@ejemplo.es");
    let mut others = listen(&stage.server, &stranger, None);
    others.begin();

    let started = Instant::now();
    let message = say(&mut stage.owner, &conversation, "¿Qué tal?\nBien");
    let event = hers.next().unwrap();
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!((event.name.as_str(), &event.data["id"]), ("message", &json!(message)));
    assert_eq!(event.data["content"], "¿Qué tal?\nBien");
    assert_eq!(theirs.next().unwrap(), event);
    ana.post(&format!("/api/conversations/{conversation}/read"), json!({"upTo": message}))
        .expect(200);
    let mark = theirs.next().unwrap();
    assert_eq!((mark.name.as_str(), &mark.data["upTo"]), ("read", &json!(message)));
    assert_eq!(mark.data["side"], "candidate");
    assert!(mark.id.parse::<i64>().unwrap() > event.id.parse::<i64>().unwrap());
    assert!(others.is_silent(Duration::from_millis(300)), "other people hear nothing");
    stranger.send("HEAD", PATH, None).expect(200);
    stage.server.visitor().get(PATH).refused(401, "UNAUTHORIZED");
}

#[test]
fn who_comes_back_misses_nothing_and_gets_nothing_twice() {
    let mut stage = Stage::new();
    let (mut ana, id) = stage.candidate("ana@ejemplo.es");
    let conversation = stage.opened(&id, "Hola");
    let mut events = listen(&stage.server, &ana, None);
    let begun = events.begin();
    let mut said = vec![say(&mut stage.owner, &conversation, "0")];
    let last = events.next().unwrap();
    drop(events);
    for n in 1..=5 {
        said.push(say(&mut stage.owner, &conversation, &n.to_string()));
    }
    say(&mut ana, &conversation, "mío");
    for (from, missed) in [(last.id.as_str(), &said[1..]), (begun.as_str(), &said[..])] {
        let mut again = listen(&stage.server, &ana, Some(from));
        for message in missed {
            assert_eq!(again.next().unwrap().data["id"], json!(message));
        }
        assert_eq!(again.next().unwrap().data["content"], "mío");
        assert!(again.is_silent(Duration::from_millis(250)));
    }
    // What is no id of ours is nothing to go on from.
    for strange in ["x", "-1", "999999999"] {
        let mut again = listen(&stage.server, &ana, Some(strange));
        again.begin();
        assert!(again.is_silent(Duration::from_millis(150)), "{strange}");
    }
}

#[test]
fn a_long_absence_is_made_up_for_in_portions() {
    let mut stage = Stage::new();
    let (ana, id) = stage.candidate("ana@ejemplo.es");
    let conversation = stage.opened(&id, "Hola");
    stage.server.execute(&format!(
        "INSERT INTO message (id, conversation_id, sequence, side, content, created_at)
        WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 521)
        SELECT 'msg_' || i, '{conversation}', i, 'organization', 'x', 1 FROM n"
    ));
    stage.server.execute("UPDATE counter SET value = 521 WHERE name = 'message'");
    stage.server.execute("UPDATE conversation SET last_sequence = 521");
    let (mut last, mut seen, mut visits) = (String::from("1"), 0, 0);
    while last != "521" {
        let mut events = listen(&stage.server, &ana, Some(&last));
        visits += 1;
        while last != "521" {
            let Some(event) = events.next() else { break };
            assert_eq!(event.id.parse::<i64>().unwrap(), last.parse::<i64>().unwrap() + 1);
            last = event.id;
            seen += 1;
        }
    }
    assert_eq!((seen, visits), (520, 3));
}

#[test]
fn messages_cross_instances_and_readers_move_between_them() {
    let Some(pair) = Pair::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]) else { return };
    let Pair { first, second, .. } = &pair;
    let mut owner = first.person("duero@ejemplo.es");
    let mut ana = first.person("ana@ejemplo.es");
    for sql in [
        "INSERT INTO organization (id, slug, name, created_at, updated_at)
            VALUES ('org_duero', 'duero', 'Duero', 1, 1)",
        "INSERT INTO member (id, organization_id, user_id, role, created_at)
            SELECT 'mem_1', 'org_duero', id, 'owner', 1 FROM \"user\"
            WHERE email = 'duero@ejemplo.es'",
        "INSERT INTO job (id, slug, organization_id, title, description, category,
                employment_type, is_salary_negotiable, mode, benefits, required_skills, questions,
                status, created_at, updated_at)
            VALUES ('job_uno', 'uno', 'org_duero', 'Química', '', 'chemistry', 'full_time', 0,
                'on_site', '[]', '[]', '[]', 'publicada', 1, 1)",
        "UPDATE \"user\" SET email_verified = 1",
    ] {
        first.execute(sql);
    }
    let made = ana.post("/api/jobs/job_uno/applications", json!({})).expect(201).json();
    let path = format!("/api/applications/{}/conversation", made["id"].as_str().unwrap());
    let opened = owner.post(&path, json!({"content": "Hola"})).expect(201).json();
    let conversation = opened["conversationId"].as_str().unwrap().to_owned();

    let mut events = listen(second, &ana, None);
    events.begin();
    let mut slowest = Duration::ZERO;
    let mut last = String::new();
    for n in 0..10 {
        let started = Instant::now();
        let message = say(&mut owner, &conversation, &n.to_string());
        let event = events.next().unwrap();
        slowest = slowest.max(started.elapsed());
        assert_eq!(event.data["id"], json!(message));
        last = event.id;
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    drop(events);
    let missed: Vec<_> = (0..20).map(|n| say(&mut owner, &conversation, &n.to_string())).collect();
    let mut back = listen(first, &ana, Some(&last));
    for message in &missed {
        assert_eq!(back.next().unwrap().data["id"], json!(message));
    }
}

#[test]
fn streams_are_kept_awake_and_end_with_their_session_or_their_time() {
    let mut stage = Stage::new();
    let (mut ana, id) = stage.candidate("ana@ejemplo.es");
    stage.opened(&id, "Hola");
    let mut events = listen(&stage.server, &ana, None);
    events.begin();
    stage.server.clock.advance_s(25);
    assert_eq!(events.block().unwrap(), ": still here");
    let mut banned = listen(&stage.server, &stage.owner, None);
    banned.begin();
    ana.post("/api/auth/sign-out", json!({})).expect(200);
    stage.server.execute("UPDATE \"user\" SET banned = 1 WHERE email = 'duero@ejemplo.es'");
    stage.server.clock.advance_s(10);
    while events.block().is_some() {}
    while banned.block().is_some() {}
    stage.server.execute("UPDATE \"user\" SET banned = 0");
    let mut old = listen(&stage.server, &stage.owner, None);
    old.begin();
    stage.server.clock.advance_s(3600);
    while old.block().is_some() {}
}

#[test]
fn a_person_has_a_bounded_number_of_streams() {
    let stage = Stage::new();
    let mut own: Vec<_> = (0..8).map(|_| listen(&stage.server, &stage.owner, None)).collect();
    let ninth = listen(&stage.server, &stage.owner, None);
    assert!(ninth.head.starts_with("http/1.1 429"), "{}", ninth.head);
    assert!(ninth.head.contains("retry-after: "), "{}", ninth.head);
    own.pop();
    wait_for("room for another", || {
        let next = listen(&stage.server, &stage.owner, None);
        next.head.starts_with("http/1.1 200").then_some(())
    });
}

#[test]
fn open_streams_do_not_hold_up_the_end() {
    let stage = Stage::new();
    let mut events = listen(&stage.server, &stage.owner, None);
    events.begin();
    let started = Instant::now();
    let Stage { server, .. } = stage;
    drop(server);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(events.block(), None);
}
