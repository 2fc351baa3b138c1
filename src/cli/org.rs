//! `antesala org …`

use serde::Serialize;

use super::arguments::OrgCommand;
use super::error::CliError;
use super::open::{self, Settings};
use super::output;
use crate::app::{App, Caller};
use crate::board::organizations;
use crate::domain::organization::Organization;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrganizationLine {
    id: String,
    slug: String,
    name: String,
    is_verified: bool,
    created_at: String,
}

impl From<Organization> for OrganizationLine {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id,
            slug: organization.slug,
            name: organization.draft.name,
            is_verified: organization.is_verified,
            created_at: organization.created_at.iso(),
        }
    }
}

/// Runs one `org` command.
///
/// # Errors
/// What the rule refuses, in English; an unreachable database.
pub fn run(settings: &Settings, command: OrgCommand) -> Result<(), CliError> {
    open::with_app(settings, async |app: &App| match command {
        OrgCommand::List { limit, json } => list(app, limit, json).await,
        OrgCommand::Verify { organization, revoke } => verify(app, &organization, revoke).await,
    })
}

async fn list(app: &App, limit: i64, json: bool) -> Result<(), CliError> {
    let found = organizations::page(app, None, limit).await?;
    let lines: Vec<OrganizationLine> = found.into_iter().map(OrganizationLine::from).collect();
    if json {
        return output::json(&lines);
    }
    let rows = lines.into_iter().map(|line| {
        let verified = output::mark(line.is_verified);
        vec![line.id, line.slug, line.name, verified, line.created_at]
    });
    output::table(
        &["id", "slug", "name", "verified", "created"],
        rows.collect(),
        "no organizations",
    )
}

async fn verify(app: &App, organization: &str, revoke: bool) -> Result<(), CliError> {
    let operator = Caller::operator(app.config.locale);
    let by = (&operator, app.clock.now());
    let found = organizations::verify(app, organization, !revoke, by).await?;
    let is = if revoke { "is not verified any more" } else { "is verified" };
    output::line(&format!("{} {is}", found.slug))
}
