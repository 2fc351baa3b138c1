//! What the two sides of an application say to each other.

use super::side::Side;
use crate::base::clock::Millis;

/// Prefix of the ids of conversations.
pub const CONVERSATION_ID_PREFIX: &str = "cnv_";

/// Prefix of the ids of messages.
pub const MESSAGE_ID_PREFIX: &str = "msg_";

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// `msg_…`.
    pub id: String,
    /// Its place among all messages and reading marks of the site.
    pub sequence: i64,
    /// In which conversation it was said.
    pub conversation_id: String,
    /// From which side.
    pub side: Side,
    /// By whom; `None`: somebody whose account is gone.
    pub sender_id: Option<String>,
    /// The sender's name.
    pub sender_name: Option<String>,
    /// What.
    pub content: String,
    /// When.
    pub created_at: Millis,
}

/// A side has read a conversation up to a message.
#[derive(Clone, Debug)]
pub struct ReadMark {
    /// Its place among all messages and reading marks of the site.
    pub sequence: i64,
    /// Which conversation.
    pub conversation_id: String,
    /// Which side.
    pub side: Side,
    /// Up to which message; `None`: it was erased since.
    pub up_to: Option<String>,
    /// When.
    pub at: Millis,
}

/// Something that is told to readers as it happens.
#[derive(Clone, Debug)]
pub enum LiveEvent {
    /// Somebody said something.
    Message(Message),
    /// Somebody read something.
    Read(ReadMark),
}

impl LiveEvent {
    /// Returns the event's place among all.
    #[must_use]
    pub const fn sequence(&self) -> i64 {
        match self {
            Self::Message(message) => message.sequence,
            Self::Read(mark) => mark.sequence,
        }
    }
}

/// An event and whom it concerns.
#[derive(Clone, Debug)]
pub struct Addressed {
    /// What happened.
    pub event: LiveEvent,
    /// The conversation's candidate.
    pub candidate_id: String,
    /// Its organisation.
    pub organization_id: String,
}

/// A conversation as one of its sides sees it in a list.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// `cnv_…`.
    pub id: String,
    /// About which application.
    pub application_id: String,
    /// The offer's id.
    pub job_id: String,
    /// The offer's readable name in addresses.
    pub job_slug: String,
    /// The offer's title.
    pub job_title: String,
    /// Who stands opposite: the organisation's id, or the candidate's.
    pub counterpart_id: String,
    /// Their name.
    pub counterpart_name: String,
    /// Address of their picture or logo.
    pub counterpart_image: Option<String>,
    /// Place of the newest message; the list's order.
    pub last_sequence: i64,
    /// The newest message; `None`: it was erased.
    pub last_message: Option<LastMessage>,
    /// How many messages of the other side nobody of this side has read.
    pub unread_count: i64,
    /// When something was last said.
    pub updated_at: Millis,
}

/// The newest message, in a list of conversations.
#[derive(Clone, Debug)]
pub struct LastMessage {
    /// `msg_…`.
    pub id: String,
    /// From which side.
    pub side: Side,
    /// What.
    pub content: String,
    /// When.
    pub created_at: Millis,
}
