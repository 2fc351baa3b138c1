//! What somebody handed on while they had a say, used after they lost it.

use std::thread;

use serde_json::{Value, json};

use crate::support::board::{delete, id_of, organization_of, patch, server, text};
use crate::support::pending::{Pending, until_a_write_waits};
use crate::support::server::PASSWORD;
use crate::support::{Client, Reply, Server};

/// An organisation with two owners, the second of whom has invited somebody as an owner.
struct Team {
    server: Server,
    organization: String,
    olga: Client,
    eva: Client,
    eva_id: String,
    token: String,
}

const INVITED: &str = "nora@ejemplo.es";

fn team() -> Team {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let mut eva = server.member(&mut olga, "eva@ejemplo.es", "owner");
    let organization = format!("/api/organizations/{}", organization_of(&mut olga));
    invite(&mut eva, &organization, INVITED, "owner").expect(201);
    let token = text(&server.mail_of("organization-invite", INVITED)["token"]);
    let eva_id = id_of(&mut eva);
    Team { server, organization, olga, eva, eva_id, token }
}

fn invite(client: &mut Client, organization: &str, email: &str, role: &str) -> Reply {
    client.post(&format!("{organization}/members"), json!({"email": email, "role": role}))
}

fn about(admin: &mut Client, verb: &str, user_id: &str, mut more: Value) {
    more["userId"] = json!(user_id);
    admin.post(&format!("/api/auth/admin/{verb}"), more).expect(200);
}

/// A way to lose an owner's say, with its name.
type Loss = (&'static str, fn(&mut Team));

/// Every one of them.
const LOSSES: [Loss; 12] = [
    ("demoted", |team| {
        let path = format!("{}/members/{}", team.organization, team.eva_id);
        patch(&mut team.olga, &path, "", json!({"role": "recruiter"})).expect(204);
    }),
    ("removed", |team| {
        let path = format!("{}/members/{}", team.organization, team.eva_id);
        delete(&mut team.olga, &path).expect(204);
    }),
    ("left", |team| {
        let path = format!("{}/members/{}", team.organization, team.eva_id);
        delete(&mut team.eva, &path).expect(204);
    }),
    ("deleted", |team| {
        let proof = json!({"password": PASSWORD});
        team.eva.post("/api/auth/delete-user", proof).expect(200);
    }),
    ("removed by an administrator", |team| {
        about(&mut team.server.admin(), "remove-user", &team.eva_id, json!({}));
    }),
    ("banned", |team| about(&mut team.server.admin(), "ban-user", &team.eva_id, json!({}))),
    ("banned by update", |team| {
        let data = json!({"data": {"banned": true}});
        about(&mut team.server.admin(), "update-user", &team.eva_id, data);
    }),
    ("deactivated", |team| {
        let data = json!({"data": {"isActive": false}});
        about(&mut team.server.admin(), "update-user", &team.eva_id, data);
    }),
    ("taken back by a mailed link", |team| {
        let asked = json!({"email": "eva@ejemplo.es"});
        team.server.visitor().post("/api/auth/request-password-reset", asked).expect(200);
        let token = text(&team.server.mail_of("reset-password", "eva@ejemplo.es")["token"]);
        let body = json!({"newPassword": "otra frase bien larga", "token": token});
        team.server.visitor().post("/api/auth/reset-password", body).expect(200);
    }),
    ("given another password", |team| {
        let password = json!({"newPassword": "otra frase bien larga"});
        about(&mut team.server.admin(), "set-user-password", &team.eva_id, password);
    }),
    ("cleared of other sessions", |team| {
        let body = json!({"currentPassword": PASSWORD, "newPassword": "otra frase bien larga",
            "revokeOtherSessions": true});
        team.eva.post("/api/auth/change-password", body).expect(200);
    }),
    ("demoted behind the rules' back", |team| {
        let sql = "UPDATE member SET role = 'recruiter' WHERE user_id = ";
        team.server.execute(&format!("{sql}'{}'", team.eva_id));
    }),
];

#[test]
fn invitation_counts_no_longer_once_its_sender_owns_no_longer() {
    for (loss, lose) in LOSSES {
        let mut team = team();
        let mut nora = team.server.unattached(INVITED);
        lose(&mut team);
        let page = nora.get(&format!("/invitaciones/{}", team.token));
        assert_eq!(page.status, 410, "{loss}");
        for act in ["accept", "decline"] {
            let path = format!("/api/invitations/{}/{act}", team.token);
            nora.post(&path, json!({})).refused(410, "INVITATION_INVALID");
        }
        let open = team.olga.get(&format!("{}/invitations", team.organization)).json();
        assert_eq!(open["items"], json!([]), "{loss}");
        assert_eq!(team.server.count("member"), i64::from(keeps_seat(loss)) + 1, "{loss}");
    }
}

/// Tells whether a loss leaves the person a member.
fn keeps_seat(loss: &str) -> bool {
    !["removed", "left", "deleted", "removed by an administrator"].contains(&loss)
}

#[test]
fn say_that_comes_back_brings_no_old_invitation_back() {
    let mut team = team();
    let path = format!("{}/members/{}", team.organization, team.eva_id);
    for role in ["viewer", "owner"] {
        patch(&mut team.olga, &path, "", json!({"role": role})).expect(204);
    }
    let mut admin = team.server.admin();
    invite(&mut team.eva, &team.organization, "otra@ejemplo.es", "viewer").expect(201);
    about(&mut admin, "ban-user", &team.eva_id, json!({}));
    about(&mut admin, "unban-user", &team.eva_id, json!({}));
    assert_eq!(team.server.count("invitation"), 0);
    let mut nora = team.server.unattached(INVITED);
    let accept = format!("/api/invitations/{}/accept", team.token);
    nora.post(&accept, json!({})).refused(410, "INVITATION_INVALID");
}

#[test]
fn invitation_of_whoever_still_owns_outlives_the_others() {
    let mut team = team();
    invite(&mut team.olga, &team.organization, "pia@ejemplo.es", "owner").expect(201);
    let token = text(&team.server.mail_of("organization-invite", "pia@ejemplo.es")["token"]);
    LOSSES[1].1(&mut team);
    let mut pia = team.server.unattached("pia@ejemplo.es");
    pia.post(&format!("/api/invitations/{token}/accept"), json!({})).expect(200);
}

/// Sends `request` so that it has read what it reads before `sql` is committed.
fn raced(server: &Server, sql: &str, request: impl FnOnce() -> Reply + Send) -> Reply {
    let pending = Pending::begin(server.database(), sql);
    thread::scope(|scope| {
        let plug = scope.spawn(|| {
            let body = json!({"email": "tapon@ejemplo.es", "role": "professional"});
            server.visitor().post("/api/waitlist", body)
        });
        let asked = scope.spawn(request);
        until_a_write_waits(server);
        pending.commit();
        plug.join().unwrap().expect(201);
        asked.join().unwrap()
    })
}

#[test]
fn acceptance_that_waits_while_the_sender_is_demoted_makes_no_owner() {
    let team = team();
    let mut nora = team.server.unattached(INVITED);
    let id = team.organization.rsplit('/').next().unwrap();
    let demoted = format!(
        "UPDATE organization SET updated_at = updated_at WHERE id = '{id}';
        UPDATE member SET role = 'viewer' WHERE user_id = '{}'",
        team.eva_id
    );
    let path = format!("/api/invitations/{}/accept", team.token);
    let answer = raced(&team.server, &demoted, || nora.post(&path, json!({})));
    answer.refused(410, "INVITATION_INVALID");
    assert_eq!(team.server.number("SELECT count(*) FROM member WHERE role = 'owner'"), 1);
}

#[test]
fn owner_who_is_demoted_while_inviting_invites_nobody() {
    let mut team = team();
    let id = team.organization.rsplit('/').next().unwrap();
    let demoted = format!(
        "UPDATE organization SET updated_at = updated_at WHERE id = '{id}';
        UPDATE member SET role = 'viewer' WHERE user_id = '{}'",
        team.eva_id
    );
    let (eva, organization) = (&mut team.eva, &team.organization);
    let invited = || invite(eva, organization, "otra@ejemplo.es", "owner");
    raced(&team.server, &demoted, invited).refused(403, "FORBIDDEN");
    let sql = "SELECT count(*) FROM invitation WHERE email = 'otra@ejemplo.es'";
    assert_eq!(team.server.number(sql), 0);
}

#[test]
fn open_invitations_of_an_organisation_are_bounded_however_many_come_at_once() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let organization = format!("/api/organizations/{}", organization_of(&mut olga));
    for n in 0..48 {
        invite(&mut olga, &organization, &format!("p{n}@ejemplo.es"), "viewer").expect(201);
    }
    let base = format!("http://{}", server.address());
    let statuses: Vec<u16> = thread::scope(|scope| {
        let threads: Vec<_> = (48..58)
            .map(|n| {
                let (mut client, path) = (olga.at(&base), organization.clone());
                let email = format!("p{n}@ejemplo.es");
                scope.spawn(move || invite(&mut client, &path, &email, "viewer").status)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 2, "{statuses:?}");
    assert_eq!(server.count("invitation"), 50);
    let full = invite(&mut olga, &organization, "una@ejemplo.es", "viewer");
    let said = full.refused(409, "TOO_MANY_INVITATIONS").json();
    assert!(text(&said["message"]).contains("50"), "{said}");
    // Whoever is invited already may be written to again; a place that is free counts.
    invite(&mut olga, &organization, "p1@ejemplo.es", "recruiter").expect(201);
    server.clock.advance_s(7 * 86_400 + 1);
    let mut olga = server.signed_in("olga@ejemplo.es");
    invite(&mut olga, &organization, "una@ejemplo.es", "viewer").expect(201);
}
