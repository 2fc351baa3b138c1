//! `/dashboard/admin/auditoria`: what happened to accounts, newest first.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use futures_util::future::join_all;

use crate::account::audit;
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::audit::{Act, AuditEntry, AuditFilter};
use crate::domain::browser;
use crate::domain::job::JOB_ID_PREFIX;
use crate::domain::organization::ORGANIZATION_ID_PREFIX;
use crate::domain::user::{USER_ID_PREFIX, User};
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{PageWords, called};
use crate::store::users;

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("acto", "the name of an act"),
    QueryField::optional("quien", "the id of whoever acted"),
    QueryField::optional("sobre", "the id of whom it was done to"),
    QueryField::optional("antes", "the last entry of the page before: its moment and id"),
];

/// Entries of a page.
const PAGE: i64 = 50;

/// An entry as it is read.
#[derive(Debug)]
pub struct Entry {
    /// When.
    pub at: Millis,
    /// What, in words.
    pub act: String,
    /// Who: a name, an id of somebody who is gone, or that nobody knows.
    pub actor: Somebody,
    /// On whom; `None` for nobody.
    pub target: Option<Somebody>,
    /// From which address.
    pub address: String,
    /// With which browser; empty when it is not known.
    pub browser: String,
    /// More, as JSON.
    pub detail: String,
}

/// Who acts, or on whom or what.
#[derive(Clone, Debug)]
pub struct Somebody {
    /// What they are called.
    pub name: String,
    /// Their page, when they have one.
    pub page: Option<String>,
}

/// People by their ids.
type Names = HashMap<String, String>;

/// Puts entries into words, with the names of whom they name.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// A point read for each person.
pub async fn told(
    app: &App,
    words: &PageWords<'_>,
    entries: &[AuditEntry],
) -> Result<Vec<Entry>, Failure> {
    let ids: BTreeSet<&String> = entries
        .iter()
        .flat_map(|entry| [&entry.actor_id, &entry.target_id])
        .flatten()
        .filter(|id| id.starts_with(USER_ID_PREFIX))
        .collect();
    let reads = ids.into_iter().map(|id| app.store.find::<User>(users::by_id(id)));
    let mut names = Names::new();
    for found in join_all(reads).await {
        if let Some(user) = found? {
            names.insert(user.id.clone(), called(&user));
        }
    }
    Ok(entries.iter().map(|entry| Entry::of(words, entry, &names)).collect())
}

impl Entry {
    fn of(words: &PageWords<'_>, entry: &AuditEntry, names: &Names) -> Self {
        let somebody = |id: &String| match names.get(id) {
            Some(name) => Somebody { name: name.clone(), page: page_of(id) },
            None if id.starts_with(USER_ID_PREFIX) => Somebody { name: id.clone(), page: None },
            None => Somebody { name: id.clone(), page: page_of(id) },
        };
        let nobody = || Somebody { name: words.text("console-unknown"), page: None };
        Self {
            at: entry.at,
            act: words.text(&format!("act-{}", entry.act.name())),
            actor: entry.actor_id.as_ref().map_or_else(nobody, somebody),
            target: entry.target_id.as_ref().map(somebody),
            address: entry.ip_address.clone(),
            browser: browser::name(&entry.user_agent),
            detail: entry.detail.clone().unwrap_or_default(),
        }
    }
}

/// Returns the page of the console on which whoever or whatever has an id is shown.
fn page_of(id: &str) -> Option<String> {
    let places = [
        (USER_ID_PREFIX, "personas"),
        (JOB_ID_PREFIX, "ofertas"),
        (ORGANIZATION_ID_PREFIX, "organizaciones"),
    ];
    let (_, place) = places.into_iter().find(|(prefix, _)| id.starts_with(prefix))?;
    Some(format!("/dashboard/admin/{place}/{id}"))
}

#[derive(Template)]
#[template(path = "pages/console/audit.html", config = ".askama.toml")]
struct Audit<'a> {
    words: PageWords<'a>,
    acts: Vec<(&'static str, String)>,
    act: &'a str,
    actor: &'a str,
    target: &'a str,
    entries: Vec<Entry>,
    older: Option<String>,
}

/// Shows the log. One filter counts: the act, else who acted, else on whom.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let asked = |name: &str| request.query(name).map_or("", str::trim);
    let (act, actor, target) = (asked("acto"), asked("quien"), asked("sobre"));
    let filter = match (Act::parse(act), actor, target) {
        (Some(act), _, _) => AuditFilter::Act(act),
        (None, "", "") => AuditFilter::All,
        (None, "", target) => AuditFilter::Target(target.to_owned()),
        (None, actor, _) => AuditFilter::Actor(actor.to_owned()),
    };
    let before =
        asked("antes").split_once('-').and_then(|(at, id)| Some((Millis(at.parse().ok()?), id)));
    let found = audit::page(app, &filter, before, PAGE).await?;
    let is_full = i64::try_from(found.len()).unwrap_or(0) == PAGE;
    let older = found.last().filter(|_| is_full).map(|last| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let filters = [("acto", act), ("quien", actor), ("sobre", target)];
        query.extend_pairs(filters.into_iter().filter(|(_, value)| !value.is_empty()));
        query.append_pair("antes", &format!("{}-{}", last.at.0, last.id));
        format!("/dashboard/admin/auditoria?{}", query.finish())
    });
    let acts = Act::ALL.map(|act| (act.name(), words.text(&format!("act-{}", act.name()))));
    let page = Audit {
        acts: acts.into(),
        entries: told(app, &words, &found).await?,
        words,
        act,
        actor,
        target,
        older,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}
