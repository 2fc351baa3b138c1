//! Migrations of a database on a server, under one advisory lock.
//!
//! The lock belongs to the transaction, so it holds behind a pooler too and goes
//! with it. Only the operator can copy such a database: where there is something
//! to lose, nothing is changed before that is said to be done.

use tokio_postgres::{Client, Error, Row};

use super::{Applied, Copying, MigrateError, Migration, Pending, Report, TABLE};
use super::{compare, for_engine};
use crate::base::clock::Millis;
use crate::store::StoreError;
use crate::store::copy::MARKS;
use crate::store::postgres::address::Address;
use crate::store::postgres::link::{Held, Links};
use crate::store::postgres::trouble::Trouble;

/// The advisory lock of migrations: "antesala" in the alphabet of ASCII.
const LOCK: i64 = 0x616e_7465_7361_6c61;

pub async fn status(address: &Address) -> Result<Vec<Migration>, MigrateError> {
    let held = connect(address).await?;
    compare(&applied(client(&held)?).await?)
}

pub async fn up(address: &Address, copying: Copying, now: Millis) -> Result<Report, MigrateError> {
    let held = connect(address).await?;
    let client = client(&held)?;
    // The lock may take as long as whoever holds it; so may the changes.
    let begin = "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";
    client.batch_execute(begin).await.map_err(|error| failed(&error))?;
    // After an error the connection is dropped, and the server undoes the transaction.
    let report = apply(client, address, copying, now).await?;
    client.batch_execute("COMMIT").await.map_err(|error| failed(&error))?;
    Ok(report)
}

async fn connect(address: &Address) -> Result<Held, MigrateError> {
    let links = Links::new(&address.alone())?;
    links.take().await.map_err(|trouble| match trouble.error {
        StoreError::Unavailable { reason } => {
            MigrateError::OutOfReach { server: address.to_string(), reason }
        }
        other @ (StoreError::Busy
        | StoreError::Duplicate { .. }
        | StoreError::Unexpected { .. }
        | StoreError::Decode { .. }
        | StoreError::Engine { .. }) => MigrateError::Store(other),
    })
}

fn client(held: &Held) -> Result<&Client, StoreError> {
    held.connection().map(|connection| &**connection).map_err(|trouble| trouble.error)
}

async fn apply(
    client: &Client,
    address: &Address,
    copying: Copying,
    now: Millis,
) -> Result<Report, MigrateError> {
    client
        .execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
        .await
        .map_err(|error| failed(&error))?;
    if has_table(client, MARKS).await.map_err(|error| failed(&error))? {
        return Err(MigrateError::HalfCopied);
    }
    let pending = Pending::of(&applied(client).await?)?;
    if pending.migrations.is_empty() {
        return Ok(Report::default());
    }
    if !pending.is_new && copying == Copying::Demanded {
        let number = pending.first_number();
        return Err(MigrateError::CopyFirst { number, command: address.dump_command(number) });
    }
    client.batch_execute(TABLE).await.map_err(|error| failed(&error))?;
    for migration in &pending.migrations {
        let text = for_engine(&migration.text, "postgres");
        client.batch_execute(&text).await.map_err(|error| not_applied(&error))?;
        let Migration { number, name, checksum, .. } = migration;
        client
            .execute(
                "INSERT INTO migration (number, name, checksum, applied_at)
                VALUES ($1, $2, $3, $4)",
                &[number, name, checksum, &now.0],
            )
            .await
            .map_err(|error| failed(&error))?;
    }
    Ok(Report { applied: pending.migrations, backup: None })
}

async fn has_table(client: &Client, name: &str) -> Result<bool, Error> {
    client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&name]).await?.try_get(0)
}

async fn applied(client: &Client) -> Result<Applied, StoreError> {
    let read = async || -> Result<Applied, Error> {
        if !has_table(client, "migration").await? {
            return Ok(Applied::new());
        }
        let sql = "SELECT number, checksum, applied_at FROM migration";
        let rows = client.query(sql, &[]).await?;
        let entry = |row: &Row| Ok((row.try_get(0)?, (row.try_get(1)?, Millis(row.try_get(2)?))));
        rows.iter().map(entry).collect()
    };
    read().await.map_err(|error| failed(&error))
}

/// Tells a server that lacks the extension from one that is in trouble.
///
/// A missing file is 58P01 (0A000 from version 15 on), a role that may not is 42501.
fn not_applied(error: &Error) -> MigrateError {
    match error.as_db_error() {
        Some(said)
            if ["58P01", "0A000", "42501"].contains(&said.code().code())
                && said.message().contains("extension") =>
        {
            MigrateError::NoTrigrams { reason: said.message().to_owned() }
        }
        Some(_) | None => failed(error).into(),
    }
}

fn failed(error: &Error) -> StoreError {
    Trouble::of("migrate", error).error
}
