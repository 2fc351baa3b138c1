//! Which of a person's ways in somebody means.

use crate::account::session::Live;
use crate::app::{App, Failure};
use crate::base::bounds::LIST_ROWS_MAX;
use crate::domain::account::Account;
use crate::store::accounts;

/// How a way in is named: by its row's id, or as older clients do it.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The row's id, the provider's id of the person, or the provider's name.
    pub account_id: Option<String>,
    /// The provider's name.
    pub provider_id: Option<String>,
}

/// Lists the live person's ways in, oldest first.
///
/// # Errors
/// A fault of the store.
pub async fn all(app: &App, live: &Live) -> Result<Vec<Account>, Failure> {
    Ok(app.store.list(accounts::of_user(&live.user.id, LIST_ROWS_MAX)).await?)
}

impl Named {
    /// Picks the one that is meant; `None` when none is, or one of several could be.
    #[must_use]
    pub fn pick<'a>(&self, accounts: &'a [Account]) -> Option<&'a Account> {
        let of_provider = |account: &&Account| {
            self.provider_id.as_ref().is_none_or(|provider| *provider == account.provider_id)
        };
        let Some(named) = &self.account_id else {
            self.provider_id.as_ref()?;
            return only(accounts.iter().filter(of_provider));
        };
        let by_id = accounts.iter().filter(of_provider).find(|account| account.id == *named);
        by_id.or_else(|| {
            only(
                accounts.iter().filter(of_provider).filter(|account| {
                    account.account_id == *named || account.provider_id == *named
                }),
            )
        })
    }
}

fn only<'a>(mut accounts: impl Iterator<Item = &'a Account>) -> Option<&'a Account> {
    let first = accounts.next()?;
    accounts.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Millis;

    fn account(id: &str, provider: &str, account: &str) -> Account {
        Account {
            id: id.to_owned(),
            account_id: account.to_owned(),
            provider_id: provider.to_owned(),
            user_id: String::from("usr_1"),
            scope: None,
            created_at: Millis(0),
            updated_at: Millis(0),
        }
    }

    #[test]
    fn only_what_is_meant_beyond_doubt_is_picked() {
        let accounts = [
            account("acc_1", "credential", "usr_1"),
            account("acc_2", "google", "117"),
            account("acc_3", "acme", "117"),
            account("acc_4", "acme", "118"),
        ];
        for (account_id, provider_id, picked) in [
            (Some("acc_2"), None, Some("acc_2")),
            (Some("acc_2"), Some("google"), Some("acc_2")),
            (Some("acc_2"), Some("acme"), None),
            (Some("117"), None, None),
            (Some("117"), Some("acme"), Some("acc_3")),
            (Some("118"), None, Some("acc_4")),
            (Some("google"), None, Some("acc_2")),
            (Some("acme"), None, None),
            (None, Some("google"), Some("acc_2")),
            (None, Some("acme"), None),
            (None, None, None),
            (Some(""), None, None),
        ] {
            let named = Named {
                account_id: account_id.map(str::to_owned),
                provider_id: provider_id.map(str::to_owned),
            };
            let found = named.pick(&accounts).map(|account| account.id.as_str());
            assert_eq!(found, picked, "{named:?}");
        }
    }
}
