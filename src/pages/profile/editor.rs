//! The page of a profile: how whole it is, files, the form, and the lists.

use askama::Template;

use super::form::{Drawn, ProfileForm, Typed};
use super::{PATH, entries, publications};
use crate::app::{App, Failure};
use crate::base::bounds::{AVATAR_SENT_BYTES_MAX, CV_BYTES_MAX};
use crate::board::profile::{self, avatar, lists};
use crate::domain::profile::{self as rules, ListCounts, Part, Section};
use crate::domain::refusal::Refusal;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::console::letter;
use crate::pages::form::{Form, Kind};
use crate::pages::next;
use crate::store::profile_lists::Shelf;

#[derive(Template)]
#[template(path = "pages/profile/editor.html", config = ".askama.toml")]
struct Editor<'a> {
    words: PageWords<'a>,
    whole: Whole,
    picture: Picture,
    cv: Cv,
    form: Drawn,
    lists: Vec<List>,
}

/// How whole the profile is.
struct Whole {
    percent: usize,
    /// What is missing: where it is filled in, and what it is called.
    missing: Vec<(&'static str, String)>,
}

/// The picture, and the form that brings one.
struct Picture {
    path: Option<String>,
    letter: String,
    problem: Option<String>,
    bytes_max: u64,
}

/// The CV, and the form that brings one.
struct Cv {
    known: Option<(String, String)>,
    problem: Option<String>,
    bytes_max: u64,
}

/// A list of the profile, and the form that adds to it.
#[derive(Debug)]
pub struct List {
    /// The key of its texts, and its place on the page.
    pub key: &'static str,
    /// What stands in it.
    pub items: Vec<Item>,
    /// The form.
    pub form: Form,
}

/// What stands in a list.
#[derive(Debug)]
pub struct Item {
    /// Where it is changed.
    pub url: String,
    /// What it is.
    pub title: String,
    /// Where and when.
    pub hint: String,
}

/// What went wrong with a form of the page, so that it comes back.
#[derive(Debug, Default)]
pub struct Told {
    /// The form as it was typed, with what is wrong.
    pub form: Option<Drawn>,
    /// What is wrong with a picture.
    pub picture: Option<String>,
    /// What is wrong with a CV.
    pub cv: Option<String>,
    /// With which status the page comes back; 0: as if nothing had been sent.
    pub status: u16,
    /// After how many seconds another try makes sense.
    pub retry_after_s: Option<u64>,
}

/// Shows the page.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    show(app, &request, Told::default()).await
}

/// Writes the profile, or shows one more row.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed = Typed::read(&request, request.body_or_default::<ProfileForm>()?);
    let words = PageWords::of(app, &request);
    let user = &request.live()?.user;
    let known = typed.version();
    if typed.act().is_some() {
        let form = typed.drawn(&words, known.unwrap_or_default(), &Vec::new());
        return show(app, &request, Told { form: Some(form), ..Told::default() }).await;
    }
    let fields = match typed.sent().read() {
        Ok(fields) => fields,
        Err(wrong) => {
            let form = Some(typed.drawn(&words, known.unwrap_or_default(), &wrong));
            return show(app, &request, Told { form, status: 400, ..Told::default() }).await;
        }
    };
    match profile::write(app, user, (&fields, known), request.now).await {
        Ok(_version) => Ok(next::to(&next::with(PATH, "done", "profile-saved"))),
        Err(Failure::Refused(Refusal::VersionOutdated)) => {
            // What was typed stays, from the version that there is now: saving it again is
            // a decision.
            let now = profile::own(app, user).await?.version;
            let mut form = typed.drawn(&words, now, &Vec::new());
            form.problem = Some(words.text("pro-outdated"));
            let told = Told { form: Some(form), status: 412, ..Told::default() };
            show(app, &request, told).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Shows the page, with what comes back of it.
///
/// # Errors
/// A fault of the store.
pub async fn show(app: &App, request: &Request, told: Told) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let words = PageWords::of(app, request).back_to(PATH);
    let own = profile::own(app, user).await?;
    let shelf = |section| Shelf { user_id: &user.id, section };
    let experience = lists::stations(app, shelf(Section::Experience)).await?;
    let education = lists::stations(app, shelf(Section::Education)).await?;
    let published = lists::publications(app, &user.id).await?;
    let counts = ListCounts { experience: experience.len(), education: education.len() };
    let picture = own.avatar_digest.as_deref().map(|digest| avatar::address(app, &user.id, digest));
    let known = own.cv.as_ref().map(|cv| {
        let facts = [("size", size(&words, cv.size_bytes)), ("day", words.day(&cv.uploaded_at))];
        let facts = facts.each_ref().map(|(name, fact)| (*name, fact.as_str()));
        (cv.name.clone(), words.format("pro-cv-facts", &facts))
    });
    let page = Editor {
        whole: whole(&words, &own, counts),
        picture: Picture {
            path: avatar::path(&user.id, picture.as_deref()),
            letter: letter(&words.viewer_name()),
            problem: told.picture,
            bytes_max: AVATAR_SENT_BYTES_MAX,
        },
        cv: Cv { known, problem: told.cv, bytes_max: CV_BYTES_MAX },
        form: told.form.unwrap_or_else(|| Typed::of(&own).drawn(&words, own.version, &Vec::new())),
        lists: vec![
            entries::list(&words, Section::Experience, &experience),
            entries::list(&words, Section::Education, &education),
            publications::list(&words, &published),
        ],
        words,
    };
    let status = if told.status == 0 { 200 } else { told.status };
    let response = Response::html(status, rendered(page.render())?).no_store();
    Ok(match told.retry_after_s {
        Some(seconds) => response.retry_after(seconds),
        None => response,
    })
}

fn whole(words: &PageWords<'_>, own: &rules::Profile, counts: ListCounts) -> Whole {
    let missing = rules::missing(own, counts);
    let there = Part::ALL.len() - missing.len();
    let said = |part: Part| {
        let place = match part {
            Part::Picture => "#file-picture",
            Part::Cv => "#file-cv",
            Part::Experience => "#experience",
            Part::Education => "#education",
            Part::Languages => "#languages",
            Part::Headline => "#headline",
            Part::Bio => "#bio",
            Part::Skills => "#skills",
            Part::Field => "#field",
            Part::Location => "#location",
        };
        (place, words.text(&format!("pro-part-{}", part.name())))
    };
    let percent = there * 100 / Part::ALL.len();
    Whole { percent, missing: missing.into_iter().map(said).collect() }
}

/// Says how large a file is.
pub(super) fn size(words: &PageWords<'_>, bytes: i64) -> String {
    const KIB: i64 = 1024;
    const MIB: i64 = KIB * KIB;
    if bytes < MIB {
        return words.format("pro-size-kb", &[("size", &(bytes / KIB).max(1).to_string())]);
    }
    let (whole, tenth) = (bytes / MIB, bytes % MIB * 10 / MIB);
    let parts = [("whole", whole.to_string()), ("tenth", tenth.to_string())];
    let parts = parts.each_ref().map(|(name, part)| (*name, part.as_str()));
    words.format("pro-size-mb", &parts)
}
