//! What of a foreign row can be taken, and as what.

use std::collections::HashMap;

use super::{Arrival, Finding, KnownBy, Options, Tally, TwoFactor, Verdict, Watch, granted};
use crate::app::App;
use crate::base::bounds::{NAME_LENGTH_MAX, URL_LENGTH_MAX, USER_AGENT_LENGTH_MAX};
use crate::base::clock::Millis;
use crate::base::excerpt;
use crate::base::password_hash;
use crate::domain::account::PROVIDER_CREDENTIAL;
use crate::domain::email::Email;
use crate::domain::picture::GivenPicture;
use crate::domain::session::Session;
use crate::domain::user::{Ban, ROLE_USER, User, UserKind};
use crate::store::accounts::Adopted;
use crate::store::foreign;
use crate::store::verifications::Verification;

/// Looks at rows and says what becomes of them.
pub struct Judge<'a> {
    app: &'a App,
    options: Options,
    now: Millis,
    tally: &'a mut Tally,
    /// What is to be told of the person at hand.
    pub findings: Vec<Finding>,
    /// Ways in of the person at hand whose provider tokens cannot be read.
    tokens_left: u64,
}

/// Links by the person whom they serve.
type Links = HashMap<String, Vec<Verification>>;

impl<'a> Judge<'a> {
    /// Begins; the moment says what has run out.
    pub fn new(app: &'a App, options: Options, tally: &'a mut Tally) -> Self {
        let now = app.clock.now();
        Self { app, options, now, tally, findings: Vec::new(), tokens_left: 0 }
    }

    /// Puts people together with what hangs on them.
    pub fn all(
        &mut self,
        people: Vec<foreign::Person>,
        hung: (Vec<foreign::Account>, Vec<foreign::Session>),
        links: &mut Links,
        watch: &mut dyn Watch,
    ) -> Vec<Arrival> {
        let (accounts, sessions) = hung;
        let mut accounts = by_person(accounts, |account| account.user_id.clone());
        let mut sessions = by_person(sessions, |session| session.user_id.clone());
        let mut arrivals = Vec::with_capacity(people.len());
        for person in people {
            let accounts = accounts.remove(&person.id).unwrap_or_default();
            let sessions = sessions.remove(&person.id).unwrap_or_default();
            let links = links.remove(&person.id).unwrap_or_default();
            arrivals.extend(self.person(&person, accounts, sessions, links));
            // Whoever is not taken is told of at once.
            self.findings.drain(..).for_each(|finding| watch.found(finding));
        }
        arrivals
    }

    /// Puts one person together; `None`: the person cannot be taken, as `findings` say.
    pub fn person(
        &mut self,
        person: &foreign::Person,
        accounts: Vec<foreign::Account>,
        sessions: Vec<foreign::Session>,
        links: Vec<Verification>,
    ) -> Option<Arrival> {
        let Some(user) = self.user(person) else {
            self.tally.people.refused += 1;
            self.tally.accounts.left_out += count(accounts.len());
            self.tally.sessions.left_out += count(sessions.len());
            self.tally.verifications.left_out += count(links.len());
            return None;
        };
        let accounts = accounts.into_iter().filter_map(|account| self.account(account)).collect();
        let read = count(sessions.len());
        let sessions: Vec<Session> = if user.is_active && !user.is_banned(self.now) {
            sessions.into_iter().filter_map(|session| self.session(session)).collect()
        } else {
            self.tally.sessions.left_out += read;
            Vec::new()
        };
        let name = user.id.clone();
        Some(Arrival {
            name,
            user,
            accounts,
            sessions,
            links,
            known_by: KnownBy::Id,
            findings: std::mem::take(&mut self.findings),
            tokens_left: std::mem::take(&mut self.tokens_left),
            has_username: person.has_username,
        })
    }

    fn user(&mut self, person: &foreign::Person) -> Option<User> {
        let email = Email::parse(&person.email);
        let Some(email) = email.filter(|_| !person.id.is_empty()) else {
            let reason = format!(
                "\"{}\" is no mail address; mend it and repeat",
                excerpt::of(&person.email)
            );
            self.tell(Verdict::Refused, "user", &person.id, reason);
            return None;
        };
        if self.is_unread("user", &person.id, person.unread.as_ref()) {
            return None;
        }
        let is_barred = person.two_factor && self.options.two_factor == TwoFactor::Bar;
        if is_barred {
            let reason = format!(
                "{email} has a second factor on, which does not work here yet: the account is \
                 turned off and its sessions are left out; antesala user enable {} lets the \
                 password alone in",
                person.id
            );
            self.tell(Verdict::Changed, "user", &person.id, reason);
        }
        let created_at = person.created_at.unwrap_or(self.now);
        Some(User {
            id: person.id.clone(),
            name: self.name(person),
            email,
            email_verified: person.email_verified,
            image: self.image(person),
            role: person.role.clone().unwrap_or_else(|| ROLE_USER.to_owned()),
            ban: person.banned.then(|| Ban {
                reason: person.ban_reason.clone(),
                expires_at: person.ban_expires_at,
            }),
            is_active: !is_barred,
            locale: None,
            kind: UserKind::Professional,
            profession: None,
            organization_id: None,
            created_at,
            updated_at: person.updated_at.unwrap_or(created_at),
        })
    }

    fn name(&mut self, person: &foreign::Person) -> String {
        let fits = fits(&person.name, NAME_LENGTH_MAX);
        if fits.len() < person.name.len() {
            let reason = format!("the name is longer than {NAME_LENGTH_MAX} letters and was cut");
            self.tell(Verdict::Changed, "user", &person.id, reason);
        }
        fits.to_owned()
    }

    fn image(&mut self, person: &foreign::Person) -> Option<String> {
        let image = person.image.as_ref()?;
        if let Ok(address) = GivenPicture::address(image) {
            return Some(address);
        }
        let reason = if fits(image, URL_LENGTH_MAX).len() < image.len() {
            format!(
                "the image is longer than {URL_LENGTH_MAX} letters, no address but a picture \
                 itself perhaps, and was left out"
            )
        } else {
            String::from("the image is no address of the web, and was left out")
        };
        self.tell(Verdict::Changed, "user", &person.id, reason);
        None
    }

    fn account(&mut self, account: foreign::Account) -> Option<Adopted> {
        if self.is_unread("account", &account.id, account.unread.as_ref()) {
            return None;
        }
        let is_credential = account.provider_id == PROVIDER_CREDENTIAL;
        let wrong = match &account.password {
            None if is_credential => Some("holds no password"),
            Some(hash) if is_credential && !password_hash::is_known(hash) => Some(
                "the password's hash is of no known format: the person came without one and \
                 sets a new one by \"forgot password\"",
            ),
            _ if account.provider_id.is_empty() || account.account_id.is_empty() => {
                Some("names no provider, or nobody there")
            }
            Some(_) | None => None,
        };
        if let Some(reason) = wrong {
            self.tell(Verdict::Refused, "account", &account.id, reason.to_owned());
            return None;
        }
        let (grants, is_whole) = granted::resealed(self.app, &account.id, account.grants);
        if !is_whole {
            self.tokens_left += 1;
            let reason = String::from(
                "the provider's tokens are encrypted with another secret than auth.secret and \
                 were left out",
            );
            self.tell(Verdict::Changed, "account", &account.id, reason);
        }
        let created_at = account.created_at.unwrap_or(self.now);
        Some(Adopted {
            id: account.id,
            // Where it is a person's own id, some older rows have the address.
            account_id: if is_credential { account.user_id.clone() } else { account.account_id },
            provider_id: account.provider_id,
            user_id: account.user_id,
            grants,
            password: account.password.filter(|_| is_credential),
            created_at,
            updated_at: account.updated_at.unwrap_or(created_at),
        })
    }

    fn session(&mut self, session: foreign::Session) -> Option<Session> {
        if self.is_unread("session", &session.id, session.unread.as_ref()) {
            return None;
        }
        let Some(expires_at) = session.expires_at.filter(|_| !session.token.expose().is_empty())
        else {
            let reason = String::from("has no token, or no end");
            self.tell(Verdict::Refused, "session", &session.id, reason);
            return None;
        };
        if expires_at <= self.now || session.is_impersonated {
            self.tally.sessions.left_out += 1;
            return None;
        }
        let created_at = session.created_at.unwrap_or(self.now);
        let user_agent = session.user_agent.unwrap_or_default();
        Some(Session {
            id: session.id,
            token_hash: session.token.hash(),
            user_id: session.user_id,
            expires_at,
            created_at,
            updated_at: session.updated_at.unwrap_or(created_at),
            ip_address: session.ip_address.unwrap_or_default(),
            user_agent: user_agent.chars().take(USER_AGENT_LENGTH_MAX).collect(),
            impersonated_by: None,
        })
    }

    /// Tells of a cell that cannot be read; its row is not taken.
    fn is_unread(
        &mut self,
        table: &'static str,
        row: &str,
        unread: Option<&foreign::Unread>,
    ) -> bool {
        if let Some(unread) = unread {
            self.tell(Verdict::Refused, table, row, reason(unread));
        }
        unread.is_some()
    }

    fn tell(&mut self, verdict: Verdict, table: &'static str, row: &str, reason: String) {
        self.findings.push(Finding { verdict, table, row: row.to_owned(), reason });
    }
}

/// Says what is wrong with a cell.
pub fn reason(unread: &foreign::Unread) -> String {
    let foreign::Unread { column, wanted, held } = unread;
    format!("{column} holds \"{held}\", which is {wanted}; mend it and repeat")
}

/// Returns as much of a text as fits into so many UTF-16 code units.
pub fn fits(text: &str, units_max: u32) -> &str {
    let mut units = 0;
    let max = usize::try_from(units_max).unwrap_or(usize::MAX);
    let end = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > max
    });
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn by_person<T>(rows: Vec<T>, person: impl Fn(&T) -> String) -> HashMap<String, Vec<T>> {
    let mut all: HashMap<String, Vec<T>> = HashMap::new();
    for row in rows {
        all.entry(person(&row)).or_default().push(row);
    }
    all
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
