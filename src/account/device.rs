//! Whether somebody signs in from a browser that their account knows.
//!
//! A browser is known by a signed cookie of ours, never by its address alone:
//! addresses change with every café. Whoever signs in from an unknown one makes
//! it known, and the owner has mail. Source: product contract 2,
//! `auth.notify_new_device`.

use crate::account::Caller;
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::browser;
use crate::domain::mail::MailContent;
use crate::domain::token::Token;
use crate::domain::user::User;
use crate::store::{Statement, devices};

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
