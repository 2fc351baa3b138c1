//! Files that lose their last namer go at once.

use super::{App, Failure};
use crate::base::clock::Millis;
use crate::base::files::FileDigest;
use crate::store::{Affected, files};

impl App {
    /// Removes the files that a batch has released, where no row names them any more.
    ///
    /// `released` is what [`files::release`] and its like returned. What cannot be removed
    /// now, because somebody just brings a file or the disk refuses, is swept later.
    pub async fn let_go(&self, released: Option<&Affected>) {
        let digests = released.map_or_else(|| Ok(Vec::new()), Affected::all::<String>);
        let outcome = match digests {
            Ok(digests) => self.remove_unnamed(&digests).await,
            Err(error) => Err(error.into()),
        };
        if let Err(failure) = outcome {
            tracing::warn!(?failure, "a file that nobody names stays until it is swept");
        }
    }

    async fn remove_unnamed(&self, digests: &[String]) -> Result<(), Failure> {
        for digest in digests {
            let Some(name) = FileDigest::parse(digest) else { continue };
            let Some(alone) = self.files.alone().await? else { return Ok(()) };
            let forgotten = self.store.apply(vec![files::forget(digest, Millis(i64::MAX))]).await?;
            if forgotten.first().is_some_and(|row| row.rows > 0) {
                self.files.remove(alone, &name).await?;
            }
        }
        Ok(())
    }
}
