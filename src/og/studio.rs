//! Where cards are painted: fonts, templates and the brand, prepared once.
//!
//! The shapes of a template are drawn once a theme and kept; a card costs a copy of
//! them and its own texts. Made at the first card, so that a server which draws none
//! pays for none.

use std::sync::OnceLock;

use resvg::tiny_skia::{Pixmap, Transform};
use unicode_segmentation::UnicodeSegmentation as _;

use super::lockup::Lockup;
use super::paint::Painter;
use super::palette::Palette;
use super::picture::{Logo, ScaledLogo};
use super::template::{Place, Scene, Slot, Source, TemplateError};
use super::text::clean;
use super::text::fonts::{FontError, Fonts};
use crate::base::color::Color;
use crate::config::Config;
use crate::domain::card::{Card, Field, Template, Theme};

/// Pixels of a card. Source: The Open Graph protocol's usual 1.91:1.
pub const WIDTH: u32 = 1200;

/// As [`WIDTH`].
pub const HEIGHT: u32 = 630;

/// Who speaks on the cards.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The site's name.
    pub name: String,
    /// The site's colour.
    pub color: Color,
    /// The site's address, as it stands at the foot of a card.
    pub host: String,
}

impl Identity {
    /// Takes name and colour of the brand, and the address people know: the front end's.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let server = &config.server;
        let site = server.frontend_url.as_ref().unwrap_or(&server.public_url);
        Self {
            name: config.brand.name.clone(),
            color: config.brand.color,
            host: site.host().to_owned(),
        }
    }
}

/// Everything that cards are painted with.
pub struct Studio {
    fonts: Fonts,
    identity: Identity,
    logo: Option<Logo>,
    /// Four templates, two themes.
    stages: [[OnceLock<Stage>; 2]; 4],
}

/// A template in one theme, with its shapes drawn.
struct Stage {
    ground: Pixmap,
    places: Vec<Place>,
    logo: Option<ScaledLogo>,
}

/// Why nothing can be painted.
#[derive(Debug, thiserror::Error)]
pub enum StudioError {
    /// An embedded font.
    #[error(transparent)]
    Font(#[from] FontError),
    /// An embedded template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// There is no memory for a card.
    #[error("a card of {WIDTH} by {HEIGHT} pixels cannot be made")]
    Canvas,
}

impl Studio {
    /// Parses the fonts and takes a brand.
    ///
    /// # Errors
    /// [`StudioError`].
    pub fn new(identity: Identity, logo: Option<Logo>) -> Result<Self, StudioError> {
        let stages = std::array::from_fn(|_| std::array::from_fn(|_| OnceLock::new()));
        Ok(Self { fonts: Fonts::parse()?, identity, logo, stages })
    }

    /// Paints a card onto `canvas`, which it makes when there is none yet.
    ///
    /// # Errors
    /// [`StudioError`].
    ///
    /// # Cost
    /// 3 ms; the first of a template and theme 10 ms.
    pub fn paint<'c>(
        &self,
        card: &Card,
        canvas: &'c mut Option<Pixmap>,
    ) -> Result<&'c Pixmap, StudioError> {
        let stage = self.stage(card.template, card.theme)?;
        let canvas = match canvas {
            Some(canvas) => {
                canvas.data_mut().copy_from_slice(stage.ground.data());
                canvas
            }
            None => canvas.insert(stage.ground.clone()),
        };
        let mut painter = Painter { fonts: &self.fonts, canvas };
        for place in &stage.places {
            match place {
                Place::Stack(stack) => painter.stack(stack, &self.texts(card, &stack.slots)),
                Place::Row(row) => painter.row(row, &self.texts(card, &row.slots)),
                Place::Brand(brand) => {
                    let title = self.text(card, Source::Field(Field::Title));
                    let is_named = title.as_ref() != Some(&self.identity.name);
                    let logo = stage.logo.as_ref();
                    Lockup { name: &self.identity.name, is_named, logo }.draw(brand, &mut painter);
                }
            }
        }
        Ok(canvas)
    }

    fn stage(&self, template: Template, theme: Theme) -> Result<&Stage, StudioError> {
        let [site, job, article, profile] = &self.stages;
        let [light, dark] = match template {
            Template::Site => site,
            Template::Job => job,
            Template::Article => article,
            Template::Profile => profile,
        };
        let cell = match theme {
            Theme::Light => light,
            Theme::Dark => dark,
        };
        if let Some(stage) = cell.get() {
            return Ok(stage);
        }
        // Two threads may prepare it at once; the first to finish is kept.
        let stage = self.prepare(template, theme)?;
        Ok(cell.get_or_init(|| stage))
    }

    fn prepare(&self, template: Template, theme: Theme) -> Result<Stage, StudioError> {
        let scene = Scene::parse(template, &Palette::new(theme, self.identity.color))?;
        let mut ground = Pixmap::new(WIDTH, HEIGHT).ok_or(StudioError::Canvas)?;
        resvg::render(&scene.shapes, Transform::identity(), &mut ground.as_mut());
        let logo = scene.places.iter().find_map(|place| match place {
            Place::Brand(brand) => {
                let [_, _, width, height] = brand.area;
                self.logo.as_ref()?.within(width, height)
            }
            Place::Stack(_) | Place::Row(_) => None,
        });
        Ok(Stage { ground, places: scene.places, logo })
    }

    /// Pairs slots with what the card has for them.
    fn texts<'s>(&self, card: &Card, slots: &'s [Slot]) -> Vec<(&'s Slot, String)> {
        let text = |slot: &'s Slot| Some((slot, self.text(card, slot.source)?));
        slots.iter().filter_map(text).collect()
    }

    /// Returns a text of the card, or what stands in for it; emoji alone are no text.
    fn text(&self, card: &Card, source: Source) -> Option<String> {
        let said = |field| card.text(field).filter(|text| clean::draws(&self.fonts, text));
        let title = || said(Field::Title).unwrap_or(&self.identity.name).to_owned();
        match source {
            Source::Initials => Some(initials(&title())),
            Source::Field(Field::Title) => Some(title()),
            Source::Field(Field::Footer) => {
                Some(said(Field::Footer).unwrap_or(&self.identity.host).to_owned())
            }
            Source::Field(field) => said(field).map(str::to_owned),
        }
    }
}

/// Returns the first letters of the first two words, as capitals.
fn initials(text: &str) -> String {
    text.split_whitespace().take(2).map(initial).collect()
}

/// Returns the first letter or digit of a word, as a capital.
#[must_use]
pub fn initial(word: &str) -> String {
    let letters = word.graphemes(true);
    let mut letters = letters.filter(|letter| letter.chars().any(char::is_alphanumeric));
    letters.next().map(str::to_uppercase).unwrap_or_default()
}
