//! `/dashboard/admin/personas`: searched, filtered, sorted, by the page.

use askama::Template;

use crate::account::admin::list;
use crate::app::App;
use crate::base::clock::Millis;
use crate::domain::search::{
    Condition, Direction, Listing, NEEDLE_LENGTH_MIN, Place, SortField, TextField, folded,
};
use crate::domain::user::{ROLE_ADMIN, User};
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{PageWords, called};

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("q", "part of a name or an address, 3 characters at least"),
    QueryField::optional("solo", "`admin`, `bloqueadas`, `sin-verificar`"),
    QueryField::optional("orden", "`nombre`, `correo`, `alta`; with `-` before it backwards"),
    QueryField::optional("pagina", "the page, from 1"),
];

/// People of a page.
const PAGE: usize = 25;

/// Longest needle, in characters.
const NEEDLE_LENGTH_MAX: usize = 100;

#[derive(Template)]
#[template(path = "pages/console/people.html", config = ".askama.toml")]
struct List<'a> {
    words: PageWords<'a>,
    q: String,
    only: &'a str,
    is_short: bool,
    filters: Vec<(&'static str, String)>,
    columns: Vec<Column>,
    people: Vec<Row>,
    range: String,
    before: Option<String>,
    after: Option<String>,
}

struct Column {
    title: String,
    link: String,
    /// What `aria-sort` says; empty for what is not sorted by.
    sorted: &'static str,
}

struct Row {
    id: String,
    letter: String,
    name: String,
    email: String,
    is_admin: bool,
    is_banned: bool,
    is_verified: bool,
    created_at: Millis,
}

/// Shows the list.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let typed = request.query("q").unwrap_or_default().trim();
    let q: String =
        typed.chars().filter(|letter| !letter.is_control()).take(NEEDLE_LENGTH_MAX).collect();
    let only = request.query("solo").unwrap_or_default();
    let order = request.query("orden").unwrap_or("-alta");
    let number: usize = request.query("pagina").and_then(|page| page.parse().ok()).unwrap_or(1);
    let number = number.clamp(1, 1_000_000);
    let needle = needle(&q);
    let is_short = !q.is_empty() && needle.is_none();
    let listing = Listing {
        conditions: needle.into_iter().chain(filter(only)).collect(),
        sort: sort(order),
        limit: PAGE,
        offset: (number - 1) * PAGE,
    };
    let found = list::page(app, request.live()?, &listing).await?;
    let first = if found.people.is_empty() { 0 } else { listing.offset + 1 };
    let last = listing.offset + found.people.len();
    let link = |page: usize| address(&q, only, order, page);
    let filters = [
        ("", "console-all"),
        ("admin", "console-admins"),
        ("bloqueadas", "console-banned"),
        ("sin-verificar", "console-unverified"),
    ];
    let page = List {
        range: words.format(
            "console-range",
            &[
                ("first", &first.to_string()),
                ("last", &last.to_string()),
                ("total", &found.total.to_string()),
            ],
        ),
        before: (number > 1).then(|| link(number - 1)),
        after: (last < found.total).then(|| link(number + 1)),
        columns: columns(&words, (&q, only), order),
        filters: filters.map(|(value, key)| (value, words.text(key))).into(),
        people: found.people.iter().map(|user| row(user, request.now)).collect(),
        words,
        q: q.clone(),
        only,
        is_short,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// An address is searched by what has an @, or looks like a domain; a name by the rest.
fn needle(q: &str) -> Option<Condition> {
    let is_address = q.contains('@') || q.contains('.');
    let (field, text) = if is_address {
        (TextField::Email, q.to_lowercase())
    } else {
        (TextField::Name, folded(q))
    };
    let is_long = text.chars().count() >= NEEDLE_LENGTH_MIN;
    is_long.then_some(Condition::Text(field, Place::Inside, text))
}

fn filter(only: &str) -> Option<Condition> {
    match only {
        "admin" => Some(Condition::Role(ROLE_ADMIN.to_owned())),
        "bloqueadas" => Some(Condition::Banned(true)),
        "sin-verificar" => Some(Condition::EmailVerified(false)),
        _ => None,
    }
}

fn sort(order: &str) -> (SortField, Direction) {
    let (direction, field) = match order.strip_prefix('-') {
        Some(field) => (Direction::Descending, field),
        None => (Direction::Ascending, order),
    };
    let field = match field {
        "nombre" => SortField::Name,
        "correo" => SortField::Email,
        _ => SortField::CreatedAt,
    };
    (field, direction)
}

fn columns(words: &PageWords<'_>, asked: (&str, &str), order: &str) -> Vec<Column> {
    [("nombre", "field-name"), ("correo", "field-email"), ("alta", "console-since")]
        .into_iter()
        .map(|(name, key)| {
            let (sorted, next) = if order == name {
                ("ascending", format!("-{name}"))
            } else if order.strip_prefix('-') == Some(name) {
                ("descending", name.to_owned())
            } else {
                ("", name.to_owned())
            };
            Column { title: words.text(key), link: address(asked.0, asked.1, &next, 1), sorted }
        })
        .collect()
}

fn address(q: &str, only: &str, order: &str, page: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("q", q), ("solo", only), ("orden", order)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    if page > 1 {
        query.append_pair("pagina", &page.to_string());
    }
    format!("/dashboard/admin/personas?{}", query.finish())
}

fn row(user: &User, now: Millis) -> Row {
    let name = called(user);
    Row {
        id: user.id.clone(),
        letter: letter(&name),
        name,
        email: user.email.to_string(),
        is_admin: user.is_admin(),
        is_banned: user.is_banned(now),
        is_verified: user.email_verified,
        created_at: user.created_at,
    }
}

/// Returns the letter that stands for somebody without a picture.
#[must_use]
pub fn letter(name: &str) -> String {
    name.chars().next().map(|first| first.to_uppercase().collect()).unwrap_or_default()
}
