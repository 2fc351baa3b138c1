//! Which pages there are, by the endpoint tables, and where they are found, by links.

use std::collections::{BTreeMap, BTreeSet};

use antesala::http::endpoint::{Access, Endpoint};
use antesala::pages::TABLES;
use http::Method;

use super::site::{Role, Site};

/// Links with a query that are measured of one page, beside the page itself.
const QUERIES: usize = 3;

/// Pages that somebody opens to find links.
const WALK_MAX: usize = 400;

/// What is no page: files, and what a program asks for.
const NO_PAGES: &[&str] = &["/assets/{file}", "/sitemap.xml"];

/// A page to be measured.
pub struct Page {
    /// Who looks.
    pub role: Role,
    /// At what.
    pub address: String,
    /// The status that it answers with.
    pub status: u16,
}

/// Lists every page for everybody who sees it.
pub fn every_page(site: &mut Site) -> Vec<Page> {
    let rows: Vec<&Endpoint> = TABLES
        .iter()
        .flat_map(|table| table.iter())
        .filter(|row| row.method == Method::GET && !NO_PAGES.contains(&row.path))
        .collect();
    let mut pages = Vec::new();
    for role in Role::EACH {
        let found = links(site, role, &rows);
        for row in &rows {
            let is_for_all = matches!(row.access, Access::Public | Access::Optional);
            // What everybody sees is measured once, where nobody is signed in.
            if is_for_all != (role == Role::Stranger) {
                continue;
            }
            for address in addresses(row, found.get(row.path)) {
                let status = site.client(role).get(&address).status;
                // Elsewhere, or not for them.
                if !matches!(status, 303 | 401 | 403) {
                    pages.push(Page { role, address, status });
                }
            }
        }
    }
    for row in &rows {
        if !pages.iter().any(|page| matches(row.path, path_of(&page.address))) {
            println!("only leads elsewhere: {}", row.path);
        }
    }
    pages
}

/// Opens what somebody can reach by links, and sorts the links by the rows that they match.
fn links(
    site: &mut Site,
    role: Role,
    rows: &[&Endpoint],
) -> BTreeMap<&'static str, BTreeSet<String>> {
    let plain = rows.iter().filter(|row| !row.path.contains('{')).map(|row| row.path.to_owned());
    let mut waiting: Vec<String> = plain.collect();
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut found: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    let mut opened = 0;
    while let Some(address) = waiting.pop() {
        opened += 1;
        if opened > WALK_MAX {
            break;
        }
        let text = site.client(role).get(&address).text;
        let named = ["href=\"/", "src=\"/"].into_iter().flat_map(|mark| text.split(mark).skip(1));
        for link in named.filter_map(|rest| rest.split('"').next()) {
            let link = format!("/{}", link.split('#').next().unwrap());
            let link = link.replace("&#38;", "&").replace("&amp;", "&");
            let Some(row) = rows.iter().find(|row| matches(row.path, path_of(&link))) else {
                continue;
            };
            let own = found.entry(row.path).or_default();
            // A few of each lead on to what hangs on them; more tell nothing new.
            let is_enough = own.len() >= 8;
            own.insert(link.clone());
            if !is_enough && seen.insert(link.clone()) {
                waiting.push(link);
            }
        }
        if text.contains("role=\"search\"") && !address.contains('?') {
            let own = rows.iter().find(|row| matches(row.path, &address)).unwrap();
            found.entry(own.path).or_default().insert(format!("{address}?q=biologia"));
        }
    }
    found
}

/// Returns where a row is measured: one place, and a few of its queries.
fn addresses(row: &Endpoint, found: Option<&BTreeSet<String>>) -> Vec<String> {
    let found = found.into_iter().flatten();
    let (asking, plain): (Vec<&String>, Vec<&String>) = found.partition(|link| link.contains('?'));
    let place = if row.path.contains('{') {
        plain.first().map_or_else(|| unknown(row.path), |link| (*link).clone())
    } else {
        row.path.to_owned()
    };
    let mut kinds = BTreeSet::new();
    let names = |link: &str| {
        let query = link.split('?').nth(1).unwrap_or_default();
        query.split('&').filter_map(|pair| pair.split('=').next()).collect::<Vec<_>>().join(" ")
    };
    let different = asking.into_iter().filter(|link| kinds.insert(names(link))).take(QUERIES);
    std::iter::once(place).chain(different.cloned()).collect()
}

/// A place that nobody links to: a token of a mail, or what is not there.
fn unknown(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "nada" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn path_of(address: &str) -> &str {
    address.split('?').next().unwrap()
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(own)) if part.starts_with('{') => {
                if own.is_empty() {
                    return false;
                }
            }
            (Some(part), Some(own)) if part == own => {}
            _ => return false,
        }
    }
}
