//! `antesala user export`: a person's copy of everything that names them.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::error::CliError;
use super::output;
use crate::account::export::Export;
use crate::account::operate;
use crate::app::App;
use crate::base::own;

/// Writes the copy of somebody to a file, or to standard output.
///
/// # Errors
/// `UserNotFound`; the file; a fault of the store.
pub async fn run(app: &App, user: &str, file: Option<&Path>) -> Result<(), CliError> {
    let user = operate::find(app, user).await?;
    let name =
        file.map_or_else(|| String::from("standard output"), |path| path.display().to_string());
    let failed = |error: io::Error| CliError::failed(format!("cannot write {name}: {error}"));
    let mut sink: Box<dyn Write> = match file {
        Some(path) => Box::new(BufWriter::new(own::fresh(path).map_err(failed)?)),
        None => Box::new(BufWriter::new(io::stdout().lock())),
    };
    let mut export = Export::of(&user.id, app.clock.now());
    while let Some(piece) = export.next(app).await? {
        sink.write_all(&piece).map_err(failed)?;
    }
    sink.write_all(b"\n").and_then(|()| sink.flush()).map_err(failed)?;
    drop(sink);
    match file {
        Some(_) => output::line(&format!("what names {} is in {name}", user.email)),
        None => Ok(()),
    }
}
