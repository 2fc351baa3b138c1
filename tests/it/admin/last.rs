//! A site keeps somebody who administers it, unless its operator insists.

use std::thread;

use serde_json::json;

use super::{about, id_of, server, with};
use crate::support::database::is_postgres;
use crate::support::process::Place;
use crate::support::server::{PASSWORD, wait_for};
use crate::support::{Client, Reply, Server};

const ADMINS: &str = r#"SELECT count(*) FROM "user"
    WHERE is_admin = 1 AND is_active = 1 AND banned = 0"#;

/// Everything by which an administrator, named by id, stops being one over the wire.
const DOORS: [(&str, &str); 8] = [
    ("set-role", r#"{"role": "user"}"#),
    ("set-role", r#"{"role": ["editor", "user"]}"#),
    ("update-user", r#"{"data": {"role": "user"}}"#),
    ("update-user", r#"{"data": {"banned": true}}"#),
    ("update-user", r#"{"data": {"isActive": false}}"#),
    ("ban-user", "{}"),
    ("ban-user", r#"{"banExpiresIn": 60}"#),
    ("remove-user", "{}"),
];

fn through(door: (&str, &str), root: &mut Client, id: &str) -> Reply {
    with(root, door.0, id, serde_json::from_str(door.1).unwrap())
}

/// Two administrators and the ids of both.
fn two(server: &Server) -> [(Client, String); 2] {
    let mut root = server.admin();
    let mut eva = server.person("eva@ejemplo.es");
    let (root_id, eva_id) = (id_of(&mut root), id_of(&mut eva));
    with(&mut root, "set-role", &eva_id, json!({"role": "admin"})).expect(200);
    [(root, root_id), (eva, eva_id)]
}

#[test]
fn last_administrator_cannot_give_the_role_away() {
    let server = server();
    let mut root = server.admin();
    let id = id_of(&mut root);
    for role in [json!("user"), json!(["editor", "user"]), json!("")] {
        with(&mut root, "set-role", &id, json!({"role": role})).refused(409, "LAST_ADMIN");
        with(&mut root, "update-user", &id, json!({"data": {"role": role}}))
            .refused(409, "LAST_ADMIN");
    }
    let deletion = json!({"password": PASSWORD});
    root.post("/api/auth/delete-user", deletion).refused(409, "LAST_ADMIN");
    root.post("/api/auth/delete-user", json!({})).refused(409, "LAST_ADMIN");
    let form = Some(("application/x-www-form-urlencoded", &b"role=user"[..]));
    let page = format!("/dashboard/admin/personas/{id}/rol");
    let told = root.send("POST", &page, form).expect(303);
    assert!(told.header("location").unwrap().contains("problem=LAST_ADMIN"), "{told:?}");
    let form = Some(("application/x-www-form-urlencoded", &b"sure=yes"[..]));
    root.send("POST", "/dashboard/cuenta/eliminar", form);
    with(&mut root, "set-role", &id, json!({"role": "admin,editor"})).expect(200);
    assert_eq!(server.number(ADMINS), 1);
}

#[test]
fn administrator_who_may_not_enter_is_no_second_one() {
    for ban in ["UPDATE \"user\" SET is_active = 0", "UPDATE \"user\" SET banned = 1"] {
        let server = server();
        let [(mut root, id), (_, eva_id)] = two(&server);
        server.execute(&format!("{ban} WHERE id = '{eva_id}'"));
        with(&mut root, "set-role", &id, json!({"role": "user"})).refused(409, "LAST_ADMIN");
        server.execute(&format!(
            "UPDATE \"user\" SET is_active = 1, banned = 0 WHERE id = '{eva_id}'"
        ));
        with(&mut root, "set-role", &id, json!({"role": "user"})).expect(200);
    }
}

#[test]
fn two_administrators_who_take_each_others_role_at_once_leave_one() {
    for door in DOORS {
        let server = server();
        let [(mut root, root_id), (mut eva, eva_id)] = two(&server);
        // Both have been let in and have read before either can write.
        let lock = wait_for("the lock", || server.database().hold("user"));
        let (first, second) = thread::scope(|scope| {
            let first = scope.spawn(|| through(door, &mut root, &eva_id));
            let second = scope.spawn(|| through(door, &mut eva, &root_id));
            wait_for("both writes to wait", || (waiting(&server) >= 2).then_some(()));
            drop(lock);
            (first.join().unwrap(), second.join().unwrap())
        });
        let statuses = [first.status, second.status];
        assert_eq!(server.number(ADMINS), 1, "{door:?}: {statuses:?}");
        let refused = [first, second].into_iter().find(|reply| reply.status != 200).unwrap();
        refused.refused(409, "LAST_ADMIN");
    }
}

/// Counts the writes that wait for the lock: of the embedded engine one is at work and
/// the others are queued.
fn waiting(server: &Server) -> u64 {
    if is_postgres() {
        let waiting = server.number("SELECT count(*) FROM pg_locks WHERE NOT granted");
        return u64::try_from(waiting).unwrap();
    }
    server.local().metric("antesala_writer_queue") + 1
}

#[test]
fn commands_ask_before_the_last_administrator_goes() {
    let place = Place::new();
    let create = |email: &str, role: &str| {
        let arguments = ["user", "create", email, "--name", "Eva"];
        let more = ["--role", role, "--password-stdin"];
        let done = place.with_input(&[&arguments[..], &more[..]].concat(), PASSWORD);
        assert!(done.status.success(), "{done:?}");
    };
    let admins = || place.database().number(ADMINS);
    let acts: [&[&str]; 4] = [
        &["user", "set-role", "eva@ejemplo.es", "user"],
        &["user", "ban", "eva@ejemplo.es"],
        &["user", "disable", "eva@ejemplo.es"],
        &["user", "delete", "eva@ejemplo.es"],
    ];
    for act in acts {
        create("eva@ejemplo.es", "admin");
        let told = place.fails(act, 2);
        assert!(told.contains("--yes"), "{told}");
        assert_eq!(admins(), 1, "{act:?}");
        place.ok(&[act, &["--yes"]].concat());
        assert_eq!(admins(), 0, "{act:?}");
        if act[1] != "delete" {
            place.ok(&["user", "delete", "eva@ejemplo.es", "--yes"]);
        }
    }
    create("eva@ejemplo.es", "admin");
    create("ana@ejemplo.es", "admin");
    place.ok(&["user", "set-role", "eva@ejemplo.es", "user"]);
    let told = place.fails(&["user", "disable", "ana@ejemplo.es"], 2);
    assert!(told.contains("last administrator"), "{told}");
}

#[test]
fn somebody_who_administers_nothing_goes_from_a_site_without_an_administrator() {
    let server = server();
    let mut ana = server.person("ana@ejemplo.es");
    ana.post("/api/auth/delete-user", json!({"password": PASSWORD})).expect(200);
    let mut root = server.admin();
    let id = id_of(&mut server.person("eva@ejemplo.es"));
    about(&mut root, "remove-user", &id).expect(200);
    about(&mut root, "remove-user", &id).refused(404, "USER_NOT_FOUND");
}
