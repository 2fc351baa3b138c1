//! Which mails somebody may do without, and the link with which they say so.

use super::mail::MailKind;

/// The kinds that nobody must get; the others are about the safety of an account, or
/// were asked for at that moment.
pub const OPTIONAL: [&str; 6] = [
    "job-alert",
    "application-received",
    "application-status",
    "new-message",
    "weekly-report",
    "offer-expiring",
];

/// Tells whether somebody may do without mails of a kind.
#[must_use]
pub fn is_optional(kind: MailKind) -> bool {
    OPTIONAL.contains(&kind.name())
}

/// What a mailed link ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Mails of a kind to somebody.
    Kind {
        /// To whom.
        user_id: String,
        /// The kind's wire name.
        kind: &'static str,
    },
    /// The mails of one alert.
    Alert {
        /// Which.
        id: String,
    },
}

impl Leaving {
    /// Returns the text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Kind { user_id, kind } => format!("{user_id}~{kind}"),
            Self::Alert { id } => format!("{id}~"),
        }
    }

    /// Reads a text that was signed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, kind) = text.split_once('~')?;
        if kind.is_empty() {
            return Some(Self::Alert { id: id.to_owned() });
        }
        let kind = OPTIONAL.into_iter().find(|known| *known == kind)?;
        Some(Self::Kind { user_id: id.to_owned(), kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_back_and_only_optional_kinds_do() {
        let user_id = String::from("usr_1");
        for leaving in [
            Leaving::Kind { user_id: user_id.clone(), kind: "job-alert" },
            Leaving::Alert { id: String::from("alr_1") },
        ] {
            assert_eq!(Leaving::parse(&leaving.text()), Some(leaving));
        }
        for wrong in ["", "usr_1", "usr_1~reset-password", "usr_1~verify-email"] {
            assert_eq!(Leaving::parse(wrong), None, "{wrong}");
        }
        assert!(!is_optional(MailKind::PasswordChanged));
        assert!(is_optional(MailKind::NewMessage));
    }
}
