//! A server that is slow, missing, or not to be used as it was configured.

use std::thread;

use serde_json::json;

use crate::support::Server;
use crate::support::cluster::Cluster;
use crate::support::database::{Look, Shared};
use crate::support::process::Place;

#[test]
fn slow_tables_make_503s_and_leave_the_rest_alone() {
    let Some(shared) = Shared::new() else { return };
    let environment =
        [("ANTESALA_RATE_LIMIT__ENABLED", "false"), ("ANTESALA_DATABASE__CONNECTIONS_MAX", "4")];
    let server = Server::on(tempfile::tempdir().unwrap(), shared.lend(), &environment);
    let mut ana = server.person("ana@ejemplo.es");
    server.mail_to("ana@ejemplo.es");
    let lock = server.database().lock().unwrap();
    let replies: Vec<_> = thread::scope(|scope| {
        let joins = (0..12).map(|n| {
            let mut visitor = server.visitor();
            let body = json!({"email": format!("p{n}@ejemplo.es"), "role": "professional"});
            scope.spawn(move || visitor.post("/api/waitlist", body))
        });
        let joins: Vec<_> = joins.collect();
        for _ in 0..20 {
            assert!(!ana.get("/api/auth/get-session").expect(200).json().is_null());
        }
        joins.into_iter().map(|join| join.join().unwrap()).collect()
    });
    for reply in replies {
        let refused = reply.refused(503, "SERVICE_UNAVAILABLE");
        assert!(refused.header("retry-after").is_some());
    }
    drop(lock);
    let body = json!({"email": "ana@ejemplo.es", "role": "professional"});
    server.visitor().post("/api/waitlist", body).expect(201);
}

#[test]
fn server_out_of_reach_or_without_secrets_is_a_clear_error() {
    let mut place = Place::on_file();
    place.set("ANTESALA_DATABASE__URL", "postgres://ana:geheim@127.0.0.1:1/antesala");
    let said = place.fails(&["serve"], 64);
    for key in ["auth.secret", "cron.secret"] {
        assert!(said.contains(key), "{said}");
    }
    assert!(said.contains("openssl rand -base64 32"), "{said}");
    place.set("ANTESALA_AUTH__SECRET", "kq3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs");
    place.set("ANTESALA_CRON__SECRET", "Zp7wB1sNd6hXk2yQ9mVt4rGc8fLj3eAu");
    let said = place.fails(&["serve"], 1);
    assert!(said.contains("ana@127.0.0.1:1/antesala") && said.contains("refused"), "{said}");
    let printed = place.ok(&["config", "print"]);
    assert!(printed.contains("postgres://ana:********@127.0.0.1:1/antesala"), "{printed}");
    assert!(!said.contains("geheim") && !printed.contains("geheim"));
    place.set("ANTESALA_DATABASE__URL", "postgres://db.example.com/antesala?sslmode=prefer");
    assert!(place.fails(&["serve"], 1).contains("sslmode=verify-full"));
}

#[test]
fn server_that_does_not_offer_trigrams_is_told_what_to_do_and_left_as_it_was() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.fresh_database();
    let superuser = Look::connect(&url).unwrap();
    // A role that may make tables, and no extensions: those are whoever's the database is.
    superuser.rows("CREATE ROLE huesped LOGIN").unwrap();
    superuser.rows("GRANT CREATE ON SCHEMA public TO huesped").unwrap();
    let mut place = Place::on_file();
    place.set("ANTESALA_DATABASE__URL", &url.replacen("antesala@", "huesped@", 1));
    place.set("ANTESALA_AUTH__SECRET", "kq3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs");
    place.set("ANTESALA_CRON__SECRET", "Zp7wB1sNd6hXk2yQ9mVt4rGc8fLj3eAu");
    let tables = "SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'";
    for command in [&["migrate", "up"][..], &["serve"]] {
        let said = place.fails(command, 1);
        for part in ["pg_trgm", "permission denied", "postgresql-contrib", "CREATE EXTENSION"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert_eq!(superuser.rows(tables).unwrap()[0][0].as_deref(), Some("0"), "{command:?}");
    }
    // What it says helps.
    superuser.rows("CREATE EXTENSION pg_trgm").unwrap();
    place.ok(&["migrate", "up"]);
    assert_ne!(superuser.rows(tables).unwrap()[0][0].as_deref(), Some("0"));
    drop(superuser);
    cluster.drop_database(&url);
}
