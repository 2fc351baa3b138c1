//! Logos that call more than there is stack or time for end a check, not the process.

use std::fmt::Write as _;

use crate::support::process::Place;

/// Links of a chain: far more than any stack holds.
const LINKS: usize = 20_000;

/// How one element may call the next: what names it, and which element is named. `{n}` is
/// the caller's number, `{next}` the next one's.
const WAYS: [(&str, &str); 10] = [
    ("gradient", r##"<linearGradient id="l{n}" xlink:href="#l{next}"/>"##),
    ("gradient by the newer name", r##"<radialGradient id="l{n}" href="#l{next}"/>"##),
    (
        "pattern",
        r#"<pattern id="l{n}" width="1" height="1"><path d="M0 0h9v9z" fill="url(#l{next})"/></pattern>"#,
    ),
    (
        "stroke by a style",
        r#"<pattern id="l{n}" width="1" height="1"><path d="M0 0h9v9z" style="stroke: url( '#l{next}' )"/></pattern>"#,
    ),
    ("mask", r#"<mask id="l{n}" mask="url(#l{next})"><path d="M0 0h9v9z"/></mask>"#),
    (
        "mask of what is inside",
        r#"<mask id="l{n}"><path d="M0 0h9v9z" mask="url(#l{next})"/></mask>"#,
    ),
    ("clip", r#"<clipPath id="l{n}" clip-path="url(#l{next})"><path d="M0 0h9v9z"/></clipPath>"#),
    ("marker", r#"<marker id="l{n}"><path d="M0 0h9v9z" marker-end="url(#l{next})"/></marker>"#),
    (
        "filter",
        r##"<g id="l{n}" filter="url(#f{n})"/><filter id="f{n}"><feImage href="#l{next}"/></filter>"##,
    ),
    (
        "style sheet",
        r#"<mask id="l{n}"><path class="c{n}" d="M0 0h9v9z"/></mask><style>.c{n}{mask:url(#l{next})}</style>"#,
    ),
];

fn drawing(inside: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
        viewBox="0 0 40 40"><defs>{inside}</defs>
        <path d="M0 0h40v40z" fill="url(#l0)" stroke="url(#l0)" mask="url(#l0)" clip-path="url(#l0)"
        marker-end="url(#l0)" filter="url(#f0)"/></svg>"#
    )
}

fn chain(way: &str, links: usize) -> String {
    let mut chained = String::new();
    for n in 0..links {
        let link = way.replace("{next}", &(n + 1).to_string()).replace("{n}", &n.to_string());
        chained.push_str(&link);
    }
    chained
}

#[test]
fn logo_that_calls_without_end_is_refused_and_ends_no_process() {
    let mut place = Place::new();
    place.set("ANTESALA_BRAND__LOGO", "logo.svg");
    for (name, way) in WAYS {
        // A style sheet is tried on every element; it is refused for that sooner.
        let links = if name == "style sheet" { 1_000 } else { LINKS };
        let links = links.min(900_000 / way.len());
        place.write("logo.svg", &drawing(&chain(way, links)));
        let said = place.fails(&["config", "check"], 64);
        assert!(said.contains("brand.logo") && said.contains("deeper than"), "{name}: {said}");
    }
}

#[test]
fn logo_that_calls_as_deep_as_it_may_is_drawn() {
    let mut place = Place::new();
    place.set("ANTESALA_BRAND__LOGO", "logo.svg");
    for (name, way) in WAYS {
        let is_taken = |links: &usize| {
            place.write("logo.svg", &drawing(&chain(way, *links)));
            match place.run(&["config", "check"]).status.code() {
                Some(0) => true,
                Some(64) => false,
                other => panic!("{name}, {links} links: {other:?}"),
            }
        };
        let links = [60, 30, 20, 15, 4].into_iter().find(is_taken);
        assert!(links.is_some(), "{name}");
        place.ok(&["og", "render", "--title", name, "--out", "with.jpg"]);
    }
}

#[test]
fn logo_that_calls_itself_is_refused() {
    let mut place = Place::new();
    place.set("ANTESALA_BRAND__LOGO", "logo.svg");
    for (name, way) in WAYS {
        let ring = chain(way, 3).replace("l3", "l0");
        place.write("logo.svg", &drawing(&ring));
        let said = place.fails(&["config", "check"], 64);
        assert!(said.contains("calls itself"), "{name}: {said}");
    }
}

#[test]
fn logo_that_doubles_at_each_level_is_refused() {
    let mut place = Place::new();
    place.set("ANTESALA_BRAND__LOGO", "logo.svg");
    let mut doubled = String::new();
    for n in 0..30 {
        let shape = format!(r#"<path d="M0 0h9v9z" mask="url(#l{})"/>"#, n + 1);
        let _ = write!(doubled, r#"<mask id="l{n}">{shape}{shape}</mask>"#);
    }
    place.write("logo.svg", &drawing(&doubled));
    let said = place.fails(&["config", "check"], 64);
    assert!(said.contains("called again"), "{said}");
}

#[test]
fn logo_as_drawing_programs_write_it_is_taken() {
    let mut place = Place::new();
    place.set("ANTESALA_BRAND__LOGO", "logo.svg");
    let program = r##"<style>.st0{fill:url(#SVGID_1_);} .st1{clip-path:url(#l0);opacity:.8}</style>
        <linearGradient id="SVGID_1_"><stop offset="0" style="stop-color:#fff"/></linearGradient>
        <linearGradient id="linear2" xlink:href="#SVGID_1_"/>
        <clipPath id="l0"><rect width="40" height="40"/></clipPath>
        <g id="fff" class="st1"><path class="st0" d="M0 0h40v40z"/></g>"##;
    place.write("logo.svg", &drawing(program));
    place.ok(&["config", "check"]);
    place.ok(&["og", "render", "--title", "Hola", "--out", "with.jpg"]);
}
