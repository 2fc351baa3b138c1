//! Whether somebody signs in from a browser that their account knows.
//!
//! A browser is known by a signed cookie of ours, never by its address alone:
//! addresses change with every café. Whoever signs in from an unknown one makes
//! it known, and the owner has mail. Source: product contract 2,
//! `auth.notify_new_device`.

use crate::account::{Caller, throttle};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::browser;
use crate::domain::mail::MailContent;
use crate::domain::token::Token;
use crate::domain::user::User;
use crate::store::{Statement, devices, sign_in_addresses};

/// The browser of a sign-in, with the writes that belong to it.
#[derive(Debug, Default)]
pub struct Device {
    /// What the browser's cookie shall hold; `None` where the settings do not ask.
    pub token: Option<Token>,
    /// The writes for the batch of the sign-in.
    pub writes: Vec<Statement>,
}

/// Whether an unknown browser is worth a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody signs in: an unknown browser is told of.
    SignIn,
    /// The account has just been opened in it.
    FirstUse,
}

/// Whom the end of sessions leaves known.
#[derive(Clone, Copy, Debug)]
pub enum Kept<'a> {
    /// The browser and the address of the owner, who asks.
    Asking(&'a Caller),
    /// Nothing: somebody else asks.
    Nothing,
}

/// Returns the writes after which an account knows no browser and no address but what is
/// kept: whoever's sessions were ended is told of, and throttled, as anybody else is.
#[must_use]
pub fn forgotten(user_id: &str, kept: Kept<'_>) -> [Statement; 2] {
    let (device, address) = match kept {
        Kept::Asking(caller) => {
            (caller.device.as_ref().map(Token::hash), throttle::address_key(caller))
        }
        Kept::Nothing => (None, String::new()),
    };
    [
        devices::forget_others(user_id, device.as_ref()),
        sign_in_addresses::forget_others(user_id, &address),
    ]
}

/// Recognises the browser of a sign-in; where the settings do not ask, nothing happens.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One point read.
pub async fn recognise(
    app: &App,
    user: &User,
    occasion: Occasion,
    by: (&Caller, Millis),
) -> Result<Device, Failure> {
    if !app.config.auth.notify_new_device {
        return Ok(Device::default());
    }
    let (caller, now) = by;
    let token = caller.device.clone().unwrap_or_else(|| Token::draw(&app.entropy));
    let hash = token.hash();
    let known: Option<Millis> = match (&caller.device, occasion) {
        (Some(_), Occasion::SignIn) => app.store.find(devices::known(&user.id, &hash)).await?,
        (None, _) | (_, Occasion::FirstUse) => None,
    };
    let mut writes = vec![devices::remember(&user.id, &hash, now)];
    if known.is_none() && occasion == Occasion::SignIn {
        writes.push(devices::forget_oldest(&user.id));
        writes.extend(mail(app, user, by)?);
    }
    Ok(Device { token: Some(token), writes })
}

fn mail(app: &App, user: &User, by: (&Caller, Millis)) -> Result<Vec<Statement>, Failure> {
    let (caller, now) = by;
    let content = MailContent::NewDevice {
        name: user.name.clone(),
        at: now.0,
        device: browser::name(&caller.user_agent),
        address: caller.address_text(),
    };
    Ok(app.post(caller.post_to(user, content, None), now)?)
}
