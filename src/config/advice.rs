//! What is allowed and seldom wise: `config check` says it, and nothing refuses it.

use super::Config;
use super::auth::SameSite;
use super::server::Site;

impl Config {
    /// Returns what would serve the site better, a sentence each; empty: nothing.
    #[must_use]
    pub fn advice(&self) -> Vec<String> {
        let Some(front_end) = &self.server.frontend_url else { return Vec::new() };
        let api = &self.server.public_url;
        let one_site = format!(
            "put both on one site, such as https://www.example.com and https://api.example.com, \
             or let {front_end} hand {} over to {api}: then browsers keep the cookies whatever \
             they block, and auth.cookie_same_site stays \"lax\"",
            self.auth.base_path
        );
        let is_elsewhere = !are_one_site(front_end, api);
        match self.auth.cookie_same_site {
            SameSite::None if self.auth.cookie_partitioned => vec![format!(
                "server.frontend_url may be on another site (auth.cookie_same_site is \"none\"): \
                 Safari keeps no cookie there, and what a provider or a mailed link ends has to \
                 be taken over by the front end (README); {one_site}"
            )],
            SameSite::None => vec![format!(
                "auth.cookie_partitioned is off and auth.cookie_same_site is \"none\": a browser \
                 that blocks other sites' cookies signs nobody in; {one_site}"
            )],
            SameSite::Lax | SameSite::Strict if is_elsewhere => vec![format!(
                "{front_end} is on another site than {api}, and browsers send no cookie with its \
                 calls while auth.cookie_same_site is not \"none\"; {one_site}"
            )],
            SameSite::Lax | SameSite::Strict => Vec::new(),
        }
    }
}

/// Tells whether browsers hold two addresses for one site: one scheme, and one host or one
/// domain that somebody owns.
fn are_one_site(one: &Site, other: &Site) -> bool {
    let owned = |site: &Site| {
        let domain = psl::domain_str(site.host()).map(str::to_owned);
        domain.filter(|_name| !site.is_address())
    };
    let share = || owned(one).is_some_and(|domain| owned(other).as_ref() == Some(&domain));
    one.is_https() == other.is_https() && (one.host() == other.host() || share())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_share_no_domain_are_two_sites() {
        for (one, other, are) in [
            ("https://www.example.com", "https://api.example.com", true),
            ("https://example.com", "https://api.example.com", true),
            ("http://localhost:5173", "http://localhost:3000", true),
            ("http://www.example.com", "https://www.example.com", false),
            ("https://www.example.com", "https://api.example.net", false),
            ("https://acme.example", "https://api.example", false),
            ("https://ana.github.io", "https://api.github.io", false),
            ("https://www.acme.co.uk", "https://api.acme.co.uk", true),
            ("http://127.0.0.1:5173", "http://127.0.0.2:3000", false),
        ] {
            let site = |text| Site::parse(text).unwrap();
            assert_eq!(are_one_site(&site(one), &site(other)), are, "{one} {other}");
        }
    }
}
