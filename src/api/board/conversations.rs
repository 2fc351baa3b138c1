//! Conversations and what is said in them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::applications::{PAGE_QUERY, id};
use crate::app::{App, Fault};
use crate::base::bounds::{ID_LENGTH_MAX, MESSAGE_LENGTH_MAX};
use crate::base::clock::Iso;
use crate::board::conversation::{self, Draft, Written};
use crate::board::live::MessageShape;
use crate::domain::message::{Conversation, Message};
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::idempotency;
use crate::http::page::{Page, PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::{FieldFault, Violation};
use crate::store::conversations::Before;

/// The endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/conversations" => list {
        id: "listConversations", summary: "Lists one's conversations, the newest message first",
        limit: Read, access: Access::Session, query: PAGE_QUERY, answers: [200, 400, 401, 429, 503],
    }),
    endpoint!(POST "/api/applications/{id}/conversation" => open {
        id: "openConversation", summary: "Writes the first message about an application, or the next",
        limit: Write, access: Access::Session, body: MessageBody,
        answers: [201, 400, 401, 403, 404, 409, 410, 429, 503],
    }),
    endpoint!(GET "/api/conversations/{id}/messages" => messages {
        id: "listMessages", summary: "Lists the messages of a conversation, newest first",
        limit: Read, access: Access::Session, query: PAGE_QUERY,
        answers: [200, 400, 401, 404, 429, 503],
    }),
    endpoint!(POST "/api/conversations/{id}/messages" => say {
        id: "sendMessage", summary: "Writes a message",
        limit: Write, access: Access::Session, body: MessageBody,
        answers: [201, 400, 401, 403, 404, 409, 410, 429, 503],
    }),
    endpoint!(POST "/api/conversations/{id}/read" => read {
        id: "readConversation", summary: "Notes that one has read up to a message",
        limit: Write, access: Access::Session, body: ReadBody,
        answers: [200, 400, 401, 403, 404, 429, 503],
    }),
    endpoint!(GET "/api/messages/unread-count" => unread_count {
        id: "countUnreadMessages", summary: "Counts the messages that one has not read",
        limit: Read, access: Access::Session, answers: [200, 401, 429, 503],
    }),
];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MessageBody {
    /// What is said.
    #[schemars(length(min = 1, max = MESSAGE_LENGTH_MAX), extend("format" = "multiline"))]
    content: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReadBody {
    /// The id of the last message that was read.
    #[schemars(length(max = ID_LENGTH_MAX))]
    up_to: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConversationShape {
    id: String,
    application_id: String,
    job: JobShape,
    counterpart: CounterpartShape,
    last_message: Option<LastShape>,
    unread_count: i64,
    updated_at: Iso,
}

#[derive(Serialize)]
struct JobShape {
    id: String,
    slug: String,
    title: String,
}

#[derive(Serialize)]
struct CounterpartShape {
    id: String,
    name: String,
    image: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LastShape {
    id: String,
    side: &'static str,
    content: String,
    created_at: Iso,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedMessage<'a> {
    #[serde(flatten)]
    message: MessageShape<'a>,
    /// Whether the side to which it was said has read it.
    is_read: bool,
}

#[derive(Serialize)]
struct Count {
    count: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Left {
    unread_count: i64,
}

impl From<Conversation> for ConversationShape {
    fn from(conversation: Conversation) -> Self {
        Self {
            id: conversation.id,
            application_id: conversation.application_id,
            job: JobShape {
                id: conversation.job_id,
                slug: conversation.job_slug,
                title: conversation.job_title,
            },
            counterpart: CounterpartShape {
                id: conversation.counterpart_id,
                name: conversation.counterpart_name,
                image: conversation.counterpart_image,
            },
            last_message: conversation.last_message.map(|last| LastShape {
                id: last.id,
                side: last.side.name(),
                content: last.content,
                created_at: Iso(last.created_at),
            }),
            unread_count: conversation.unread_count,
            updated_at: Iso(conversation.updated_at),
        }
    }
}

async fn list(app: &App, request: Request) -> Result<Response, ApiError> {
    let asked = PageAsked::of(&request)?;
    let (sequence, id) =
        asked.after.as_ref().map_or((i64::MAX, ""), |place| (place.key, place.id.as_str()));
    let page = Before { sequence, id, rows: asked.rows() };
    let rows = conversation::list(app, &request.live()?.user, page).await?;
    let place = |row: &Conversation| Place { key: row.last_sequence, id: row.id.clone() };
    Ok(Response::json(200, &asked.page(rows, place, ConversationShape::from)).no_store())
}

async fn messages(app: &App, request: Request) -> Result<Response, ApiError> {
    let asked = PageAsked::of(&request)?;
    let before = asked.after.as_ref().map_or(i64::MAX, |place| place.key);
    let reader = &request.live()?.user.id;
    let (view, rows) =
        conversation::messages(app, id(&request)?, reader, (before, asked.rows())).await?;
    let place = |row: &Message| Place { key: row.sequence, id: row.id.clone() };
    let page = asked.page(rows, place, |row| row);
    let own = view.standing.side();
    let items = page.items.iter().map(|message| ListedMessage {
        is_read: message.sequence
            <= if message.side == own { view.other_read_to } else { view.read_to },
        message: message.into(),
    });
    let page = Page { items: items.collect::<Vec<_>>(), next_cursor: page.next_cursor };
    Ok(Response::json(200, &page).no_store())
}

/// Reads what somebody says; blanks say nothing.
fn content(request: &Request) -> Result<String, ApiError> {
    let content = request.body::<MessageBody>()?.content;
    if content.trim().is_empty() {
        let fault = FieldFault::TooSmall(1);
        let violations = vec![Violation { field: String::from("content"), fault }];
        return Err(ApiError::Invalid { place: "body", violations });
    }
    Ok(content)
}

async fn say(app: &App, request: Request) -> Result<Response, ApiError> {
    let said = (content(&request)?, request.now);
    let draft = conversation::message(app, id(&request)?, &request.live()?.user, said).await?;
    match written(app, &request, &draft).await? {
        Some(response) => Ok(response),
        None => Err(ApiError::Fault(Fault::Broken("a conversation was opened twice"))),
    }
}

async fn open(app: &App, request: Request) -> Result<Response, ApiError> {
    let content = content(&request)?;
    let (sender, said) = (&request.live()?.user, (content.as_str(), request.now));
    let keep = |message: &Message| idempotency::keep(&request, 201, &MessageShape::from(message));
    let message = conversation::say(app, id(&request)?, sender, said, keep).await?;
    Ok(Response::json(201, &MessageShape::from(&message)).no_store())
}

async fn written(
    app: &App,
    request: &Request,
    draft: &Draft,
) -> Result<Option<Response>, ApiError> {
    let shape = MessageShape::from(&draft.message);
    let kept = idempotency::keep(request, 201, &shape);
    Ok(match conversation::write(app, draft, kept).await? {
        Written::Done => Some(Response::json(201, &shape).no_store()),
        Written::OpenedMeanwhile => None,
    })
}

async fn read(app: &App, request: Request) -> Result<Response, ApiError> {
    let up_to = request.body::<ReadBody>()?.up_to;
    let reader = &request.live()?.user.id;
    let read = conversation::read(app, id(&request)?, reader, (&up_to, request.now));
    Ok(Response::json(200, &Left { unread_count: read.await? }).no_store())
}

async fn unread_count(app: &App, request: Request) -> Result<Response, ApiError> {
    let count = conversation::unread_count(app, &request.live()?.user).await?;
    Ok(Response::json(200, &Count { count }).no_store())
}
