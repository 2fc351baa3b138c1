//! The line of time: what happens, put in its order and written.

use std::collections::HashMap;

use super::{DemoError, Watch};
use crate::app::App;
use crate::base::bounds::TASK_ROWS_MAX;
use crate::base::clock::Millis;
use crate::domain::message::Message;
use crate::domain::side::Side;
use crate::store::conversation_mail::{self, Unread};
use crate::store::conversations::{self, MailPlan};
use crate::store::{Statement, StoreError, applications, messages};

/// Something that happens.
pub enum Happening {
    /// Writes that need nothing but to come in their turn.
    Writes(Vec<Statement>),
    /// Somebody says something about an application.
    Said(Message, String),
    /// A side has read a conversation up to a message.
    Read {
        /// The conversation.
        conversation_id: String,
        /// Who has read.
        side: Side,
        /// The message's id.
        up_to: String,
    },
}

/// What happens, and when.
#[derive(Default)]
pub struct Timeline(Vec<(Millis, Happening)>);

impl Timeline {
    /// Adds writes.
    pub fn writes(&mut self, at: Millis, writes: Vec<Statement>) {
        self.add(at, Happening::Writes(writes));
    }

    /// Adds something.
    pub fn add(&mut self, at: Millis, happening: Happening) {
        self.0.push((at, happening));
    }

    /// Returns how many writes it is, messages counted as one.
    pub fn len(&self) -> usize {
        let one = |(_, happening): &(Millis, Happening)| match happening {
            Happening::Writes(writes) => writes.len(),
            Happening::Said(..) | Happening::Read { .. } => 1,
        };
        self.0.iter().map(one).sum()
    }

    /// Writes everything in its order; returns how much [`Timeline::len`] counted.
    ///
    /// # Errors
    /// `Store`.
    pub async fn write(
        mut self,
        app: &App,
        watch: &impl Watch,
        total: usize,
    ) -> Result<usize, DemoError> {
        let counted = self.len();
        self.0.sort_by_key(|(at, _)| *at);
        let newest: Option<i64> = app.store.find(messages::newest_place()).await?;
        let mut places = Places { newest: newest.unwrap_or(0), of: HashMap::new() };
        let mut all = Vec::new();
        for (at, happening) in self.0 {
            match happening {
                Happening::Writes(writes) => all.extend(writes),
                Happening::Said(message, application_id) => {
                    all.extend(places.said(&message, &application_id));
                }
                Happening::Read { conversation_id, side, up_to } => {
                    all.extend(places.read(&conversation_id, (side, &up_to), at));
                }
            }
        }
        let length = all.len().max(1);
        write_all(app, all, |done| watch.passed(counted * done / length, total)).await?;
        Ok(counted)
    }
}

/// The places of messages in the one order, known before they are taken: nobody else is
/// here to say anything.
struct Places {
    newest: i64,
    of: HashMap<String, i64>,
}

impl Places {
    fn said(&mut self, message: &Message, application_id: &str) -> Vec<Statement> {
        let (id, side, at) = (&message.conversation_id, message.side, message.created_at);
        self.newest += 1;
        self.of.insert(message.id.clone(), self.newest);
        let plan = MailPlan { mail_at: at, pause_ms: 0 };
        let mut writes = vec![
            messages::take_place(),
            messages::insert(message),
            conversations::said(id, side, at, plan),
            // Nobody is written to of what was said before anybody was here.
            conversation_mail::paid(side.other(), &owed(id, at), at),
        ];
        if side == Side::Organization {
            writes.push(applications::answered_set(application_id, at));
        }
        writes
    }

    fn read(&mut self, id: &str, (side, up_to): (Side, &str), at: Millis) -> Vec<Statement> {
        let Some(place) = self.of.get(up_to) else { return Vec::new() };
        self.newest += 1;
        vec![messages::take_place(), conversations::read(id, (side, *place), at, at)]
    }
}

/// The debt of a mail about a message that was just said.
fn owed(conversation_id: &str, mail_at: Millis) -> Unread {
    Unread {
        conversation_id: conversation_id.to_owned(),
        candidate_id: String::new(),
        candidate_name: String::new(),
        organization_id: String::new(),
        organization_name: String::new(),
        job_title: String::new(),
        mail_at,
    }
}

/// Writes statements in their order, some hundreds in a batch.
///
/// # Errors
/// A fault of the store; what was written before it stays.
pub async fn write_all(
    app: &App,
    all: Vec<Statement>,
    passed: impl Fn(usize),
) -> Result<(), StoreError> {
    let at_once = usize::try_from(TASK_ROWS_MAX).unwrap_or(usize::MAX);
    let mut done = 0;
    let mut rest = all.into_iter();
    loop {
        let batch: Vec<Statement> = rest.by_ref().take(at_once).collect();
        if batch.is_empty() {
            return Ok(());
        }
        done += batch.len();
        app.store.apply(batch).await?;
        passed(done);
    }
}
