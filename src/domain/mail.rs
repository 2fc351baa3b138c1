//! What a mail is before it is rendered.

/// The kinds of mail. The wire name goes into the outbox and the file transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// Proves that the address of a new account is its owner's.
    VerifyEmail,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 1] = [Self::VerifyEmail];

    /// Returns the wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify-email",
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
