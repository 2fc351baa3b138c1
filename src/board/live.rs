//! Messages as they are said: a stream each reader, one feeder for all of them.
//!
//! The feeder looks at the order of messages and reading marks a few times a second, and
//! at once when this process has written; so what is said on another instance arrives by
//! the same road. An event's id is its place in the order. Whoever comes back with the
//! last one gets what followed first: up to the place from which the hub tells everything,
//! so nothing is missing and nothing comes twice.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

use crate::app::{App, Failure, Fault};
use crate::base::bounds::{
    STREAM_BACKLOG_MAX, STREAM_COMMENT_S, STREAM_LIFE_S, STREAM_POLL_MS, STREAM_RETRY_MS,
    STREAM_ROWS_MAX, STREAM_SESSION_MS,
};
use crate::base::clock::{Iso, Millis};
use crate::base::hub::{Feeder, HubError, Listener, Subscription};
use crate::domain::message::{Addressed, LiveEvent, Message};
use crate::domain::side::Side;
use crate::store::messages::{self, Marked, READERS, Reading, Said, Stretch};

/// A message on the wire.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageShape<'a> {
    id: &'a str,
    conversation_id: &'a str,
    side: &'static str,
    sender_id: Option<&'a str>,
    sender_name: Option<&'a str>,
    content: &'a str,
    created_at: Iso,
}

impl<'a> From<&'a Message> for MessageShape<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            id: &message.id,
            conversation_id: &message.conversation_id,
            side: message.side.name(),
            sender_id: message.sender_id.as_deref(),
            sender_name: message.sender_name.as_deref(),
            content: &message.content,
            created_at: Iso(message.created_at),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReadShape<'a> {
    conversation_id: &'a str,
    side: &'static str,
    up_to: Option<&'a str>,
    at: Iso,
}

/// A stream that begins.
#[derive(Debug)]
pub struct Opened {
    /// What it begins with.
    pub begin: String,
    /// What follows; `None`: the reader has missed more than that, and comes back for it.
    pub rest: Option<Subscription>,
}

/// Opens a stream; `last` is the id of the last event that the reader has got.
///
/// # Errors
/// `Limited` for a reader with too many streams; a fault of the store, or when the program
/// ends.
pub async fn open(
    app: &Arc<App>,
    listener: Listener,
    last: Option<i64>,
) -> Result<Opened, Failure> {
    let newest = newest(app).await?;
    let heard = app.hub.listen(listener.clone(), newest).map_err(|error| match error {
        HubError::Full => Failure::Limited { retry_after_s: STREAM_COMMENT_S.unsigned_abs() },
        HubError::Closed => Failure::Fault(Fault::Late),
    })?;
    if heard.feeder == Feeder::Wanted {
        app.spawn(feed(Arc::clone(app), listener.since));
    }
    let mut begin = format!("retry: {STREAM_RETRY_MS}\n");
    // An id of another database, or from the future, is nothing to go on from.
    let last = last.filter(|last| (0..=heard.from).contains(last)).unwrap_or(heard.from);
    let missed = missed(app, &listener, (last, heard.from)).await?;
    let is_whole = missed.up_to == heard.from;
    // A reader to whom nothing happens knows from where to go on, too.
    write_id(&mut begin, if is_whole && missed.events.is_empty() { heard.from } else { last });
    begin.push('\n');
    for event in &missed.events {
        begin.push_str(&told(&event.event));
    }
    Ok(Opened { begin, rest: is_whole.then_some(heard.subscription) })
}

/// Returns the newest place in the order: whoever reads now and listens from there misses
/// nothing.
///
/// # Errors
/// A fault of the store.
pub async fn newest(app: &App) -> Result<i64, Failure> {
    let newest: Option<i64> = app.store.find(messages::newest_place()).await?;
    Ok(newest.unwrap_or(0))
}

/// What a reader has missed, in order, up to a place.
struct Missed {
    events: Vec<Addressed>,
    up_to: i64,
}

async fn missed(
    app: &App,
    listener: &Listener,
    (after, up_to): (i64, i64),
) -> Result<Missed, Failure> {
    let mut missed = Missed { events: Vec::new(), up_to };
    if after == up_to {
        return Ok(missed);
    }
    let stretch = Stretch { after, up_to, rows: STREAM_BACKLOG_MAX };
    let sides = [
        (Side::Candidate, listener.user_id.as_str()),
        (Side::Organization, listener.organization_id.as_str()),
    ];
    for (side, whose) in sides.into_iter().filter(|(_side, whose)| !whose.is_empty()) {
        let [said, marked] = messages::missed(side, whose, stretch);
        let said: Vec<Said> = app.store.list(said).await?;
        let marked: Vec<Marked> = app.store.list(marked).await?;
        let said: Vec<Addressed> = said.into_iter().map(|said| said.0).collect();
        let marked: Vec<Addressed> = marked.into_iter().map(|marked| marked.0).collect();
        for events in [said, marked] {
            missed.add(events, STREAM_BACKLOG_MAX);
        }
    }
    missed.sort();
    Ok(missed)
}

impl Missed {
    /// Adds events in order; a full list is whole up to its last event alone.
    fn add(&mut self, events: Vec<Addressed>, rows_max: i64) {
        let is_full = i64::try_from(events.len()).is_ok_and(|rows| rows >= rows_max);
        if let (true, Some(last)) = (is_full, events.last()) {
            self.up_to = self.up_to.min(last.event.sequence());
        }
        self.events.extend(events);
    }

    /// Puts the events in order and drops those beyond the place up to which they are whole.
    fn sort(&mut self) {
        self.events.sort_by_key(|event| event.event.sequence());
        self.events.dedup_by_key(|event| event.event.sequence());
        self.events.retain(|event| event.event.sequence() <= self.up_to);
    }
}

/// Looks for what is to be told while somebody listens.
async fn feed(app: Arc<App>, begun: Millis) {
    let mut comment_at = begun.plus_s(STREAM_COMMENT_S);
    // Real time: whoever is barred is gone in a second of theirs.
    let mut since_look = app.clock.stopwatch();
    while let Some(from) = app.hub.told() {
        if let Err(failure) = tell_since(&app, from).await {
            tracing::warn!(?failure, "messages cannot be told at this moment");
        }
        let now = app.clock.now();
        if since_look.elapsed() >= Duration::from_millis(STREAM_SESSION_MS) {
            since_look = app.clock.stopwatch();
            let_go_who_left(&app, now).await;
        }
        if now >= comment_at {
            comment_at = now.plus_s(STREAM_COMMENT_S);
            app.hub.tell_all(&Bytes::from_static(COMMENT));
        }
        tokio::select! {
            () = app.hub.wake.notified() => {}
            () = app.clock.pause(Duration::from_millis(STREAM_POLL_MS)) => {}
        }
    }
}

const COMMENT: &[u8] = b": still here\n\n";

async fn tell_since(app: &App, from: i64) -> Result<(), Failure> {
    let newest = newest(app).await?;
    if newest <= from {
        return Ok(());
    }
    let stretch = Stretch { after: from, up_to: newest, rows: STREAM_ROWS_MAX };
    let said: Vec<Said> = app.store.list(messages::said_since(stretch)).await?;
    let marked: Vec<Marked> = app.store.list(messages::read_since(stretch)).await?;
    let mut found = Missed { events: Vec::new(), up_to: newest };
    found.add(said.into_iter().map(|said| said.0).collect(), STREAM_ROWS_MAX);
    found.add(marked.into_iter().map(|marked| marked.0).collect(), STREAM_ROWS_MAX);
    found.sort();
    for event in &found.events {
        let bytes = Bytes::from(told(&event.event));
        app.hub.tell(&event.candidate_id, &event.organization_id, &bytes);
    }
    app.hub.advance(found.up_to);
    Ok(())
}

/// Ends the streams whose session has ended, whose person is barred or belongs elsewhere
/// now, and those that are old. What cannot be asked is asked again.
///
/// # Cost
/// A query for each [`READERS`] sessions, whatever they did.
async fn let_go_who_left(app: &App, now: Millis) {
    let listeners = app.hub.listeners();
    for some in listeners.chunks(READERS) {
        let sessions: Vec<&str> =
            some.iter().map(|(_number, listener)| listener.session_id.as_str()).collect();
        let reading = app.store.list(messages::still_reading(&sessions, now)).await;
        let reading: Option<Vec<Reading>> = reading.ok();
        for (number, listener) in some {
            let is_old = now.since_ms(listener.since) >= STREAM_LIFE_S * 1000;
            let may_read = reading.as_ref().is_none_or(|reading| {
                reading.iter().any(|one| {
                    one.session_id == listener.session_id
                        && one.organization_id == listener.organization_id
                })
            });
            if is_old || !may_read {
                app.hub.let_go(*number);
            }
        }
    }
}

/// Writes an event as the stream carries it. Source: WHATWG HTML §9.2.6.
fn told(event: &LiveEvent) -> String {
    let mut text = String::new();
    write_id(&mut text, event.sequence());
    let (name, data) = match event {
        LiveEvent::Message(message) => {
            ("message", serde_json::to_string(&MessageShape::from(message)))
        }
        LiveEvent::Read(mark) => {
            let shape = ReadShape {
                conversation_id: &mark.conversation_id,
                side: mark.side.name(),
                up_to: mark.up_to.as_deref(),
                at: Iso(mark.at),
            };
            ("read", serde_json::to_string(&shape))
        }
    };
    // JSON has no raw line ends, so one line holds it.
    let _ = write!(text, "event: {name}\ndata: {}\n\n", data.unwrap_or_default());
    text
}

fn write_id(text: &mut String, place: i64) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "id: {place}");
}
