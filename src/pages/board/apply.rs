//! `/dashboard/solicitar/{slug}`: applying for an offer, with the CV of the profile.

use std::borrow::Cow;

use askama::Template;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::said::Brief;
use crate::app::{App, Failure, Fault};
use crate::base::bounds::{
    ANSWER_LENGTH_MAX, APPLY_TRIES_MAX, COVER_LETTER_LENGTH_MAX, WANTED_SALARY_MAX,
};
use crate::board::apply::{self, Draft, Written};
use crate::board::{jobs, profile};
use crate::domain::application::Answer;
use crate::domain::job::{CURRENCY_DEFAULT, Job, Question};
use crate::domain::question::{self, AnswerFault};
use crate::domain::refusal::Refusal;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::form::{Choice, Field, Form, Kind, Told};
use crate::pages::next;

/// What the answers to an offer's questions are sent as, in their order.
const ANSWERS: [&str; 10] = [
    "answer0", "answer1", "answer2", "answer3", "answer4", "answer5", "answer6", "answer7",
    "answer8", "answer9",
];

/// The fields that every offer asks; the answers to its questions come beside them.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplyForm {
    /// Why, in the candidate's words.
    #[schemars(length(max = COVER_LETTER_LENGTH_MAX), extend("format" = "multiline"))]
    cover_letter: Option<String>,
    /// What the candidate would like to earn, at least, in whole units.
    #[schemars(length(max = 16))]
    salary_min: Option<String>,
    /// And at most.
    #[schemars(length(max = 16))]
    salary_max: Option<String>,
    /// From when the candidate could begin, `YYYY-MM-DD`.
    #[schemars(length(max = 16))]
    availability_date: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/board/apply.html", config = ".askama.toml")]
struct Apply<'a> {
    words: PageWords<'a>,
    brief: Brief,
    cv: Option<String>,
    /// What the person says of themselves in a line.
    headline: Option<String>,
    form: Option<Form>,
    /// Why there is no form.
    obstacle: Option<String>,
    is_unverified: bool,
}

/// Shows the form, or why there is none.
///
/// # Errors
/// `NOT_FOUND`; a fault.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let job = jobs::find(app, request.param("id"), Some(user)).await?;
    let address = format!("{}/{}", super::listing::PATH, job.slug);
    if job.draft.apply_url.is_some() {
        return Ok(next::to(&address));
    }
    if let Some(id) = apply::earlier(app, user, &job.id).await? {
        return Ok(next::to(&format!("{}/{id}", super::applications::PATH)));
    }
    let words = PageWords::of(app, &request);
    match apply::job(app, user, &job.id, request.now).await {
        Ok(_) => {
            let form = blank(&words, &job, &ApplyForm::default(), &[]);
            show(app, &request, job, (Some(Told { form, status: 200, retry_after_s: None }), None))
                .await
        }
        Err(Failure::Refused(refusal)) => show(app, &request, job, (None, Some(refusal))).await,
        Err(failure) => Err(failure.into()),
    }
}

/// Applies.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: ApplyForm = request.body_or_default()?;
    let user = &request.live()?.user;
    let job = jobs::find(app, request.param("id"), Some(user)).await?;
    let words = PageWords::of(app, &request);
    let sent = answers(&request, &job.draft.questions);
    let form = blank(&words, &job, &typed, &sent);
    let target = match apply::job(app, user, &job.id, request.now).await {
        Ok(target) => target,
        Err(failure) => {
            let told = form.told(&words, failure)?;
            return show(app, &request, job, (Some(told), None)).await;
        }
    };
    let (form, draft) = read(&words, form, &job, (&typed, &sent));
    let form = question::faults(&target.questions, &draft.answers)
        .into_iter()
        .fold(form, |form, fault| answered_wrong(&words, form, (&job, &draft), &fault));
    if form.is_wrong() {
        return show(app, &request, job, (Some(form.back()), None)).await;
    }
    for _try in 0..APPLY_TRIES_MAX {
        let made = apply::application(app, user, (&target, &draft), request.now).await?;
        match apply::write(app, &made, Vec::new()).await {
            Ok(Written::Done) => {
                let page = format!("{}/{}", super::applications::PATH, made.id);
                return Ok(next::to(&next::with(&page, "done", "applied")));
            }
            Ok(Written::CvChanged) => {}
            Err(failure) => {
                let told = form.told(&words, failure)?;
                return show(app, &request, job, (Some(told), None)).await;
            }
        }
    }
    Err(ApiError::Fault(Fault::Late))
}

async fn show(
    app: &App,
    request: &Request,
    job: Job,
    (told, refusal): (Option<Told>, Option<Refusal>),
) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request);
    let own = profile::own(app, &request.live()?.user).await?;
    let is_unverified = refusal == Some(Refusal::EmailNotVerified);
    let obstacle = refusal.map(|refusal| {
        if is_unverified {
            words.text("apply-unverified")
        } else if refusal == Refusal::JobNotOpen {
            words.text("apply-closed")
        } else {
            words.text("apply-not-as-organization")
        }
    });
    let (form, status, retry_after_s) = match told {
        Some(Told { form, status, retry_after_s }) => (Some(form), status, retry_after_s),
        None => (None, 200, None),
    };
    let page = Apply {
        brief: Brief::of(&words, &job),
        cv: own.cv.map(|cv| cv.name),
        headline: own.fields.headline,
        form,
        obstacle,
        is_unverified,
        words,
    };
    let response = Response::html(status, rendered(page.render())?).no_store();
    Ok(match retry_after_s {
        Some(seconds) => response.retry_after(seconds),
        None => response,
    })
}

fn blank(words: &PageWords<'_>, job: &Job, typed: &ApplyForm, sent: &[String]) -> Form {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let letter = Field::new(words, "coverLetter", Kind::Long, "apply-letter");
    let amount = |name, label| Field::new(words, name, Kind::Input("number"), label);
    let begins = Field::new(words, "availabilityDate", Kind::Input("date"), "apply-available");
    let hint = words.format("apply-salary-hint", &[("currency", currency(job))]);
    let mut fields = vec![
        Field { max: COVER_LETTER_LENGTH_MAX, ..letter }
            .filled(&said(&typed.cover_letter))
            .hinted(words.text("apply-letter-hint")),
    ];
    let asked = job.draft.questions.iter().zip(ANSWERS).enumerate();
    fields.extend(asked.map(|(place, (question, name))| {
        let answer = sent.get(place).map_or("", String::as_str);
        asks(words, question, name).filled(answer)
    }));
    fields.extend([
        begins.filled(&said(&typed.availability_date)),
        amount("salaryMin", "apply-salary-min").filled(&said(&typed.salary_min)).hinted(hint),
        amount("salaryMax", "apply-salary-max").filled(&said(&typed.salary_max)),
    ]);
    let action = format!("/dashboard/solicitar/{}", job.slug);
    Form::new(words, "apply", (&action, "apply-submit"), fields)
}

/// The currency in which a candidate says what they would like: the offer's own.
fn currency(job: &Job) -> &str {
    job.draft.salary.as_ref().map_or(CURRENCY_DEFAULT, |salary| salary.currency.as_str())
}

/// Asks a question of the offer.
fn asks(words: &PageWords<'_>, question: &Question, name: &'static str) -> Field {
    let (kind, options) = match question.kind.name() {
        "yes_no" => {
            let options = [("true", "apply-yes"), ("false", "apply-no")];
            (Kind::Choices, options.map(|(value, key)| Choice::new(words, value, key)).into())
        }
        "number" => (Kind::Input("text"), Vec::new()),
        "choice" => {
            let none = Choice::new(words, "", "apply-choose");
            let offered = question
                .options
                .iter()
                .map(|option| Choice { value: Cow::Owned(option.clone()), label: option.clone() });
            (Kind::Select, std::iter::once(none).chain(offered).collect())
        }
        _text => (Kind::Long, Vec::new()),
    };
    let field = Field::new(words, name, kind, "apply-letter");
    Field {
        label: question.text.clone(),
        max: ANSWER_LENGTH_MAX,
        is_required: question.is_required,
        options,
        ..field
    }
}

/// Reads the answers as they were sent, in the order of the questions; what nobody could
/// have typed into its field is as if not sent.
fn answers(request: &Request, questions: &[Question]) -> Vec<String> {
    let sent = |name: &str| request.json.as_ref()?.get(name)?.as_str();
    let is_text = |text: &&str| {
        let length = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
        let is_line = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t');
        length <= ANSWER_LENGTH_MAX && text.chars().all(is_line)
    };
    let names = ANSWERS.iter().take(questions.len());
    names.map(|name| sent(name).filter(is_text).unwrap_or_default().trim().to_owned()).collect()
}

/// Reads what was typed; what cannot be is said beside its field.
fn read(
    words: &PageWords<'_>,
    mut form: Form,
    job: &Job,
    (typed, sent): (&ApplyForm, &[String]),
) -> (Form, Draft) {
    let said = |text: &Option<String>| text.as_deref().map_or("", str::trim).to_owned();
    let mut amounts = [None, None];
    let asked = [("salaryMin", &typed.salary_min), ("salaryMax", &typed.salary_max)];
    for (amount, (name, text)) in amounts.iter_mut().zip(asked) {
        let text = said(text);
        *amount = text.parse().ok().filter(|amount| (0..=WANTED_SALARY_MAX).contains(amount));
        if amount.is_none() && !text.is_empty() {
            form = form.wrong_at(name, words.text("apply-salary-wrong"));
        }
    }
    let [salary_min, salary_max] = amounts;
    if salary_min.zip(salary_max).is_some_and(|(min, max)| max < min) {
        form = form.wrong_at("salaryMax", words.text("apply-salary-below"));
    }
    let day = said(&typed.availability_date);
    if !day.is_empty() && (day.len() != 10 || day.parse::<Date>().is_err()) {
        form = form.wrong_at("availabilityDate", words.text("apply-available-wrong"));
    }
    let asked = job.draft.questions.iter().zip(sent).filter(|(_question, text)| !text.is_empty());
    let draft = Draft {
        cover_letter: Some(said(&typed.cover_letter)).filter(|letter| !letter.is_empty()),
        salary_min,
        salary_max,
        salary_currency: salary_min.or(salary_max).map(|_amount| currency(job).to_owned()),
        availability_date: Some(day).filter(|day| !day.is_empty()),
        answers: asked
            .map(|(question, text)| Answer {
                question_id: question.id.clone(),
                value: value(question.kind.name(), text),
            })
            .collect(),
    };
    (form, draft)
}

/// Reads an answer as its question wants it; what it cannot be stays a text, and is told.
fn value(kind: &str, text: &str) -> Value {
    let read = match kind {
        "yes_no" => text.parse().ok().map(Value::Bool),
        "number" => text
            .replace(',', ".")
            .parse()
            .ok()
            .and_then(|number: f64| serde_json::Number::from_f64(number).map(Value::Number)),
        _text => None,
    };
    read.unwrap_or_else(|| Value::from(text))
}

/// Says beside its field what is wrong with an answer.
fn answered_wrong(
    words: &PageWords<'_>,
    form: Form,
    (job, draft): (&Job, &Draft),
    fault: &AnswerFault,
) -> Form {
    let of = |index: usize| draft.answers.get(index).map(|answer| answer.question_id.as_str());
    let (id, key) = match fault {
        AnswerFault::Missing { question_id } => {
            (Some(question_id.as_str()), "apply-answer-missing")
        }
        AnswerFault::Type { index, expected: "number" } => (of(*index), "apply-answer-number"),
        AnswerFault::Unasked { index }
        | AnswerFault::Type { index, .. }
        | AnswerFault::Option { index, .. } => (of(*index), "apply-answer-wrong"),
    };
    let place = job.draft.questions.iter().position(|question| Some(question.id.as_str()) == id);
    let name = place.and_then(|place| ANSWERS.get(place)).copied().unwrap_or_default();
    form.wrong_at(name, words.text(key))
}
