//! Forms as data: one template draws them all, so that labels, hints, errors and what a
//! screen reader hears are the same everywhere.
//!
//! What was typed stays in its field when something is wrong with it; a password never.

use std::borrow::Cow;

use crate::app::Failure;
use crate::base::bounds::NAME_LENGTH_MAX;
use crate::base::words::error_key;
use crate::domain::refusal::Refusal;
use crate::http::error::ApiError;
use crate::http::words::PageWords;

/// The class of what organisations alone are asked, and must answer.
pub const FOR_ORGANIZATION: &str = "for-organization";

/// A form that posts.
#[derive(Debug)]
pub struct Form {
    /// Names it among others of the page.
    pub id: &'static str,
    /// Where it is sent.
    pub action: String,
    /// What is asked, in order.
    pub fields: Vec<Field>,
    /// What is sent along.
    pub hidden: Vec<(&'static str, String)>,
    /// What the button says.
    pub submit: String,
    /// What is wrong with the whole of it.
    pub problem: Option<String>,
    /// What is asked before it is sent, where scripts run.
    pub question: Option<String>,
    /// Whether the button is as wide as the form.
    pub is_narrow: bool,
    /// Whether the button warns.
    pub is_dangerous: bool,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line; the type of the `input`.
    Input(&'static str),
    /// Several lines.
    Long,
    /// One of a list.
    Select,
    /// One of a few that all show.
    Choices,
    /// Yes or no.
    Check,
}

/// What a list or a few choices offer.
#[derive(Debug)]
pub struct Choice {
    /// What is sent.
    pub value: Cow<'static, str>,
    /// What is shown.
    pub label: String,
}

/// One question of a form.
#[derive(Debug)]
pub struct Field {
    /// What it is sent as.
    pub name: Cow<'static, str>,
    /// Its id on the page; the name, where a page has one of it.
    pub id: String,
    /// What is asked.
    pub label: String,
    /// What it takes.
    pub kind: Kind,
    /// What stands in it.
    pub value: String,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// What helps.
    pub hint: Option<String>,
    /// What a browser may fill in.
    pub autocomplete: &'static str,
    /// Most UTF-16 code units.
    pub max: u32,
    /// Fewest; 0 is not said.
    pub min: usize,
    /// Whether it must be filled in.
    pub is_required: bool,
    /// Whether it is shown and not sent.
    pub is_readonly: bool,
    /// Whether the page begins here.
    pub is_focused: bool,
    /// For whom it is, as the style sheet knows it.
    pub class: &'static str,
    /// What is offered.
    pub options: Vec<Choice>,
}

impl Choice {
    /// Offers `value`, called what the key `label` says.
    #[must_use]
    pub fn new(words: &PageWords<'_>, value: &'static str, label: &str) -> Self {
        Self { value: Cow::Borrowed(value), label: words.text(label) }
    }
}

impl Field {
    /// Asks with the words of `label`.
    #[must_use]
    pub fn new(
        words: &PageWords<'_>,
        name: impl Into<Cow<'static, str>>,
        kind: Kind,
        label: &str,
    ) -> Self {
        let name = name.into();
        Self {
            id: name.clone().into_owned(),
            name,
            label: words.text(label),
            kind,
            value: String::new(),
            problem: None,
            hint: None,
            autocomplete: "",
            max: NAME_LENGTH_MAX,
            min: 0,
            is_required: false,
            is_readonly: false,
            is_focused: false,
            class: "",
            options: Vec::new(),
        }
    }

    /// Asks for a line of text.
    #[must_use]
    pub fn line(words: &PageWords<'_>, name: impl Into<Cow<'static, str>>, label: &str) -> Self {
        Self::new(words, name, Kind::Input("text"), label)
    }

    /// Asks for a mail address.
    #[must_use]
    pub fn email(words: &PageWords<'_>, label: &str) -> Self {
        let field = Self::new(words, "email", Kind::Input("email"), label);
        Self { autocomplete: "username", max: 254, ..field }.required()
    }

    /// Asks for a password that is known.
    #[must_use]
    pub fn password(words: &PageWords<'_>, name: &'static str, label: &str) -> Self {
        let field = Self::new(words, name, Kind::Input("password"), label);
        Self { autocomplete: "current-password", max: 4096, ..field }.required()
    }

    /// Asks for a password that is chosen now, of at least `min` characters.
    #[must_use]
    pub fn new_password(words: &PageWords<'_>, name: &'static str, min: usize) -> Self {
        let label = if name == "password" { "field-password" } else { "field-new-password" };
        let hint = words.format("password-hint", &[("min", &min.to_string())]);
        let field = Self::password(words, name, label);
        Self { autocomplete: "new-password", min, hint: Some(hint), ..field }
    }

    /// It must be filled in.
    #[must_use]
    pub fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// With something in it.
    #[must_use]
    pub fn filled(self, value: &str) -> Self {
        Self { value: value.to_owned(), ..self }
    }

    /// With a hint under it.
    #[must_use]
    pub fn hinted(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// With what is wrong with it, if anything is.
    #[must_use]
    pub fn wrong(self, problem: Option<String>) -> Self {
        Self { problem: problem.or(self.problem), ..self }
    }

    /// The page begins here.
    #[must_use]
    pub fn focused(self) -> Self {
        Self { is_focused: true, ..self }
    }

    /// Tells whether it says that it may stay empty. What organisations alone are asked says
    /// nothing: they must fill it in, and others do not see it.
    #[must_use]
    pub fn says_optional(&self) -> bool {
        !self.is_required && !self.is_readonly && self.class != FOR_ORGANIZATION
    }

    /// Returns the ids of what describes it.
    #[must_use]
    pub fn described(&self) -> Option<String> {
        let id = &self.id;
        match (&self.problem, &self.hint) {
            (Some(_), Some(_)) => Some(format!("{id}-wrong {id}-hint")),
            (Some(_), None) => Some(format!("{id}-wrong")),
            (None, Some(_)) => Some(format!("{id}-hint")),
            (None, None) => None,
        }
    }
}

/// A form that was turned down, and with which status it comes back.
#[derive(Debug)]
pub struct Told {
    /// The form, with what is wrong beside it.
    pub form: Form,
    /// The status.
    pub status: u16,
    /// After how many seconds another try makes sense.
    pub retry_after_s: Option<u64>,
}

impl Form {
    /// Makes a form; `submit` is the key of what its button says.
    #[must_use]
    pub fn new(
        words: &PageWords<'_>,
        id: &'static str,
        (action, submit): (&str, &str),
        fields: Vec<Field>,
    ) -> Self {
        Self {
            id,
            action: action.to_owned(),
            fields,
            hidden: Vec::new(),
            submit: words.text(submit),
            problem: None,
            question: None,
            is_narrow: false,
            is_dangerous: false,
        }
    }

    /// With a button as wide as itself.
    #[must_use]
    pub fn narrow(self) -> Self {
        Self { is_narrow: true, ..self }
    }

    /// With a button that warns.
    #[must_use]
    pub fn dangerous(self) -> Self {
        Self { is_dangerous: true, ..self }
    }

    /// With a question before it is sent.
    #[must_use]
    pub fn asking(self, question: String) -> Self {
        Self { question: Some(question), ..self }
    }

    /// With something sent along.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.hidden.push((name, value.to_owned()));
        self
    }

    /// Tells whether anything is wrong.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.problem.is_some() || self.fields.iter().any(|field| field.problem.is_some())
    }

    /// Puts words beside a field, or above all where there is no such field.
    #[must_use]
    pub fn wrong_at(mut self, name: &str, text: String) -> Self {
        match self.fields.iter_mut().find(|field| field.name == name && !field.is_readonly) {
            Some(field) => field.problem = Some(text),
            None => self.problem = Some(text),
        }
        self
    }

    /// Says what a rule said no to, beside the field that it is about.
    #[must_use]
    pub fn refused(self, words: &PageWords<'_>, refusal: Refusal) -> Self {
        let text = words.text(&error_key(refusal.code()));
        let Some(names) = about(refusal) else { return Self { problem: Some(text), ..self } };
        let found = names.iter().find(|name| self.fields.iter().any(|field| field.name == **name));
        match found {
            Some(name) => self.wrong_at(name, text),
            None => Self { problem: Some(text), ..self },
        }
    }

    /// Turns what stopped a rule into the form as it comes back.
    ///
    /// # Errors
    /// A fault.
    pub fn told(self, words: &PageWords<'_>, failure: Failure) -> Result<Told, ApiError> {
        match failure {
            Failure::Refused(refusal) => Ok(self.refused(words, refusal).back()),
            Failure::IllegalStep { .. } => {
                let text = words.text("error-illegal-transition");
                Ok(Self { problem: Some(text), ..self }.back())
            }
            Failure::Limited { retry_after_s } => {
                let seconds = retry_after_s.to_string();
                let text = words.format("error-429-text", &[("seconds", &seconds)]);
                let form = Self { problem: Some(text), ..self };
                Ok(Told { form, status: 429, retry_after_s: Some(retry_after_s) })
            }
            Failure::Fault(fault) => Err(ApiError::Fault(fault)),
        }
    }

    /// Comes back with what is wrong in it.
    #[must_use]
    pub const fn back(self) -> Told {
        Told { form: self, status: 400, retry_after_s: None }
    }
}

/// Returns the fields that a refusal is about; the first that a form has is meant.
fn about(refusal: Refusal) -> Option<&'static [&'static str]> {
    match refusal.code() {
        "PASSWORD_TOO_SHORT" | "PASSWORD_TOO_LONG" | "PASSWORD_TOO_COMMON" => {
            Some(&["newPassword", "password"])
        }
        "NAME_TAKEN" => Some(&["organizationName"]),
        "INVALID_PASSWORD" => Some(&["currentPassword", "password"]),
        "INVALID_EMAIL"
        | "EMAIL_IS_SAME"
        | "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL"
        | "WAITLIST_DUPLICATE" => Some(&["email"]),
        _ => None,
    }
}
