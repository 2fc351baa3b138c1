//! Notifications: what somebody was told inside the site.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::base::bounds::{ID_LENGTH_MAX, NOTIFICATIONS_READ_MAX};
use crate::base::clock::Iso;
use crate::board::notification;
use crate::domain::notification::{Notification, NotificationKind};
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint, QueryField};
use crate::http::error::ApiError;
use crate::http::page::{self, PageAsked, Place};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::FieldFault;
use crate::store::notifications::Shown;

/// The endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/notifications" => list {
        id: "listNotifications", summary: "Lists what one was told, newest first",
        limit: Read, access: Access::Session, query: LIST_QUERY, answers: [200, 400, 401, 429, 503],
    }),
    endpoint!(POST "/api/notifications/read" => read {
        id: "readNotifications", summary: "Takes note of some notifications, or of all",
        limit: Write, access: Access::Session, body_optional: Read,
        answers: [200, 400, 401, 429, 503],
    }),
];

const LIST_QUERY: &[QueryField] = &[
    QueryField::optional("unread", "`true`: only those of which one has not taken note"),
    QueryField::optional("limit", "rows of a page, 1 to 100; 20 by default"),
    QueryField::optional("cursor", "where to go on, as the answer before has said"),
];

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Read {
    /// Which; without, all.
    #[schemars(length(max = NOTIFICATIONS_READ_MAX), inner(length(max = ID_LENGTH_MAX)))]
    ids: Option<Vec<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shape {
    id: String,
    #[serde(flatten)]
    kind: NotificationKind,
    created_at: Iso,
    read_at: Option<Iso>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Left {
    unread_count: i64,
}

impl From<Notification> for Shape {
    fn from(notification: Notification) -> Self {
        Self {
            id: notification.id,
            kind: notification.kind,
            created_at: Iso(notification.created_at),
            read_at: notification.read_at.map(Iso),
        }
    }
}

async fn list(app: &App, request: Request) -> Result<Response, ApiError> {
    let asked = PageAsked::of(&request)?;
    let shown = match request.query("unread") {
        None | Some("false") => Shown::All,
        Some("true") => Shown::Unread,
        Some(_) => {
            let names = vec![String::from("true"), String::from("false")];
            return Err(page::wrong("unread", FieldFault::Option(names)));
        }
    };
    let before = asked.after.as_ref().map_or((i64::MAX, ""), |at| (at.key, at.id.as_str()));
    let reader = &request.live()?.user.id;
    let rows = notification::list(app, reader, shown, (before, asked.rows())).await?;
    let place = |row: &Notification| Place { key: row.created_at.0, id: row.id.clone() };
    Ok(Response::json(200, &asked.page(rows, place, Shape::from)).no_store())
}

async fn read(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: Read = request.body_or_default()?;
    let reader = &request.live()?.user.id;
    notification::read(app, reader, body.ids.as_deref(), request.now).await?;
    let unread_count = notification::unread(app, reader).await?;
    Ok(Response::json(200, &Left { unread_count }).no_store())
}
