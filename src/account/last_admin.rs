//! The last administrator stays one: a site that nobody administers is mended only on
//! its machine.
//!
//! Whatever takes the role or its use away (a role, a ban, a deactivation, a deletion)
//! demands in its own batch that another administrator is left, so that two who demote
//! each other at once leave one. Who types commands on the machine may insist.

use crate::account::guard;
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::{Statement, StoreError, administrators, users};

/// Whether the last administrator may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastAdmin {
    /// Somebody else must be left.
    Stays,
    /// The operator insists.
    MayGo,
}

impl LastAdmin {
    /// Returns the writes that undo a batch which leaves nobody to administer; they stand
    /// before the one that takes the administrator away.
    #[must_use]
    pub fn guard(self, user_id: &str, now: Millis) -> Vec<Statement> {
        match self {
            Self::Stays => vec![administrators::lock(), administrators::one_stays(user_id, now)],
            Self::MayGo => Vec::new(),
        }
    }
}

/// Says why a batch with the guard found no row: nobody would be left, or the person
/// went meanwhile, which is `gone`.
pub async fn missed(app: &App, user_id: &str, error: StoreError, gone: Refusal) -> Failure {
    let is_guard =
        matches!(&error, StoreError::Unexpected { sql: administrators::ONE_STAYS_NAME, .. });
    if !is_guard {
        return guard::missed(gone)(error);
    }
    match app.store.find::<User>(users::by_id(user_id)).await {
        Ok(Some(_stays)) => Refusal::LastAdmin.into(),
        Ok(None) => gone.into(),
        Err(error) => error.into(),
    }
}
