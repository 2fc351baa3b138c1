//! A mail as RFC 5322 and MIME write it: text first, HTML after it.
//!
//! The library encodes and folds every header, so that no text can start another
//! one. Nothing is drawn: one mail is the same bytes at every try of one moment.

use std::time::{Duration, UNIX_EPOCH};

use lettre::address::Envelope;
use lettre::message::header::{self, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Mailboxes, MultiPart, SinglePart};
use lettre::{Address, Message as Mail};

use crate::base::clock::Millis;
use crate::mail::{Logo, MailError, Message, Sender};

/// Tells mail programs that no person wrote it: nobody's holiday notice is wanted.
/// Source: RFC 3834 §5.
const AUTO_SUBMITTED: (&str, &str) = ("Auto-Submitted", "auto-generated");

/// Writes a mail.
///
/// # Errors
/// `Never` when its recipient or a header cannot be written.
pub fn mail(
    sender: &Sender,
    message: &Message,
    site: &str,
    now: Millis,
) -> Result<Mail, MailError> {
    let to: Address = message
        .to
        .as_str()
        .parse()
        .map_err(|_syntax| MailError::never("the recipient cannot be written in a mail"))?;
    let envelope = Envelope::new(Some(sender.from.email.clone()), vec![to.clone()])
        .map_err(|_missing| MailError::never("the mail has no recipient"))?;
    let mut builder = Mail::builder()
        .envelope(envelope)
        .date(UNIX_EPOCH + Duration::from_millis(u64::try_from(now.0).unwrap_or(0)))
        .message_id(Some(format!("<{}@{site}>", message.id)))
        .from(stand_in())
        .to(Mailbox::new(None, to))
        .subject(&message.letter.subject);
    if let Some(reply_to) = &sender.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    let extra = message.headers.iter().map(|(name, value)| (*name, value.as_str()));
    for (name, value) in extra.chain([AUTO_SUBMITTED]) {
        let name = HeaderName::new_from_ascii(name.to_owned())
            .map_err(|_syntax| MailError::never("a header has no name"))?;
        builder = builder.raw_header(HeaderValue::new(name, value.to_owned()));
    }
    // No encoded line holds "=_", and nobody who writes into a mail knows its id.
    let text = MultiPart::alternative()
        .boundary(format!("=_{}", message.id))
        .singlepart(part(ContentType::TEXT_PLAIN, &message.letter.text));
    let html = part(ContentType::TEXT_HTML, &message.letter.html);
    let parts = match &message.logo {
        Some(logo) => text.multipart(pictured(html, logo, &message.id)?),
        None => text.singlepart(html),
    };
    let mut mail = builder
        .multipart(parts)
        .map_err(|_missing| MailError::never("the mail cannot be written"))?;
    mail.headers_mut().set(header::From::from(Mailboxes::from(sender.from.clone())));
    Ok(mail)
}

/// Whom a mail is from while it is built. The library reads the header again and takes no
/// address in brackets, which is the sender of a site that has no name; it writes one.
fn stand_in() -> Mailbox {
    Mailbox::new(None, Address::new_dangerous("no-reply", "localhost"))
}

/// Puts the logo beside the HTML that shows it. The boundary does not begin with the
/// outer one: that is how a reader would tell it from this.
fn pictured(html: SinglePart, logo: &Logo, id: &str) -> Result<MultiPart, MailError> {
    let kind = ContentType::parse(Logo::MEDIA_TYPE)
        .map_err(|_syntax| MailError::never("the logo has no media type"))?;
    let name = (Logo::CID.to_owned(), Logo::FILE.to_owned());
    let inline = Attachment::new_inline_with_name(name.0, name.1).body(logo.png.clone(), kind);
    let related = MultiPart::related().boundary(format!("=_{}_{id}", Logo::CID));
    Ok(related.singlepart(html).singlepart(inline))
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).body(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Site;

    #[test]
    fn site_without_a_name_is_a_sender_at_its_address() {
        for (url, address) in [
            ("http://192.0.2.5:3000", "no-reply@[192.0.2.5]"),
            ("http://[::1]:3000", "no-reply@[IPv6:::1]"),
        ] {
            let site = Site::parse(url).unwrap();
            let own = Address::new_dangerous("no-reply", site.mail_host());
            let from = Mailbox::new(Some("Acme".to_owned()), own);
            let sender = Sender { from, reply_to: None };
            let mail = mail(&sender, &Message::example(), &site.mail_host(), Millis(0)).unwrap();
            let text = String::from_utf8(mail.formatted()).unwrap();
            assert!(text.contains(&format!("From: Acme <{address}>\r\n")), "{text}");
            assert_eq!(mail.envelope().from().unwrap().to_string(), address);
        }
    }
}
