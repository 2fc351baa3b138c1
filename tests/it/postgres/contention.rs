//! Batches in each other's way: they wait, are tried again, and come out as if one
//! had come after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use antesala::base::clock::Millis;
use antesala::base::entropy::Entropy;
use antesala::domain::email::Email;
use antesala::domain::session::Session;
use antesala::domain::token::TokenHash;
use antesala::domain::user::User;
use antesala::domain::waitlist::{WaitlistEntry, WaitlistRole};
use antesala::store::leases::{self, Lease};
use antesala::store::users::{self, Activity};
use antesala::store::{Affected, Statement, Store, StoreError, sessions, verifications, waitlist};

use crate::support::database::Look;
use crate::support::opened::all;
use crate::support::server::wait_for;
use crate::support::{Database, Opened};

type Outcome = Result<Vec<Affected>, StoreError>;

/// Opens a store with a person who may sign in.
fn with_ana() -> Option<Opened> {
    let store = Opened::on_server()?;
    store.database.execute(
        "INSERT INTO \"user\" (id, name, email, email_verified, role, is_admin, banned, is_active,
            created_at, updated_at)
        VALUES ('usr_ana', 'Ana', 'ana@ejemplo.es', 1, 'user', 0, 0, 1, 0, 0)",
    );
    Some(store)
}

fn session(number: u8) -> Session {
    Session {
        id: format!("ses_{number}"),
        token_hash: TokenHash([number; 32]),
        user_id: String::from("usr_ana"),
        expires_at: Millis(1),
        created_at: Millis(0),
        updated_at: Millis(0),
        ip_address: String::new(),
        user_agent: String::new(),
        impersonated_by: None,
    }
}

/// Waits until somebody waits for a lock in this database.
fn wait_for_a_wait(look: &Look) {
    let sql = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE NOT l.granted AND a.datname = current_database()";
    wait_for("somebody who waits", || {
        (look.rows(sql).unwrap()[0][0].as_deref() != Some("0")).then_some(())
    });
}

fn look_at(store: &Opened) -> Look {
    let Database::Server(served) = &store.database else { unreachable!() };
    Look::connect(served.url()).unwrap()
}

#[test]
fn whoever_bars_a_person_ends_the_session_that_is_being_opened() {
    let Some(store) = with_ana() else { return };
    let (opening, watching) = (look_at(&store), look_at(&store));
    let text = sessions::insert(&session(1)).sql.for_server();
    opening.rows("BEGIN").unwrap();
    opening.rows(&format!("PREPARE opening AS {text}")).unwrap();
    let values = "'ses_1', '\\x01', 'usr_ana', 1, 0, 0, '', ''";
    opening.rows(&format!("EXECUTE opening({values})")).unwrap();
    let mut batch = vec![users::active_set("usr_ana", Activity::Off, Millis(1))];
    batch.extend(sessions::end_all("usr_ana"));
    thread::scope(|scope| {
        scope.spawn(|| {
            wait_for_a_wait(&watching);
            opening.rows("COMMIT").unwrap();
        });
        store.apply(batch).unwrap();
    });
    assert_eq!(store.database.count("session"), 0);
    let late = store.apply(vec![sessions::insert(&session(2))]);
    assert!(matches!(late, Err(StoreError::Unexpected { got: 0, .. })), "{late:?}");
}

#[test]
fn session_that_waits_for_whoever_bars_its_person_is_refused() {
    let Some(store) = with_ana() else { return };
    let (barring, watching) = (look_at(&store), look_at(&store));
    barring.rows("BEGIN; UPDATE \"user\" SET is_active = 0").unwrap();
    let refused = thread::scope(|scope| {
        scope.spawn(|| {
            wait_for_a_wait(&watching);
            barring.rows("COMMIT").unwrap();
        });
        store.apply(vec![sessions::insert(&session(1))])
    });
    assert!(matches!(refused, Err(StoreError::Unexpected { got: 0, .. })), "{refused:?}");
}

fn take(name: &str) -> Statement {
    leases::take(name, ("me", "i"), Millis(100), Millis(0))
}

#[test]
fn batches_that_lock_each_other_out_are_tried_again() {
    let Some(store) = Opened::on_server() else { return };
    store.apply(vec![take("a"), take("b")]).unwrap();
    let batch = |n: usize| {
        let (one, other) = if n.is_multiple_of(2) { ("a", "b") } else { ("b", "a") };
        vec![take(one), take(other)]
    };
    let outcomes = store.wait(all((0..40).map(|n| store.store.apply(batch(n))).collect()));
    for outcome in outcomes {
        outcome.unwrap();
    }
    let lease: Option<Lease> = store.apply(vec![take("a")]).unwrap()[0].first().unwrap();
    assert_eq!(lease.unwrap().fence, 42, "each was applied once");
}

/// Lets every insert into `verification` fail in the server until its `nth` try.
fn fail_until(store: &Opened, nth: i64, code: &str) {
    store.database.execute(&format!(
        "CREATE SEQUENCE tries;
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('tries') < {nth} THEN
                RAISE EXCEPTION 'in the way' USING ERRCODE = '{code}';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER fail BEFORE INSERT ON verification FOR EACH ROW EXECUTE FUNCTION fail()"
    ));
}

fn verification() -> Statement {
    verifications::insert(&verifications::Verification {
        id: String::from("ver_1"),
        identifier: String::from("key"),
        value: String::from("x"),
        subject: None,
        expires_at: Millis(1),
        created_at: Millis(0),
    })
}

#[test]
fn serialization_failures_are_tried_again_within_a_bound() {
    for code in ["40001", "40P01"] {
        let Some(store) = Opened::on_server() else { return };
        fail_until(&store, 4, code);
        store.apply(vec![verification()]).unwrap();
        assert_eq!(store.database.number("SELECT last_value FROM tries"), 4);
        assert_eq!(store.database.count("verification"), 1);
    }
    let store = Opened::on_server().unwrap();
    fail_until(&store, 1_000, "40001");
    let given_up = store.apply(vec![verification()]);
    assert!(matches!(given_up, Err(StoreError::Unavailable { .. })), "{given_up:?}");
    assert_eq!(store.database.number("SELECT last_value FROM tries"), 9);
}

#[test]
fn other_failures_are_told_at_once() {
    let Some(store) = Opened::on_server() else { return };
    fail_until(&store, 1_000, "23514");
    let refused = store.apply(vec![verification()]);
    assert!(matches!(refused, Err(StoreError::Engine { .. })), "{refused:?}");
    assert_eq!(store.database.number("SELECT last_value FROM tries"), 1);
}

#[test]
fn statements_prepared_before_a_schema_change_are_prepared_anew() {
    let Some(store) = with_ana() else { return };
    let ana = || store.find::<User>(users::by_id("usr_ana")).unwrap();
    assert_eq!(ana().unwrap().name, "Ana");
    // The same column with another type: what was prepared promises the old one.
    store.database.execute("ALTER TABLE \"user\" ALTER COLUMN name TYPE varchar(99)");
    assert_eq!(ana().unwrap().name, "Ana");
}

fn entry(email: &str) -> WaitlistEntry {
    WaitlistEntry {
        id: email.to_owned(),
        email: Email::parse(email).unwrap(),
        role: WaitlistRole::Empresa,
        name: None,
        field: None,
        company: None,
        source: None,
        referred_by: None,
        sequence: 0,
        referrals: 0,
        locale: String::from("es"),
        created_at: Millis(0),
        confirmed_at: None,
        invited_at: None,
        welcome: false,
        unsubscribed_at: None,
    }
}

#[test]
fn batches_on_a_hot_row_share_commits_and_the_wrong_ones_hurt_no_other() {
    let Some(opened) = Opened::on_server() else { return };
    let (commits, made) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, batches) = (Arc::clone(&commits), Arc::clone(&made));
    let observe = Box::new(move |group: usize| {
        counted.fetch_add(1, Ordering::Relaxed);
        batches.fetch_add(group, Ordering::Relaxed);
    });
    let store = Store::open(&opened.database.location(), Entropy::System, observe).unwrap();
    // Every tenth has an address that is there, every fiftieth asks for the impossible.
    let join = |n: usize| {
        let address = if n % 10 == 9 { n - 1 } else { n };
        let mut batch =
            vec![waitlist::next_sequence(), waitlist::insert(&entry(&format!("p{address}@x.es")))];
        batch.extend((n % 50 == 25).then(|| waitlist::count_referral("nobody").expecting(1)));
        batch
    };
    let outcomes = opened.wait(all((0..300).map(|n| store.apply(join(n))).collect()));
    for (n, pair) in outcomes.chunks(2).enumerate() {
        let kept = pair.iter().filter(|outcome| outcome.is_ok()).count();
        let is_pair_of_one = n % 5 == 4;
        let is_impossible = n % 25 == 12;
        assert_eq!(kept, if is_pair_of_one || is_impossible { 1 } else { 2 }, "{n}: {pair:?}");
    }
    let impossible = &outcomes[25];
    assert!(matches!(impossible, Err(StoreError::Unexpected { .. })), "{impossible:?}");
    assert_eq!(opened.database.count("waitlist"), 264);
    assert_eq!(opened.database.number("SELECT count(DISTINCT sequence) FROM waitlist"), 264);
    let last = opened.database.number("SELECT value FROM counter WHERE name = 'waitlist'");
    assert_eq!(last, 264, "a refused batch takes no place");
    assert_eq!(made.load(Ordering::Relaxed), 264);
    let commits = commits.load(Ordering::Relaxed);
    assert!(commits < 132, "{commits} commits for 264 batches");
    opened.wait(store.close()).unwrap();
}

/// Applies batches in one group: the first waits for the hot row until the others wait
/// behind it.
fn apply_together(store: &Opened, batches: Vec<Vec<Statement>>) -> Vec<Outcome> {
    let (holding, watching) = (look_at(store), look_at(store));
    holding.rows("BEGIN; UPDATE counter SET value = value WHERE name = 'waitlist'").unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            wait_for_a_wait(&watching);
            holding.rows("COMMIT").unwrap();
        });
        store.wait(all(batches.into_iter().map(|batch| store.store.apply(batch)).collect()))
    })
}

#[test]
fn statement_that_is_new_to_the_connection_runs_behind_a_refused_batch() {
    let Some(store) = Opened::on_server() else { return };
    let with = |write: Statement| vec![waitlist::next_sequence(), write];
    let join = |email: &str| with(waitlist::insert(&entry(email)));
    // A refusal in a group: from now on each batch has a savepoint.
    let outcomes = apply_together(&store, ["a@x.es", "b@x.es", "b@x.es"].map(join).into());
    assert!(outcomes[2].is_err(), "{outcomes:?}");
    let again = with(waitlist::again("a@x.es"));
    let outcomes = apply_together(&store, vec![join("c@x.es"), join("a@x.es"), again]);
    assert!(matches!(outcomes[1], Err(StoreError::Duplicate { .. })), "{outcomes:?}");
    assert!(outcomes[2].is_ok(), "{outcomes:?}");
}
