//! What a role may do to people and their sessions.
//!
//! The statements are upstream's defaults: `admin` may everything but act as
//! another administrator, `user` and every unknown role may nothing.
//! Source: Better Auth 1.7.25, plugins/admin/access/statement.

use super::user::User;

/// What administrators may do to people.
const ON_USERS: [&str; 11] = [
    "create",
    "list",
    "set-role",
    "ban",
    "impersonate",
    "delete",
    "set-password",
    "set-email",
    "set-phone",
    "get",
    "update",
];

/// What administrators may do to sessions.
const ON_SESSIONS: [&str; 3] = ["list", "revoke", "delete"];

/// Tells whether somebody may do everything that is asked: resources with their actions.
///
/// To ask for nothing, or for nothing of a resource, is to be refused.
pub fn may<'a, A>(user: &User, asked: impl IntoIterator<Item = (&'a str, A)>) -> bool
where
    A: IntoIterator<Item = &'a str>,
{
    let mut asked = asked.into_iter().peekable();
    let is_asked = asked.peek().is_some();
    user.is_admin() && is_asked && asked.all(|(resource, actions)| allows(resource, actions))
}

fn allows<'a>(resource: &str, actions: impl IntoIterator<Item = &'a str>) -> bool {
    let allowed: &[&str] = match resource {
        "user" => &ON_USERS,
        "session" => &ON_SESSIONS,
        _ => &[],
    };
    let mut actions = actions.into_iter().peekable();
    actions.peek().is_some() && actions.all(|action| allowed.contains(&action))
}
