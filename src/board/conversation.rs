//! Conversations: who may speak, what was said, what was read.
//!
//! A message takes its place in the order, the other side's count grows and its mail is
//! planned, in one batch; streams are woken afterwards.

use crate::app::{App, Failure, Fault};
use crate::base::bounds::{MESSAGE_MAIL_AFTER_S, MESSAGE_MAIL_PAUSE_S};
use crate::base::clock::Millis;
use crate::domain::message::{CONVERSATION_ID_PREFIX, Conversation, MESSAGE_ID_PREFIX, Message};
use crate::domain::refusal::Refusal;
use crate::domain::side::{Side, Standing};
use crate::domain::user::User;
use crate::store::applications::ApplicationView;
use crate::store::conversations::{self, Before, ConversationView, MailPlan};
use crate::store::{Statement, StoreError, applications, messages};

/// A message to be written, and with it perhaps its conversation.
#[derive(Debug)]
pub struct Draft {
    /// The message; its sequence is not known yet.
    pub message: Message,
    application_id: String,
    opening: Opening,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opening {
    /// The conversation is there.
    Open,
    /// The message opens it.
    First,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is on the disk.
    Done,
    /// Somebody else opened the conversation meanwhile; nothing was written.
    OpenedMeanwhile,
}

/// Finds a conversation that somebody may see.
///
/// # Errors
/// `NotFound`.
pub async fn find(app: &App, id: &str, reader_id: &str) -> Result<ConversationView, Failure> {
    let found: Option<ConversationView> =
        app.store.find(conversations::visible(id, reader_id)).await?;
    found.ok_or_else(|| Refusal::NotFound.into())
}

/// Finds the conversation of an application that somebody may see; `None`: nobody has
/// written yet.
///
/// # Errors
/// A fault of the store.
pub async fn of_application(
    app: &App,
    application_id: &str,
    reader_id: &str,
) -> Result<Option<ConversationView>, Failure> {
    Ok(app.store.find(conversations::of_application(application_id, reader_id)).await?)
}

/// Tells on which side somebody may write about an application; `open` is its conversation.
///
/// # Errors
/// `Forbidden` for a viewer; `ApplicationErased`; `ConversationNotOpen` for a candidate whom
/// nobody has written to and whose application is not at `entrevista` or later.
pub fn may_write(view: &ApplicationView, open: Option<&ConversationView>) -> Result<Side, Refusal> {
    let side = speaking(view.standing)?;
    if view.application.erased_at.is_some() {
        return Err(Refusal::ApplicationErased);
    }
    let may_open = side == Side::Organization || view.application.status.lets_candidate_write();
    if open.is_none() && !may_open {
        return Err(Refusal::ConversationNotOpen);
    }
    Ok(side)
}

/// Lists the conversations of a side that somebody stands on, the newest message first.
///
/// # Errors
/// A fault of the store.
pub async fn list(
    app: &App,
    reader: &User,
    page: Before<'_>,
) -> Result<Vec<Conversation>, Failure> {
    let read = match side_of(reader) {
        Side::Candidate => conversations::list_of_candidate(&reader.id, page),
        Side::Organization => conversations::list_of_organization(&reader.id, page),
    };
    Ok(app.store.list(read).await?)
}

/// Counts the messages that somebody, or their organisation, has not read.
///
/// # Errors
/// A fault of the store.
pub async fn unread_count(app: &App, reader: &User) -> Result<i64, Failure> {
    let read = match side_of(reader) {
        Side::Candidate => conversations::unread_of_candidate(&reader.id),
        Side::Organization => conversations::unread_of_member(&reader.id),
    };
    let counted: Vec<i64> = app.store.list(read).await?;
    Ok(counted.first().copied().unwrap_or(0))
}

/// Returns on which side somebody reads: members for their organisation.
#[must_use]
pub const fn side_of(reader: &User) -> Side {
    match &reader.organization_id {
        Some(_) => Side::Organization,
        None => Side::Candidate,
    }
}

/// Lists the messages of a conversation before a place, newest first.
///
/// # Errors
/// `NotFound`.
pub async fn messages(
    app: &App,
    id: &str,
    reader_id: &str,
    (before, limit): (i64, i64),
) -> Result<(ConversationView, Vec<Message>), Failure> {
    let view = find(app, id, reader_id).await?;
    let read = messages::page(id, reader_id, before, limit);
    Ok((view, app.store.list(read).await?))
}

/// Makes a message in a conversation.
///
/// # Errors
/// `NotFound`; `Forbidden` for a viewer; `ApplicationErased`.
pub async fn message(
    app: &App,
    id: &str,
    sender: &User,
    (content, now): (String, Millis),
) -> Result<Draft, Failure> {
    let view = find(app, id, &sender.id).await?;
    let side = speaking(view.standing)?;
    if view.erased_at.is_some() {
        return Err(Refusal::ApplicationErased.into());
    }
    Ok(Draft {
        message: drafted(app, (view.id, side), sender, (content, now)),
        application_id: view.application_id,
        opening: Opening::Open,
    })
}

/// Makes the message that opens an application's conversation, or goes on with it when it
/// is open already.
///
/// # Errors
/// `NotFound`; what [`may_write`] refuses.
pub async fn opening(
    app: &App,
    application_id: &str,
    sender: &User,
    (content, now): (String, Millis),
) -> Result<Draft, Failure> {
    let found: Option<ApplicationView> =
        app.store.find(applications::visible(application_id, &sender.id)).await?;
    let view = found.ok_or(Refusal::NotFound)?;
    let open = of_application(app, application_id, &sender.id).await?;
    let side = may_write(&view, open.as_ref())?;
    let opening = if open.is_some() { Opening::Open } else { Opening::First };
    let id = open.map_or_else(|| app.entropy.id(CONVERSATION_ID_PREFIX, now), |open| open.id);
    Ok(Draft {
        message: drafted(app, (id, side), sender, (content, now)),
        application_id: application_id.to_owned(),
        opening,
    })
}

fn speaking(standing: Standing) -> Result<Side, Refusal> {
    match standing {
        Standing::Candidate | Standing::Recruiter => Ok(standing.side()),
        Standing::Viewer => Err(Refusal::Forbidden),
    }
}

fn drafted(
    app: &App,
    (conversation_id, side): (String, Side),
    sender: &User,
    (content, now): (String, Millis),
) -> Message {
    Message {
        id: app.entropy.id(MESSAGE_ID_PREFIX, now),
        sequence: 0,
        conversation_id,
        side,
        sender_id: Some(sender.id.clone()),
        sender_name: Some(sender.name.clone()),
        content,
        created_at: now,
    }
}

/// Writes a message with the answer that is kept for it.
///
/// # Errors
/// A fault of the store, the kept answer's `Duplicate` among them.
///
/// # Cost
/// One durable write.
pub async fn write(app: &App, draft: &Draft, kept: Vec<Statement>) -> Result<Written, Failure> {
    let message = &draft.message;
    let (id, now) = (&message.conversation_id, message.created_at);
    let mut batch = vec![messages::take_place()];
    batch.extend(kept);
    if draft.opening == Opening::First {
        batch.push(conversations::insert(id, &draft.application_id, now));
    }
    let plan = MailPlan {
        mail_at: now.plus_s(MESSAGE_MAIL_AFTER_S),
        pause_ms: MESSAGE_MAIL_PAUSE_S * 1000,
    };
    batch.push(messages::insert(message));
    batch.push(conversations::said(id, message.side, now, plan));
    if message.side == Side::Organization {
        batch.push(applications::answered_set(&draft.application_id, now));
    }
    match app.store.apply(batch).await {
        Ok(_) => {
            app.hub.wake.notify_one();
            Ok(Written::Done)
        }
        Err(StoreError::Duplicate { sql: conversations::INSERT_NAME }) => {
            Ok(Written::OpenedMeanwhile)
        }
        Err(error) => Err(error.into()),
    }
}

/// Says something about an application, whether or not its conversation is open; `kept`
/// makes the answer that is kept with it.
///
/// # Errors
/// As [`opening`] and [`write`]; a fault when somebody opens and erases it meanwhile.
///
/// # Cost
/// A few point reads and one durable write.
pub async fn say(
    app: &App,
    application_id: &str,
    sender: &User,
    (content, now): (&str, Millis),
    kept: impl Fn(&Message) -> Vec<Statement>,
) -> Result<Message, Failure> {
    // Whoever comes second finds the conversation open.
    for _try in 0..2 {
        let said = (content.to_owned(), now);
        let draft = opening(app, application_id, sender, said).await?;
        if write(app, &draft, kept(&draft.message)).await? == Written::Done {
            return Ok(draft.message);
        }
    }
    Err(Failure::Fault(Fault::Late))
}

/// Notes that somebody's side has read up to a message; returns how many are left.
///
/// # Errors
/// `NotFound` for a conversation that is not theirs, or a message that is not in it.
///
/// # Cost
/// Point reads, and one durable write when the mark moves.
pub async fn read(
    app: &App,
    id: &str,
    reader_id: &str,
    (up_to, now): (&str, Millis),
) -> Result<i64, Failure> {
    let view = find(app, id, reader_id).await?;
    let place: Option<i64> = app.store.find(messages::place_of(up_to, id)).await?;
    let place = place.ok_or(Refusal::NotFound)?;
    if view.standing == Standing::Viewer {
        // Who only looks on reads for themselves, not for the organisation.
        return Err(Refusal::Forbidden.into());
    }
    if place <= view.read_to {
        return Ok(view.unread);
    }
    let mail_at = now.plus_s(MESSAGE_MAIL_AFTER_S);
    let mark = conversations::read(id, (view.standing.side(), place), now, mail_at);
    match app.store.apply(vec![messages::take_place(), mark]).await {
        Ok(_) => app.hub.wake.notify_one(),
        // Another tab was faster, and further.
        Err(StoreError::Unexpected {
            sql: conversations::READ_BY_CANDIDATE_NAME | conversations::READ_BY_ORGANIZATION_NAME,
            ..
        }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(find(app, id, reader_id).await?.unread)
}
