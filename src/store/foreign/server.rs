//! A database on a server of somebody else's.

use std::pin::pin;

use deadpool_postgres::ClientWrapper;
use futures_util::TryStreamExt as _;
use tokio_postgres::Error;
use tokio_postgres::types::ToSql;

use super::Rows;
use crate::store::StoreError;
use crate::store::postgres::address::Address;
use crate::store::postgres::batch::carried;
use crate::store::postgres::link::{Held, Links};
use crate::store::postgres::trouble::Trouble;

pub struct Side(Held);

impl Side {
    /// Takes a connection that cannot write.
    pub async fn open(address: &Address) -> Result<Self, StoreError> {
        let held = Links::new(&address.alone())?.take().await.map_err(|trouble| trouble.error)?;
        let side = Self(held);
        let settings = "SET default_transaction_read_only = on; SET statement_timeout = 0";
        side.client()?.batch_execute(settings).await.map_err(|error| failed(&error))?;
        Ok(side)
    }

    fn client(&self) -> Result<&ClientWrapper, StoreError> {
        self.0.connection().map_err(|trouble| trouble.error)
    }

    pub async fn read(&self, sql: &str, parameter: Option<&str>) -> Result<Rows, StoreError> {
        let parameter = parameter.iter().map(|text| {
            let text: &(dyn ToSql + Sync) = text;
            text
        });
        self.each(sql, &parameter.collect::<Vec<_>>()).await
    }

    pub async fn read_of(&self, sql: &str, ids: &[&str]) -> Result<Rows, StoreError> {
        self.each(sql, &[&ids]).await
    }

    async fn each(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Rows, StoreError> {
        let client = self.client()?;
        let read = async || -> Result<Rows, Error> {
            let prepared = client.prepare_cached(sql).await?;
            let values = values.iter().copied();
            let mut rows = pin!(client.query_raw(&prepared, values).await?);
            let mut all = Rows::new();
            while let Some(row) = rows.try_next().await? {
                all.push(carried(&row)?);
            }
            Ok(all)
        };
        read().await.map_err(|error| failed(&error))
    }
}

fn failed(error: &Error) -> StoreError {
    Trouble::of("import", error).error
}
