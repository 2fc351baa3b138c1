//! The logo that mails carry: drawn once, before the first mail needs it.

use std::path::Path;
use std::sync::Arc;

use super::App;
use crate::mail::Logo;
use crate::og::letterhead;
use crate::og::press::PressError;

impl App {
    /// Draws the logo off the async threads.
    pub async fn prepare_letterhead(&self) {
        let Some(path) = self.config.brand.logo.clone() else { return };
        // Whatever breaks over a picture, mails go without it.
        let drawn = tokio::task::spawn_blocking(move || draw(&path)).await;
        let _ = self.letterhead.set(drawn.ok().and_then(said));
    }

    /// Returns the logo; `None` where there is none, or none that can be drawn.
    ///
    /// # Cost
    /// Unless it was prepared the first call draws, up to a second for a large picture.
    pub fn letterhead(&self) -> Option<Arc<Logo>> {
        let draw = || self.config.brand.logo.as_deref().and_then(|path| said(draw(path)));
        self.letterhead.get_or_init(draw).clone()
    }
}

fn draw(path: &Path) -> Result<Logo, PressError> {
    let drawn = letterhead::draw(path)?;
    Ok(Logo { png: drawn.png, width: drawn.width, height: drawn.height })
}

/// Says why there is no logo.
fn said(drawn: Result<Logo, PressError>) -> Option<Arc<Logo>> {
    match drawn {
        Ok(logo) => Some(Arc::new(logo)),
        Err(error) => {
            tracing::warn!(%error, "mails go without the logo");
            None
        }
    }
}
