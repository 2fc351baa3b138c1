//! `[auth]`: accounts, sessions, cookies, passwords.

use super::key::{Key, Kind, Use};
use super::values::Values;
use crate::base::keyring::Secrets;
use crate::base::password_hash::Cost;
use crate::base::secret::Secret;

const fn now(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Now }
}

const fn later(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Later }
}

/// The longest time that a session or a cookie may last: 400 days, as browsers have it.
const TTL_S_MAX: i64 = 34_560_000;

/// The keys of the section.
pub const KEYS: &[Key] = &[
    now("auth.secret", Kind::Secret, ""),
    now("auth.previous_secrets", Kind::Secrets, "[]"),
    now("auth.base_path", Kind::Text, "\"/api/auth\""),
    now("auth.cookie_prefix", Kind::CookieName, "\"better-auth\""),
    now("auth.cookie_name", Kind::CookieName, ""),
    now("auth.cookie_domain", Kind::Text, ""),
    now("auth.cookie_same_site", Kind::Choice(&["lax", "strict", "none"]), "\"lax\""),
    now("auth.cookie_secure", Kind::Flag, ""),
    now("auth.cookie_partitioned", Kind::Flag, ""),
    now("auth.session_ttl_s", Kind::Integer(60, TTL_S_MAX), "604800"),
    now("auth.session_refresh_age_s", Kind::Integer(0, TTL_S_MAX), "86400"),
    now("auth.session_fresh_age_s", Kind::Integer(0, TTL_S_MAX), "86400"),
    now("auth.session_absolute_ttl_s", Kind::Integer(0, 315_360_000), "0"),
    now("auth.notify_new_device", Kind::Flag, "true"),
    now("auth.trusted_origins", Kind::Origins, "[]"),
    now("auth.signup", Kind::Choice(&["open", "invite", "closed"]), "\"open\""),
    now("auth.require_email_verification", Kind::Flag, "false"),
    now("auth.auto_sign_in", Kind::Flag, "true"),
    now("auth.send_verification_on_sign_up", Kind::Flag, "true"),
    now("auth.delete_needs_mail", Kind::Flag, "false"),
    now("auth.token_ttl_s", Kind::Integer(60, 86_400), "3600"),
    now("auth.password_length_min", Kind::Integer(1, 128), "8"),
    now("auth.password_length_max", Kind::Integer(64, 4096), "128"),
    now("auth.revoke_sessions_on_password_reset", Kind::Flag, "true"),
    now("auth.password_common_check", Kind::Flag, "true"),
    later("auth.two_factor_issuer", Kind::Text, ""),
    now("auth.argon2_memory_kib", Kind::Integer(8, 1_048_576), "19456"),
    now("auth.argon2_iterations", Kind::Integer(1, 64), "2"),
    now("auth.argon2_lanes", Kind::Integer(1, 1), "1"),
    now("auth.hashing_parallelism", Kind::Integer(1, 256), ""),
    later("auth.user_fields.*.type", Kind::Choice(&["string", "number", "boolean"]), "\"string\""),
    later("auth.user_fields.*.input", Kind::Flag, "true"),
];

/// Who may open an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signup {
    /// Anybody.
    Open,
    /// Whoever was invited.
    Invite,
    /// Nobody.
    Closed,
}

/// The `SameSite` attribute of the cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Sent when somebody follows a link here.
    Lax,
    /// Sent by our own pages alone.
    Strict,
    /// Sent from everywhere; the origin check alone stands against forgery.
    None,
}

/// `[auth]`
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the file, on its own")]
pub struct Auth {
    /// Signs cookies and links; `None` until `secrets::resolve` has made one.
    pub secret: Option<Secret<String>>,
    /// Honoured beside it: they verify and open, and nothing is signed with them.
    pub previous_secrets: Vec<Secret<String>>,
    /// Where the endpoints live.
    pub base_path: String,
    /// Prefix of the contract's cookies, `__Secure-` included on https.
    pub cookie_prefix: String,
    /// Whole name of the session cookie.
    pub session_cookie: String,
    /// `Domain` of the cookies.
    pub cookie_domain: Option<String>,
    /// `SameSite` of the cookies.
    pub cookie_same_site: SameSite,
    /// Whether the cookies are `Secure`.
    pub cookie_secure: bool,
    /// Whether a browser keeps the cookies apart for each site whose pages call this one.
    pub cookie_partitioned: bool,
    /// Life of a session, in seconds.
    pub session_ttl_s: i64,
    /// Age at which a session slides, in seconds.
    pub session_refresh_age_s: i64,
    /// Age up to which a session is fresh, in seconds; 0: always.
    pub session_fresh_age_s: i64,
    /// Longest life whatever slides, in seconds; 0: none.
    pub session_absolute_ttl_s: i64,
    /// Whether a sign-in in an unknown browser is mailed to the person.
    pub notify_new_device: bool,
    /// Whether a password reset ends all sessions.
    pub revoke_sessions_on_password_reset: bool,
    /// Origins that may act with a cookie, beside the site's own.
    pub trusted_origins: Vec<String>,
    /// Who may open an account.
    pub signup: Signup,
    /// Whether an address must be proven before signing in.
    pub require_email_verification: bool,
    /// Whether a sign-up signs in.
    pub auto_sign_in: bool,
    /// Whether a sign-up mails a link.
    pub send_verification_on_sign_up: bool,
    /// Whether an account ends by a mailed link alone.
    pub delete_needs_mail: bool,
    /// Life of a mailed link, in seconds.
    pub token_ttl_s: i64,
    /// Fewest UTF-16 code units of a password.
    pub password_length_min: usize,
    /// Most UTF-16 code units of a password.
    pub password_length_max: usize,
    /// Whether common passwords are refused.
    pub password_common_check: bool,
    /// What a hash costs.
    pub argon2: Cost,
    /// Threads that hash.
    pub hashing_parallelism: usize,
}

impl Auth {
    /// Returns the whole name of one of the contract's cookies.
    #[must_use]
    pub fn cookie(&self, name: &str) -> String {
        format!("{}.{name}", self.cookie_prefix)
    }

    /// Returns the secrets in force; `None` until `secrets::resolve` has run.
    #[must_use]
    pub fn secrets(&self) -> Option<Secrets> {
        let previous = self.previous_secrets.clone();
        self.secret.clone().map(|current| Secrets { current, previous })
    }

    pub(super) fn read(values: &Values, is_https: bool) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let secure = if is_https { "__Secure-" } else { "" };
        let cookie_prefix = format!("{secure}{}", values.text("auth.cookie_prefix"));
        let session_cookie = values
            .text_or_none("auth.cookie_name")
            .unwrap_or_else(|| format!("{cookie_prefix}.session_token"));
        Self {
            secret: values.text_or_none("auth.secret").map(Secret::new),
            previous_secrets: values
                .list("auth.previous_secrets")
                .into_iter()
                .map(Secret::new)
                .collect(),
            base_path: values.text("auth.base_path"),
            cookie_prefix,
            session_cookie,
            cookie_domain: values.text_or_none("auth.cookie_domain"),
            cookie_same_site: match values.text("auth.cookie_same_site").as_str() {
                "strict" => SameSite::Strict,
                "none" => SameSite::None,
                _ => SameSite::Lax,
            },
            cookie_secure: if values.is_set("auth.cookie_secure") {
                values.flag("auth.cookie_secure")
            } else {
                is_https
            },
            cookie_partitioned: if values.is_set("auth.cookie_partitioned") {
                values.flag("auth.cookie_partitioned")
            } else {
                values.text("auth.cookie_same_site") == "none"
            },
            session_ttl_s: values.integer("auth.session_ttl_s"),
            session_refresh_age_s: values.integer("auth.session_refresh_age_s"),
            session_fresh_age_s: values.integer("auth.session_fresh_age_s"),
            session_absolute_ttl_s: values.integer("auth.session_absolute_ttl_s"),
            trusted_origins: values.list("auth.trusted_origins"),
            notify_new_device: values.flag("auth.notify_new_device"),
            revoke_sessions_on_password_reset: values
                .flag("auth.revoke_sessions_on_password_reset"),
            signup: match values.text("auth.signup").as_str() {
                "invite" => Signup::Invite,
                "closed" => Signup::Closed,
                _ => Signup::Open,
            },
            require_email_verification: values.flag("auth.require_email_verification"),
            auto_sign_in: values.flag("auth.auto_sign_in"),
            send_verification_on_sign_up: values.flag("auth.send_verification_on_sign_up"),
            delete_needs_mail: values.flag("auth.delete_needs_mail"),
            token_ttl_s: values.integer("auth.token_ttl_s"),
            password_length_min: values.count("auth.password_length_min"),
            password_length_max: values.count("auth.password_length_max"),
            password_common_check: values.flag("auth.password_common_check"),
            argon2: Cost {
                memory_kib: values.small("auth.argon2_memory_kib"),
                iterations: values.small("auth.argon2_iterations"),
                lanes: values.small("auth.argon2_lanes"),
            },
            hashing_parallelism: match values.count("auth.hashing_parallelism") {
                0 => cores,
                threads => threads,
            },
        }
    }
}
