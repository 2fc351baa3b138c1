//! Cells of another database that can be read in two ways, or in none.

use super::old::{HASH, Old, SECRET, in_s};
use crate::support::process::Place;

#[test]
fn moment_that_cannot_be_read_is_refused_by_row_and_column_and_never_now() {
    let mut place = Place::new();
    place.set("ANTESALA_AUTH__SECRET", SECRET);
    let old = Old::new(&place);
    for id in ["good", "early", "day", "maybe", "way", "seat"] {
        old.person(id, &format!("{id}@ejemplo.es"));
        old.password(id, HASH);
        old.session(id, id, in_s(86_400));
    }
    old.execute(
        r#"UPDATE "user" SET createdAt = '-86400' WHERE id = 'early';
        UPDATE "user" SET createdAt = '01/03/2024' WHERE id = 'day';
        UPDATE "user" SET emailVerified = 'quizá' WHERE id = 'maybe';
        UPDATE account SET createdAt = 'ayer' WHERE userId = 'way';
        UPDATE session SET createdAt = 'ayer' WHERE userId = 'seat';"#,
    );
    let output = place.run(&["import", "better-auth", "--from", "sqlite:old.db"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    for line in [
        "refused user day: createdAt holds \"01/03/2024\", which is no moment",
        "refused user maybe: emailVerified holds \"quizá\", which is neither yes nor no",
        "refused account acc-way: createdAt holds \"ayer\", which is no moment",
        "refused session ses-seat: createdAt holds \"ayer\", which is no moment",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let early = r#"SELECT created_at FROM "user" WHERE id = 'early'"#;
    assert_eq!(place.database().text(early), "-86400000");
    assert_eq!(place.database().count("user"), 4);
    assert_eq!(place.database().count("account"), 3);
    // Mended, it comes with the next run.
    old.execute(r#"UPDATE "user" SET createdAt = '2024-03-01' WHERE id = 'day'"#);
    place.run(&["import", "better-auth", "--from", "sqlite:old.db"]);
    let day = r#"SELECT created_at FROM "user" WHERE id = 'day'"#;
    assert_eq!(place.database().text(day), "1709251200000");
}
