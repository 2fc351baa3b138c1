//! Finding people: search, filter, order and pages.

use serde_json::{Value, json};

use super::{about, id_of, server, with};
use crate::support::{Client, Server};

/// A server with some people whose names and addresses matter.
fn crowd() -> (Server, Client) {
    let server = server();
    let mut root = server.admin();
    for (email, name, role) in [
        ("maria.jose@ciencia.es", "María José Núñez", "user"),
        ("100%_real@correo.es", "Ángel \"el\" Único", "editor"),
        ("100xxreal@correo.es", "angela", "user"),
        ("zoe@correo.es", "Zoë", "user,editor"),
    ] {
        server.clock.advance_s(60);
        let body = json!({"email": email, "name": name, "role": role});
        root.post("/api/auth/admin/create-user", body).expect(200);
    }
    (server, root)
}

fn list(client: &mut Client, query: &str) -> Value {
    client.get(&format!("/api/auth/admin/list-users?{query}")).expect(200).json()
}

/// The local parts of the people of a page, in its order.
fn found(client: &mut Client, query: &str) -> Vec<String> {
    let page = list(client, query);
    let people = page["users"].as_array().unwrap();
    assert!(page["total"].as_u64().unwrap() >= people.len() as u64);
    let local =
        |user: &Value| user["email"].as_str().unwrap().split('@').next().unwrap().to_owned();
    people.iter().map(local).collect()
}

#[test]
fn search_finds_what_stands_where_it_was_asked() {
    let (_server, mut root) = crowd();
    for (query, expected) in [
        ("searchValue=correo", &["100%_real", "100xxreal", "zoe"][..]),
        ("searchValue=CORREO.es&searchOperator=ends_with", &["100%_real", "100xxreal", "zoe"]),
        ("searchValue=correo&searchOperator=starts_with", &[]),
        ("searchValue=zoe&searchOperator=starts_with", &["zoe"]),
        ("searchValue=100%25_real", &["100%_real"]),
        ("searchValue=nu%C3%B1ez&searchField=name", &["maria.jose"]),
        ("searchValue=JOSE&searchField=name", &["maria.jose"]),
        (
            "searchValue=%C3%A1ngel&searchField=name&searchOperator=starts_with",
            &["100%_real", "100xxreal"],
        ),
        ("searchValue=angel%20%22el&searchField=name", &["100%_real"]),
        ("searchValue=%22el%22&searchField=name", &["100%_real"]),
        ("searchValue=nico&searchField=name&searchOperator=ends_with", &["100%_real"]),
        ("searchValue=zoe&searchField=name&searchOperator=ends_with", &["zoe"]),
        ("searchValue=maria%20jose&searchField=name", &["maria.jose"]),
        ("searchValue=nadie", &[]),
        ("searchValue=NOT%20OR%20(", &[]),
    ] {
        assert_eq!(found(&mut root, query), expected, "{query}");
    }
}

#[test]
fn search_follows_every_change() {
    let (server, mut root) = crowd();
    let id = list(&mut root, "searchValue=zoe@")["users"][0]["id"].as_str().unwrap().to_owned();
    let data = json!({"email": "zenobia@correo.es", "name": "Zenobia"});
    with(&mut root, "update-user", &id, json!({"data": data})).expect(200);
    assert_eq!(found(&mut root, "searchValue=zoe"), [""; 0]);
    assert_eq!(found(&mut root, "searchValue=zoe&searchField=name"), [""; 0]);
    assert_eq!(found(&mut root, "searchValue=nobia&searchField=name"), ["zenobia"]);
    about(&mut root, "remove-user", &id).expect(200);
    assert_eq!(found(&mut root, "searchValue=zenobia"), [""; 0]);
    let mut ana = server.person("ana@ejemplo.es");
    ana.post("/api/auth/update-user", json!({"name": "Ana Belén"})).expect(200);
    assert_eq!(found(&mut root, "searchValue=belen&searchField=name"), ["ana"]);
}

#[test]
fn filters_compare_one_field() {
    let (server, mut root) = crowd();
    let zoe = list(&mut root, "searchValue=zoe")["users"][0]["id"].as_str().unwrap().to_owned();
    about(&mut root, "ban-user", &zoe).expect(200);
    for (query, expected) in [
        ("filterField=role&filterValue=editor", &["100%_real"][..]),
        ("filterField=banned&filterValue=true", &["zoe"]),
        ("filterField=emailVerified&filterValue=true", &["root"]),
        ("filterField=banned&filterValue=false&searchValue=correo", &["100%_real", "100xxreal"]),
        ("filterValue=ZOE@correo.es", &["zoe"]),
        ("filterValue=nadie", &[]),
        (
            "filterField=createdAt&filterOperator=gte&filterValue=2027-01-15T10:03:00Z",
            &["100xxreal", "zoe"],
        ),
        ("filterField=createdAt&filterOperator=lt&filterValue=2027-01-15T10:01:00Z", &["root"]),
        (
            "filterField=createdAt&filterOperator=lte&filterValue=2027-01-15T10:01:00Z",
            &["root", "maria.jose"],
        ),
        ("filterField=createdAt&filterOperator=gt&filterValue=2027-01-15T10:03:00Z", &["zoe"]),
        ("filterField=createdAt&filterValue=2027-01-15T10:02:00.000Z", &["100%_real"]),
    ] {
        assert_eq!(found(&mut root, query), expected, "{query}");
    }
    let by_id = format!("filterField=id&filterValue={zoe}");
    assert_eq!(found(&mut root, &by_id), ["zoe"]);
    drop(server);
}

#[test]
fn orders_are_the_same_on_every_engine() {
    let (_server, mut root) = crowd();
    for (query, expected) in [
        ("", ["root", "maria.jose", "100%_real", "100xxreal", "zoe"]),
        (
            "sortBy=createdAt&sortDirection=desc",
            ["zoe", "100xxreal", "100%_real", "maria.jose", "root"],
        ),
        ("sortBy=email", ["100%_real", "100xxreal", "maria.jose", "root", "zoe"]),
        (
            "sortBy=email&sortDirection=desc",
            ["zoe", "root", "maria.jose", "100xxreal", "100%_real"],
        ),
        ("sortBy=name", ["100%_real", "100xxreal", "maria.jose", "root", "zoe"]),
        ("sortBy=name&sortDirection=desc", ["zoe", "root", "maria.jose", "100xxreal", "100%_real"]),
    ] {
        assert_eq!(found(&mut root, query), expected, "{query}");
    }
}

#[test]
fn pages_follow_each_other_without_gap_or_repetition() {
    let (_server, mut root) = crowd();
    let mut seen = Vec::new();
    for offset in [0, 2, 4, 6] {
        let page = list(&mut root, &format!("sortBy=email&limit=2&offset={offset}"));
        assert_eq!(page["total"], 5);
        assert_eq!(page["limit"], 2);
        assert_eq!(page.get("offset").and_then(Value::as_i64), (offset > 0).then_some(offset));
        seen.extend(page["users"].as_array().unwrap().iter().map(|user| user["id"].clone()));
    }
    assert_eq!(seen.len(), 5);
    let whole = list(&mut root, "sortBy=email");
    assert!(whole.get("limit").is_none() && whole.get("offset").is_none());
    let all: Vec<_> =
        whole["users"].as_array().unwrap().iter().map(|user| user["id"].clone()).collect();
    assert_eq!(seen, all);
    assert_eq!(whole["users"][0]["banned"], false);
}

#[test]
fn what_no_index_answers_is_refused_and_said() {
    let (server, mut root) = crowd();
    for (query, field) in [
        ("searchValue=ab", "searchValue"),
        ("searchValue=a%00bc", "searchValue"),
        ("searchValue=correo&searchField=role", "searchField"),
        ("searchValue=correo&searchOperator=like", "searchOperator"),
        ("filterField=image&filterValue=x", "filterField"),
        ("filterField=role&filterOperator=contains&filterValue=x", "filterOperator"),
        ("filterField=banned&filterValue=maybe", "filterValue"),
        ("filterField=createdAt&filterValue=ayer", "filterValue"),
        ("sortBy=image", "sortBy"),
        ("sortBy=email&sortDirection=up", "sortDirection"),
        ("limit=muchos", "limit"),
        ("limit=1001", "limit"),
        ("offset=-1", "offset"),
    ] {
        let reply = root.get(&format!("/api/auth/admin/list-users?{query}"));
        let told = reply.refused(400, "VALIDATION_ERROR").json();
        assert_eq!(told["details"][0]["field"], field, "{query}");
    }
    let path = "/api/auth/admin/list-users?searchValue=correo";
    server.visitor().get(path).refused(401, "UNAUTHORIZED");
    let mut ana = server.person("ana@ejemplo.es");
    ana.get(path).refused(403, "YOU_ARE_NOT_ALLOWED_TO_LIST_USERS");
    id_of(&mut ana);
}

/// Adds 2,500 people: more than are fetched at once.
fn crowded(server: &Server) {
    let mut rows = Vec::new();
    for n in 0..2_500 {
        let role = if n % 6 == 0 { "editor" } else { "user" };
        rows.push(format!(
            "('usr_{n:05}', 'Persona {n:05} Anana', 'p{n:05}@correo.es', {}, '{role}', 0, 0, 1, {n}, {n}, \
             'persona {n:05} anana')",
            n % 2
        ));
    }
    for rows in rows.chunks(500) {
        server.execute(&format!(
            "INSERT INTO \"user\" (id, name, email, email_verified, role, is_admin, banned, is_active, \
             created_at, updated_at, name_folded) VALUES {}",
            rows.join(", ")
        ));
    }
}

#[test]
fn many_are_walked_to_and_few_are_fetched_with_one_result() {
    let server = server();
    let mut root = server.admin();
    crowded(&server);
    for (query, total, first) in [
        ("searchValue=correo&sortBy=email&offset=1200", 2500, "p01200"),
        (
            "searchValue=persona&searchField=name&searchOperator=starts_with&sortBy=name&sortDirection=desc",
            2500,
            "p02499",
        ),
        (
            "searchValue=correo.es&searchOperator=ends_with&sortBy=createdAt&sortDirection=desc",
            2500,
            "p02499",
        ),
        (
            "searchValue=correo&filterField=role&filterValue=editor&sortBy=email&sortDirection=desc",
            417,
            "p02496",
        ),
        ("filterField=role&filterValue=user&sortBy=email", 2083, "p00001"),
        (
            "searchValue=correo&filterField=role&filterValue=user&sortBy=email&offset=1",
            2083,
            "p00002",
        ),
        (
            "searchValue=correo&filterField=banned&filterValue=false&sortBy=email&offset=7",
            2500,
            "p00007",
        ),
        (
            "filterField=createdAt&filterOperator=lt&filterValue=1970-01-01T00:00:02.100Z&sortBy=name&offset=9",
            2100,
            "p00009",
        ),
        ("searchValue=p0000&searchOperator=starts_with&sortBy=email", 10, "p00000"),
        // Pages behind the middle are walked to from the end.
        ("searchValue=correo&sortBy=email&offset=2000", 2500, "p02000"),
        ("searchValue=correo&sortBy=name&sortDirection=desc&offset=2497", 2500, "p00002"),
        (
            "searchValue=anana&searchField=name&searchOperator=ends_with&filterField=emailVerified\
             &filterValue=true&sortBy=createdAt&offset=1247",
            1250,
            "p02495",
        ),
        (
            "searchValue=correo&filterField=createdAt&filterOperator=gte&filterValue=1970-01-01\
             T00:00:00.400Z&offset=1000",
            2100,
            "p01400",
        ),
    ] {
        let page = list(&mut root, &format!("{query}&limit=3"));
        assert_eq!(page["total"], total, "{query}");
        assert_eq!(page["users"].as_array().unwrap().len(), 3, "{query}");
        assert_eq!(page["users"][0]["email"], format!("{first}@correo.es"), "{query}");
    }
}

#[test]
fn pages_at_and_behind_the_end_and_searches_for_what_only_seems_to_be_there() {
    let server = server();
    let mut root = server.admin();
    crowded(&server);
    for (query, total, rows) in [
        ("searchValue=correo&offset=2499", 2500, 1),
        ("searchValue=correo&offset=2500", 2500, 0),
        ("searchValue=correo&filterField=role&filterValue=user&offset=9000", 2083, 0),
        ("searchValue=correo&filterField=role&filterValue=user&offset=2080&sortBy=email", 2083, 3),
        // Every three letters of it stand in everybody's name, it stands in nobody's.
        ("searchValue=ananana&searchField=name", 0, 0),
        ("searchValue=anana&searchField=name&searchOperator=starts_with", 0, 0),
        ("searchValue=nanana&searchField=name&sortBy=email&offset=700", 0, 0),
    ] {
        let page = list(&mut root, query);
        assert_eq!(page["total"], total, "{query}");
        assert_eq!(page["users"].as_array().unwrap().len(), rows, "{query}");
    }
}

#[test]
fn few_who_are_scattered_among_many_alike_are_found_in_any_order() {
    let server = server();
    let mut root = server.admin();
    crowded(&server);
    for (number, name) in [(3, "zoe"), (2400, "ana"), (2401, "leo")] {
        server.execute(&format!(
            "UPDATE \"user\" SET name = '{name} ananana', name_folded = '{name} ananana' \
             WHERE email = 'p{number:05}@correo.es'"
        ));
    }
    for (query, found_ones) in [
        ("", &["p00003", "p02400", "p02401"][..]),
        ("&sortBy=createdAt&sortDirection=desc", &["p02401", "p02400", "p00003"]),
        ("&sortBy=name", &["p02400", "p02401", "p00003"]),
        ("&sortBy=email&offset=1&limit=1", &["p02400"]),
        ("&filterField=emailVerified&filterValue=true&sortBy=email", &["p00003", "p02401"]),
        (
            "&filterField=createdAt&filterOperator=lt&filterValue=1970-01-01T00:00:02.401Z\
             &sortBy=email",
            &["p00003", "p02400"],
        ),
    ] {
        let query = format!("searchValue=ananana&searchField=name{query}");
        assert_eq!(found(&mut root, &query), found_ones, "{query}");
    }
}

#[test]
fn names_of_before_are_found_after_the_next_start() {
    let server = server();
    server.admin();
    server.execute("UPDATE \"user\" SET name_folded = '', name = 'Núñez'");
    let folder = server.stop();
    let server = Server::in_folder(folder, &[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut root = server.signed_in("root@ejemplo.es");
    crate::support::server::wait_for("the folded name", || {
        (server.text("SELECT name_folded FROM \"user\"") == "nunez").then_some(())
    });
    assert_eq!(found(&mut root, "searchValue=nunez&searchField=name"), ["root"]);
}
