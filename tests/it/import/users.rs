//! People who come in a list, with hashes of every format.

use serde_json::{Value, json};

use super::old::HASH;
use crate::support::Client;
use crate::support::process::Place;
use crate::support::server::{PASSWORD, SITE};

/// Firebase's own example: the project's parameters, a salt and a hash.
const SIGNER_KEY: &str =
    "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
const FIREBASE_SALT: &str = "42xEC+ixf3L2lw==";
const FIREBASE_HASH: &str =
    "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";

/// Hashes of the password that all tests use.
const HASHES: [(&str, &str); 5] = [
    ("own-scrypt", HASH),
    ("scrypt", include_str!("../../golden/hash-better-auth-scrypt.txt")),
    ("bcrypt", include_str!("../../golden/hash-bcrypt.txt")),
    ("pbkdf2", include_str!("../../golden/hash-pbkdf2-sha256.txt")),
    ("argon2", include_str!("../../golden/hash-argon2i.txt")),
];

fn sign_in(place: &Place, people: &[(&str, &str)]) {
    let server = place.serve();
    for (email, password) in people {
        let mut person = Client::new(&server.base(), SITE);
        let credentials = json!({"email": email, "password": password});
        person.post("/api/auth/sign-in/email", credentials).expect(200);
    }
}

fn hashes(place: &Place) -> Vec<String> {
    let rows = place.database().rows("SELECT password FROM account");
    rows.into_iter().map(|mut row| row.swap_remove(0)).collect()
}

#[test]
fn list_of_every_hash_signs_in_and_becomes_argon2id() {
    let place = Place::new();
    let header = "\u{feff}email,name,password_hash,emailVerified,created_at";
    let lines = HASHES.map(|(name, hash)| {
        let hash = hash.trim();
        format!("{name}@Ejemplo.ES,\"Ñandú, {name}\",\"{hash}\",true,2026-01-01T00:00:00Z")
    });
    place.write("people.csv", &format!("{header}\n{}\n", lines.join("\n")));
    let sum = place.ok(&["import", "users", "--from", "people.csv"]);
    assert!(sum.contains("people: 5 added, 0 already there, 0 refused"), "{sum}");
    assert!(sum.contains("accounts: 5 added"), "{sum}");
    let again = place.ok(&["import", "users", "--from", "people.csv"]);
    assert!(again.contains("people: 0 added, 5 already there, 0 refused"), "{again}");
    assert!(again.contains("nothing was changed"), "{again}");
    let row = r#"SELECT name, email_verified, created_at, substr(id, 1, 4) FROM "user"
        WHERE email = 'bcrypt@ejemplo.es'"#;
    assert_eq!(place.database().rows(row), [["Ñandú, bcrypt", "1", "1767225600000", "usr_"]]);
    assert!(hashes(&place).iter().all(|hash| !hash.starts_with("$argon2id$")));
    let people = HASHES.map(|(name, _)| format!("{name}@ejemplo.es"));
    sign_in(&place, &people.each_ref().map(|email| (email.as_str(), PASSWORD)));
    assert!(hashes(&place).iter().all(|hash| hash.starts_with("$argon2id$")));
}

#[test]
fn firebases_export_comes_with_ids_and_passwords() {
    let place = Place::new();
    let person = |id: &str, more: Value| {
        let mut person = json!({"localId": id, "email": format!("{id}@ejemplo.es"),
            "emailVerified": true, "displayName": "Ana", "createdAt": "1767225600120",
            "passwordHash": FIREBASE_HASH, "salt": FIREBASE_SALT, "providerUserInfo": []});
        person.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        person
    };
    let export = json!({"users": [
        person("fb1", json!({})),
        person("fb2", json!({"disabled": true})),
        person("fb3", json!({"salt": "%%"})),
    ]});
    place.write("people.json", &export.to_string());
    let flags = ["import", "users", "--from", "people.json"];
    let told = place.fails(&[&flags[..], &["--dry-run"]].concat(), 1);
    assert!(told.contains("refused account element 1: the hash has a salt beside it"), "{told}");
    assert_eq!(place.database().count("user"), 0);
    let keys = ["--firebase-signer-key", SIGNER_KEY, "--firebase-salt-separator", "Bw=="];
    let told = place.fails(&[&flags[..], &keys].concat(), 1);
    assert!(told.contains("refused account element 3: hash or salt is none"), "{told}");
    assert!(!told.contains(SIGNER_KEY), "{told}");
    let rows = place.database().rows(r#"SELECT id, is_active, created_at FROM "user" ORDER BY id"#);
    let at = "1767225600120";
    assert_eq!(rows, [["fb1", "1", at], ["fb2", "0", at], ["fb3", "1", at]]);
    sign_in(&place, &[("fb1@ejemplo.es", "user1password")]);
    let fb1 = "SELECT password FROM account WHERE user_id = 'fb1'";
    assert!(place.database().text(fb1).starts_with("$argon2id$"));
}

#[test]
fn lines_that_cannot_be_taken_are_told_by_their_number() {
    let place = Place::new();
    place.write(
        "people.csv",
        "email,role,password_hash\nana@ejemplo.es,admin,\nno es correo,,\nANA@ejemplo.es,,\n\
         eva@ejemplo.es,,md5$1234\n",
    );
    let told = place.fails(&["import", "users", "--from", "people.csv"], 1);
    for line in [
        "refused user line 3: \"no es correo\" is no mail address",
        "refused account line 5: the password's hash is of no known format",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let people =
        place.database().rows(r#"SELECT email, role, is_admin FROM "user" ORDER BY email"#);
    assert_eq!(people, [["ana@ejemplo.es", "admin", "1"], ["eva@ejemplo.es", "user", "0"]]);
    assert_eq!(place.database().count("account"), 0);
}

#[test]
fn file_that_is_no_list_is_named_with_what_is_wrong() {
    let place = Place::new();
    place.write("header.csv", "correo,nombre\nana@ejemplo.es,Ana\n");
    place.write("text.json", "ana@ejemplo.es");
    place.write("object.json", "{\"people\": []}");
    for (file, said) in [
        ("nowhere.csv", "cannot read nowhere.csv"),
        ("header.csv", "no column email; it names correo, nombre"),
        ("text.json", "it is no JSON"),
        ("object.json", "no array \"users\""),
    ] {
        let told = place.fails(&["import", "users", "--from", file], 1);
        assert!(told.contains(said), "{file}: {told}");
    }
}

#[test]
fn lists_come_in_as_spreadsheets_and_other_programs_write_them() {
    let place = Place::new();
    let excel =
        "sep=;\r\nE-mail;Email_Verified;Created At\r\nana@ejemplo.es;VERDADERO;2024-03-01\r\n";
    let utf_16: Vec<u8> = excel
        .replace("E-mail", "\u{feff}email")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let western = b"email;name\r\neva@ejemplo.es;\xd1and\xfa\r\n";
    let lines = "{\"email\":\"olga@ejemplo.es\",\"created_at\":1709251200.5}\n{\"email\":\"luz@ejemplo.es\"}\n";
    let supabase = "id,email,encrypted_password,email_confirmed_at,role,aud\n\
        11111111-1111-4111-8111-111111111111,s@ejemplo.es,,2024-03-01 10:00:00+00,authenticated,authenticated\n";
    let clerk = "id,first_name,last_name,primary_email_address,verified_email_addresses\n\
        user_1,Ana,Ruiz,c@ejemplo.es,c@ejemplo.es\n";
    std::fs::write(place.path("utf16.csv"), utf_16).unwrap();
    std::fs::write(place.path("western.csv"), western).unwrap();
    place.write("lines.ndjson", lines);
    place.write("supabase.csv", supabase);
    place.write("clerk.csv", clerk);
    place.write("mark.json", "\u{feff}[{\"email\":\"m@ejemplo.es\"}]");
    for file in ["utf16.csv", "western.csv", "lines.ndjson", "clerk.csv", "mark.json"] {
        place.ok(&["import", "users", "--from", file]);
    }
    let told = place.ok(&["import", "users", "--from", "supabase.csv"]);
    for column in ["role", "aud"] {
        assert!(
            told.contains(&format!("1 rows hold something in {column}, which was not read")),
            "{told}"
        );
    }
    let people = r#"SELECT email, name, email_verified, role FROM "user" ORDER BY email"#;
    let want = [
        ["ana@ejemplo.es", "", "1", "user"],
        ["c@ejemplo.es", "Ana Ruiz", "1", "user"],
        ["eva@ejemplo.es", "Ñandú", "0", "user"],
        ["luz@ejemplo.es", "", "0", "user"],
        ["m@ejemplo.es", "", "0", "user"],
        ["olga@ejemplo.es", "", "0", "user"],
        ["s@ejemplo.es", "", "1", "user"],
    ];
    assert_eq!(place.database().rows(people), want);
    let at = |email: &str| {
        place.database().text(&format!(
            r#"SELECT CAST(created_at AS TEXT) FROM "user" WHERE email = '{email}'"#
        ))
    };
    assert_eq!(at("ana@ejemplo.es"), "1709251200000");
    assert_eq!(at("olga@ejemplo.es"), "1709251200500");
}

#[test]
fn values_that_can_be_read_in_two_ways_are_refused_by_line_and_column() {
    let place = Place::new();
    place.write(
        "people.csv",
        "email,createdAt,emailVerified\na@ejemplo.es,01/03/2024,\nb@ejemplo.es,,quizá\nc@ejemplo.es,,no\n",
    );
    let told = place.fails(&["import", "users", "--from", "people.csv"], 1);
    for line in [
        "refused user line 2: createdAt \"01/03/2024\" is no moment",
        "refused user line 3: emailVerified \"quizá\" is neither yes nor no",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    assert_eq!(place.database().count("user"), 1);
}

#[test]
fn imported_password_that_was_hashed_as_it_came_opens_the_account() {
    let place = Place::new();
    let hash = "$2b$05$ONhrgRYV1GSYf4AaVTiVBOHWBRhMBkfbvkpT3mZw2TNZsMXdxpr9y";
    place.write("people.csv", &format!("email,password_hash\nordinal@ejemplo.es,{hash}\n"));
    place.ok(&["import", "users", "--from", "people.csv"]);
    sign_in(&place, &[("ordinal@ejemplo.es", "clave nº 5 larga")]);
    assert!(hashes(&place)[0].starts_with("$argon2id$"));
    sign_in(&place, &[("ordinal@ejemplo.es", "clave nº 5 larga")]);
}

#[test]
fn waitlist_comes_in_with_names_in_any_style_and_nothing_is_dropped_in_silence() {
    let place = Place::new();
    place.write(
        "a.csv",
        "Email;Role;created_at;Tag\na@ejemplo.es;Professional;2024-05-01T10:00:00Z;vip\n",
    );
    let told = place.ok(&["waitlist", "import", "a.csv"]);
    assert!(told.contains("1 lines hold something in Tag, which was not read"), "{told}");
    let exported = place.ok(&["waitlist", "export"]);
    assert!(exported.contains("2024-05-01T10:00:00.000Z"), "{exported}");
    place.write("b.csv", "correo,rol\nb@ejemplo.es,professional\n");
    let told = place.fails(&["waitlist", "import", "b.csv"], 1);
    assert!(told.contains("it names correo, rol"), "{told}");
}
