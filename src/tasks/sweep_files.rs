//! Files on the disk that no row names any more, and what a crash left half-written.
//!
//! First rows without a namer go, an hour after the last of them went; then files
//! without a row, an hour after somebody last brought them. So a file that is brought
//! again meanwhile, and one whose name is being copied to another row, both stay.

use std::collections::BTreeSet;

use super::{Run, TaskError};
use crate::app::Fault;
use crate::base::bounds::{FILES_KEPT_S, TASK_ROWS_MAX};
use crate::base::files::FileError;
use crate::store::files;

/// Sweeps; returns how many files went.
pub(super) async fn all(run: &Run<'_>) -> Result<u64, TaskError> {
    let before = run.now.plus_s(-FILES_KEPT_S);
    let mut after = String::new();
    loop {
        let idle: Vec<String> =
            run.app.store.list(files::idle(&after, before, TASK_ROWS_MAX)).await?;
        let Some(last) = idle.last() else { break };
        after.clone_from(last);
        run.apply(idle.iter().map(|digest| files::forget(digest, before)).collect()).await?;
    }
    let broken = |error: FileError| TaskError::Fault(Fault::File(error));
    let mut gone = run.app.files.remove_drafts(before).await.map_err(broken)?;
    for folder in 0..=u8::MAX {
        let standing = run.app.files.list(folder).await.map_err(broken)?;
        let old = standing.into_iter().filter(|file| file.brought_at < before);
        let old: Vec<_> = old.map(|file| file.digest).collect();
        if old.is_empty() {
            continue;
        }
        let known = known(run, folder).await?;
        for digest in old.iter().filter(|digest| !known.contains(digest.as_str())) {
            let removed = run.app.files.remove_if_idle(digest, before).await.map_err(broken)?;
            gone += u64::from(removed);
        }
    }
    Ok(gone)
}

/// Lists the digests of a folder that have rows.
async fn known(run: &Run<'_>, folder: u8) -> Result<BTreeSet<String>, TaskError> {
    let mut known = BTreeSet::new();
    let mut after = format!("{folder:02x}");
    // "g" comes after every digit.
    let before = format!("{folder:02x}g");
    loop {
        let page: Vec<String> =
            run.app.store.list(files::known(&after, &before, TASK_ROWS_MAX)).await?;
        let Some(last) = page.last() else { return Ok(known) };
        after.clone_from(last);
        known.extend(page);
    }
}
