//! A list that is exported and imported elsewhere is the same list, and nobody is lost.

use crate::support::process::Place;

const EXPORT: &str = "id,email,role,name,referrals,locale,createdAt,confirmedAt,invitedAt,unsubscribedAt
AbC123,ana@ejemplo.es,professional,Ana,3,es,2024-03-01T10:00:00.000Z,2024-03-01T11:00:00.000Z,,
Def456,bea@ejemplo.es,empresa,Bea,0,en,2024-03-02T10:00:00.000Z,,,
Ghi789,cris@ejemplo.es,professional,\"=Cris, 1\",0,es,2024-03-03T10:00:00.000Z,2024-03-03T11:00:00.000Z,2024-04-01T08:00:00.000Z,2024-05-01T08:00:00.000Z
";

fn all(place: &Place) -> Vec<Vec<String>> {
    place.database().rows(
        "SELECT id, email, role, name, sequence, referrals, locale, created_at,
            COALESCE(confirmed_at, 0), COALESCE(invited_at, 0), COALESCE(unsubscribed_at, 0)
        FROM waitlist ORDER BY sequence, id",
    )
}

#[test]
fn exported_list_comes_back_as_it_was_with_whoever_left_or_never_confirmed() {
    let place = Place::new();
    place.write("list.csv", EXPORT);
    place.ok(&["waitlist", "import", "list.csv"]);
    let kept = all(&place);
    assert_eq!(kept.len(), 3);
    assert_eq!(kept[1][8], "0", "nobody confirms by being copied: {kept:?}");
    assert_ne!(kept[2][10], "0", "who has left stays away: {kept:?}");
    for format in ["csv", "json"] {
        let file = format!("copy.{format}");
        let exported = place.ok(&["waitlist", "export", "--format", format]);
        let elsewhere = Place::new();
        elsewhere.write(&file, &exported);
        elsewhere.ok(&["waitlist", "import", &file]);
        assert_eq!(all(&elsewhere), kept, "{format}");
        assert_eq!(elsewhere.ok(&["waitlist", "export", "--format", format]), exported);
    }
}

#[test]
fn list_without_a_word_on_confirmations_is_taken_for_confirmed() {
    let place = Place::new();
    place.write("list.csv", "email,role\nana@ejemplo.es,professional\n");
    place.ok(&["waitlist", "import", "list.csv"]);
    assert_ne!(all(&place)[0][8], "0");
}

#[test]
fn new_address_with_somebody_elses_code_is_told_by_its_line() {
    let place = Place::new();
    place.write("list.csv", EXPORT);
    place.ok(&["waitlist", "import", "list.csv"]);
    place.write(
        "more.csv",
        "id,email,role\nAbC123,ana@ejemplo.es,professional\nAbC123,dani@ejemplo.es,professional\n",
    );
    let said = place.fails(&["waitlist", "import", "more.csv"], 1);
    assert!(said.contains("line 3") && said.contains("somebody else's code"), "{said}");
    assert!(!said.contains("dani@"), "{said}");
    assert_eq!(all(&place).len(), 3);
}
