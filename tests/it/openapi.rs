//! The API about itself: one table, told in four ways that agree.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::Server;
use crate::support::server::SITE;
use crate::support::source::root;

/// Method and path of every operation of the document.
fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = ["get", "post", "put", "patch", "delete"];
            let methods = methods.into_iter().filter(|method| item.get(method).is_some());
            methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
        })
        .collect()
}

fn table() -> BTreeSet<(String, String)> {
    let rows = antesala::api::TABLES.iter().flat_map(|table| table.iter());
    rows.map(|row| (row.method.to_string(), row.path.to_owned())).collect()
}

#[test]
fn document_holds_every_row_and_nothing_else() {
    let server = Server::start();
    let document = server.visitor().get("/api/openapi.json").expect(200).json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert_eq!(operations(&document), table());
}

#[test]
fn references_resolve_and_ids_are_unique() {
    let server = Server::start();
    let document = server.visitor().get("/api/openapi.json").expect(200).json();
    let mut ids = BTreeSet::new();
    visit(&document, &mut |value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let pointer = reference.strip_prefix('#').expect("only local references");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        if let Some(id) = value.get("operationId").and_then(Value::as_str) {
            assert!(ids.insert(id.to_owned()), "{id} twice");
        }
    });
    assert_eq!(ids.len(), table().len());
}

fn visit(value: &Value, look: &mut impl FnMut(&Value)) {
    look(value);
    match value {
        Value::Object(map) => map.values().for_each(|each| visit(each, look)),
        Value::Array(list) => list.iter().for_each(|each| visit(each, look)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn docs_file_is_what_the_table_says() {
    let path = root().join("docs/api.md");
    let said = antesala::http::openapi::markdown(antesala::api::TABLES);
    if std::env::var_os("ANTESALA_WRITE_DOCS").is_some() {
        fs::write(&path, &said).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == said,
        "docs/api.md is stale; run with ANTESALA_WRITE_DOCS=1 and look at the diff"
    );
}

#[test]
fn page_shows_every_row_and_loads_nothing_from_outside() {
    let server = Server::start();
    let page = server.visitor().get("/api/docs").expect(200).text;
    for (_, path) in table() {
        assert!(page.contains(&path), "{path}");
    }
    // The site's own address, which the page names for whoever shares it.
    let page = page.replace(SITE, "");
    for outside in ["http://", "https://", "//cdn", "<script>"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let scripts = page.split("<script").skip(1);
    for script in scripts {
        assert!(script.starts_with(" type=\"module\" src=\"/assets/"), "{script}");
    }
}
