//! The HTML of a description: what Markdown says, and nothing that a stranger could run.
//!
//! Safe by construction and not by cleaning: the parser's events are turned into tags of
//! our own choice, raw HTML is text like any other, links lead to the web or to a mail
//! program, pictures are their description. No event that is not named here passes.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};

use crate::base::bounds::{MARKDOWN_CELLS_MAX, MARKDOWN_DEPTH_MAX, TARGET_BYTES_MAX};

/// Renders a description.
///
/// # Cost
/// One pass, some tens of microseconds for a long one.
#[must_use]
pub fn html_of(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut nest = Nest::default();
    let events = Parser::new_ext(markdown, options).filter_map(|event| nest.judged(event));
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 4);
    html::push_html(&mut out, events);
    // Text is escaped, so the letters stand nowhere but at the beginning of a link.
    out.replace("<a href=", "<a rel=\"nofollow noopener ugc\" href=")
}

/// Which tags stand open. A few letters can ask for thousands of them, one in another or
/// beside another: of those that are too many the words stay.
#[derive(Default)]
struct Nest {
    /// Of each open tag whether it passed: its end passes then too.
    open: Vec<bool>,
    /// How many of them did.
    depth: usize,
    /// Cells of tables so far.
    cells: usize,
}

impl Nest {
    /// Lets an event pass, changes it or drops it.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what nobody has judged does not pass")]
    fn judged<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
            Event::Start(tag) => {
                let tag = self.has_room(&tag).then(|| allowed(tag)).flatten();
                self.open.push(tag.is_some());
                self.depth += usize::from(tag.is_some());
                tag.map(Event::Start)
            }
            Event::End(_) => {
                let has_passed = self.open.pop().unwrap_or(false);
                self.depth -= usize::from(has_passed);
                has_passed.then_some(event)
            }
            Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak | Event::Rule => {
                Some(event)
            }
            _ => None,
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all others are one level")]
    fn has_room(&mut self, tag: &Tag<'_>) -> bool {
        if matches!(tag, Tag::TableCell | Tag::TableRow) {
            self.cells += 1;
        }
        // What stands inside is a matter of course for these, and has to have room too.
        let levels = match tag {
            Tag::Table(_) => 4,
            Tag::CodeBlock(_) => 2,
            _ => 1,
        };
        self.depth + levels <= MARKDOWN_DEPTH_MAX && self.cells <= MARKDOWN_CELLS_MAX
    }
}

/// Makes a tag harmless; `None`: it is none of ours. Of a picture the words inside stay.
#[expect(clippy::wildcard_enum_match_arm, reason = "what nobody has judged does not pass")]
fn allowed(tag: Tag<'_>) -> Option<Tag<'_>> {
    match tag {
        Tag::Link { link_type, dest_url, id, .. } => {
            let title = CowStr::Borrowed("");
            is_harmless(&dest_url).then_some(Tag::Link { link_type, dest_url, title, id })
        }
        // A block's language would become a class, which styles of the page may know.
        Tag::CodeBlock(_) => Some(Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Indented)),
        Tag::Heading { level, .. } => {
            Some(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() })
        }
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
        | Tag::TableCell => Some(tag),
        _ => None,
    }
}

/// Tells whether a link leads to the web or to a mail program.
fn is_harmless(target: &str) -> bool {
    if target.len() > TARGET_BYTES_MAX {
        return false;
    }
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

    /// Returns how deep the tags stand in one another, and that each is closed.
    fn depth(html: &str) -> usize {
        let (mut depth, mut deepest) = (0_usize, 0);
        for tag in html.split('<').skip(1) {
            if tag.starts_with('/') {
                depth = depth.checked_sub(1).expect("nothing is closed that is not open");
            } else if !tag.starts_with("hr") && !tag.starts_with("br") {
                depth += 1;
            }
            deepest = deepest.max(depth);
        }
        assert_eq!(depth, 0, "everything is closed");
        deepest
    }

    #[test]
    fn few_letters_do_not_become_a_tower_of_tags() {
        let many = 20_000;
        for hostile in [
            ">".repeat(many),
            "- ".repeat(many / 2),
            "1. ".repeat(many / 3),
            "> - ".repeat(many / 4) + "x",
            "*a _b ".repeat(many / 6) + &"_*".repeat(many / 6),
            "**a ".repeat(many / 4) + &"b** ".repeat(many / 4),
            "~~*".repeat(many / 6) + "x" + &"*~~".repeat(many / 6),
            "[".repeat(many),
            "![".repeat(many / 2) + "x" + &"](a)".repeat(many / 4),
            "[a](".repeat(many / 4),
            "`".repeat(many),
            "<".repeat(many),
            "&".repeat(many),
            "\\".repeat(many),
            "[x]: https://ejemplo.es/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\n"
                .to_owned()
                + &"[x]".repeat(many / 3),
            format!("{}\n{}\n{}", "|a".repeat(4_000), "|-".repeat(4_000), "|\n".repeat(2_000)),
            (0..140).map(|n| " ".repeat(n) + "- x\n").collect(),
        ] {
            let html = html_of(&hostile);
            assert!(depth(&html) <= MARKDOWN_DEPTH_MAX, "{}", depth(&html));
            let start: String = hostile.chars().take(12).collect();
            assert!(html.len() <= 12 * many, "{start}: {}", html.len());
            assert!(plain(&hostile, 160).chars().count() <= 161, "{start}");
        }
    }

    #[test]
    fn words_in_too_deep_a_nest_stay() {
        let html = html_of(&(">".repeat(100) + " hola [x](https://ejemplo.es)"));
        assert!(html.contains("hola") && html.contains('x'), "{html}");
        let usual = html_of("> - **a *b [c](https://ejemplo.es)***\n");
        assert!(usual.contains("<em>b <a rel"), "{usual}");
    }

    #[test]
    fn summaries_hold_words_alone() {
        assert_eq!(plain("# Hola\n\nuna **cosa**", 80), "Hola una cosa");
        assert_eq!(plain("una dos tres", 8), "una dos…");
    }
}
