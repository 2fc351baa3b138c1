//! One batch on a connection: all of it or none.
//!
//! BEGIN and every statement go out together; the answers are checked in their
//! order, and only then COMMIT follows. One statement that may touch any number
//! of rows commits by itself, in one trip.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use deadpool_postgres::ClientWrapper;
use futures_util::TryStreamExt as _;
use tokio_postgres::{Error, Row};

use super::trouble::Trouble;
use crate::store::row::Column;
use crate::store::{Affected, Expect, Statement, Value};

type Prepared = tokio_postgres::Statement;

/// Runs a batch; after a failure nothing of it remains, unless the connection was
/// lost on the way to the commit.
pub async fn run(
    connection: &ClientWrapper,
    batch: &[Statement],
) -> Result<Vec<Affected>, Trouble> {
    if let [only] = batch
        && only.expect == Expect::Any
    {
        return Ok(vec![run_alone(connection, only).await?]);
    }
    let mut prepared = Vec::with_capacity(batch.len());
    for statement in batch {
        prepared.push(prepare(connection, statement).await?);
    }
    run_guarded(connection, batch, &prepared).await
}

/// Runs one statement that commits by itself.
pub async fn run_alone(
    connection: &ClientWrapper,
    statement: &Statement,
) -> Result<Affected, Trouble> {
    let prepared = prepare(connection, statement).await?;
    execute(connection, &prepared, statement).await.map_err(Trouble::once_sent)
}

/// Prepares a statement, once a connection.
pub async fn prepare(
    connection: &ClientWrapper,
    statement: &Statement,
) -> Result<Prepared, Trouble> {
    let name = statement.sql.name;
    let prepared = connection.prepare_cached(statement.sql.for_server()).await;
    prepared.map_err(|error| Trouble::of(name, &error))
}

async fn run_guarded(
    connection: &ClientWrapper,
    batch: &[Statement],
    prepared: &[Prepared],
) -> Result<Vec<Affected>, Trouble> {
    let outcome = pipeline(connection, batch, prepared).await;
    match outcome {
        Ok(answers) => {
            let committed = connection.batch_execute("COMMIT").await;
            committed.map_err(|error| Trouble::of("commit", &error).once_sent())?;
            Ok(answers)
        }
        Err(trouble) if trouble.is_lost => Err(trouble),
        Err(trouble) => {
            let undone = connection.batch_execute("ROLLBACK").await;
            undone.map_err(|error| Trouble::of("rollback", &error))?;
            Err(trouble)
        }
    }
}

/// Sends BEGIN and every statement before it waits for the first answer.
async fn pipeline(
    connection: &ClientWrapper,
    batch: &[Statement],
    prepared: &[Prepared],
) -> Result<Vec<Affected>, Trouble> {
    let mut begin = pin!(connection.batch_execute("BEGIN"));
    let mut begun = sent(begin.as_mut()).await;
    let mut waiting = Vec::with_capacity(batch.len());
    for (statement, prepared) in batch.iter().zip(prepared) {
        let mut answer = Box::pin(execute(connection, prepared, statement));
        let early = sent(answer.as_mut()).await;
        waiting.push((answer, early));
    }
    if begun.is_none() {
        begun = Some(begin.await);
    }
    if let Some(Err(error)) = begun {
        return Err(Trouble::of("begin", &error));
    }
    let mut answers = Vec::with_capacity(batch.len());
    for (answer, early) in waiting {
        answers.push(match early {
            Some(outcome) => outcome?,
            None => answer.await?,
        });
    }
    Ok(answers)
}

/// Polls a request once, which sends it; returns its answer if that is there already.
async fn sent<F: Future>(mut request: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| {
        Poll::Ready(match request.as_mut().poll(context) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        })
    })
    .await
}

async fn execute(
    connection: &ClientWrapper,
    prepared: &Prepared,
    statement: &Statement,
) -> Result<Affected, Trouble> {
    let name = statement.sql.name;
    let (rows, returned) =
        ask(connection, prepared, statement).await.map_err(|error| Trouble::of(name, &error))?;
    let returned = returned.iter().map(carried).collect::<Result<_, _>>();
    let returned = returned.map_err(|error| Trouble::of(name, &error))?;
    match statement.expect {
        Expect::Rows(want) if want != rows => Err(Trouble::unexpected(name, want, rows)),
        Expect::Rows(_) | Expect::Any => Ok(Affected::new(name, rows, returned)),
    }
}

async fn ask(
    connection: &ClientWrapper,
    prepared: &Prepared,
    statement: &Statement,
) -> Result<(u64, Vec<Row>), Error> {
    let mut answer = pin!(connection.query_raw(prepared, statement.values.iter()).await?);
    let mut returned = Vec::new();
    while let Some(row) = answer.try_next().await? {
        returned.push(row);
    }
    Ok((answer.rows_affected().unwrap_or(0), returned))
}

/// Copies a row out of the answer.
pub fn carried(row: &Row) -> Result<Vec<Value>, Error> {
    (0..row.len()).map(|index| row.try_get::<_, Column<'_>>(index).map(Value::from)).collect()
}
