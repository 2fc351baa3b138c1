//! A database on a server as one side of a copy. Rows go in by binary COPY.

use std::pin::pin;

use bytes::Bytes;
use deadpool_postgres::ClientWrapper;
use futures_util::TryStreamExt as _;
use tokio_postgres::Error;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

use super::schema::{Kind, Table};
use super::sum::Sum;
use super::{MARKS, Mark, Values, mark};
use crate::store::postgres::address::Address;
use crate::store::postgres::batch::carried;
use crate::store::postgres::link::{Held, Links};
use crate::store::postgres::trouble::Trouble;
use crate::store::{StoreError, Value};

pub struct Side(Held);

impl Side {
    pub async fn open(address: &Address) -> Result<Self, StoreError> {
        let held = Links::new(&address.alone())?.take().await.map_err(|trouble| trouble.error)?;
        let side = Self(held);
        // A whole table may take its time.
        side.run("SET statement_timeout = 0").await?;
        Ok(side)
    }

    fn client(&self) -> Result<&ClientWrapper, StoreError> {
        self.0.connection().map_err(|trouble| trouble.error)
    }

    async fn run(&self, sql: &str) -> Result<(), StoreError> {
        self.client()?.batch_execute(sql).await.map_err(|error| failed(&error))
    }

    pub async fn count(&self, sql: &str) -> Result<u64, StoreError> {
        let count = self.client()?.query_one(sql, &[]).await.and_then(|row| row.try_get(0));
        let count: i64 = count.map_err(|error| failed(&error))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    pub async fn read(
        &self,
        table: &Table,
        after: &[Value],
        limit: i64,
    ) -> Result<Vec<Values>, StoreError> {
        let mut all = Vec::new();
        self.each(&mark::page(table, after, limit, '$'), after, |row| all.push(row)).await?;
        Ok(all)
    }

    pub async fn sum(&self, table: &Table) -> Result<Sum, StoreError> {
        let mut sum = Sum::default();
        let sql = format!("SELECT {} FROM {}", table.column_list(), table.quoted());
        self.each(&sql, &[], |row| sum.add(&row)).await?;
        Ok(sum)
    }

    async fn each(
        &self,
        sql: &str,
        values: &[Value],
        mut see: impl FnMut(Values),
    ) -> Result<(), StoreError> {
        let rows = self.client()?.query_raw(sql, values).await.map_err(|error| failed(&error))?;
        let mut rows = pin!(rows);
        while let Some(row) = rows.try_next().await.map_err(|error| failed(&error))? {
            see(carried(&row).map_err(|error| failed(&error))?);
        }
        Ok(())
    }

    pub async fn begun(&self) -> Result<Option<String>, StoreError> {
        let table = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('copy_progress')";
        if self.count(table).await? == 0 {
            return Ok(None);
        }
        let row =
            self.client()?.query_opt(mark::SOURCE, &[]).await.map_err(|error| failed(&error))?;
        row.map(|row| row.try_get(0)).transpose().map_err(|error| failed(&error))
    }

    pub async fn begin(&self, source_name: &str, tables: &[Table]) -> Result<(), StoreError> {
        self.run("BEGIN").await?;
        for table in tables.iter().rev() {
            self.run(&format!("DELETE FROM {}", table.quoted())).await?;
        }
        self.run(mark::TABLE).await?;
        self.write_mark("", 0, source_name).await?;
        self.run("COMMIT").await
    }

    pub async fn mark(&self, table: &Table) -> Result<Mark, StoreError> {
        let found = self.client()?.query_opt(&mark::select('$'), &[&table.name]).await;
        let Some(row) = found.map_err(|error| failed(&error))? else { return Ok(Mark::default()) };
        let (rows, last): (i64, String) = (
            row.try_get(0).map_err(|error| failed(&error))?,
            row.try_get(1).map_err(|error| failed(&error))?,
        );
        Ok(Mark::read(rows, &last))
    }

    async fn write_mark(&self, name: &str, rows: i64, last: &str) -> Result<(), StoreError> {
        let values: [&(dyn ToSql + Sync); 3] = [&name, &rows, &last];
        let written = self.client()?.execute(&mark::insert('$'), &values).await;
        written.map(|_rows| ()).map_err(|error| failed(&error))
    }

    pub async fn write(
        &self,
        table: &Table,
        rows: &[Values],
        mark: &Mark,
    ) -> Result<(), StoreError> {
        self.run("BEGIN").await?;
        Self::send(self.client()?, table, rows).await.map_err(|error| failed(&error))?;
        let (copied, last) = mark.written();
        self.write_mark(&table.name, copied, &last).await?;
        self.run("COMMIT").await
    }

    async fn send(client: &ClientWrapper, table: &Table, rows: &[Values]) -> Result<(), Error> {
        let kinds: Vec<Type> = table.columns.iter().map(|column| wire(column.kind)).collect();
        let (name, columns) = (table.quoted(), table.column_list());
        let copy = format!("COPY {name} ({columns}) FROM STDIN (FORMAT binary)");
        let sink = client.copy_in::<_, Bytes>(&copy).await?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &kinds));
        for row in rows {
            writer.as_mut().write_raw(row).await?;
        }
        writer.finish().await.map(|_rows| ())
    }

    pub async fn finish(&self) -> Result<(), StoreError> {
        self.run(&format!("DROP TABLE {MARKS}")).await?;
        // The planner knows nothing of the new rows yet.
        self.run("ANALYZE").await
    }
}

const fn wire(kind: Kind) -> Type {
    match kind {
        Kind::Integer => Type::INT8,
        Kind::Text => Type::TEXT,
        Kind::Bytes => Type::BYTEA,
    }
}

fn failed(error: &Error) -> StoreError {
    Trouble::of("copy", error).error
}
