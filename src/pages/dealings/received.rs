//! `/dashboard/recibidas/{id}`: one application as the organisation sees it.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::cards::moves;
use super::resume::{Resume, lines};
use super::steps::{self, Step};
use super::talk::{Shown, Talk};
use super::{NOTE_SENT_MAX, RECEIVED, called, candidate_name, found, is_longer, typed};
use crate::app::App;
use crate::base::bounds::{NOTE_LENGTH_MAX, PAGE_ROWS_MAX};
use crate::base::clock::Millis;
use crate::board::{application, jobs};
use crate::domain::application::{Answer, ApplicationEvent, ApplicationNote};
use crate::domain::job::Question;
use crate::domain::refusal::Refusal;
use crate::domain::side::Standing;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::page::{PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::board::applications::{Stage, facts};
use crate::pages::console::letter;
use crate::pages::form::{Field, Form, Kind};
use crate::pages::next;
use crate::store::application_steps::After;
use crate::store::applications::ApplicationView;
use crate::store::profile_views::Viewer;

/// What the page reads from the query.
pub const QUERY: &[QueryField] =
    &[QueryField::optional("cursor", "where the notes go on, as the page before has said")];

/// What a candidate's facts are called to the organisation.
const FACTS: [&str; 3] = ["received-salary-min", "received-salary-max", "received-available"];

/// Steps of a history; an application takes four at most.
const EVENTS_MAX: i64 = 20;

/// The field of the form that notes something.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct NoteForm {
    /// What.
    #[schemars(length(max = NOTE_SENT_MAX), extend("format" = "multiline"))]
    content: Option<String>,
}

/// Which form of the page comes back, and what is wrong with it: the field and the words.
#[derive(Debug)]
pub enum Told {
    /// None.
    Nothing,
    /// The one that takes a step.
    Step(Step, (&'static str, String)),
    /// The one that notes something.
    Note(String, String),
}

#[derive(Template)]
#[template(path = "pages/dealings/received.html", config = ".askama.toml")]
struct Page<'a> {
    words: PageWords<'a>,
    name: String,
    letter: String,
    email: String,
    profession: String,
    stage: Stage,
    at: Millis,
    job: String,
    board_url: String,
    own_url: String,
    letter_lines: Vec<String>,
    facts: Vec<(String, String)>,
    answers: Vec<(String, String)>,
    /// What the CV is called, and how large it is.
    cv: Option<(String, String)>,
    is_erased: bool,
    resume: Option<Resume>,
    history: Vec<Event>,
    notes: Vec<Note>,
    more_notes: Option<String>,
    step_form: Option<Form>,
    note_form: Option<Form>,
    talk: Talk,
}

struct Event {
    what: String,
    at: Millis,
    who: String,
    note: Vec<String>,
}

struct Note {
    who: String,
    at: Millis,
    content: String,
}

/// Shows an application to a member of its organisation; the first look is noted.
///
/// # Errors
/// `NOT_FOUND` for everybody else, the candidate included.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let reader = &request.live()?.user.id;
    let mut view = found(app, request.param("id"), reader).await?;
    // Whoever only looks on does not look for the organisation.
    let looks = view.standing == Standing::Recruiter && !request.is_head();
    if looks && view.application.viewed_at.is_none() {
        view = application::read(app, &view.application.id, reader, request.now).await?;
    }
    show(app, &request, (&view, Told::Nothing)).await
}

/// Shows the page, one of its forms perhaps as it comes back.
///
/// # Errors
/// A fault of the store.
pub async fn show(
    app: &App,
    request: &Request,
    (view, told): (&ApplicationView, Told),
) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let application = &view.application;
    let own_url = format!("{RECEIVED}/{}", application.id);
    let words = PageWords::of(app, request).back_to(&own_url);
    let job = jobs::find(app, &application.job_id, Some(user)).await?;
    let viewer = Viewer { id: Some(&user.id), is_admin: false };
    let resume = Resume::of(app, &words, &application.candidate_id, viewer).await?;
    let from_the_first = After { at: 0, id: "", rows: EVENTS_MAX };
    let events = application::events(app, &application.id, &user.id, from_the_first).await?;
    let (notes, more_notes) = notes(app, request, &words, view).await?;
    let status = if matches!(told, Told::Nothing) { 200 } else { 400 };
    let (step_form, note_form) = forms(&words, view, told);
    let shown = Shown { next: Some(own_url.clone()), ..Shown::default() };
    let talk = Talk::of(app, &words, request, view, shown).await?;
    let name = candidate_name(view);
    let page = Page {
        letter: letter(&name),
        name,
        email: view.candidate.email.clone(),
        profession: view.candidate.profession.clone().unwrap_or_default(),
        stage: Stage::of(&words, application.status),
        at: application.created_at,
        job: view.job.title.clone(),
        board_url: format!("/dashboard/ofertas/{}/candidaturas", application.job_id),
        letter_lines: lines(application.cover_letter.as_deref()),
        facts: facts(&words, application, FACTS),
        answers: answers(&words, &job.draft.questions, &application.answers),
        cv: application.cv.as_ref().map(|cv| (cv.file_name.clone(), size(cv.size_bytes))),
        is_erased: application.erased_at.is_some(),
        resume,
        history: history(&words, view, events),
        notes,
        more_notes,
        step_form,
        note_form,
        words: words.having_read(talk.read),
        talk,
        own_url: own_url.clone(),
    };
    Ok(Response::html(status, rendered(page.render())?).no_store())
}

/// Makes the forms of whoever acts for the organisation; those who look on get none.
fn forms(
    words: &PageWords<'_>,
    view: &ApplicationView,
    told: Told,
) -> (Option<Form>, Option<Form>) {
    if view.standing != Standing::Recruiter {
        return (None, None);
    }
    let id = &view.application.id;
    let steps = moves(words, view, "");
    let (step, note) = match told {
        Told::Nothing => {
            (steps::form(words, id, &steps, &Step::default()), note_form(words, id, ""))
        }
        Told::Step(step, (field, text)) => {
            let form = steps::form(words, id, &steps, &step).wrong_at(field, text);
            (form, note_form(words, id, ""))
        }
        Told::Note(content, text) => {
            let form = note_form(words, id, &content).wrong_at("content", text);
            (steps::form(words, id, &steps, &Step::default()), form)
        }
    };
    // Where nothing can follow, what was told of the step is still said.
    let note = Some(note).filter(|_| view.application.erased_at.is_none());
    (Some(step).filter(|step| !steps.is_empty() || step.is_wrong()), note)
}

fn note_form(words: &PageWords<'_>, id: &str, content: &str) -> Form {
    let field = Field::new(words, "content", Kind::Long, "note-content");
    let field = Field { id: String::from("note-content"), max: NOTE_LENGTH_MAX, ..field };
    let action = format!("{RECEIVED}/{id}/notas");
    let fields = vec![field.required().filled(content)];
    Form::new(words, "note", (&action, "note-submit"), fields)
}

async fn notes(
    app: &App,
    request: &Request,
    words: &PageWords<'_>,
    view: &ApplicationView,
) -> Result<(Vec<Note>, Option<String>), ApiError> {
    let asked = PageAsked { limit: PAGE_ROWS_MAX, after: PageAsked::of(request)?.after };
    let (at, last) = asked.after.as_ref().map_or((0, ""), |place| (place.key, place.id.as_str()));
    let after = After { at, id: last, rows: asked.rows() };
    let id = &view.application.id;
    let rows = application::notes(app, id, &request.live()?.user.id, after).await?;
    let place = |note: &ApplicationNote| Place { key: note.created_at.0, id: note.id.clone() };
    let found = asked.page(rows, place, |note| Note {
        who: called(words, note.author_name.as_ref()),
        at: note.created_at,
        content: note.content,
    });
    let more = found.next_cursor.map(|cursor| format!("{RECEIVED}/{id}?cursor={cursor}#notes"));
    Ok((found.items, more))
}

fn history(
    words: &PageWords<'_>,
    view: &ApplicationView,
    events: Vec<ApplicationEvent>,
) -> Vec<Event> {
    let application = &view.application;
    let plain = |key: &str, at: Millis| Event {
        what: words.text(key),
        at,
        who: String::new(),
        note: Vec::new(),
    };
    let mut history = vec![plain("received-came", application.created_at)];
    history.extend(application.viewed_at.map(|at| plain("received-seen", at)));
    history.extend(events.into_iter().map(|event| Event {
        what: words.text(&format!("stage-{}", event.to.name())),
        at: event.at,
        who: called(words, event.actor_name.as_ref()),
        note: lines(event.note.as_deref()),
    }));
    history.sort_by_key(|event| event.at);
    history
}

/// Puts answers beside what was asked; a question that is gone stands for itself.
fn answers(
    words: &PageWords<'_>,
    questions: &[Question],
    answers: &[Answer],
) -> Vec<(String, String)> {
    let asked = |id: &str| questions.iter().find(|question| question.id == id);
    answers
        .iter()
        .map(|answer| {
            let question = asked(&answer.question_id)
                .map_or_else(|| words.text("received-question-gone"), |asked| asked.text.clone());
            (question, value(words, &answer.value))
        })
        .collect()
}

fn value(words: &PageWords<'_>, value: &Value) -> String {
    match value {
        Value::Bool(true) => words.text("apply-yes"),
        Value::Bool(false) => words.text("apply-no"),
        Value::String(text) => text.clone(),
        other @ (Value::Number(_) | Value::Null | Value::Array(_) | Value::Object(_)) => {
            other.to_string()
        }
    }
}

/// Says how large a file is, in thousands of bytes as browsers count them.
fn size(bytes: i64) -> String {
    format!("{}\u{a0}kB", (bytes.max(0) + 999) / 1_000)
}

/// Notes something for the organisation alone.
///
/// # Errors
/// `NOT_FOUND` for whoever is no member of the organisation, `FORBIDDEN` for viewers; a
/// fault.
pub async fn note(app: &App, request: Request) -> Result<Response, ApiError> {
    let sent: NoteForm = request.body_or_default()?;
    let author = &request.live()?.user.id;
    let view = found(app, request.param("id"), author).await?;
    let id = view.application.id.as_str();
    let content = typed(sent.content.as_ref());
    let wrong = if content.is_empty() {
        Some("note-blank")
    } else {
        is_longer(&content, NOTE_LENGTH_MAX).then_some("note-long")
    };
    if let Some(key) = wrong {
        let text = PageWords::of(app, &request).text(key);
        return show(app, &request, (&view, Told::Note(content, text))).await;
    }
    let note = application::note(app, id, author, (content, request.now)).await?;
    application::add_note(app, id, (author, &note), Vec::new()).await?;
    Ok(next::to(&format!("{RECEIVED}/{id}?done=noted#notes")))
}

/// Leads to the CV, which is handed out where whoever asks is looked at once more.
///
/// # Errors
/// `NOT_FOUND`, also when none came with the application.
pub async fn cv(app: &App, request: Request) -> Result<Response, ApiError> {
    let view = found(app, request.param("id"), &request.live()?.user.id).await?;
    if view.application.cv.is_none() {
        return Err(Refusal::NotFound.into());
    }
    Ok(next::to(&format!("/api/applications/{}/cv", view.application.id)))
}
