//! A way in: one credential or linked provider of a user.

use crate::base::clock::Millis;

/// Prefix of account ids.
pub const ACCOUNT_ID_PREFIX: &str = "acc_";

/// The provider of the row that holds a password.
pub const PROVIDER_CREDENTIAL: &str = "credential";

/// One row of `account`, without its secrets.
#[derive(Clone, Debug)]
pub struct Account {
    /// `acc_…`.
    pub id: String,
    /// The provider's id of the person; the user's own id for a credential.
    pub account_id: String,
    /// `credential`, `google`, …
    pub provider_id: String,
    /// Whose way in it is.
    pub user_id: String,
    /// Granted scopes, joined by `,`.
    pub scope: Option<String>,
    /// When it was linked.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// A way in by a provider that is about to be written.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// `acc_…`.
    pub id: String,
    /// The provider's id of the person.
    pub account_id: String,
    /// The provider's name.
    pub provider_id: String,
    /// Who issued the ID token that named the person, where there was one.
    pub issuer: Option<String>,
    /// Whose way in it becomes.
    pub user_id: String,
}
