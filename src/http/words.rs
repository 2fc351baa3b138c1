//! What every page knows: its words, the brand, who looks at it, and in which theme.

use super::preferences::Theme;
use super::request::Request;
use super::unread::Unread;
use crate::account::session::Live;
use crate::app::App;
use crate::base::bounds::TARGET_REPEATED_BYTES_MAX;
use crate::base::calendar;
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::base::words::error_key;
use crate::board::profile::avatar;
use crate::config::Signup;
use crate::domain::refusal::Refusal;
use crate::domain::user::{User, UserKind};

/// Largest number beside a place; above it nobody counts.
const UNREAD_SHOWN_MAX: i64 = 99;

/// What every template asks for texts, and what the frame around it shows.
#[derive(Clone, Copy)]
pub struct PageWords<'a> {
    app: &'a App,
    locale: Locale,
    theme: Theme,
    target: &'a str,
    viewer: Option<&'a Live>,
    done: Option<&'a str>,
    problem: Option<&'a str>,
    unread: Unread,
}

/// The name of a heading and of what stands under it: `{key}-title`, and `{key}-lead` on
/// a page of one form, `{key}-text` elsewhere.
///
/// A type of its own, so that a test finds each of them by its name and asks both
/// languages for both texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heading(pub &'static str);

/// What an address says happened before: the end of a form that redirects.
#[derive(Debug)]
pub struct Message {
    /// Whether it went well.
    pub is_good: bool,
    /// What is said.
    pub text: String,
}

/// What a page may be told is done; the texts are `done-…`. Anybody can write an
/// address, so nothing else is ever said.
pub const DONE: &[&str] = &[
    "welcome",
    "signed-out",
    "joined",
    "confirmed",
    "saved",
    "address-asked",
    "address-mailed",
    "password-changed",
    "session-ended",
    "sessions-ended",
    "unlinked",
    "linked",
    "deletion-mailed",
    "deleted",
    "setup",
    "back",
    "role-changed",
    "password-set",
    "banned",
    "unbanned",
    "removed",
    "invited",
    "none-invited",
    "mail-retried",
    "task-ran",
    "task-busy",
    "task-started",
    "task-failed",
    "organization-verified",
    "organization-unverified",
    "site-closed",
    "site-opened",
    "applied",
    "withdrawn",
    "job-saved",
    "job-forgotten",
    "organization-made",
    "organization-deleted",
    "organization-joined",
    "organization-left",
    "invitation-sent",
    "invitation-revoked",
    "invitation-declined",
    "member-removed",
    "offer-saved",
    "offer-published",
    "offer-published-without-country",
    "offer-paused",
    "offer-resumed",
    "offer-closed",
    "offer-renewed",
    "offer-deleted",
    "offer-duplicated",
    "moved",
    "noted",
    "profile-saved",
    "entry-added",
    "entry-saved",
    "entry-removed",
    "cv-taken",
    "cv-removed",
    "picture-taken",
    "picture-removed",
    "alert-added",
    "alert-saved",
    "alert-paused",
    "alert-resumed",
    "alert-removed",
    "notices-read",
    "wishes-saved",
];

/// The code of a step that is not legal, which is no refusal of its own.
pub const ILLEGAL_STEP: &str = "ILLEGAL_TRANSITION";

/// Returns an address as a page or a redirect repeats it: a long one without its query.
#[must_use]
pub fn repeated(target: &str) -> &str {
    let is_short = |text: &&str| text.len() <= TARGET_REPEATED_BYTES_MAX;
    let path = target.split('?').next().filter(is_short);
    if is_short(&target) { target } else { path.unwrap_or("/") }
}

impl<'a> PageWords<'a> {
    /// Speaks `locale` to whoever it is.
    #[must_use]
    pub const fn new(app: &'a App, locale: Locale) -> Self {
        Self {
            app,
            locale,
            theme: Theme::System,
            target: "/",
            viewer: None,
            done: None,
            problem: None,
            unread: Unread { messages: 0, notices: 0 },
        }
    }

    /// Speaks to whoever asks.
    #[must_use]
    pub fn of(app: &'a App, request: &'a Request) -> Self {
        Self {
            app,
            locale: request.locale,
            theme: request.preferences.theme,
            target: repeated(request.target()),
            viewer: request.viewer(),
            done: request.query("done"),
            problem: request.query("problem"),
            unread: request.unread,
        }
    }

    /// The same in a theme.
    #[must_use]
    pub const fn themed(self, theme: Theme) -> Self {
        Self { theme, ..self }
    }

    /// The same to whoever looks at another page, where the switches lead back to.
    #[must_use]
    pub fn back_to(self, target: &'a str) -> Self {
        Self { target: repeated(target), ..self }
    }

    /// Returns the text of a key of the pages.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.app.words.get(self.locale, key).into_owned()
    }

    /// Returns the text of a key with its arguments filled in.
    #[must_use]
    pub fn format(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        self.app.words.format(self.locale, key, arguments)
    }

    /// Returns the text of a key that counts something.
    #[must_use]
    pub fn count(&self, key: &str, number: &i64) -> String {
        self.format(key, &[("count", &number.to_string())])
    }

    /// Returns a moment as people of the language write it, in the site's time zone.
    #[must_use]
    pub fn moment(&self, moment: &Millis) -> String {
        calendar::long(self.locale, *moment, &self.app.config.cron.timezone)
    }

    /// Returns the day of a moment.
    #[must_use]
    pub fn day(&self, moment: &Millis) -> String {
        calendar::day(self.locale, *moment, &self.app.config.cron.timezone)
    }

    /// Returns the language tag of the page.
    #[must_use]
    pub const fn lang(&self) -> &'static str {
        self.locale.tag()
    }

    /// Returns the tag of the language that the switch leads to.
    #[must_use]
    pub const fn other_lang(&self) -> &'static str {
        match self.locale {
            Locale::Es => "en",
            Locale::En => "es",
        }
    }

    /// Returns the language.
    #[must_use]
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    /// Returns the chosen theme's word; `None`: the system's.
    #[must_use]
    pub fn theme(&self) -> Option<&'static str> {
        (self.theme != Theme::System).then(|| self.theme.name())
    }

    /// Lists the themes: word, whether it is the chosen one, and what it is called.
    #[must_use]
    pub fn themes(&self) -> [(&'static str, bool, String); 3] {
        Theme::ALL.map(|theme| {
            let text = self.text(match theme {
                Theme::System => "frame-theme-system",
                Theme::Light => "frame-theme-light",
                Theme::Dark => "frame-theme-dark",
            });
            (theme.name(), theme == self.theme, text)
        })
    }

    /// Returns what the address says happened before.
    #[must_use]
    pub fn message(&self) -> Option<Message> {
        if let Some(problem) = self.problem {
            let codes = Refusal::ALL.iter().map(|refusal| refusal.code());
            let known = codes.chain([ILLEGAL_STEP]).find(|code| *code == problem)?;
            return Some(Message { is_good: false, text: self.text(&error_key(known)) });
        }
        let done = self.done.filter(|done| DONE.contains(done))?;
        Some(Message { is_good: true, text: self.text(&format!("done-{done}")) })
    }

    /// Returns the page's own address, for whatever leads back to it.
    #[must_use]
    pub const fn target(&self) -> &'a str {
        self.target
    }

    /// Tells whether the page is at an address or below it.
    #[must_use]
    pub fn is_under(&self, path: &str) -> bool {
        let own = self.target.split('?').next().unwrap_or_default();
        own.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Tells whether the page is at an address.
    #[must_use]
    pub fn is_at(&self, path: &str) -> bool {
        self.target.split('?').next() == Some(path)
    }

    /// Returns who looks at the page, when that is known.
    #[must_use]
    pub fn viewer(&self) -> Option<&'a User> {
        self.viewer.map(|live| &live.user)
    }

    /// Counts the messages that the viewer has not read, on pages behind the sign-in.
    #[must_use]
    pub const fn unread_messages(&self) -> i64 {
        self.unread.messages
    }

    /// The same after the page itself has shown some of them.
    #[must_use]
    pub const fn having_read(self, count: i64) -> Self {
        let unread = Unread { messages: self.unread.messages - count, ..self.unread };
        Self { unread, ..self }
    }

    /// Returns what the viewer is called; empty for nobody.
    #[must_use]
    pub fn viewer_name(&self) -> String {
        self.viewer().map_or_else(String::new, called)
    }

    /// Returns where the viewer's own picture is, when it was brought to this site.
    #[must_use]
    pub fn viewer_picture(&self) -> Option<String> {
        self.viewer().and_then(|user| avatar::path(&user.id, user.image.as_deref()))
    }

    /// Returns how much the viewer was told and has not taken note of; `None`: nothing.
    #[must_use]
    pub fn unread_notices(&self) -> Option<String> {
        match self.unread.notices {
            ..1 => None,
            count @ 1..=UNREAD_SHOWN_MAX => Some(count.to_string()),
            _more => Some(format!("{UNREAD_SHOWN_MAX}+")),
        }
    }

    /// Tells whether the viewer administers.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.viewer().is_some_and(User::is_admin)
    }

    /// Tells whether the viewer looks for a job.
    #[must_use]
    pub fn is_professional(&self) -> bool {
        self.viewer().is_some_and(|user| user.kind == UserKind::Professional)
    }

    /// Tells whether the viewer is of an organisation's side.
    #[must_use]
    pub fn is_organization(&self) -> bool {
        self.viewer().is_some_and(|user| user.kind == UserKind::Organization)
    }

    /// Tells whether an administrator acts as the viewer.
    #[must_use]
    pub fn is_acting(&self) -> bool {
        self.viewer.is_some_and(|live| live.session.impersonated_by.is_some())
    }

    /// Tells an administrator that nobody else gets in.
    #[must_use]
    pub fn is_closed_to_others(&self) -> bool {
        self.is_admin() && self.app.maintenance.is_on()
    }

    /// Returns the brand's name.
    #[must_use]
    pub fn brand(&self) -> &'a str {
        &self.app.config.brand.name
    }

    /// Returns where people find help.
    #[must_use]
    pub fn support(&self) -> Option<&'a str> {
        self.app.config.brand.support_email.as_deref()
    }

    /// Tells whether strangers may open an account.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.app.config.auth.signup == Signup::Open
    }

    /// Returns the address of a file for browsers.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        self.app.shelf().address(name)
    }

    /// Returns the address of the site's preview card, for whoever shares a page.
    #[must_use]
    pub fn card(&self) -> String {
        self.app.og.links.address(self.app.og.site_card())
    }
}

/// Returns what somebody is called: their name, or their address where there is none.
#[must_use]
pub fn called(user: &User) -> String {
    if user.name.trim().is_empty() { user.email.to_string() } else { user.name.clone() }
}
