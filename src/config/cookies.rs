//! Cookies that browsers would drop without a word: nobody could sign in.
//!
//! Source: RFC 6265bis §5.5 and §5.7, storage model and name prefixes; the public suffix
//! list, as it was when this binary was built.

use super::server::Site;
use super::values::Values;

/// Reports settings with which browsers keep no cookie.
pub fn relations(values: &Values, site: Option<&Site>, report: &mut impl FnMut(&str, String)) {
    let Some(site) = site else { return };
    let is_secure = if values.is_set("auth.cookie_secure") {
        values.flag("auth.cookie_secure")
    } else {
        site.is_https()
    };
    secure(values, site, report);
    across_sites(values, (site, is_secure), report);
    domain(values, site, report);
    prefixes(values, (site, is_secure), report);
}

/// A cookie that is Secure is taken over https alone, or on this machine.
fn secure(values: &Values, site: &Site, report: &mut impl FnMut(&str, String)) {
    let is_safe = site.is_https() || site.is_loopback();
    if values.is_set("auth.cookie_secure") && values.flag("auth.cookie_secure") && !is_safe {
        report(
            "auth.cookie_secure",
            "false, because browsers take Secure cookies over https alone and \
             server.public_url is not https"
                .to_owned(),
        );
    }
}

/// What crosses sites must be Secure.
fn across_sites(
    values: &Values,
    (site, is_secure): (&Site, bool),
    report: &mut impl FnMut(&str, String),
) {
    let is_none = values.text("auth.cookie_same_site") == "none";
    if is_none && !site.is_https() {
        report(
            "auth.cookie_same_site",
            "\"lax\" or \"strict\", because browsers take \"none\" over https alone and \
             server.public_url is not https"
                .to_owned(),
        );
    } else if is_none && !is_secure {
        report(
            "auth.cookie_secure",
            "true, because browsers drop cookies with auth.cookie_same_site = \"none\" that are \
             not Secure"
                .to_owned(),
        );
    }
    if values.is_set("auth.cookie_partitioned")
        && values.flag("auth.cookie_partitioned")
        && !is_secure
    {
        report(
            "auth.cookie_partitioned",
            "false, because browsers drop partitioned cookies that are not Secure; \
             auth.cookie_secure needs a server.public_url with https"
                .to_owned(),
        );
    }
}

/// A domain is the site's own host or one above it, and nobody's public suffix.
fn domain(values: &Values, site: &Site, report: &mut impl FnMut(&str, String)) {
    let Some(domain) = values.text_or_none("auth.cookie_domain") else { return };
    let name = domain.strip_prefix('.').unwrap_or(&domain).to_lowercase();
    let host = site.host();
    if host == name {
        return;
    }
    let above = |rest: &str| rest.ends_with('.') && !site.is_address();
    if !host.strip_suffix(&name).is_some_and(above) {
        report(
            "auth.cookie_domain",
            format!(
                "{host}, the host of server.public_url, or a domain above it: browsers drop \
                 cookies of another one"
            ),
        );
    } else if psl::domain_str(&name).is_none() {
        report(
            "auth.cookie_domain",
            format!(
                "{host}, or a domain above it that somebody can own: browsers drop cookies of a \
                 public suffix"
            ),
        );
    }
}

/// `__Host-` promises Secure and no domain, `__Secure-` Secure; browsers hold us to it.
fn prefixes(
    values: &Values,
    (site, is_secure): (&Site, bool),
    report: &mut impl FnMut(&str, String),
) {
    // On https a prefix of ours stands before the one that the settings name.
    let keys: &[&str] = if site.is_https() {
        &["auth.cookie_name"]
    } else {
        &["auth.cookie_name", "auth.cookie_prefix"]
    };
    for key in keys {
        let name = values.text(key).to_lowercase();
        let is_host = name.starts_with("__host-");
        if is_host && values.text_or_none("auth.cookie_domain").is_some() {
            report(
                key,
                "a name without __Host-, because browsers drop such a cookie when it has a \
                 domain and auth.cookie_domain is set"
                    .to_owned(),
            );
        }
        if (is_host || name.starts_with("__secure-")) && !is_secure {
            report(
                key,
                "a name without __Host- or __Secure-, because browsers drop such a cookie when \
                 it is not Secure"
                    .to_owned(),
            );
        }
    }
    let is_reported = values.text("auth.cookie_same_site") == "none";
    if site.is_https() && !is_secure && !is_reported {
        report(
            "auth.cookie_secure",
            "true, because over https the cookies are called __Secure-…, and browsers drop such \
             a cookie when it is not Secure"
                .to_owned(),
        );
    }
}
