//! `[uploads]`: how much of the disk people may fill.

use super::key::{Key, Kind, Use};
use super::values::Values;
use crate::base::bounds::UPLOAD_UNIT_BYTES;

const fn now(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Now }
}

/// The keys of the section.
pub const KEYS: &[Key] = &[
    // Below a CV nobody could bring one; above, a window would take much memory.
    now("uploads.hourly_bytes_max", Kind::Integer(8_388_608, 17_179_869_184), "67108864"),
    now("uploads.free_disk_bytes_min", Kind::Integer(0, 1_125_899_906_842_624), "268435456"),
];

/// `[uploads]`
#[derive(Clone, Debug)]
pub struct Uploads {
    /// Units of [`UPLOAD_UNIT_BYTES`] that a person may bring within an hour.
    pub hourly_units_max: u32,
    /// Bytes that stay free on the disk of uploads.
    pub free_disk_bytes_min: u64,
}

impl Uploads {
    pub(super) fn read(values: &Values) -> Self {
        let bytes = |path| u64::try_from(values.integer(path)).unwrap_or(0);
        let units = bytes("uploads.hourly_bytes_max") / UPLOAD_UNIT_BYTES;
        Self {
            hourly_units_max: u32::try_from(units).unwrap_or(u32::MAX),
            free_disk_bytes_min: bytes("uploads.free_disk_bytes_min"),
        }
    }
}
