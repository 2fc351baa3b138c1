//! What a mailed one-time token is for.

/// The purposes; a token opens nothing but its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// A new password.
    ResetPassword,
    /// Another address: both of its links carry one token.
    ChangeEmail,
    /// The end of an account.
    DeleteAccount,
    /// A place on the waitlist.
    WaitlistConfirm,
    /// An account for somebody from the waitlist.
    WaitlistInvite,
}

impl LinkPurpose {
    /// Returns the identifier under which the token's row is found.
    #[must_use]
    pub const fn identifier(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset-password",
            Self::ChangeEmail => "change-email",
            Self::DeleteAccount => "delete-account",
            Self::WaitlistConfirm => "waitlist-confirm",
            Self::WaitlistInvite => "waitlist-invite",
        }
    }
}

/// Identifier of the codes by which a page of another site takes over what ended here.
pub const HAND_OVER: &str = "hand-over";
