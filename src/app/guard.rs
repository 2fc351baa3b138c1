//! What was verified before a wait, asked once more in the batch that acts on it.
//!
//! Between a look and the write that follows from it others write: a password is reset,
//! a session ended, an administrator demoted. So no batch believes a look: it begins with
//! these statements, and where one finds nothing, nothing of the batch is done and the
//! answer is the one that a look would have given by then.

use crate::app::{Caller, Failure, Fault};
use crate::base::clock::Millis;
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::{Statement, StoreError, guards, users};

/// What has proved that somebody may come in.
#[derive(Clone, Copy, Debug)]
pub enum Proof<'a> {
    /// Their account is written in the same batch, before the session.
    NewAccount,
    /// A password, which was held against this stored hash.
    Password {
        /// The hash, as it was read.
        stored: &'a str,
    },
    /// A provider's word.
    WayIn {
        /// `acc_…`: the row of the way in, there already or written in the same batch.
        id: &'a str,
        /// Whom the provider named.
        account_id: &'a str,
    },
    /// A link that was mailed to their address, which is proven with it.
    MailedLink,
    /// A link that was mailed to their address and has proven it a moment ago.
    ProvenAddress,
    /// The session that asks, to be followed by another; its head is [`asking`].
    Session,
}

impl Proof<'_> {
    /// Returns the statements that repeat the proof. They stand at the head of the batch,
    /// after what it writes to the person's row or has alone.
    #[must_use]
    pub fn guards(self, user: &User, now: Millis) -> Vec<Statement> {
        match self {
            Self::NewAccount | Self::Session => Vec::new(),
            Self::Password { stored } => {
                vec![guards::person(user, now), guards::password(&user.id, stored)]
            }
            Self::WayIn { id, account_id } => {
                vec![guards::person(user, now), guards::way_in(id, &user.id, account_id)]
            }
            Self::ProvenAddress => vec![guards::person(user, now)],
            Self::MailedLink => {
                vec![users::verified_set(&user.id, &user.email, now).expecting(1)]
            }
        }
    }
}

/// Returns the head of a batch by which the session that asks acts on an account, its own
/// or another: it has both alone, and the session must not have been ended.
#[must_use]
pub fn asking(caller: &Caller, subject_id: &str) -> Vec<Statement> {
    match &caller.session {
        Some(asking) => vec![
            guards::alone(subject_id, &asking.user_id),
            guards::session(&asking.id, &asking.user_id),
        ],
        None => vec![guards::alone(subject_id, subject_id)],
    }
}

/// As [`asking`], where it takes an administrator, or an operator at the machine.
#[must_use]
pub fn governing((caller, now): (&Caller, Millis), subject_id: &str) -> Vec<Statement> {
    let mut head = asking(caller, subject_id);
    head.extend(caller.session.as_ref().map(|asking| guards::admin(&asking.user_id, now)));
    head
}

/// Reads a batch in which a guard found nothing: `refusal`, or that the session has ended.
/// That somebody administers no longer is left to [`governed`].
pub fn missed(refusal: Refusal) -> impl FnOnce(StoreError) -> Failure {
    move |error| match error {
        StoreError::Unexpected { sql: guards::SESSION_NAME, .. } => Refusal::Unauthorized.into(),
        StoreError::Unexpected { sql: guards::ADMIN_NAME, .. } => error.into(),
        StoreError::Unexpected { .. } => refusal.into(),
        other @ (StoreError::Duplicate { .. }
        | StoreError::Decode { .. }
        | StoreError::Busy
        | StoreError::Unavailable { .. }
        | StoreError::Engine { .. }) => other.into(),
    }
}

/// Says to somebody who was demoted meanwhile what they may not.
///
/// # Errors
/// `may_not`; the failure, when it is another.
pub fn governed<T>(outcome: Result<T, Failure>, may_not: Refusal) -> Result<T, Failure> {
    match outcome {
        Err(Failure::Fault(Fault::Store(StoreError::Unexpected {
            sql: guards::ADMIN_NAME,
            ..
        }))) => Err(may_not.into()),
        other => other,
    }
}

/// Counts the looks of somebody who looks again when others wrote before they could act,
/// so that the answer is the one of a look that holds.
#[derive(Debug, Default)]
pub struct Looks(u32);

impl Looks {
    /// Takes what came of a look and the act that followed: `None` when it has to be taken
    /// again. `otherwise` is for whom others overtake each time.
    ///
    /// # Errors
    /// Within: those of the act; `Unauthorized` when the session that asks has ended;
    /// `otherwise`.
    pub fn settled<T>(
        &mut self,
        outcome: Result<T, Failure>,
        otherwise: Refusal,
    ) -> Option<Result<T, Failure>> {
        self.0 += 1;
        match outcome {
            Err(Failure::Fault(Fault::Store(error))) if is_overtaken(&error) => {
                if matches!(error, StoreError::Unexpected { sql: guards::SESSION_NAME, .. }) {
                    return Some(Err(Refusal::Unauthorized.into()));
                }
                (self.0 >= TRIES).then(|| Err(otherwise.into()))
            }
            outcome => Some(outcome),
        }
    }
}

/// Tells whether others wrote between a look and the batch that followed from it, so that
/// the look has to be taken again.
#[must_use]
pub const fn is_overtaken(error: &StoreError) -> bool {
    match error {
        StoreError::Unexpected { .. } | StoreError::Duplicate { .. } => true,
        StoreError::Decode { .. }
        | StoreError::Busy
        | StoreError::Unavailable { .. }
        | StoreError::Engine { .. } => false,
    }
}

/// How often a look is taken: whoever was overtaken finds the other's writes.
pub const TRIES: u32 = 3;
