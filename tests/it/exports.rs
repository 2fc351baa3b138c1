//! Exports that a spreadsheet opens: no cell of theirs is a formula, and what goes out
//! comes back as it was.

use serde_json::{Value, json};

use crate::support::process::Place;
use crate::support::server::{PASSWORD, SITE};
use crate::support::source::sources;
use crate::support::{Client, Server};

/// Texts that strangers give and that a spreadsheet would run.
const HOSTILE: [&str; 10] = [
    "=HYPERLINK(\"https://malo.es\",\"x\")",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "＝1+1",
    "'=1+1",
    "''=1+1",
    "Ana;=1+1",
    "Ana, \"la\" -1",
    "-",
];

/// Looks at every cell as a spreadsheet does, in whatever country.
#[track_caller]
fn assert_harmless(text: &str) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert!(rows.len() > 1, "nothing was exported: {text}");
    for cell in rows.iter().flat_map(|row| row.iter()) {
        assert!(!cell.starts_with(['\t', '\r', '\n']), "{cell:?}");
        for part in cell.split([';', '\t', '\r', '\n']) {
            let first = part.trim_start().chars().next();
            let is_formula = first.is_some_and(|first| "=+-@＝＋－＠".contains(first));
            assert!(!is_formula || cell.parse::<i64>().is_ok(), "{cell:?}");
        }
    }
}

/// Lists the paths of endpoints that answer with CSV.
fn exports(server: &Server) -> Vec<String> {
    let document = server.visitor().get("/api/openapi.json").expect(200).json();
    let paths = document["paths"].as_object().unwrap().keys();
    paths.filter(|path| path.contains("csv") || path.contains("export")).cloned().collect()
}

#[test]
fn no_export_of_the_site_holds_a_formula() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut root = server.admin();
    for (n, text) in HOSTILE.iter().enumerate().filter(|(_n, text)| text.is_ascii()) {
        let mut visitor = server.visitor();
        visitor.set("user-agent", text);
        let body = json!({"name": text, "email": format!("p{n}@ejemplo.es"), "password": PASSWORD});
        visitor.post("/api/auth/sign-up/email", body).expect(200);
    }
    let exports = exports(&server);
    assert!(exports.contains(&String::from("/api/admin/audit.csv")), "{exports:?}");
    for path in exports {
        let reply = root.get(&path);
        let is_csv = reply.header("content-type").is_some_and(|kind| kind.starts_with("text/csv"));
        if is_csv {
            assert_harmless(&reply.text);
        }
    }
}

#[test]
fn waitlist_goes_out_without_formulas_and_comes_back_as_it_was() {
    let place = Place::new();
    let server = place.serve();
    let mut visitor = Client::new(&server.base(), SITE);
    for (n, text) in HOSTILE.iter().enumerate() {
        visitor.set("x-forwarded-for", &format!("203.0.113.{n}"));
        let body = json!({"email": format!("+p{n}=x@ejemplo.es"), "role": "professional",
            "name": text, "field": text, "source": text});
        visitor.post("/api/waitlist", body).expect(201);
    }
    place.ok(&["waitlist", "export", "list.csv"]);
    assert_harmless(&std::fs::read_to_string(place.path("list.csv")).unwrap());
    assert_harmless(&place.ok(&["waitlist", "export", "--format", "csv"]));
    let elsewhere = Place::new();
    std::fs::copy(place.path("list.csv"), elsewhere.path("list.csv")).unwrap();
    elsewhere.ok(&["waitlist", "import", "list.csv"]);
    let list = |place: &Place| -> Value {
        serde_json::from_str(&place.ok(&["waitlist", "list", "--json"])).unwrap()
    };
    assert_eq!(list(&place), list(&elsewhere));
}

#[test]
fn people_come_in_from_a_list_that_was_made_harmless() {
    let place = Place::new();
    place.write("people.csv", "email,name\n'+ana@ejemplo.es,'=Ana\neva@ejemplo.es,'Eva\n");
    place.ok(&["import", "users", "--from", "people.csv"]);
    let names = |email: &str| {
        place.database().text(&format!("SELECT name FROM \"user\" WHERE email = '{email}'"))
    };
    assert_eq!((names("+ana@ejemplo.es"), names("eva@ejemplo.es")), ("=Ana".into(), "'Eva".into()));
}

#[test]
fn one_file_alone_writes_and_reads_csv() {
    let wrong: Vec<_> = sources("src")
        .into_iter()
        .filter(|file| file.path != "base/csv.rs")
        .filter(|file| {
            ["csv::Writer", "csv::Reader", "WriterBuilder", "ReaderBuilder", "csv_core"]
                .iter()
                .any(|name| file.code.contains(name))
        })
        .map(|file| file.path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
