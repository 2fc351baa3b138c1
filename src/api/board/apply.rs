//! `POST /api/jobs/{id}/applications`: somebody applies for an offer.

use std::borrow::Cow;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::Value;

use super::application_shape::ApplicationShape;
use crate::app::{App, Fault};
use crate::base::bounds::{
    ANSWER_LENGTH_MAX, ANSWERS_MAX, APPLY_TRIES_MAX, COVER_LETTER_LENGTH_MAX, ID_LENGTH_MAX,
    WANTED_SALARY_MAX,
};
use crate::board::apply::{self, Draft, Written};
use crate::domain::application::Answer;
use crate::domain::question::{self, AnswerFault};
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::idempotency;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::{FieldFault, SCALAR_TYPES, Violation};
use crate::store::application_steps::JobToApply;

/// The endpoint.
pub const ENDPOINTS: &[Endpoint] = &[endpoint!(POST "/api/jobs/{id}/applications" => create {
    id: "applyForJob", summary: "Applies for an offer, with the CV as it is now",
    limit: Write, access: Access::Session, body: Apply,
    answers: [201, 400, 401, 403, 404, 409, 429, 503],
})];

/// The currency of whoever names none.
const CURRENCY_DEFAULT: &str = "EUR";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Apply {
    /// Why, in the candidate's words.
    #[schemars(length(max = COVER_LETTER_LENGTH_MAX), extend("format" = "multiline", "nullable" = true))]
    cover_letter: Option<String>,
    /// What the candidate would like to earn, at least, in whole units.
    #[schemars(range(min = 0, max = WANTED_SALARY_MAX), extend("nullable" = true))]
    salary_min: Option<i64>,
    /// And at most.
    #[schemars(range(min = 0, max = WANTED_SALARY_MAX), extend("nullable" = true))]
    salary_max: Option<i64>,
    /// ISO 4217; `EUR` when a salary comes without.
    #[schemars(length(max = 3), extend("nullable" = true))]
    salary_currency: Option<String>,
    /// From when the candidate could begin, `YYYY-MM-DD`.
    #[schemars(length(max = 10), extend("nullable" = true))]
    availability_date: Option<String>,
    /// What the candidate answers to the offer's questions.
    #[schemars(length(max = ANSWERS_MAX))]
    answers: Option<Vec<AnswerBody>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AnswerBody {
    /// Which question.
    #[schemars(length(max = ID_LENGTH_MAX))]
    question_id: String,
    /// A text, a truth, a number or an option, as the question wants.
    value: AnswerValue,
}

/// What an answer holds; which type it must be is the question's.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct AnswerValue(Value);

impl JsonSchema for AnswerValue {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("AnswerValue")
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({"type": SCALAR_TYPES, "maxLength": ANSWER_LENGTH_MAX})
    }
}

async fn create(app: &App, request: Request) -> Result<Response, ApiError> {
    let candidate = &request.live()?.user;
    let job = apply::job(app, candidate, request.param("id"), request.now).await?;
    let draft = request.body::<Apply>()?.draft(&job)?;
    for _try in 0..APPLY_TRIES_MAX {
        let made = apply::application(app, candidate, (&job, &draft), request.now).await?;
        let shape = ApplicationShape::made(&made, &job);
        let kept = idempotency::keep(&request, 201, &shape);
        if apply::write(app, &made, kept).await? == Written::Done {
            return Ok(Response::json(201, &shape).no_store());
        }
    }
    Err(ApiError::Fault(Fault::Late))
}

impl Apply {
    /// Reads the body as what an offer's candidates may send.
    fn draft(self, job: &JobToApply) -> Result<Draft, ApiError> {
        let answers: Vec<Answer> =
            self.answers.unwrap_or_default().into_iter().map(Into::into).collect();
        let mut violations = Vec::new();
        let mut wrong = |field: &str, fault| {
            violations.push(Violation { field: field.to_owned(), fault });
        };
        if let (Some(min), Some(max)) = (self.salary_min, self.salary_max)
            && max < min
        {
            wrong("salaryMax", FieldFault::Below(min));
        }
        let is_currency =
            |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        if self.salary_currency.as_deref().is_some_and(|code| !is_currency(code)) {
            wrong("salaryCurrency", FieldFault::Shape);
        }
        let is_date = |text: &str| text.len() == 10 && text.parse::<Date>().is_ok();
        if self.availability_date.as_deref().is_some_and(|text| !is_date(text)) {
            wrong("availabilityDate", FieldFault::Shape);
        }
        violations.extend(question::faults(&job.questions, &answers).into_iter().map(violation));
        if !violations.is_empty() {
            return Err(ApiError::Invalid { place: "body", violations });
        }
        let names_salary = self.salary_min.or(self.salary_max).is_some();
        let currency = self.salary_currency.or_else(|| Some(CURRENCY_DEFAULT.to_owned()));
        Ok(Draft {
            cover_letter: self.cover_letter.filter(|letter| !letter.trim().is_empty()),
            salary_min: self.salary_min,
            salary_max: self.salary_max,
            salary_currency: currency.filter(|_| names_salary),
            availability_date: self.availability_date,
            answers,
        })
    }
}

impl From<AnswerBody> for Answer {
    fn from(body: AnswerBody) -> Self {
        Self { question_id: body.question_id, value: body.value.0 }
    }
}

fn violation(fault: AnswerFault) -> Violation {
    match fault {
        AnswerFault::Missing { question_id } => Violation {
            field: format!("answers.{question_id}"),
            fault: FieldFault::Type { expected: "string", received: "undefined" },
        },
        AnswerFault::Unasked { index } => {
            Violation { field: format!("answers.{index}.questionId"), fault: FieldFault::Unknown }
        }
        AnswerFault::Type { index, expected } => Violation {
            field: format!("answers.{index}.value"),
            fault: FieldFault::Type { expected, received: "another type" },
        },
        AnswerFault::Option { index, options } => Violation {
            field: format!("answers.{index}.value"),
            fault: FieldFault::Option(options),
        },
    }
}
