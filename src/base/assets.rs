//! Files that travel inside the binary.

use std::borrow::Cow;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets/public"]
struct Public;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets/i18n"]
struct Words;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets/data"]
struct Data;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets/demo"]
struct Demo;

/// Lists the names of `assets/public`, in alphabetical order.
#[must_use]
pub fn public_names() -> Vec<String> {
    let mut names: Vec<String> = Public::iter().map(Cow::into_owned).collect();
    names.sort_unstable();
    names
}

/// Returns a file of `assets/public`.
#[must_use]
pub fn public(name: &str) -> Option<Cow<'static, [u8]>> {
    Public::get(name).map(|file| file.data)
}

/// Returns the Fluent files of a language.
#[must_use]
pub fn words(tag: &str) -> Vec<String> {
    let folder = format!("{tag}/");
    let files = Words::iter().filter(|path| path.starts_with(&folder));
    files.filter_map(|path| text(Words::get(&path)?.data)).collect()
}

/// Returns a text file of `assets/data`.
#[must_use]
pub fn data(name: &str) -> Option<Cow<'static, [u8]>> {
    Data::get(name).map(|file| file.data)
}

/// Returns a text of `assets/demo`.
#[must_use]
pub fn demo(name: &str) -> Option<String> {
    text(Demo::get(name)?.data)
}

fn text(bytes: Cow<'static, [u8]>) -> Option<String> {
    String::from_utf8(bytes.into_owned()).ok()
}
