//! Templates: SVG files that hold the shapes of a card and the places of its texts.
//!
//! The shapes are SVG. The places are elements of a namespace of our own, which an
//! SVG renderer passes over: a `stack` sets texts below each other, a `row` beside
//! each other, `brand` is the place of the logo. The files are embedded; what is
//! wrong with one is found when it is parsed, and by a test.

use resvg::usvg::Tree;
use roxmltree::{Document, Node};

use super::palette::Palette;
use super::svg;
use super::text::fonts::Face;
use super::text::shape::Style;
use crate::base::color::Color;
use crate::domain::card::{Field, Template};

/// The namespace of the places.
const NAMESPACE: &str = "urn:antesala:card";

const SITE: &str = include_str!("../../assets/og/site.svg");
const JOB: &str = include_str!("../../assets/og/job.svg");
const ARTICLE: &str = include_str!("../../assets/og/article.svg");
const PROFILE: &str = include_str!("../../assets/og/profile.svg");

/// Returns the text of a template's file.
#[must_use]
pub const fn file(template: Template) -> &'static str {
    match template {
        Template::Site => SITE,
        Template::Job => JOB,
        Template::Article => ARTICLE,
        Template::Profile => PROFILE,
    }
}

/// A template in one theme, parsed.
pub struct Scene {
    /// The shapes.
    pub shapes: Tree,
    /// The places, in the order in which they are filled.
    pub places: Vec<Place>,
}

/// Somewhere on a card where something goes.
pub enum Place {
    /// Texts below each other.
    Stack(Stack),
    /// Texts beside each other.
    Row(Row),
    /// The logo or the mark, and the name.
    Brand(Brand),
}

/// Where a stack has its texts, and a text its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the top or the left.
    Start,
    /// In between.
    Middle,
    /// At the bottom or the right.
    End,
}

impl Align {
    /// Returns how much of the free room lies before.
    #[must_use]
    pub const fn of(self, free: f32) -> f32 {
        match self {
            Self::Start => 0.0,
            Self::Middle => free / 2.0,
            Self::End => free,
        }
    }
}

/// Texts below each other.
pub struct Stack {
    /// Left, top, width and height in pixels.
    pub area: [f32; 4],
    /// Where in the height the texts stand.
    pub anchor: Align,
    /// The texts, from the top.
    pub slots: Vec<Slot>,
}

/// Texts beside each other, on one line.
pub struct Row {
    /// Left, baseline and width in pixels.
    pub area: [f32; 3],
    /// Pixels between two texts.
    pub gap: f32,
    /// The texts, from the left.
    pub slots: Vec<Slot>,
}

/// The place of the logo or the mark, and of the name.
pub struct Brand {
    /// Left (or right, when it ends there), top, widest and height in pixels.
    pub area: [f32; 4],
    /// On which side of `area` it stands.
    pub align: Align,
    /// The name's colour.
    pub ink: Color,
    /// The mark's ground and its letter.
    pub mark: [Color; 2],
}

/// What a slot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A text of the card.
    Field(Field),
    /// The first letters of the title's first two words.
    Initials,
}

/// The place of one text.
pub struct Slot {
    /// What it shows.
    pub source: Source,
    /// Face and tracking.
    pub style: Style,
    /// The size to begin with, and the smallest, in pixels an em.
    pub sizes: [f32; 2],
    /// Most lines.
    pub lines_max: u8,
    /// From one baseline to the next, in ems.
    pub leading: f32,
    /// The colour.
    pub ink: Color,
    /// How its lines stand to each other.
    pub align: Align,
    /// Pixels to the text above it, when there is one.
    pub gap: f32,
    /// Whether it takes the height that the others of its stack leave.
    pub is_growing: bool,
    /// The ground of a pill around it.
    pub pill: Option<Color>,
    /// A picture of 24 by 24 pixels before it.
    pub icon: Option<Tree>,
}

/// A template that cannot be used; a defect of its file.
#[derive(Debug, thiserror::Error)]
#[error("the template {template} is wrong: {reason}")]
pub struct TemplateError {
    template: &'static str,
    reason: String,
}

impl Scene {
    /// Parses a template in the colours of a palette.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn parse(template: Template, palette: &Palette) -> Result<Self, TemplateError> {
        let text = palette.fill(file(template));
        scene(&text).map_err(|reason| TemplateError { template: template.name(), reason })
    }
}

fn scene(text: &str) -> Result<Scene, String> {
    let document = Document::parse(text).map_err(|error| error.to_string())?;
    let shapes = Tree::from_xmltree(&document, &svg::options());
    let places = document.root_element().children().filter(is_ours).map(place);
    Ok(Scene {
        shapes: shapes.map_err(|error| error.to_string())?,
        places: places.collect::<Result<_, _>>()?,
    })
}

fn is_ours(node: &Node<'_, '_>) -> bool {
    node.tag_name().namespace() == Some(NAMESPACE)
}

fn place(node: Node<'_, '_>) -> Result<Place, String> {
    match node.tag_name().name() {
        "stack" => Ok(Place::Stack(Stack {
            area: numbers(node, ["x", "y", "width", "height"])?,
            anchor: align(node, "anchor")?,
            slots: slots(node)?,
        })),
        "row" => Ok(Place::Row(Row {
            area: numbers(node, ["x", "baseline", "width"])?,
            gap: number(node, "gap")?,
            slots: slots(node)?,
        })),
        "brand" => Ok(Place::Brand(Brand {
            area: numbers(node, ["x", "y", "width", "height"])?,
            align: align(node, "align")?,
            ink: color(node, "ink")?,
            mark: [color(node, "mark")?, color(node, "letter")?],
        })),
        name => Err(format!("{name} is no place")),
    }
}

fn slots(node: Node<'_, '_>) -> Result<Vec<Slot>, String> {
    node.children().filter(is_ours).map(slot).collect()
}

fn slot(node: Node<'_, '_>) -> Result<Slot, String> {
    let size = number(node, "size")?;
    let optional = |name: &str, otherwise: f32| match node.attribute(name) {
        Some(_) => number(node, name),
        None => Ok(otherwise),
    };
    Ok(Slot {
        source: source(attribute(node, "shows")?)?,
        style: Style {
            face: face(attribute(node, "face")?)?,
            tracking: optional("tracking", 0.0)?,
        },
        sizes: [size, optional("size-min", size)?],
        lines_max: lines(node.attribute("lines").unwrap_or("1"))?,
        leading: optional("leading", 1.2)?,
        ink: color(node, "ink")?,
        align: align(node, "align")?,
        gap: optional("gap", 0.0)?,
        is_growing: node.attribute("grows").is_some(),
        pill: node.attribute("pill").map(|_| color(node, "pill")).transpose()?,
        icon: icon(node)?,
    })
}

/// The one element in a slot: an SVG of its own.
fn icon(node: Node<'_, '_>) -> Result<Option<Tree>, String> {
    let Some(child) = node.first_element_child() else { return Ok(None) };
    let text = node.document().input_text().get(child.range()).unwrap_or_default();
    Tree::from_str(text, &svg::options()).map(Some).map_err(|error| error.to_string())
}

fn source(name: &str) -> Result<Source, String> {
    match name {
        "initials" => Ok(Source::Initials),
        name => Field::parse(name).map(Source::Field).ok_or_else(|| format!("shows {name}")),
    }
}

fn face(name: &str) -> Result<Face, String> {
    match name {
        "display" => Ok(Face::Display),
        "text" => Ok(Face::Text),
        "strong" => Ok(Face::Strong),
        name => Err(format!("{name} is no face")),
    }
}

fn align(node: Node<'_, '_>, name: &str) -> Result<Align, String> {
    match node.attribute(name) {
        None | Some("start") => Ok(Align::Start),
        Some("middle") => Ok(Align::Middle),
        Some("end") => Ok(Align::End),
        Some(other) => Err(format!("{name} is {other}")),
    }
}

fn color(node: Node<'_, '_>, name: &str) -> Result<Color, String> {
    let text = attribute(node, name)?;
    Color::parse(text).ok_or_else(|| format!("{text} is no colour"))
}

fn numbers<const N: usize>(node: Node<'_, '_>, names: [&str; N]) -> Result<[f32; N], String> {
    let mut found = [0.0; N];
    for (slot, name) in found.iter_mut().zip(names) {
        *slot = number(node, name)?;
    }
    Ok(found)
}

fn number(node: Node<'_, '_>, name: &str) -> Result<f32, String> {
    let text = attribute(node, name)?;
    text.parse().map_err(|error| format!("{name} is {text}: {error}"))
}

fn lines(text: &str) -> Result<u8, String> {
    text.parse().map_err(|error| format!("lines is {text}: {error}"))
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Result<&'a str, String> {
    let missing = || format!("{} has no {name}", node.tag_name().name());
    node.attribute(name).ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::card::Theme;

    #[test]
    fn every_template_parses_and_has_a_place_for_each_of_its_texts() {
        let palette = Palette::new(Theme::Light, Color::new(31, 111, 92));
        for template in Template::ALL {
            let scene = Scene::parse(template, &palette).unwrap_or_else(|error| panic!("{error}"));
            let slots: Vec<&Slot> = scene
                .places
                .iter()
                .flat_map(|place| match place {
                    Place::Stack(stack) => stack.slots.as_slice(),
                    Place::Row(row) => row.slots.as_slice(),
                    Place::Brand(_) => &[],
                })
                .collect();
            for field in Field::ALL {
                let has_place = slots.iter().any(|slot| slot.source == Source::Field(field));
                assert_eq!(has_place, template.shows(field), "{template:?} {field:?}");
            }
            assert!(
                !palette.fill(file(template)).contains('{'),
                "{template:?} names no such colour"
            );
        }
    }
}
