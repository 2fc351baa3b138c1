//! `antesala og …`: cards without a server, and signed links to them.

use std::io::Write as _;

use super::arguments::{OgCommand, RenderArguments};
use super::error::{self, CliError};
use super::open::Settings;
use super::output;
use crate::app::Ports;
use crate::base::bounds::SECRET_LENGTH;
use crate::base::own;
use crate::base::words::Words;
use crate::config::Config;
use crate::config::secrets;
use crate::domain::card::{Card, CardLink, Field, Template, Theme};
use crate::http::request;
use crate::og::link::Links;
use crate::og::press::Press;
use crate::og::settings::Settings as CardSettings;
use crate::og::sheet;

/// Runs one `og` command.
///
/// # Errors
/// When a card cannot be drawn, or its file not written.
pub fn run(settings: &Settings, command: OgCommand) -> Result<(), CliError> {
    match command {
        OgCommand::Render(arguments) => render(&settings.load(Vec::new())?, &arguments),
        OgCommand::Sign { query } => sign(settings.load(Vec::new())?, &query),
    }
}

fn render(config: &Config, arguments: &RenderArguments) -> Result<(), CliError> {
    let failed = |wrong: &dyn std::error::Error| CliError::failed(error::chain(wrong));
    let link = link(arguments)?;
    let press = Press::new(&CardSettings::of(config)).map_err(|error| failed(&error))?;
    let jpeg = if arguments.all {
        let sheet = sheet::paint(&press.studio, |template, theme| {
            sample(config, &link.card, template, theme)
        });
        press.encode(&sheet.map_err(|error| failed(&error))?)
    } else {
        press.jpeg(&link.card, &mut None)
    };
    let jpeg = jpeg.map_err(|error| failed(&error))?;
    let out = arguments.out.display();
    own::fresh(&arguments.out)
        .and_then(|mut file| file.write_all(&jpeg))
        .map_err(|error| CliError::failed(format!("cannot write {out}: {error}")))?;
    output::line(&format!("{out}: {} bytes", jpeg.len()))
}

/// Prints the signed link. The secret is the server's: the folder's own, when none is set.
fn sign(mut config: Config, query: &str) -> Result<(), CliError> {
    secrets::resolve(&mut config, || Ports::system().entropy.text(SECRET_LENGTH))
        .map_err(|wrong| CliError::failed(error::chain(&wrong)))?;
    let secrets =
        config.auth.secrets().ok_or_else(|| CliError::failed("auth.secret is missing"))?;
    // A whole link is as good as its query.
    let query = query.split_once('?').map_or(query, |(_, query)| query);
    let pairs = request::decoded(Some(query))
        .map_err(|_wrong| CliError::usage(String::from("the link has too many parameters")))?;
    let mut link = parsed(&pairs)?;
    link.signature = None;
    let links = Links::new(&config, &secrets);
    output::line(&links.url(&links.signed(link)))
}

fn parsed(pairs: &[(String, String)]) -> Result<CardLink, CliError> {
    CardLink::parse(pairs).map_err(|wrong| {
        let said: Vec<_> = wrong.iter().map(|(name, fault)| format!("{name}: {fault}")).collect();
        CliError::usage(said.join("; "))
    })
}

/// Reads the flags as a link's parameters, so that the same is right and wrong.
fn link(arguments: &RenderArguments) -> Result<CardLink, CliError> {
    let pairs: Vec<(String, String)> = [
        ("template", &arguments.template),
        ("theme", &arguments.theme),
        ("title", &arguments.title),
        ("subtitle", &arguments.subtitle),
        ("eyebrow", &arguments.eyebrow),
        ("organization", &arguments.organization),
        ("place", &arguments.place),
        ("salary", &arguments.salary),
        ("footer", &arguments.footer),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)))
    .collect();
    parsed(&pairs)
}

/// Fills what the operator did not give with sample texts.
fn sample(config: &Config, given: &Card, template: Template, theme: Theme) -> Card {
    let words = Words::embedded();
    let bare = Card::new(template, theme);
    let shown = Field::ALL.into_iter().filter(|field| template.shows(*field));
    shown.fold(bare, |card, field| {
        let key = format!("og-sample-{}-{}", template.name(), field.name());
        let sample = words.has(config.locale, &key).then(|| words.get(config.locale, &key));
        card.with(field, given.text(field).or(sample.as_deref()).unwrap_or_default())
    })
}
