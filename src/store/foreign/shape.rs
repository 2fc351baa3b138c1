//! How the tables of a Better Auth database are made, and the texts that read them.
//!
//! Names are compared without case and underscores, tables also in the plural: that is
//! how Better Auth's own migrations, Prisma's and Drizzle's differ. Unlike the program's
//! own statements these texts are put together at run time, because the names in them are
//! found, not known; each is quoted, and values are bound all the same.

use super::ForeignError;
use super::rows::text;
use crate::store::{Location, Value};

/// Whose SQL it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// Returns the text that lists every column: table, column, type.
    pub const fn columns(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT t.name, c.name, c.type FROM sqlite_schema t, pragma_table_info(t.name) c
                WHERE t.type = 'table' ORDER BY t.name, c.cid"
            }
            Self::Postgres => {
                "SELECT table_name::text, column_name::text, udt_name::text
                FROM information_schema.columns
                WHERE table_schema = ANY (current_schemas(false))
                ORDER BY table_name, ordinal_position"
            }
        }
    }
}

/// A column that a database has.
#[derive(Clone, Debug)]
pub struct Column {
    table: String,
    name: String,
    kind: String,
}

impl Column {
    /// Reads a row of [`Dialect::columns`].
    pub fn read(row: Vec<Value>) -> Option<Self> {
        let mut cells = row.into_iter();
        let mut cell = || text(cells.next());
        Some(Self { table: cell()?, name: cell()?, kind: cell().unwrap_or_default() })
    }
}

/// A table that is looked for.
pub struct Wanted {
    pub table: &'static str,
    needed: &'static [&'static str],
    optional: &'static [&'static str],
}

/// People. The order of columns is the one of `rows::Person`.
pub const USER: Wanted = Wanted {
    table: "user",
    needed: &["id", "email"],
    optional: &[
        "name",
        "emailVerified",
        "image",
        "createdAt",
        "updatedAt",
        "role",
        "banned",
        "banReason",
        "banExpires",
        "twoFactorEnabled",
        "username",
    ],
};

/// Ways in. The order of columns is the one of `rows::Account`.
pub const ACCOUNT: Wanted = Wanted {
    table: "account",
    needed: &["id", "userId", "accountId", "providerId"],
    optional: &[
        "password",
        "scope",
        "createdAt",
        "updatedAt",
        "accessToken",
        "refreshToken",
        "idToken",
        "accessTokenExpiresAt",
        "refreshTokenExpiresAt",
    ],
};

/// Signed-in browsers. The order of columns is the one of `rows::Session`.
pub const SESSION: Wanted = Wanted {
    table: "session",
    needed: &["id", "userId", "token", "expiresAt"],
    optional: &["createdAt", "updatedAt", "ipAddress", "userAgent", "impersonatedBy"],
};

/// One-time values. The order of columns is the one of `rows::Verification`.
pub const VERIFICATION: Wanted = Wanted {
    table: "verification",
    needed: &["id", "identifier", "value", "expiresAt"],
    optional: &["createdAt"],
};

/// Tables of plugins whose rows have no home here.
const OTHERS: [&str; 10] = [
    "twoFactor",
    "passkey",
    "apikey",
    "organization",
    "member",
    "invitation",
    "team",
    "teamMember",
    "organizationRole",
    "ssoProvider",
];

/// Lists the tables of plugins that a database has, with their quoted names.
pub fn others(found: &[Column]) -> Vec<(String, String)> {
    let named = |wanted: &&str| {
        let column = found.iter().find(|column| is_table(&column.table, wanted))?;
        Some((column.table.clone(), quoted(&column.table)))
    };
    OTHERS.iter().filter_map(named).collect()
}

/// A table as it was found.
#[derive(Debug)]
pub struct Table {
    /// Quoted.
    pub name: String,
    /// What to select, in the wanted order; an absent column is null.
    list: String,
    /// The quoted key, with its type.
    id: (String, String),
    /// The quoted column that names a person, with its type.
    user_id: (String, String),
    /// What comes first when there is too much.
    order: String,
    dialect: Dialect,
}

impl Table {
    /// Finds a table among the columns of a database; `None`: it is not there.
    ///
    /// # Errors
    /// `NoColumn`.
    pub fn find(
        wanted: &Wanted,
        found: &[Column],
        dialect: Dialect,
        location: &Location,
    ) -> Result<Option<Self>, ForeignError> {
        let place = location.to_string();
        let mut names = found.iter().map(|column| &column.table);
        let Some(name) = names.find(|name| is_table(name, wanted.table)) else { return Ok(None) };
        let own: Vec<&Column> = found.iter().filter(|column| column.table == *name).collect();
        let column =
            |wanted: &str| own.iter().find(|column| folded(&column.name) == folded(wanted));
        if let Some(column) = wanted.needed.iter().find(|needed| column(needed).is_none()) {
            return Err(ForeignError::NoColumn { place, table: wanted.table, column });
        }
        let all = wanted.needed.iter().chain(wanted.optional);
        let list = all.map(|wanted| {
            column(wanted).map_or_else(|| String::from("NULL"), |c| expression(c, dialect))
        });
        let key = |wanted: &str| {
            column(wanted).map(|c| (quoted(&c.name), c.kind.clone())).unwrap_or_default()
        };
        let longest = column("expiresAt").map(|column| format!("{} DESC, ", quoted(&column.name)));
        let id = key("id");
        Ok(Some(Self {
            name: quoted(name),
            list: list.collect::<Vec<_>>().join(", "),
            order: format!("{}{}", longest.unwrap_or_default(), id.0),
            id,
            user_id: key("userId"),
            dialect,
        }))
    }

    /// Returns the text that reads rows in the order of their keys; with `is_after` it
    /// has one parameter, the last key before.
    pub fn page(&self, is_after: bool, limit: i64) -> String {
        let Self { name, list, id: (id, kind), .. } = self;
        let after = match (is_after, self.dialect) {
            (false, _) => String::new(),
            (true, Dialect::Sqlite) => format!("WHERE {id} > ?1"),
            (true, Dialect::Postgres) => format!("WHERE {id} > ($1::text)::{kind}"),
        };
        format!("SELECT {list} FROM {name} {after} ORDER BY {id} LIMIT {limit}")
    }

    /// Returns the text that reads what hangs on some people, one row more than the
    /// limit; its parameter is their ids.
    pub fn of_people(&self, limit: i64) -> String {
        let Self { name, list, user_id: (user_id, kind), order, .. } = self;
        let among = match self.dialect {
            Dialect::Sqlite => String::from("IN (SELECT value FROM json_each(?1))"),
            Dialect::Postgres => format!("= ANY (($1::text[])::{kind}[])"),
        };
        let limit = limit + 1;
        format!("SELECT {list} FROM {name} WHERE {user_id} {among} ORDER BY {order} LIMIT {limit}")
    }

    /// Returns the text that lists keys of rows that hang on nobody.
    pub fn orphans(&self, users: &Self, limit: i64) -> String {
        let Self { name, id: (id, _), user_id: (user_id, _), .. } = self;
        let (people, person) = (&users.name, &users.id.0);
        format!(
            "SELECT CAST(h.{id} AS TEXT) FROM {name} h WHERE NOT EXISTS
                (SELECT 1 FROM {people} u WHERE u.{person} = h.{user_id})
            ORDER BY h.{id} LIMIT {limit}"
        )
    }
}

/// Returns what selects a column as text or a number; moments become milliseconds.
fn expression(column: &Column, dialect: Dialect) -> String {
    let name = quoted(&column.name);
    if dialect == Dialect::Sqlite {
        return name;
    }
    match column.kind.as_str() {
        "bool" => format!("{name}::int::bigint"),
        "int2" | "int4" | "int8" => format!("{name}::bigint"),
        "timestamp" | "timestamptz" | "date" => {
            format!("floor(extract(epoch FROM {name}) * 1000)::bigint")
        }
        _ => format!("{name}::text"),
    }
}

fn is_table(found: &str, wanted: &str) -> bool {
    let (found, wanted) = (folded(found), folded(wanted));
    found == wanted || found.strip_suffix('s') == Some(&wanted)
}

/// Folds what adapters write differently.
fn folded(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').collect::<String>().to_lowercase()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
