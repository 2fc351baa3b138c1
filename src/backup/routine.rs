//! What a site's backup is: an archive in the folder, old ones away, a copy in the bucket.

use super::bucket::Bucket;
use super::create::{Created, Source, create};
use super::{BackupError, Watch, shelf};
use crate::app::Ports;
use crate::base::outbound::Outbound;
use crate::config::Config;

/// What was done.
#[derive(Clone, Debug)]
pub struct Routine {
    /// The new archive.
    pub created: Created,
    /// Archives that went to make room.
    pub removed: usize,
    /// What the archive is called in the bucket; `None`: there is no bucket.
    pub object: Option<String>,
}

/// Makes an archive in `backup.dir`, makes room, and sends a copy to the bucket.
///
/// # Errors
/// [`BackupError`]; `PlaintextToBucket` before anything is made. When the bucket refuses, the archive is in the folder all the same.
///
/// # Cost
/// As [`create`]; the upload.
pub fn routine(
    config: &Config,
    ports: &Ports,
    outbound: &Outbound,
    watch: &dyn Watch,
) -> Result<Routine, BackupError> {
    let source = Source::of(config, &ports.entropy)?;
    let settings = &config.backup;
    // The configuration's check says so first; nothing leaves the machine by another way.
    let is_refused = settings.s3.as_ref().is_some_and(|s3| !s3.takes_plaintext);
    if is_refused && source.recipient.is_none() {
        return Err(BackupError::PlaintextToBucket);
    }
    let folder = config.server.data_dir.join(&settings.dir);
    let now = ports.clock.now();
    let name = shelf::file_name(now, source.recipient.is_some());
    let created = create(&source, &folder.join(name), now, watch)?;
    let removed = shelf::rotate(&folder, settings.keep_daily, settings.keep_weekly)?;
    let object = match &settings.s3 {
        Some(s3) => {
            let bucket =
                Bucket::of(s3, outbound, &ports.clock).ok_or_else(|| BackupError::Bucket {
                    object: created.path.display().to_string(),
                    why: String::from("backup.s3_url names no bucket"),
                })?;
            Some(bucket.put(&created.path, watch)?)
        }
        None => None,
    };
    Ok(Routine { created, removed, object })
}
