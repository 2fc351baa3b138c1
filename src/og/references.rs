//! What a drawing calls: nested groups, shapes used again, and by name gradients,
//! patterns, masks, clips, filters and markers.
//!
//! Whoever draws it calls itself for each level and draws anew whatever is called, so a
//! file of a few kilobytes can ask for more stack or more work than any machine has. The
//! walk here calls itself never, and looks at each element once.

use std::collections::HashMap;

use roxmltree::{Document, Node};
use simplecss::{AttributeOperator, Element, PseudoClass, StyleSheet};

use crate::base::bounds::{
    OG_LOGO_DEPTH_MAX, OG_LOGO_DRAWN_MAX, OG_LOGO_MATCHES_MAX, OG_LOGO_SELECTOR_PARTS_MAX,
    OG_LOGO_USES_MAX,
};

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// Checks that a drawing asks for no more than there is room for.
///
/// # Errors
/// What it asks for too much of, and what to do.
pub fn check(document: &Document<'_>) -> Result<(), String> {
    let elements: Vec<Node<'_, '_>> =
        document.descendants().filter(|node| node.tag_name().namespace() == Some(SVG)).collect();
    if elements.iter().filter(|node| node.tag_name().name() == "use").count() > OG_LOGO_USES_MAX {
        return Err(format!(
            "it uses shapes again more than {OG_LOGO_USES_MAX} times; draw them where they are"
        ));
    }
    let sheet = sheet(&elements)?;
    let calls = calls(&elements, &sheet)?;
    walk(&elements, &calls)
}

fn too_much() -> String {
    format!(
        "what it draws is nested or called deeper than {OG_LOGO_DEPTH_MAX}, or more than \
         {OG_LOGO_DRAWN_MAX} elements with those called again; simplify it"
    )
}

/// Reads the drawing's styles, of which each is tried on each element.
fn sheet<'a>(elements: &[Node<'a, '_>]) -> Result<StyleSheet<'a>, String> {
    let mut sheet = StyleSheet::new();
    for node in elements.iter().filter(|node| node.tag_name().name() == "style") {
        sheet.parse_more(node.text().unwrap_or_default());
    }
    let is_plain = |selector: &str| {
        let signs = selector.chars().filter(|sign| [' ', '>', '+'].contains(sign)).count();
        signs < OG_LOGO_SELECTOR_PARTS_MAX
    };
    let matches = sheet.rules.len().saturating_mul(elements.len());
    if matches > OG_LOGO_MATCHES_MAX
        || !sheet.rules.iter().all(|rule| is_plain(&rule.selector.to_string()))
    {
        return Err(format!(
            "its styles are more than {OG_LOGO_MATCHES_MAX} for all its elements, or a selector \
             has more than {OG_LOGO_SELECTOR_PARTS_MAX} parts; write them as attributes"
        ));
    }
    Ok(sheet)
}

/// Finds for each element what it holds and what it names, as places among `elements`.
fn calls(elements: &[Node<'_, '_>], sheet: &StyleSheet<'_>) -> Result<Vec<Vec<usize>>, String> {
    let mut places = HashMap::new();
    let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, node) in elements.iter().enumerate() {
        places.insert(node.id(), place);
        if let Some(id) = node.attribute("id") {
            named.entry(id).or_default().push(place);
        }
    }
    let targets = |name: &str, value: &str| -> Vec<usize> {
        let found = ids(name, value).filter_map(|id| named.get(id)).flatten().copied();
        found.take(OG_LOGO_DRAWN_MAX + 1).collect()
    };
    let mut found = 0;
    let mut counted = |targets: Vec<usize>| {
        found += targets.len();
        if found > OG_LOGO_DRAWN_MAX { Err(too_much()) } else { Ok(targets) }
    };
    let mut rules = Vec::new();
    for rule in &sheet.rules {
        let values = rule.declarations.iter().flat_map(|style| targets(style.name, style.value));
        let targets = counted(values.take(OG_LOGO_DRAWN_MAX + 1).collect())?;
        if !targets.is_empty() {
            rules.push((&rule.selector, targets));
        }
    }
    let of = |node: &Node<'_, '_>| {
        let held = node.children().filter_map(|child| places.get(&child.id()).copied());
        // Drawing programs keep notes of their own, which nobody draws.
        let drawn = node
            .attributes()
            .filter(|attribute| attribute.namespace().is_none_or(|namespace| namespace == XLINK));
        let by_attributes =
            drawn.flat_map(|attribute| targets(attribute.name(), attribute.value()));
        let styled = rules.iter().filter(|(selector, _targets)| selector.matches(&Styled(*node)));
        let by_styles = styled.flat_map(|(_selector, targets)| targets.iter().copied());
        let all = held.chain(by_attributes).chain(by_styles);
        counted(all.take(OG_LOGO_DRAWN_MAX + 1).collect())
    };
    elements.iter().map(of).collect()
}

/// Reads the ids that an attribute or a style names: a link's one, or those in brackets.
fn ids<'a>(name: &str, value: &'a str) -> impl Iterator<Item = &'a str> {
    let link = (name == "href").then_some(value);
    link.into_iter().chain(value.split('(').skip(1)).filter_map(|named| {
        let named =
            named.trim_start_matches(|sign: char| sign.is_whitespace() || "'\"".contains(sign));
        named
            .strip_prefix('#')?
            .split(|sign: char| sign.is_whitespace() || ")'\"".contains(sign))
            .next()
    })
}

/// What is known of an element.
#[derive(Clone, Copy)]
enum Known {
    /// Nothing yet.
    New,
    /// It is being looked at: whoever calls it now calls itself.
    Open,
    /// Levels and elements that drawing it takes.
    Done { depth: usize, drawn: usize },
}

/// Measures the whole drawing from what calls nothing up to the root.
fn walk(elements: &[Node<'_, '_>], calls: &[Vec<usize>]) -> Result<(), String> {
    let mut known = vec![Known::New; elements.len()];
    let mut waiting = vec![0];
    while let Some(&place) = waiting.last() {
        let (Some(state), Some(own)) = (known.get(place).copied(), calls.get(place)) else {
            break;
        };
        if matches!(state, Known::New) {
            set(&mut known, place, Known::Open);
            for &called in own {
                match known.get(called) {
                    Some(Known::New) => waiting.push(called),
                    Some(Known::Open) => return Err(itself(elements.get(called))),
                    Some(Known::Done { .. }) | None => {}
                }
            }
            continue;
        }
        waiting.pop();
        if matches!(state, Known::Open) {
            let (mut depth, mut drawn) = (0, 0_usize);
            for &called in own {
                if let Some(Known::Done { depth: below, drawn: under }) = known.get(called) {
                    depth = depth.max(*below);
                    drawn = drawn.saturating_add(*under);
                }
            }
            let marked = elements.get(place).map_or(1, corners);
            let (depth, drawn) = (depth + 1, drawn.saturating_mul(marked).saturating_add(1));
            if depth > OG_LOGO_DEPTH_MAX || drawn > OG_LOGO_DRAWN_MAX {
                return Err(too_much());
            }
            set(&mut known, place, Known::Done { depth, drawn });
        }
    }
    Ok(())
}

fn set(known: &mut [Known], place: usize, state: Known) {
    if let Some(own) = known.get_mut(place) {
        *own = state;
    }
}

fn itself(node: Option<&Node<'_, '_>>) -> String {
    let id = node.and_then(|node| node.attribute("id")).unwrap_or("an element");
    format!("{id} calls itself by what it names; take the name out")
}

/// Returns how often what an element names may be drawn for it: a marker stands at every
/// corner of a line.
fn corners(node: &Node<'_, '_>) -> usize {
    let is_marked = node.attributes().any(|attribute| {
        attribute.name().starts_with("marker") || attribute.value().contains("marker")
    });
    let line = node.attribute("d").or_else(|| node.attribute("points"));
    if is_marked { line.map_or(1, str::len).max(1) } else { 1 }
}

/// An element as selectors see it.
struct Styled<'a, 'input>(Node<'a, 'input>);

impl Element for Styled<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(Styled)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(Styled)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.0.attribute(name).is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        matches!(class, PseudoClass::FirstChild) && self.prev_sibling_element().is_none()
    }
}
