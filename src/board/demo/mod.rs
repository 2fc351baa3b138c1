//! A lively board in an empty database, for whoever wants to look around.
//!
//! What happens is laid out first, on a line of time over the last two months, and then
//! written in its order by the statements that write it in a running site: counts, numbers
//! of the search and the order of messages come out as they would have. What people are
//! called and say stands in `assets/demo/board.toml`. Nobody here can be reached: every
//! address is of a reserved domain, and wants no mail.

mod dealings;
mod dice;
mod offers;
mod people;
mod script;
mod timeline;
mod traffic;

use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::hash_pool::HashError;
use crate::base::secret::Secret;
use crate::domain::email::Email;
use crate::domain::user::User;
use crate::store::{StoreError, users};
use dice::Dice;
use people::Cast;
use script::Script;
use timeline::Timeline;

/// Seconds of an hour.
const HOUR_S: i64 = 3_600;

/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// Days that the demo looks back on.
const DAYS: i64 = 60;

/// Letters of the password that everybody has.
const PASSWORD_LENGTH: usize = 16;

/// What the demo was filled with.
#[derive(Debug)]
pub struct Filled {
    /// Everybody's password, drawn for this database.
    pub password: Secret<String>,
    /// The address of somebody who looks for work.
    pub professional: Email,
    /// The address of somebody who offers it.
    pub organization: Email,
    /// How many of everything there are.
    pub counts: Counts,
}

/// How many of everything there are.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// Organisations.
    pub organizations: usize,
    /// Offers.
    pub offers: usize,
    /// People who look for work.
    pub professionals: usize,
    /// Applications.
    pub applications: usize,
    /// Conversations.
    pub conversations: usize,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Somebody lives here.
    #[error("there are people in this database already; the demo wants an empty one")]
    Inhabited,
    /// The script is broken, a defect.
    #[error("assets/demo/board.toml: {0}")]
    Script(String),
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The database.
    #[error("the demo is half there; begin again with an empty database")]
    Store(#[from] StoreError),
    /// A step that the board refuses, a defect, or the database.
    #[error("the board refuses the script: {0:?}")]
    Board(Failure),
}

impl From<Failure> for DemoError {
    fn from(failure: Failure) -> Self {
        Self::Board(failure)
    }
}

/// Looks over the shoulder of whoever fills the database.
pub trait Watch {
    /// So many writes of so many are done.
    fn passed(&self, writes: usize, of: usize);
}

/// What every part of the demo is made with.
#[derive(Clone, Copy)]
struct Stage<'a> {
    app: &'a App,
    script: &'a Script,
    dice: Dice<'a>,
    now: Millis,
}

impl Stage<'_> {
    /// Returns the moment some days ago, at some hour of that day.
    fn days_ago(&self, days: i64) -> Millis {
        self.now.plus_s(-days * DAY_S + self.dice.between(0, 20 * HOUR_S))
    }
}

/// Fills an empty database.
///
/// # Errors
/// `Inhabited` when there is anybody; `Store` when it breaks off on the way.
///
/// # Cost
/// One hash, some twenty thousand writes in batches: seconds.
pub async fn fill(app: &App, watch: &impl Watch) -> Result<Filled, DemoError> {
    let anybody: Vec<User> = app.store.list(users::page((Millis(i64::MIN), ""), 1)).await?;
    if !anybody.is_empty() {
        return Err(DemoError::Inhabited);
    }
    let script = Script::read()?;
    let password = Secret::new(app.entropy.text(PASSWORD_LENGTH));
    let hash = app.hashes.hash(password.clone(), app.entropy.bytes()).await?;
    let now = app.clock.now();
    let stage = Stage { app, script: &script, dice: Dice(&app.entropy), now };
    let mut timeline = Timeline::default();
    let cast = Cast::engage(stage, &hash, &mut timeline).await?;
    let offers = offers::write(stage, &cast, &mut timeline)?;
    let (applications, conversations) = dealings::play(stage, (&cast, &offers), &mut timeline);
    let visits = traffic::visits(stage, &offers);
    let total = timeline.len() + visits.len();
    let played = timeline.write(app, watch, total).await?;
    timeline::write_all(app, visits, |done| watch.passed(played + done, total)).await?;
    traffic::statistics(stage).await?;
    let nobody = || DemoError::Script(String::from("nobody is in it"));
    Ok(Filled {
        password,
        professional: cast.people.first().ok_or_else(nobody)?.email.clone(),
        organization: cast.houses.first().ok_or_else(nobody)?.owner.email.clone(),
        counts: Counts {
            organizations: cast.houses.len(),
            offers: offers.len(),
            professionals: cast.people.len(),
            applications,
            conversations,
        },
    })
}
