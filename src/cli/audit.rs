//! `antesala audit …`

use serde::Serialize;
use serde_json::Value;

use super::arguments::AuditCommand;
use super::error::CliError;
use super::open::{self, Settings};
use super::output;
use crate::account::audit;
use crate::app::App;
use crate::domain::audit::{Act, AuditEntry, AuditFilter};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: String,
    at: String,
    act: &'static str,
    actor_id: Option<String>,
    target_id: Option<String>,
    ip_address: String,
    user_agent: String,
    request_id: String,
    detail: Option<Value>,
}

impl Line {
    fn of(entry: AuditEntry) -> Self {
        Self {
            at: entry.at.iso(),
            act: entry.act.name(),
            detail: entry.detail.and_then(|text| serde_json::from_str(&text).ok()),
            id: entry.id,
            actor_id: entry.actor_id,
            target_id: entry.target_id,
            ip_address: entry.ip_address,
            user_agent: entry.user_agent,
            request_id: entry.request_id,
        }
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.at.clone(),
            self.act.to_owned(),
            output::or_nothing(self.actor_id.as_deref()),
            output::or_nothing(self.target_id.as_deref()),
            self.ip_address.clone(),
            self.detail.as_ref().map_or_else(String::new, Value::to_string),
        ]
    }
}

/// Runs one `audit` command.
///
/// # Errors
/// An act that there is not; an unreachable database.
pub fn run(settings: &Settings, command: AuditCommand) -> Result<(), CliError> {
    let AuditCommand::List { actor, target, act, limit, json } = command;
    let filter = match (actor, target, act) {
        (Some(actor), _, _) => AuditFilter::Actor(actor),
        (None, Some(target), _) => AuditFilter::Target(target),
        (None, None, Some(name)) => AuditFilter::Act(act_of(&name)?),
        (None, None, None) => AuditFilter::All,
    };
    open::with_app(settings, async |app: &App| {
        let entries = audit::page(app, &filter, None, limit).await?;
        let lines: Vec<Line> = entries.into_iter().map(Line::of).collect();
        if json {
            return output::json(&lines);
        }
        let rows = lines.iter().map(Line::row).collect();
        let header = &["at", "act", "by", "on", "address", "detail"];
        output::table(header, rows, "nothing happened yet")
    })
}

fn act_of(name: &str) -> Result<Act, CliError> {
    Act::parse(name).ok_or_else(|| {
        let names = Act::ALL.map(Act::name).join(", ");
        CliError::usage(format!("{name} is no act; there are {names}"))
    })
}
