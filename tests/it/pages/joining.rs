//! Members, invitations, and the page to which an invitation's mail leads.

use serde_json::json;

use super::{browser, led, reader, submit};
use crate::support::board::{id_of, organization_of, server, text};
use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

const HOME: &str = "/dashboard/organizacion";
const MEMBERS: &str = "/dashboard/organizacion/miembros";
const INVITE: &str = "/dashboard/organizacion/invitar";

fn owner(server: &Server) -> Client {
    reader(server.organization("olga@ejemplo.es", "Instituto Alborán"))
}

/// Invites an address and returns the path of the mail's link.
#[track_caller]
fn invited(server: &Server, owner: &mut Client, email: &str) -> String {
    let led = led(owner, INVITE, &[("email", email), ("role", "recruiter")]);
    assert_eq!(led, format!("{MEMBERS}?done=invitation-sent"));
    let mail = server.mail_of("organization-invite", email);
    server.path_of(&text(&mail["url"])).to_owned()
}

#[test]
fn owner_gives_roles_and_takes_members_out() {
    let server = server();
    let mut olga = owner(&server);
    let mut rita = reader(server.member(&mut olga, "rita@ejemplo.es", "recruiter"));
    let mut vera = reader(server.member(&mut olga, "vera@ejemplo.es", "viewer"));
    let mut other = reader(server.organization("otra@ejemplo.es", "Otra"));
    let (olga_id, vera_id) = (id_of(&mut olga), id_of(&mut vera));
    for client in [&mut rita, &mut vera] {
        let page = client.get(MEMBERS).expect(200).text;
        assert!(page.contains("olga@ejemplo.es") && !page.contains("<select"), "{page}");
        assert!(!page.contains("name=\"email\""), "{page}");
    }
    let page = olga.get(MEMBERS).expect(200).text;
    assert_eq!(page.matches("name=\"act\" value=\"role\"").count(), 3, "{page}");
    let promote = [("act", "role"), ("whom", vera_id.as_str()), ("role", "owner")];
    submit(&mut rita, MEMBERS, &promote).expect(403);
    submit(&mut other, MEMBERS, &promote).expect(404);
    // Nobody leaves an organisation without an owner.
    for last in
        [&[("act", "leave")][..], &[("act", "role"), ("whom", &olga_id), ("role", "viewer")]]
    {
        let onward = led(&mut olga, MEMBERS, last);
        assert_eq!(onward, format!("{MEMBERS}?problem=LAST_OWNER"));
    }
    assert!(olga.get(&format!("{MEMBERS}?problem=LAST_OWNER")).text.contains("sin propietario"));
    assert_eq!(led(&mut olga, MEMBERS, &promote), format!("{MEMBERS}?done=role-changed"));
    assert_eq!(
        led(&mut olga, MEMBERS, &[("act", "leave")]),
        format!("{HOME}?done=organization-left")
    );
    assert!(olga.get(HOME).expect(200).text.contains("Crear la organización"));
    let rita_id = id_of(&mut rita);
    let remove = [("act", "remove"), ("whom", rita_id.as_str())];
    assert_eq!(led(&mut vera, MEMBERS, &remove), format!("{MEMBERS}?done=member-removed"));
    rita.get(MEMBERS).expect(303);
    submit(&mut vera, MEMBERS, &remove).expect(404);
    submit(&mut vera, MEMBERS, &[("act", "explode")]).expect(404);
}

#[test]
fn invitation_is_sent_again_taken_back_and_refused_for_members() {
    let server = server();
    let mut olga = owner(&server);
    let mut rita = reader(server.member(&mut olga, "rita@ejemplo.es", "recruiter"));
    let page =
        submit(&mut olga, INVITE, &[("email", "nadie"), ("role", "viewer")]).expect(400).text;
    assert!(page.contains("id=\"email-wrong\"") && page.contains("value=\"nadie\""), "{page}");
    let page = submit(&mut olga, INVITE, &[("email", "rita@ejemplo.es")]).expect(400).text;
    assert!(page.contains("ya forma parte"), "{page}");
    submit(&mut rita, INVITE, &[("email", "x@ejemplo.es"), ("role", "owner")]).expect(403);
    let first = invited(&server, &mut olga, "nora@ejemplo.es");
    let second = invited(&server, &mut olga, "nora@ejemplo.es");
    browser(&server).get(&first).expect(410);
    browser(&server).get(&second).expect(200);
    let page = olga.get(MEMBERS).expect(200).text;
    let id = page.split("value=\"inv_").nth(1).unwrap().split('"').next().unwrap();
    let revoke = [("act", "revoke"), ("whom", &format!("inv_{id}"))];
    submit(&mut rita, MEMBERS, &revoke).expect(403);
    let mut other = reader(server.organization("otra@ejemplo.es", "Otra"));
    submit(&mut other, MEMBERS, &revoke).expect(404);
    browser(&server).get(&second).expect(200);
    assert_eq!(led(&mut olga, MEMBERS, &revoke), format!("{MEMBERS}?done=invitation-revoked"));
    browser(&server).get(&second).expect(410);
    assert!(!olga.get(MEMBERS).expect(200).text.contains("nora@ejemplo.es"));
    submit(&mut olga, MEMBERS, &revoke).expect(404);
}

#[test]
fn stranger_opens_an_account_comes_back_and_accepts() {
    let server = server();
    let mut olga = owner(&server);
    let link = invited(&server, &mut olga, "nora@ejemplo.es");
    let mut nora = browser(&server);
    let page = nora.get(&link).expect(200);
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    for said in ["Olga quiere que formes parte de Instituto Alborán", "Selección", "/login?next="]
    {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(!page.text.contains("nora@ejemplo.es"), "the address is for nobody else");
    let sign_up = page.text.split("href=\"/registro").nth(1).unwrap().split('"').next().unwrap();
    let form = nora.get(&format!("/registro{sign_up}")).expect(200).text;
    assert!(!form.contains("organizationName") && !form.contains("name=\"type\""), "{form}");
    let fields =
        [("name", "Nora"), ("email", "nora@ejemplo.es"), ("password", PASSWORD), ("next", &link)];
    assert_eq!(led(&mut nora, "/registro", &fields), format!("{link}?done=welcome"));
    assert!(nora.get(&link).expect(200).text.contains("value=\"accept\""));
    assert_eq!(server.number("SELECT count(*) FROM member"), 1, "looking changes nothing");
    let inside = led(&mut nora, &link, &[("act", "accept")]);
    assert_eq!(inside, format!("{HOME}?done=organization-joined"));
    assert!(nora.get(&inside).expect(200).text.contains("<h1>Instituto Alborán</h1>"));
    assert_eq!(server.text("SELECT role FROM member WHERE role <> 'owner'"), "recruiter");
    // The link is spent; whoever is in goes on from there.
    let page = nora.get(&link).expect(410).text;
    assert!(page.contains("ya no sirve") && page.contains(&format!("href=\"{HOME}\"")), "{page}");
    submit(&mut nora, &link, &[("act", "accept")]).expect(410);
    // An ordinary sign-up still asks for a name.
    let plain = [("name", "X"), ("email", "x@ejemplo.es"), ("password", PASSWORD)];
    let forged = [("type", "organization"), ("next", "//evil.example/invitaciones/x")];
    submit(&mut browser(&server), "/registro", &[&plain[..], &forged].concat()).expect(400);
}

#[test]
fn whoever_cannot_accept_is_told_why() {
    let server = server();
    let mut olga = owner(&server);
    let link = invited(&server, &mut olga, "nora@ejemplo.es");
    let accept = [("act", "accept")];
    // Signed out meanwhile: the page again.
    assert_eq!(led(&mut browser(&server), &link, &accept), link);
    let mut eva = reader(server.professional("eva@ejemplo.es"));
    let page = eva.get(&link).expect(200).text;
    assert!(page.contains("n•••@ejemplo.es") && page.contains("eva@ejemplo.es"), "{page}");
    assert!(!page.contains("value=\"accept\"") && !page.contains("nora@ejemplo.es"), "{page}");
    for act in ["accept", "decline"] {
        assert_eq!(led(&mut eva, &link, &[("act", act)]), link, "another address does nothing");
    }
    let onward = led(&mut eva, &link, &[("act", "switch")]);
    assert!(onward.starts_with("/login?next=%2Finvitaciones%2F"), "{onward}");
    assert!(eva.get(&link).expect(200).text.contains("/login?next="), "signed out");
    assert!(olga.get(&link).expect(200).text.contains("Ya formas parte de esta organización"));
    let mut nora = reader(server.professional("nora@ejemplo.es"));
    let page = nora.get(&link).expect(200).text;
    assert!(page.contains("busca") && page.contains("dos caminos"), "{page}");
    assert!(!page.contains("value=\"accept\"") && page.contains("value=\"decline\""), "{page}");
    assert_eq!(led(&mut nora, &link, &accept), link);
    assert_eq!(server.number("SELECT count(*) FROM member"), 1);
    assert_eq!(led(&mut nora, &link, &[("act", "decline")]), "/dashboard?done=invitation-declined");
    browser(&server).get(&link).expect(410);
    browser(&server).get("/invitaciones/nada").expect(410);
}

#[test]
fn where_accounts_are_not_open_nobody_is_sent_to_open_one() {
    let server = Server::with(&[("ANTESALA_AUTH__SIGNUP", "closed")]);
    let mut olga = browser(&server);
    drop(server.admin());
    server.execute("UPDATE \"user\" SET type = 'organization'");
    led(&mut olga, "/login", &[("email", "root@ejemplo.es"), ("password", PASSWORD)]);
    led(&mut olga, HOME, &[("name", "Laboratorio")]);
    let link = invited(&server, &mut olga, "nora@ejemplo.es");
    let page = browser(&server).get(&link).expect(200).text;
    assert!(page.contains("se abren con invitación") && !page.contains("/registro"), "{page}");
}

#[test]
fn member_of_another_organisation_leaves_it_first_and_time_runs_out() {
    let server = server();
    let mut olga = owner(&server);
    let link = invited(&server, &mut olga, "otra@ejemplo.es");
    let mut other = reader(server.organization("otra@ejemplo.es", "Otra Casa"));
    let page = other.get(&link).expect(200).text;
    assert!(page.contains("Ya formas parte de Otra Casa"), "{page}");
    assert_eq!(led(&mut other, &link, &[("act", "accept")]), link);
    assert_eq!(server.number("SELECT count(*) FROM member"), 2);
    server.clock.advance_s(7 * 86_400);
    let gone = browser(&server).get(&link).expect(410).text;
    assert!(gone.contains("ya no puede invitar"), "{gone}");
}

#[test]
fn last_place_in_an_organisation_is_taken_once() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Instituto");
    let id = organization_of(&mut olga);
    olga.post(
        &format!("/api/organizations/{id}/members"),
        json!({"email": "eva@ejemplo.es", "role": "viewer"}),
    )
    .expect(201);
    let mut eva = reader(server.unattached("eva@ejemplo.es"));
    // Others came meanwhile: 200 are in, the owner among them.
    let rows: Vec<_> =
        (1..200).map(|n| format!("('mem_{n:03}', '{id}', 'usr_{n:03}', 'viewer', 1)")).collect();
    let people: Vec<_> = (1..200)
        .map(|n| format!("('usr_{n:03}', 'P', 'p{n}@correo.es', 1, 'user', 0, 0, 1, 1, 1, 'p')"))
        .collect();
    server.execute(&format!(
        "INSERT INTO \"user\" (id, name, email, email_verified, role, is_admin, banned, is_active, \
         created_at, updated_at, name_folded) VALUES {}",
        people.join(", ")
    ));
    server.execute(&format!(
        "INSERT INTO member (id, organization_id, user_id, role, created_at) VALUES {}",
        rows.join(", ")
    ));
    let mail = server.mail_of("organization-invite", "eva@ejemplo.es");
    let (token, page) = (text(&mail["token"]), server.path_of(mail["url"].as_str().unwrap()));
    eva.post(&format!("/api/invitations/{token}/accept"), json!({})).refused(409, "TOO_MANY");
    assert_eq!(led(&mut eva, page, &[("act", "accept")]), format!("{page}?problem=TOO_MANY"));
    server.execute("DELETE FROM member WHERE id = 'mem_001'");
    assert!(led(&mut eva, page, &[("act", "accept")]).contains("done=organization-joined"));
    assert_eq!(server.count("member"), 200);
}
