//! Made-up offers, written straight into the tables.

use std::path::Path;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rusqlite::{Connection, params};

const CATEGORIES: [&str; 6] = ["biology", "physics", "chemistry", "geology", "medicine", "other"];
const STATES: [&str; 8] =
    ["Madrid", "Barcelona", "Valencia", "Sevilla", "Málaga", "Soria", "Bizkaia", "A Coruña"];
const MODES: [&str; 4] = ["on_site", "on_site", "hybrid", "remote"];
const TYPES: [&str; 3] = ["full_time", "part_time", "internship"];
const LEVELS: [&str; 4] = ["R1", "R2", "R3", "R4"];

/// Words of a description, and different words that there are.
const LENGTH: u64 = 180;
const VOCABULARY: f64 = 9_999.0;

/// The day on which the first offer was published.
const BEGAN_MS: i64 = 1_780_000_000_000;

/// Writes organisations and published offers.
pub fn fill(file: &Path, count: usize) {
    let mut database = Connection::open(file).unwrap();
    let mut random = ChaCha20Rng::seed_from_u64(7);
    let writes = database.transaction().unwrap();
    for n in 0..100 {
        let insert = "INSERT INTO organization (id, slug, name, created_at, updated_at)
            VALUES (?1, ?1, ?2, 0, 0)";
        writes.execute(insert, params![format!("org_{n}"), format!("Instituto {n}")]).unwrap();
    }
    for n in 0..count {
        offer(&writes, i64::try_from(n).unwrap(), &mut random);
    }
    let counter = "UPDATE counter SET value = ?1 WHERE name = 'job_listing'";
    writes.execute(counter, [i64::try_from(count).unwrap()]).unwrap();
    writes.commit().unwrap();
    database.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}

fn offer(writes: &Connection, n: i64, random: &mut ChaCha20Rng) {
    let mut pick = |list: &[&'static str]| list[random.next_u64() as usize % list.len()];
    let (category, state, mode) = (pick(&CATEGORIES), pick(&STATES), pick(&MODES));
    let (kind, level) = (pick(&TYPES), pick(&LEVELS));
    let salary = i64::try_from(18_000 + random.next_u64() % 60_000).unwrap();
    let organization = format!("org_{}", random.next_u64() % 100);
    let title = format!("investigador en {category} {}", words(random, 4));
    let skills = words(random, 5);
    let description = format!("biologia y mas {}", words(random, LENGTH));
    let (id, at) = (format!("job_{n:08}"), BEGAN_MS + n * 60_000);
    let job = "INSERT INTO job (id, slug, organization_id, title, description, category,
            employment_type, experience_level, salary_max, salary_currency, salary_period,
            is_salary_negotiable, salary_yearly, state, country, mode, benefits, required_skills,
            questions, status, published_at, expires_at, created_at, updated_at)
        VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'EUR', 'year', 0, ?8, ?9, 'ES', ?10, '[]',
            '[\"R\", \"Python\"]', '[]', 'publicada', ?11, ?11 + 15552000000, ?11, ?11)";
    let values = params![
        id,
        organization,
        title,
        description,
        category,
        kind,
        level,
        salary,
        state,
        mode,
        at
    ];
    writes.prepare_cached(job).unwrap().execute(values).unwrap();
    let listing = "INSERT INTO job_listing (job_id, number, is_listed, organization_id, category,
            state, country, mode, employment_type, experience_level, salary_currency,
            salary_yearly, published_at, title_words, skill_words, organization_words,
            description_words)
        VALUES (?1, ?2, 1, ?3, ?4, ?5, 'ES', ?6, ?7, ?8, 'EUR', ?9, ?10, ?11, ?12, 'instituto', ?13)";
    // They are plain words already.
    let [title, skills, description] =
        [&title, &skills, &description].map(|text| text.to_lowercase());
    let values = params![
        id,
        n + 1,
        organization,
        category,
        state,
        mode,
        kind,
        level,
        salary,
        at,
        title,
        skills,
        description
    ];
    writes.prepare_cached(listing).unwrap().execute(values).unwrap();
}

/// Draws words of which the first are in nearly every text and the last in few.
fn words(random: &mut ChaCha20Rng, count: u64) -> String {
    let drawn = (0..count).map(|_| {
        let share = (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        word(VOCABULARY.powf(share) as u64 - 1)
    });
    drawn.collect::<Vec<_>>().join(" ")
}

/// Returns the word that is the `rank`th most common: syllables, as a language has them.
pub fn word(rank: u64) -> String {
    const SYLLABLES: [&str; 22] = [
        "ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo", "tra",
        "ble", "con", "des", "mar", "gen", "bio", "lum",
    ];
    // Neighbours in rank shall not be neighbours in the dictionary.
    let mut rest = (rank + 1) * 7_919 % 10_007;
    let mut word = String::new();
    for _ in 0..3 {
        word.push_str(SYLLABLES[(rest % 22) as usize]);
        rest /= 22;
    }
    word
}
