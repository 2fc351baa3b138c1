//! What is wrong with a field, in the contract's words and as a detail of our own.

use crate::base::bounds::FIELD_PATH_LENGTH_MAX;

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field, `a.b`; empty for the body itself.
    pub field: String,
    /// What is wrong with it.
    pub fault: FieldFault,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldFault {
    /// Another type, or not there (`undefined`). Names are JavaScript's.
    Type {
        /// What it must be.
        expected: &'static str,
        /// What it is.
        received: &'static str,
    },
    /// No mail address.
    Email,
    /// Too few code units.
    TooSmall(i64),
    /// Too many code units.
    TooBig(i64),
    /// A number below its bound.
    Below(i64),
    /// A number above its bound.
    Above(i64),
    /// Too many items.
    TooMany(i64),
    /// None of the options.
    Option(Vec<String>),
    /// Control characters.
    Control,
    /// A key that the object does not have.
    Unknown,
    /// It fits the schema and not the type; the text is serde's.
    Shape,
}

impl Violation {
    /// Words the fault as the contract does, `[body.field] text`; `place` is `body` or `query`.
    #[must_use]
    pub fn contract_text(&self, place: &str) -> String {
        let dot = if self.field.is_empty() { "" } else { "." };
        format!("[{place}{dot}{}] {}", self.shown_field(), self.fault.contract_text())
    }

    /// Returns the path as an answer repeats it: keys may be the sender's, and as long as
    /// the body.
    #[must_use]
    pub fn shown_field(&self) -> String {
        self.field.chars().take(FIELD_PATH_LENGTH_MAX).collect()
    }
}

impl FieldFault {
    fn contract_text(&self) -> String {
        match self {
            Self::Type { expected, received } => {
                format!("Invalid input: expected {expected}, received {received}")
            }
            Self::Email => String::from("Invalid email address"),
            Self::TooSmall(min) => {
                format!("Too small: expected string to have >={min} characters")
            }
            Self::TooBig(max) => format!("Too big: expected string to have <={max} characters"),
            Self::Below(min) => format!("Too small: expected number to be >={min}"),
            Self::Above(max) => format!("Too big: expected number to be <={max}"),
            Self::TooMany(max) => format!("Too big: expected array to have <={max} items"),
            Self::Option(options) => {
                let options: Vec<_> = options.iter().map(|name| format!("\"{name}\"")).collect();
                format!("Invalid option: expected one of {}", options.join("|"))
            }
            Self::Control => String::from("Invalid input: control characters are not allowed"),
            Self::Unknown => String::from("Unrecognized key"),
            Self::Shape => String::from("Invalid input"),
        }
    }

    /// Returns what its words name: a bound, names to choose from, a type; may be empty.
    #[must_use]
    pub fn bound(&self) -> String {
        match self {
            Self::TooSmall(bound)
            | Self::TooBig(bound)
            | Self::Below(bound)
            | Self::Above(bound)
            | Self::TooMany(bound) => bound.to_string(),
            Self::Option(options) => options.join(", "),
            Self::Type { expected, .. } => (*expected).to_owned(),
            Self::Email | Self::Control | Self::Unknown | Self::Shape => String::new(),
        }
    }

    /// Returns the code of the detail and the key of its words.
    #[must_use]
    pub const fn code_and_key(&self) -> (&'static str, &'static str) {
        match self {
            Self::Type { received, .. } if matches!(received.as_bytes(), b"undefined") => {
                ("FIELD_REQUIRED", "field-required")
            }
            Self::Type { .. } => ("FIELD_TYPE", "field-type"),
            Self::Email => ("FIELD_NOT_EMAIL", "field-not-email"),
            Self::TooSmall(_) => ("FIELD_TOO_SHORT", "field-too-short"),
            Self::TooBig(_) => ("FIELD_TOO_LONG", "field-too-long"),
            Self::Below(_) => ("FIELD_TOO_SMALL", "field-too-small"),
            Self::Above(_) => ("FIELD_TOO_LARGE", "field-too-large"),
            Self::TooMany(_) => ("FIELD_TOO_MANY", "field-too-many"),
            Self::Option(_) => ("FIELD_NOT_OPTION", "field-not-option"),
            Self::Control => ("FIELD_CONTROL_CHARACTERS", "field-control-characters"),
            Self::Unknown => ("FIELD_UNKNOWN", "field-unknown"),
            Self::Shape => ("FIELD_INVALID", "field-invalid"),
        }
    }
}
