//! Files that people bring, and what they tell of themselves.

/// Threads that read and write uploads: two keep one disk busy.
pub const FILE_THREADS: usize = 2;

/// Most pieces of work that wait for those threads; an upload has one at a time.
pub const FILE_QUEUE_MAX: usize = 128;

/// Most uploads that are written at once; each holds a piece of [`UPLOAD_PIECE_BYTES`].
pub const UPLOADS_MAX: usize = 16;

/// Bytes of an upload that are gathered before they are written.
pub const UPLOAD_PIECE_BYTES: usize = 256 * 1024;

/// Bytes in which a person's hour of uploads is counted: their window of
/// `uploads.hourly_bytes_max` as it is set by default takes 2 KiB of memory.
pub const UPLOAD_UNIT_BYTES: u64 = 256 * 1024;

/// Length of that window, in milliseconds.
pub const UPLOAD_WINDOW_MS: i64 = 3_600_000;

/// Seconds after which an upload may be tried again that found the disk too full: nobody
/// frees one sooner.
pub const DISK_RETRY_S: u64 = 60;

/// Most bytes of an upload that are read from the connection at once, so that what
/// looks for the end of a part never looks through much.
pub const UPLOAD_READ_BYTES: usize = 16 * 1024;

/// Most bytes of a form of parts outside its file: boundaries, headers, what stands
/// before and after. A browser needs 300.
pub const UPLOAD_FRAME_BYTES_MAX: u64 = 64 * 1024;

/// How many times `server.body_read_timeout_s` an upload may take to arrive: 5 MiB at
/// 45 KB/s, as it is set by default.
pub const UPLOAD_READ_TIMES: u64 = 6;

/// Time for which a file stays that no row names, in seconds.
pub const FILES_KEPT_S: i64 = 3600;

/// Longest time of a request that uploads, in seconds: its arrival and the work after it.
pub const UPLOAD_REQUEST_S: u64 = 150;

/// Seconds after which somebody who is bringing another file may try again.
pub const UPLOAD_RETRY_S: u64 = 2;

/// Most bytes of an upload that is refused that are read nevertheless, so that its
/// sender hears why instead of finding the connection cut.
pub const UPLOAD_DRAIN_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Longest time for that, in milliseconds.
pub const UPLOAD_DRAIN_MS_MAX: u64 = 2_000;

/// Most characters of a file's name.
pub const FILE_NAME_LENGTH_MAX: usize = 120;

/// Most bytes of a CV. Source: `POST /api/profile/cv`, 5 MiB.
pub const CV_BYTES_MAX: u64 = 5 * 1024 * 1024;

/// Most bytes of a picture of a person, as it is sent: a telephone's camera writes 8 MiB
/// and a little more.
pub const AVATAR_SENT_BYTES_MAX: u64 = 10 * 1024 * 1024;

/// Most bytes of a picture that stands inside an address, decoded.
pub const PICTURE_IN_ADDRESS_BYTES_MAX: usize = 1024 * 1024;

/// Most UTF-16 code units of such an address: four for three bytes, and what it begins with.
pub const PICTURE_IN_ADDRESS_LENGTH_MAX: u32 = 1_500_000;

/// Most bytes of a body that may hold such an address beside other fields. Programs that
/// escape every solidus need a sixtieth more than its letters.
pub const PICTURE_BODY_BYTES_MAX: usize = 3 * 512 * 1024;

/// Most bodies beyond `server.body_bytes_max` that are in memory at once; they may come
/// from anybody.
pub const LARGE_BODIES_MAX: usize = 16;

/// Most pixels of a side of a picture of a person, as it is sent: panoramas are that wide.
pub const AVATAR_SENT_SIDE_MAX: u32 = 12_000;

/// Most pixels of one: a telephone's 50 megapixels are 8,160 by 6,120.
pub const AVATAR_SENT_PIXELS_MAX: u64 = 50_000_000;

/// Most memory for decoding one: 50 megapixels of red, green, blue and a hole, or of what a
/// JPEG that comes in several passes keeps of 22.
pub const AVATAR_ALLOC_BYTES_MAX: u64 = 192 * 1024 * 1024;

/// Most memory for what a PNG says beside its pixels: a printer's colour profile has two
/// mebibytes.
pub const AVATAR_PROFILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Pixels of a side of a picture of a person, as it is kept.
pub const AVATAR_SIDE: u32 = 512;

/// Most bytes of one, as it is kept: a photograph of that size has 60 KB.
pub const AVATAR_BYTES_MAX: usize = 256 * 1024;

/// Most pictures of people that wait to be drawn; one is drawn at a time, in at most two
/// seconds and 330 MiB.
pub const AVATAR_QUEUE_MAX: usize = 16;

/// Most characters of a headline.
pub const HEADLINE_LENGTH_MAX: u32 = 120;

/// Most characters of what somebody writes about themselves.
pub const BIO_LENGTH_MAX: u32 = 3000;

/// Most characters of a description of a station.
pub const STATION_TEXT_LENGTH_MAX: u32 = 3000;

/// Most characters of a line of a profile: a title, an institution, a place.
pub const LINE_LENGTH_MAX: u32 = 200;

/// Most characters of one skill.
pub const PROFILE_SKILL_LENGTH_MAX: u32 = 60;

/// Most skills of a profile.
pub const PROFILE_SKILLS_MAX: u32 = 30;

/// Most languages of a profile.
pub const LANGUAGES_MAX: u32 = 20;

/// Most links of a profile.
pub const LINKS_MAX: u32 = 10;

/// Most characters of a link.
pub const LINK_LENGTH_MAX: u32 = 500;

/// Most stations of a list of a profile; a list is answered whole.
pub const STATIONS_MAX: i64 = 50;

/// Most publications of a profile; the list is answered whole.
pub const PUBLICATIONS_MAX: i64 = 200;

/// Years in which something may have been published.
pub const PUBLICATION_YEARS: std::ops::RangeInclusive<i64> = 1800..=2100;

/// Most UTF-16 code units that a field of a page's form is read with: more than any rule
/// takes, so that the form can come back and say so.
pub const FORM_TEXT_LENGTH_MAX: u32 = 12_000;

/// Offers that the page of an alert shows of what it finds now.
pub const ALERT_PAGE_JOBS_MAX: usize = 20;

/// Most alerts of a person.
pub const ALERTS_MAX: i64 = 10;

/// Most filters of an alert: more than there are.
pub const ALERT_QUERY_FIELDS_MAX: u32 = 20;

/// Most offers that one look of an alert reads.
pub const ALERT_JOBS_MAX: usize = 100;

/// Most offers that the mail of an alert names.
pub const ALERT_JOBS_NAMED_MAX: usize = 10;

/// Seconds by which a look of an alert goes back behind the last: longer than a batch
/// that publishes an offer can take until others see it.
pub const ALERT_OVERLAP_S: i64 = 120;
