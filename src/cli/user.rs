//! `antesala user …`

use serde::Serialize;

use super::arguments::{CreateArguments, UserCommand};
use super::error::CliError;
use super::open::{self, Settings};
use super::{output, prompt, user_export};
use crate::account::last_admin::LastAdmin;
use crate::account::operate::{self, NewUser};
use crate::account::{Caller, reset, session};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::user::{Ban, User, UserKind};
use crate::store::users::Activity;
use crate::tasks::mail_message;

/// People that one read of a long list takes.
const PAGE: i64 = 1000;

/// Seconds of a day.
const DAY_S: i64 = 86_400;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserLine {
    id: String,
    email: String,
    name: String,
    role: String,
    email_verified: bool,
    is_active: bool,
    banned: bool,
    ban_reason: Option<String>,
    ban_expires: Option<String>,
    created_at: String,
}

impl UserLine {
    fn of(user: User, now: Millis) -> Self {
        let banned = user.is_banned(now);
        let ban = user.ban.filter(|_| banned);
        Self {
            id: user.id,
            email: user.email.to_string(),
            name: user.name,
            role: user.role,
            email_verified: user.email_verified,
            is_active: user.is_active,
            banned,
            ban_reason: ban.as_ref().and_then(|ban| ban.reason.clone()),
            ban_expires: ban.and_then(|ban| ban.expires_at).map(Millis::iso),
            created_at: user.created_at.iso(),
        }
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.email.clone(),
            self.name.clone(),
            self.role.clone(),
            output::mark(self.email_verified),
            output::mark(self.is_active),
            output::mark(self.banned),
            self.created_at.clone(),
        ]
    }
}

const USER_COLUMNS: &[&str] =
    &["id", "email", "name", "role", "verified", "active", "banned", "created"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionLine {
    id: String,
    ip_address: String,
    user_agent: String,
    created_at: String,
    expires_at: String,
}

impl From<Session> for SessionLine {
    fn from(session: Session) -> Self {
        Self {
            id: session.id,
            ip_address: session.ip_address,
            user_agent: session.user_agent,
            created_at: session.created_at.iso(),
            expires_at: session.expires_at.iso(),
        }
    }
}

/// Runs one `user` command.
///
/// # Errors
/// What the rule refuses, in English; an unreachable database.
pub fn run(settings: &Settings, command: UserCommand) -> Result<(), CliError> {
    open::with_app(settings, async |app: &App| match command {
        UserCommand::List { limit, json } => list(app, limit, json).await,
        UserCommand::Show { user, json } => show(app, &user, json).await,
        UserCommand::Create(arguments) => create(app, arguments).await,
        UserCommand::Sessions { user, json } => sessions(app, &user, json).await,
        UserCommand::SetPassword { user, password_stdin } => {
            set_password(app, &user, password_stdin).await
        }
        UserCommand::ResetLink { user } => reset_link(app, &user).await,
        UserCommand::Export { user, file } => user_export::run(app, &user, file.as_deref()).await,
        UserCommand::Delete { user, yes } => delete(app, &user, yes).await,
        change @ (UserCommand::SetRole { .. }
        | UserCommand::Verify { .. }
        | UserCommand::Ban { .. }
        | UserCommand::Unban { .. }
        | UserCommand::Disable { .. }
        | UserCommand::Enable { .. }
        | UserCommand::RevokeSessions { .. }) => apply(app, change).await,
    })
}

async fn reset_link(app: &App, user: &str) -> Result<(), CliError> {
    let user = operate::find(app, user).await?;
    let token = reset::issue(app, &user, (&operator(app), app.clock.now())).await?;
    output::line(&mail_message::reset_url(app, token))
}

/// Returns who acts, for the audit log.
fn operator(app: &App) -> Caller {
    Caller::operator(app.config.locale)
}

/// The commands that change one thing and say so.
async fn apply(app: &App, command: UserCommand) -> Result<(), CliError> {
    let now = app.clock.now();
    let operator = operator(app);
    let by = (&operator, now);
    let said = match command {
        UserCommand::SetRole { user, role, yes } => {
            let user = operate::find(app, &user).await?;
            let set = async |last| operate::set_role(app, user.clone(), (&role, last), by).await;
            let user = unless_last(&user, yes, set).await?;
            format!("{} has the role {}", user.email, user.role)
        }
        UserCommand::Verify { user } => {
            let user = operate::find(app, &user).await?;
            operate::verify(app, &user, by).await?;
            format!("{} is verified", user.email)
        }
        UserCommand::Ban { user, reason, days, yes } => {
            let user = operate::find(app, &user).await?;
            let expires_at = days.map(|days| now.plus_s(days * DAY_S));
            let ban = Ban { reason, expires_at };
            let set = async |last| operate::set_ban(app, &user, (Some(&ban), last), by).await;
            unless_last(&user, yes, set).await?;
            format!("{} is banned and signed out", user.email)
        }
        UserCommand::Unban { user } => {
            let user = operate::find(app, &user).await?;
            operate::set_ban(app, &user, (None, LastAdmin::MayGo), by).await?;
            format!("{} is not banned", user.email)
        }
        UserCommand::Disable { user, yes } => {
            let user = operate::find(app, &user).await?;
            let set = async |last| operate::set_active(app, &user, (Activity::Off, last), by).await;
            unless_last(&user, yes, set).await?;
            format!("{} is disabled and signed out", user.email)
        }
        UserCommand::Enable { user } => {
            let user = operate::find(app, &user).await?;
            operate::set_active(app, &user, (Activity::On, LastAdmin::MayGo), by).await?;
            format!("{} is enabled", user.email)
        }
        UserCommand::RevokeSessions { user } => {
            let user = operate::find(app, &user).await?;
            let ended = operate::revoke_sessions(app, &user.id, by).await?;
            format!("{ended} sessions of {} ended", user.email)
        }
        UserCommand::List { .. }
        | UserCommand::Show { .. }
        | UserCommand::Create(_)
        | UserCommand::Sessions { .. }
        | UserCommand::SetPassword { .. }
        | UserCommand::ResetLink { .. }
        | UserCommand::Export { .. }
        | UserCommand::Delete { .. } => return Ok(()),
    };
    output::line(&said)
}

/// Does what may take the last administrator away: then the operator is asked first.
async fn unless_last<T>(
    user: &User,
    yes: bool,
    act: impl AsyncFn(LastAdmin) -> Result<T, Failure>,
) -> Result<T, CliError> {
    match act(LastAdmin::Stays).await {
        Err(Failure::Refused(Refusal::LastAdmin)) => {
            let question =
                format!("{} is the last administrator: leave the site without one?", user.email);
            prompt::confirm(&question, yes)?;
            Ok(act(LastAdmin::MayGo).await?)
        }
        other => Ok(other?),
    }
}

async fn list(app: &App, limit: i64, as_json: bool) -> Result<(), CliError> {
    let now = app.clock.now();
    let mut people: Vec<User> = Vec::new();
    loop {
        let missing = limit.saturating_sub(i64::try_from(people.len()).unwrap_or(i64::MAX));
        let page = operate::page(app, people.last(), missing.min(PAGE)).await?;
        let is_last = page.is_empty() || missing <= PAGE;
        people.extend(page);
        if is_last {
            break;
        }
    }
    let lines: Vec<_> = people.into_iter().map(|user| UserLine::of(user, now)).collect();
    output::list(&lines, as_json, (USER_COLUMNS, UserLine::row), "nobody has an account yet")
}

async fn show(app: &App, user: &str, as_json: bool) -> Result<(), CliError> {
    let line = UserLine::of(operate::find(app, user).await?, app.clock.now());
    if as_json {
        return output::json(&line);
    }
    let optional = [("ban reason", &line.ban_reason), ("banned until", &line.ban_expires)];
    let mut rows: Vec<Vec<String>> = USER_COLUMNS
        .iter()
        .zip(line.row())
        .map(|(name, value)| vec![(*name).to_owned(), value])
        .collect();
    for (name, value) in optional {
        rows.extend(value.iter().map(|value| vec![name.to_owned(), value.clone()]));
    }
    output::table(&["field", "value"], rows, "")
}

async fn create(app: &App, arguments: CreateArguments) -> Result<(), CliError> {
    let email = Email::parse(&arguments.email)
        .ok_or_else(|| CliError::usage(format!("{} is no mail address", arguments.email)))?;
    let new = NewUser {
        email,
        name: arguments.name,
        password: Some(prompt::new_password(arguments.password_stdin)?),
        image: None,
        role: arguments.role,
        email_verified: arguments.verified,
        ban: None,
        kind: UserKind::default(),
        profession: None,
        activity: Activity::On,
    };
    let user = operate::create(app, new, (&operator(app), app.clock.now())).await?;
    output::line(&format!("{} {}", user.id, user.email))
}

async fn set_password(app: &App, user: &str, from_stdin: bool) -> Result<(), CliError> {
    let user = operate::find(app, user).await?;
    let password = prompt::new_password(from_stdin)?;
    operate::set_password(app, &user, (password, None), (&operator(app), app.clock.now())).await?;
    output::line(&format!("{} has a new password and is signed out", user.email))
}

async fn sessions(app: &App, user: &str, as_json: bool) -> Result<(), CliError> {
    let user = operate::find(app, user).await?;
    let sessions = session::list(app, &user.id, app.clock.now()).await?;
    let lines: Vec<SessionLine> = sessions.into_iter().map(SessionLine::from).collect();
    let columns: &[&str] = &["id", "address", "user agent", "created", "expires"];
    let row = |line: &SessionLine| {
        vec![
            line.id.clone(),
            line.ip_address.clone(),
            line.user_agent.clone(),
            line.created_at.clone(),
            line.expires_at.clone(),
        ]
    };
    output::list(&lines, as_json, (columns, row), "no live session")
}

async fn delete(app: &App, user: &str, yes: bool) -> Result<(), CliError> {
    let user = operate::find(app, user).await?;
    prompt::confirm(&format!("Delete {} and everything of theirs?", user.email), yes)?;
    let (operator, now) = (operator(app), app.clock.now());
    let end = async |last| operate::delete(app, &user, (last, Vec::new()), (&operator, now)).await;
    unless_last(&user, yes, end).await?;
    output::line(&format!("{} is deleted", user.email))
}
