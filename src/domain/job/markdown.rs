//! The HTML of a description: what Markdown says, and nothing that a stranger could run.
//!
//! Safe by construction and not by cleaning: the parser's events are turned into tags of
//! our own choice, raw HTML is text like any other, links lead to the web or to a mail
//! program, pictures are their description. No event that is not named here passes.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// Renders a description.
///
/// # Cost
/// One pass, some tens of microseconds for a long one.
#[must_use]
pub fn html_of(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut is_muted = Vec::new();
    let events =
        Parser::new_ext(markdown, options).filter_map(|event| judged(event, &mut is_muted));
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 4);
    html::push_html(&mut out, events);
    // Text is escaped, so the letters stand nowhere but at the beginning of a link.
    out.replace("<a href=", "<a rel=\"nofollow noopener ugc\" href=")
}

/// Lets an event pass, changes it or drops it. `muted` remembers of each open link and
/// picture whether its tags were dropped.
#[expect(clippy::wildcard_enum_match_arm, reason = "what nobody has judged does not pass")]
fn judged<'a>(event: Event<'a>, muted: &mut Vec<bool>) -> Option<Event<'a>> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::Start(Tag::Link { link_type, dest_url, id, .. }) => {
            let leads = is_harmless(&dest_url);
            muted.push(!leads);
            let title = CowStr::Borrowed("");
            leads.then_some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::End(TagEnd::Link) => {
            let is_muted = muted.pop().unwrap_or(true);
            (!is_muted).then_some(Event::End(TagEnd::Link))
        }
        // A block's language would become a class, which styles of the page may know.
        Event::Start(Tag::CodeBlock(_)) => {
            Some(Event::Start(Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Indented)))
        }
        Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(Tag::Heading {
            level,
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::Start(
            Tag::Paragraph
            | Tag::BlockQuote(_)
            | Tag::List(_)
            | Tag::Item
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell,
        )
        | Event::End(
            TagEnd::Paragraph
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::Heading(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell,
        )
        | Event::Text(_)
        | Event::Code(_)
        | Event::SoftBreak
        | Event::HardBreak
        | Event::Rule => Some(event),
        // Of a picture the words inside stay.
        _ => None,
    }
}

/// Tells whether a link leads to the web or to a mail program.
fn is_harmless(target: &str) -> bool {
    let Ok(url) = url::Url::parse(target) else { return false };
    matches!(url.scheme(), "https" | "http" | "mailto")
}

/// Returns the text of a description without its marks, cut to about `length_max` letters.
#[expect(clippy::wildcard_enum_match_arm, reason = "a summary is text and nothing else")]
#[must_use]
pub fn plain(markdown: &str, length_max: usize) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(markdown, Options::empty()) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !text.ends_with(' ') => {
                text.push(' ');
            }
            _ => {}
        }
        if text.len() > length_max.saturating_mul(4) {
            break;
        }
    }
    let text = text.trim();
    if text.chars().count() <= length_max {
        return text.to_owned();
    }
    let cut: String = text.chars().take(length_max).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _part)| whole);
    format!("{whole}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_tags_and_links_are_marked_as_strangers() {
        assert_eq!(html_of("**a** *b*"), "<p><strong>a</strong> <em>b</em></p>\n");
        assert_eq!(
            html_of("[x](https://ejemplo.es)"),
            "<p><a rel=\"nofollow noopener ugc\" href=\"https://ejemplo.es\">x</a></p>\n"
        );
    }

    #[test]
    fn nothing_runs_whatever_is_written() {
        for hostile in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](java\nscript:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "[x](vbscript:x)",
            "![x](https://evil.example/t.gif)",
            "<javascript:alert(1)>",
            "[x]: javascript:alert(1)\n\n[x]",
            "```\"><script>\nx\n```",
            "# t {onclick=alert(1)}",
            "<style>*{}</style>",
            "<iframe src=//evil>",
            "[x](https://ejemplo.es \"\\\" onmouseover=alert(1)\")",
            "&lt;script&gt;<svg/onload=alert(1)>",
            "---\nx: <script>\n---",
        ] {
            let html = html_of(hostile);
            let tags = html.split('<').skip(1).map(|rest| rest.trim_start_matches('/'));
            for tag in tags {
                let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
                let known = ["p", "a", "pre", "code", "h1", "h2", "hr"];
                assert!(known.contains(&name.as_str()), "{hostile}: {html}");
                let inside = tag.split('>').next().unwrap_or_default();
                assert!(
                    !inside.contains(" on") && !inside.contains("script:"),
                    "{hostile}: {html}"
                );
            }
        }
    }

    #[test]
    fn summaries_hold_words_alone() {
        assert_eq!(plain("# Hola\n\nuna **cosa**", 80), "Hola una cosa");
        assert_eq!(plain("una dos tres", 8), "una dos…");
    }
}
