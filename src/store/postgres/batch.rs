//! Batches on a connection: all of each or none.
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
use crate::store::{Affected, Expect, Statement, StoreError, Value};

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
    let mut answers = run_bare(connection, &[batch]).await?;
    Ok(answers.pop().unwrap_or_default())
}

/// Runs batches one after the other in one transaction: all of them or none.
pub async fn run_bare(
    connection: &ClientWrapper,
    batches: &[&[Statement]],
) -> Result<Vec<Vec<Affected>>, Trouble> {
    let statements: Vec<&Statement> = batches.iter().copied().flatten().collect();
    let ran = pipeline(connection, "BEGIN", &statements).await;
    let mut answers = ended(connection, ran, "COMMIT").await?.into_iter();
    Ok(batches.iter().map(|batch| answers.by_ref().take(batch.len()).collect()).collect())
}

/// What became of each batch of a group.
pub type Outcomes = Vec<Result<Vec<Affected>, StoreError>>;

/// Runs batches in one transaction with a savepoint each: one that is refused is
/// undone by itself and hurts no other. It is undone at once: a statement of the next
/// one may be new to the connection, and nothing can be prepared in a transaction that
/// failed.
pub async fn run_guarded(
    connection: &ClientWrapper,
    batches: &[&[Statement]],
) -> Result<Outcomes, Trouble> {
    let (mut opening, closing) = ("BEGIN; SAVEPOINT batch", "RELEASE batch; COMMIT");
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        let statements: Vec<&Statement> = batch.iter().collect();
        match pipeline(connection, opening, &statements).await {
            Ok(answers) => outcomes.push(Ok(answers)),
            Err(trouble) if trouble.is_refusal() => {
                if let Err(error) = connection.batch_execute("ROLLBACK TO batch").await {
                    let trouble = Trouble::of("rollback to savepoint", &error);
                    return ended(connection, Err(trouble), closing).await;
                }
                outcomes.push(Err(trouble.error));
            }
            Err(trouble) => return ended(connection, Err(trouble), closing).await,
        }
        opening = "RELEASE batch; SAVEPOINT batch";
    }
    ended(connection, Ok(outcomes), closing).await
}

/// Commits what ran, or undoes it.
async fn ended<T>(
    connection: &ClientWrapper,
    ran: Result<T, Trouble>,
    commit: &'static str,
) -> Result<T, Trouble> {
    match ran {
        Ok(done) => {
            let committed = connection.batch_execute(commit).await;
            committed.map_err(|error| Trouble::of("commit", &error).once_sent())?;
            Ok(done)
        }
        Err(trouble) if trouble.is_lost => Err(trouble),
        Err(trouble) => {
            let undone = connection.batch_execute("ROLLBACK").await;
            undone.map_err(|error| Trouble::of("rollback", &error))?;
            Err(trouble)
        }
    }
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

/// Sends a command that opens and every statement before it waits for the first answer.
async fn pipeline(
    connection: &ClientWrapper,
    opening: &'static str,
    statements: &[&Statement],
) -> Result<Vec<Affected>, Trouble> {
    let mut prepared = Vec::with_capacity(statements.len());
    for statement in statements {
        prepared.push(prepare(connection, statement).await?);
    }
    let mut open = pin!(connection.batch_execute(opening));
    let mut opened = sent(open.as_mut()).await;
    let mut waiting = Vec::with_capacity(statements.len());
    for (statement, prepared) in statements.iter().zip(&prepared) {
        let mut answer = Box::pin(execute(connection, prepared, statement));
        let early = sent(answer.as_mut()).await;
        waiting.push((answer, early));
    }
    if opened.is_none() {
        opened = Some(open.await);
    }
    if let Some(Err(error)) = opened {
        return Err(Trouble::of(opening, &error));
    }
    let mut answers = Vec::with_capacity(statements.len());
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
