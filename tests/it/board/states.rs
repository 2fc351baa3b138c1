//! Every step from every state, as the one table has them.

use std::fs;

use antesala::domain::job::status::{self, Next};
use antesala::domain::job::{JobStatus, Verb};
use serde_json::json;

use crate::support::board::{delete, draft, patch, server, text};
use crate::support::source::root;
use crate::support::{Client, Reply, Server};

/// Puts an offer into a state behind everybody's back.
fn put(server: &Server, id: &str, state: JobStatus) {
    let until = server.in_days(9);
    let until = antesala::base::clock::Millis::parse_iso(&until).unwrap().0;
    server.execute(&format!(
        "UPDATE job SET status = '{}', expires_at = {until} WHERE id = '{id}'",
        state.name()
    ));
}

fn take(server: &Server, client: &mut Client, id: &str, verb: Verb) -> Reply {
    let path = format!("/api/jobs/{id}");
    let step = format!("{path}/{}", verb.name());
    match verb {
        Verb::Edit => {
            let tag = client.get(&path).expect(200).header("etag").unwrap().to_owned();
            patch(client, &path, &tag, json!({"reference": "x"}))
        }
        Verb::Delete => delete(client, &path),
        Verb::Close => client.post(&step, json!({"reason": "cancelled"})),
        Verb::Renew => client.post(&step, json!({"expiresAt": server.in_days(99)})),
        Verb::Publish | Verb::Pause | Verb::Resume => client.post(&step, json!({})),
        Verb::Expire | Verb::Archive => unreachable!("the calendar does it"),
    }
}

#[test]
fn every_step_from_every_state_is_legal_or_told_where_to_go() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let (mut legal, mut illegal) = (0, 0);
    for state in JobStatus::EACH {
        for verb in Verb::EACH.into_iter().filter(|verb| verb.is_peoples()) {
            let id = text(&draft(&mut olga, json!({}))["id"]);
            put(&server, &id, state);
            let reply = take(&server, &mut olga, &id, verb);
            let now = olga.get(&format!("/api/jobs/{id}"));
            match state.after(verb) {
                Ok(Next::State(next)) => {
                    assert_eq!(reply.status, 200, "{verb:?} from {state:?}: {}", reply.text);
                    assert_eq!(now.json()["status"], next.name(), "{verb:?} from {state:?}");
                    legal += 1;
                }
                Ok(Next::Gone) => {
                    assert_eq!((reply.status, now.status), (204, 404), "{verb:?} from {state:?}");
                    legal += 1;
                }
                Err(allowed) => {
                    let told = reply.refused(409, "ILLEGAL_TRANSITION").json();
                    assert_eq!(now.json()["status"], state.name(), "{verb:?} from {state:?}");
                    let message = text(&told["details"][0]["message"]);
                    assert!(allowed.iter().all(|name| message.contains(name)), "{told}");
                    illegal += 1;
                }
            }
        }
    }
    assert_eq!((legal, illegal), (13, 29));
}

#[test]
fn steps_leave_their_marks() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let mut job = server.published(&mut olga, json!({}));
    let id = text(&job["id"]);
    let mut visitor = server.visitor();
    let path = format!("/api/jobs/{}", text(&job["slug"]));
    let published_at = job["publishedAt"].clone();
    assert_eq!(published_at, "2027-01-15T10:00:00.000Z");
    let mut step = |verb: &str, body: serde_json::Value| {
        server.clock.advance_s(60);
        olga.post(&format!("/api/jobs/{id}/{verb}"), body).expect(200).json()
    };
    visitor.get(&path).expect(200);
    step("pause", json!({}));
    visitor.get(&path).refused(404, "NOT_FOUND");
    step("resume", json!({}));
    visitor.get(&path).expect(200);
    let until = server.in_days(100);
    job = step("renew", json!({"expiresAt": until}));
    assert_eq!((&job["publishedAt"], &job["expiresAt"]), (&published_at, &json!(until)));
    job = step("close", json!({"reason": "filled"}));
    assert_eq!(job["closeReason"], "filled");
    assert_eq!(job["closedAt"], job["updatedAt"]);
    visitor.get(&path).refused(404, "NOT_FOUND");
}

#[test]
fn ends_lie_in_the_future_and_not_too_far() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let job = draft(&mut olga, json!({}));
    let publish = format!("/api/jobs/{}/publish", text(&job["id"]));
    olga.post(&publish, json!({})).refused(400, "EXPIRES_AT_INVALID");
    for days in [-1, 0, 181] {
        let body = json!({"expiresAt": server.in_days(days)});
        olga.post(&publish, body).refused(400, "EXPIRES_AT_INVALID");
    }
    olga.post(&publish, json!({"expiresAt": "x"})).refused(400, "VALIDATION_ERROR");
    olga.post(&publish, json!({"until": "x"})).refused(400, "VALIDATION_ERROR");
    // Without one in the body, the offer's own end counts.
    let own = draft(&mut olga, json!({"expiresAt": server.in_days(180)}));
    let shown = olga.send("POST", &format!("/api/jobs/{}/publish", text(&own["id"])), None);
    assert_eq!(shown.expect(200).json()["expiresAt"], server.in_days(180).as_str());
    // What ran out while it was paused must be renewed.
    let id = text(&own["id"]);
    olga.post(&format!("/api/jobs/{id}/pause"), json!({})).expect(200);
    server.clock.advance_s(181 * 86_400);
    let mut olga = server.signed_in("olga@ejemplo.es");
    olga.post(&format!("/api/jobs/{id}/resume"), json!({})).refused(400, "EXPIRES_AT_INVALID");
    let body = json!({"expiresAt": server.in_days(5)});
    olga.post(&format!("/api/jobs/{id}/renew"), body).expect(200);
    olga.post(&format!("/api/jobs/{id}/resume"), json!({})).expect(200);
}

#[test]
fn documented_table_is_the_one_that_is_checked() {
    let path = root().join("docs/board.md");
    let written = fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- steps -->\n", "<!-- /steps -->");
    let (before, rest) = written.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let said = format!("{before}{begin}{}{end}{after}", status::markdown());
    if std::env::var_os("ANTESALA_WRITE_DOCS").is_some() {
        fs::write(&path, &said).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == said, "run with ANTESALA_WRITE_DOCS=1");
}
