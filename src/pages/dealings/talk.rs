//! What two sides said to each other, with the form to go on: part of several pages.

use super::{MESSAGES, called};
use crate::app::App;
use crate::base::bounds::{MESSAGE_LENGTH_MAX, PAGE_ROWS_DEFAULT};
use crate::base::clock::Millis;
use crate::board::{conversation, live};
use crate::domain::message::Message;
use crate::domain::refusal::Refusal;
use crate::domain::side::Standing;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::words::PageWords;
use crate::pages::form::{Field, Form, Kind};
use crate::store::applications::ApplicationView;

/// What the form's field is sent as.
pub const CONTENT: &str = "content";

/// A conversation as one of its sides sees it.
#[derive(Debug)]
pub struct Talk {
    /// About which application.
    pub application_id: String,
    /// Its own id; empty while nobody has written.
    pub id: String,
    /// On which side the reader stands.
    pub side: &'static str,
    /// Who reads: what they began to write is kept under it.
    pub reader_id: String,
    /// Place in the order from which the page goes on by itself.
    pub from: i64,
    /// Whether reading counts for the reader's side.
    pub marks: bool,
    /// What was said, in order.
    pub said: Vec<Said>,
    /// Where what was said before is.
    pub earlier: Option<String>,
    /// The form to go on.
    pub form: Option<Form>,
    /// Why there is none.
    pub obstacle: Option<String>,
    /// How many messages were not read until now.
    pub read: i64,
    /// The time zone of the site.
    pub zone: String,
}

/// A message on a page.
#[derive(Debug)]
pub struct Said {
    /// `msg_…`.
    pub id: String,
    /// Whether the reader's side said it.
    pub is_own: bool,
    /// Who said it.
    pub who: String,
    /// When.
    pub at: Millis,
    /// What.
    pub content: String,
    /// Whether it is the last of one's own that the other side has read.
    pub is_read: bool,
}

/// What of a conversation a page shows.
#[derive(Debug, Default)]
pub struct Shown {
    /// Only what was said before this place; `None`: the newest.
    pub before: Option<i64>,
    /// The form as it comes back.
    pub told: Option<Form>,
    /// Where the form leads afterwards, when not to the conversation.
    pub next: Option<String>,
}

impl Talk {
    /// Reads the conversation of an application; what is shown of the newest is read.
    ///
    /// # Errors
    /// A fault of the store.
    ///
    /// # Cost
    /// Three reads, and one durable write when something is new to the reader's side.
    pub async fn of(
        app: &App,
        words: &PageWords<'_>,
        request: &Request,
        view: &ApplicationView,
        shown: Shown,
    ) -> Result<Self, ApiError> {
        let reader = &request.live()?.user;
        let application_id = view.application.id.clone();
        // Before the messages: what comes in between comes by the stream too, once.
        let from = live::newest(app).await?;
        let open = conversation::of_application(app, &application_id, &reader.id).await?;
        let (form, obstacle) = match conversation::may_write(view, open.as_ref()) {
            Ok(_side) => {
                let blank = || form(words, &application_id, "", shown.next.as_deref());
                (Some(shown.told.unwrap_or_else(blank)), None)
            }
            // What somebody has typed stays before their eyes, also where it cannot go.
            Err(refusal) => (shown.told, Some(words.text(obstacle(refusal)))),
        };
        let mut talk = Self {
            application_id,
            id: String::new(),
            side: view.standing.side().name(),
            reader_id: reader.id.clone(),
            from,
            marks: view.standing != Standing::Viewer && shown.before.is_none(),
            said: Vec::new(),
            earlier: None,
            form,
            obstacle,
            read: 0,
            zone: app.config.cron.timezone.iana_name().unwrap_or("UTC").to_owned(),
        };
        if let Some(open) = open {
            talk.fill(app, words, request, (&open.id, shown.before)).await?;
        }
        Ok(talk)
    }

    async fn fill(
        &mut self,
        app: &App,
        words: &PageWords<'_>,
        request: &Request,
        (id, before): (&str, Option<i64>),
    ) -> Result<(), ApiError> {
        id.clone_into(&mut self.id);
        let page = (before.unwrap_or(i64::MAX), PAGE_ROWS_DEFAULT + 1);
        let (view, mut rows) = conversation::messages(app, id, &self.reader_id, page).await?;
        if rows.len() > usize::try_from(PAGE_ROWS_DEFAULT).unwrap_or(usize::MAX) {
            rows.pop();
            let first = rows.last().map(|message| message.sequence);
            self.earlier =
                first.map(|place| format!("{MESSAGES}/{}?antes={place}", self.application_id));
        }
        let newest = rows.first().filter(|_| before.is_none() && !request.is_head());
        if let Some(newest) = newest.filter(|_| self.marks && view.unread > 0) {
            let up_to = (newest.id.as_str(), request.now);
            let left = conversation::read(app, id, &self.reader_id, up_to).await?;
            self.read = view.unread - left;
        }
        let is_own = |message: &Message| message.side == view.standing.side();
        let last_read = rows
            .iter()
            .find(|message| is_own(message) && message.sequence <= view.other_read_to)
            .map(|message| message.id.clone());
        self.said = rows
            .into_iter()
            .rev()
            .map(|message| Said {
                is_own: is_own(&message),
                who: who(words, &message, &self.reader_id),
                at: message.created_at,
                is_read: Some(&message.id) == last_read.as_ref(),
                id: message.id,
                content: message.content,
            })
            .collect();
        Ok(())
    }
}

/// Says who said something: oneself, somebody, or somebody who has left.
fn who(words: &PageWords<'_>, message: &Message, reader_id: &str) -> String {
    if message.sender_id.as_deref() == Some(reader_id) {
        return words.text("talk-you");
    }
    called(words, message.sender_name.as_ref())
}

/// The words for why somebody may not write.
fn obstacle(refusal: Refusal) -> &'static str {
    if refusal == Refusal::ConversationNotOpen {
        "talk-not-open"
    } else if refusal == Refusal::ApplicationErased {
        "talk-erased"
    } else {
        "talk-looking-on"
    }
}

/// Makes the form that says something about an application.
#[must_use]
pub fn form(words: &PageWords<'_>, id: &str, content: &str, next: Option<&str>) -> Form {
    let field = Field::new(words, CONTENT, Kind::Long, "talk-content");
    let field = Field { max: MESSAGE_LENGTH_MAX, ..field }.required().filled(content);
    let action = format!("{MESSAGES}/{id}");
    let form = Form::new(words, "say", (&action, "talk-send"), vec![field]);
    match next {
        Some(next) => form.with("next", next),
        None => form,
    }
}
