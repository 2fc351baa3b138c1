//! The check of a body against the Rust type that describes it.
//!
//! The type's JSON Schema (schemars) is compiled once into a small tree; a
//! keyword that the tree does not know is an error when the table is built, so
//! no rule is silently dropped. Every wrong field is found, in schema order,
//! before serde would stop at the first. Lengths count UTF-16 code units, as
//! JavaScript does; a text or a list whose type names no bound has one all the same, and
//! a length is looked at before what is in it. Texts with control characters are refused, passwords aside; those of
//! several lines may hold line ends and tabs. A type that denies unknown fields has them
//! named. The check ends when enough is wrong.

mod choice;
mod fault;
mod path;
mod size;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value};

pub use choice::SCALAR_TYPES;
pub use fault::{FieldFault, Violation};
use path::Path;

use crate::base::bounds::{EMAIL_LENGTH_MAX, ITEMS_MAX, TEXT_LENGTH_MAX, VIOLATIONS_MAX};
use crate::domain::email::Email;

/// A compiled body schema, and the JSON Schema that `OpenAPI` shows.
#[derive(Debug)]
pub struct BodySchema {
    root: Node,
    /// The schema as `OpenAPI` 3.1 prints it.
    pub json: Value,
}

/// A schema that the checker does not understand; found when the table is built.
#[derive(Debug, thiserror::Error)]
#[error("the body schema has something the checker does not know: {0}")]
pub struct SchemaError(String);

#[derive(Debug)]
struct Node {
    kind: NodeKind,
    is_nullable: bool,
}

#[derive(Debug)]
enum NodeKind {
    Text {
        min: Option<i64>,
        max: Option<i64>,
        form: Form,
    },
    Options(Vec<String>),
    Flag,
    Integer {
        min: Option<i64>,
        max: Option<i64>,
    },
    List {
        item: Box<Node>,
        max: Option<i64>,
    },
    /// One text, or a list of such: upstream's way to give one role or several.
    OneOrMany {
        list: Box<Node>,
        one: Box<Node>,
    },
    /// Keys of the sender's choice; `None` takes anything under them.
    Record {
        value: Option<Box<Node>>,
        max: Option<i64>,
    },
    /// A text of at most so many units, a truth or a number.
    Scalar(Option<i64>),
    Object {
        fields: Vec<Field>,
        name: &'static str,
        /// Whether keys that the type does not have are refused.
        is_closed: bool,
    },
}

#[derive(Debug, PartialEq, Eq)]
enum Form {
    Line,
    Lines,
    Email,
    Password,
}

#[derive(Debug)]
struct Field {
    name: String,
    node: Node,
    is_required: bool,
}

impl BodySchema {
    /// Compiles the schema of `T`.
    ///
    /// # Errors
    /// [`SchemaError`] for a keyword that the checker does not know.
    pub fn of<T: JsonSchema>() -> Result<Self, SchemaError> {
        let mut settings = SchemaSettings::draft2020_12();
        settings.inline_subschemas = true;
        settings.meta_schema = None;
        let mut json = settings.into_generator().into_root_schema_for::<T>().to_value();
        let root = Node::compile(&mut json)?;
        Ok(Self { root, json })
    }

    /// Lists what is wrong with a body, up to [`VIOLATIONS_MAX`] fields; `None` is a body
    /// that was not sent.
    #[must_use]
    pub fn check(&self, body: Option<&Value>) -> Vec<Violation> {
        let mut found = Vec::new();
        self.root.check(&Path::Body, body, &mut found);
        found
    }

    /// Turns the texts of a form into booleans and numbers where the schema has those.
    pub fn coerce(&self, form: &mut Map<String, Value>) {
        let NodeKind::Object { fields, .. } = &self.root.kind else { return };
        for field in fields {
            let Some(value) = form.get_mut(&field.name) else { continue };
            let text = value.as_str().unwrap_or_default();
            let read = match field.node.kind {
                NodeKind::Flag => text.parse().ok().map(Value::Bool),
                NodeKind::Integer { .. } => text.parse::<i64>().ok().map(Value::from),
                NodeKind::Text { .. }
                | NodeKind::Options(_)
                | NodeKind::List { .. }
                | NodeKind::OneOrMany { .. }
                | NodeKind::Record { .. }
                | NodeKind::Scalar(_)
                | NodeKind::Object { .. } => None,
            };
            if let Some(read) = read {
                *value = read;
            }
        }
    }
}

impl Node {
    /// Compiles one schema and takes out of it what is our own convention.
    fn compile(schema: &mut Value) -> Result<Self, SchemaError> {
        let map = schema.as_object_mut().ok_or_else(|| SchemaError(String::from("no object")))?;
        let is_nullable = map.remove("nullable") == Some(Value::Bool(true));
        let name = if map.remove("x-record").is_some() { "record" } else { "object" };
        if map.contains_key("anyOf") {
            return Ok(Self { kind: choice::one_or_many(map)?, is_nullable });
        }
        if let Some(kind) = choice::scalar(map) {
            return Ok(Self { kind, is_nullable });
        }
        let kind = type_of(map, is_nullable)?;
        // Shown, because it is true, and no record: those have a schema there.
        let is_closed = map.get("additionalProperties") == Some(&Value::Bool(false));
        let known: &[&str] = match kind.as_str() {
            "string" => &["minLength", "maxLength", "format", "enum"],
            "boolean" => &[],
            "integer" => &["minimum", "maximum", "format"],
            "array" => &["items", "maxItems"],
            "object" if map.contains_key("additionalProperties") && !is_closed => {
                &["additionalProperties", "maxProperties"]
            }
            "object" => &["properties", "required", "additionalProperties"],
            other => return Err(SchemaError(format!("type {other}"))),
        };
        let common = ["type", "title", "description", "default"];
        if let Some(key) =
            map.keys().find(|key| !known.contains(&key.as_str()) && !common.contains(&key.as_str()))
        {
            return Err(SchemaError(format!("{key} of {kind}")));
        }
        let number = |key: &str| map.get(key).and_then(Value::as_i64);
        let kind = match kind.as_str() {
            "string" => {
                text(map, number("minLength"), number("maxLength").or(Some(TEXT_LENGTH_MAX)))?
            }
            "boolean" => NodeKind::Flag,
            "integer" => NodeKind::Integer { min: number("minimum"), max: number("maximum") },
            "array" => {
                let max = number("maxItems").or(Some(ITEMS_MAX));
                let items = map.get_mut("items").ok_or_else(|| SchemaError("items".to_owned()))?;
                NodeKind::List { item: Box::new(Self::compile(items)?), max }
            }
            _ if map.contains_key("additionalProperties") && !is_closed => {
                let max = number("maxProperties");
                NodeKind::Record { value: choice::record_value(map)?, max }
            }
            _ => NodeKind::Object { fields: fields(map)?, name, is_closed },
        };
        Ok(Self { kind, is_nullable })
    }

    /// The check ends with the bound: a body of wrong fields costs no more than they do.
    fn check(&self, path: &Path<'_>, value: Option<&Value>, found: &mut Vec<Violation>) {
        if found.len() >= VIOLATIONS_MAX {
            return;
        }
        if self.is_nullable && value == Some(&Value::Null) {
            return;
        }
        match self.fault(value) {
            Some(fault) => found.push(Violation { field: path.to_string(), fault }),
            None => self.check_inside(path, value, found),
        }
    }

    fn check_inside(&self, path: &Path<'_>, value: Option<&Value>, found: &mut Vec<Violation>) {
        match (&self.kind, value) {
            (NodeKind::List { item, .. }, Some(Value::Array(values))) => {
                for (index, value) in values.iter().enumerate() {
                    item.check(&Path::Item(path, index), Some(value), found);
                }
            }
            (NodeKind::OneOrMany { list, .. }, Some(Value::Array(_))) => {
                list.check(path, value, found);
            }
            (NodeKind::OneOrMany { one, .. }, Some(Value::String(_))) => {
                one.check(path, value, found);
            }
            (NodeKind::Record { value: Some(node), .. }, Some(Value::Object(map))) => {
                for (key, value) in map {
                    node.check(&Path::Field(path, key), Some(value), found);
                }
            }
            (NodeKind::Object { fields, is_closed, .. }, Some(Value::Object(map))) => {
                for field in fields {
                    let value = map.get(&field.name);
                    if value.is_some() || field.is_required {
                        field.node.check(&Path::Field(path, &field.name), value, found);
                    }
                }
                let is_unknown = |key: &&String| fields.iter().all(|field| field.name != **key);
                let left = VIOLATIONS_MAX.saturating_sub(found.len());
                for key in map.keys().filter(|_| *is_closed).filter(is_unknown).take(left) {
                    let field = Path::Field(path, key).to_string();
                    found.push(Violation { field, fault: FieldFault::Unknown });
                }
            }
            _ => {}
        }
    }

    fn fault(&self, value: Option<&Value>) -> Option<FieldFault> {
        let wrong = |expected| {
            Some(FieldFault::Type { expected, received: value.map_or("undefined", type_name) })
        };
        match (&self.kind, value) {
            (NodeKind::Text { min, max, form }, Some(Value::String(text))) => {
                text_fault(text, (*min, *max), form)
            }
            (NodeKind::Options(options), Some(Value::String(text))) => {
                (!options.contains(text)).then(|| FieldFault::Option(options.clone()))
            }
            (NodeKind::Integer { min, max }, Some(Value::Number(number))) => {
                integer_fault(number, (*min, *max))
            }
            (NodeKind::List { max, .. }, Some(Value::Array(items))) => {
                let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
                max.filter(|max| count > *max).map(FieldFault::TooMany)
            }
            (NodeKind::Record { max, .. }, Some(Value::Object(map))) => {
                let count = i64::try_from(map.len()).unwrap_or(i64::MAX);
                max.filter(|max| count > *max).map(FieldFault::TooMany)
            }
            (NodeKind::Scalar(max), Some(value)) => choice::scalar_fault(value, *max),
            (NodeKind::Flag, Some(Value::Bool(_)))
            | (NodeKind::OneOrMany { .. }, Some(Value::String(_) | Value::Array(_)))
            | (NodeKind::Object { .. }, Some(Value::Object(_))) => None,
            (NodeKind::OneOrMany { .. }, Some(_)) => Some(FieldFault::Shape),
            (NodeKind::Record { .. }, _) => wrong("record"),
            (NodeKind::Options(options), _) => Some(FieldFault::Option(options.clone())),
            (NodeKind::Text { .. }, _)
            | (NodeKind::OneOrMany { .. } | NodeKind::Scalar(_), None) => wrong("string"),
            (NodeKind::Flag, _) => wrong("boolean"),
            (NodeKind::Integer { .. }, _) => wrong("number"),
            (NodeKind::List { .. }, _) => wrong("array"),
            (NodeKind::Object { name, .. }, _) => wrong(name),
        }
    }
}

/// Returns the one type of a schema; an optional field's `null` is dropped, because
/// the contract refuses null where it allows absence.
fn type_of(map: &mut Map<String, Value>, is_nullable: bool) -> Result<String, SchemaError> {
    let one = match map.get("type") {
        Some(Value::String(one)) => one.clone(),
        Some(Value::Array(several)) => {
            let mut names = several.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            match (names.next(), names.next()) {
                (Some(one), None) => one.to_owned(),
                _ => return Err(SchemaError(String::from("several types"))),
            }
        }
        _ => return Err(SchemaError(String::from("no type"))),
    };
    if let Some(Value::Array(options)) = map.get_mut("enum") {
        options.retain(|option| !option.is_null());
    }
    let shown = if is_nullable { serde_json::json!([one, "null"]) } else { one.clone().into() };
    map.insert(String::from("type"), shown);
    Ok(one)
}

fn text(
    map: &Map<String, Value>,
    min: Option<i64>,
    max: Option<i64>,
) -> Result<NodeKind, SchemaError> {
    if let Some(options) = map.get("enum").and_then(Value::as_array) {
        let options = options.iter().filter_map(|option| option.as_str().map(str::to_owned));
        return Ok(NodeKind::Options(options.collect()));
    }
    let form = match map.get("format").and_then(Value::as_str) {
        None => Form::Line,
        Some("email") => Form::Email,
        Some("password") => Form::Password,
        Some("multiline") => Form::Lines,
        Some(other) => return Err(SchemaError(format!("format {other}"))),
    };
    Ok(NodeKind::Text { min, max, form })
}

fn fields(map: &mut Map<String, Value>) -> Result<Vec<Field>, SchemaError> {
    let required: Vec<String> = map
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let Some(Value::Object(properties)) = map.get_mut("properties") else {
        return Ok(Vec::new());
    };
    properties
        .iter_mut()
        .map(|(name, schema)| {
            let is_required = required.contains(name);
            Ok(Field { name: name.clone(), node: Node::compile(schema)?, is_required })
        })
        .collect()
}

fn text_fault(text: &str, bounds: (Option<i64>, Option<i64>), form: &Form) -> Option<FieldFault> {
    // Three bytes a unit at the most: what has more is not looked at.
    let is_beyond = |max: &i64| text.len() / 3 > usize::try_from(*max).unwrap_or(0);
    if *form == Form::Email && text.len() > EMAIL_LENGTH_MAX * 4 {
        return Some(FieldFault::Email);
    }
    if let Some(max) = bounds.1.filter(is_beyond) {
        return Some(FieldFault::TooBig(max));
    }
    let is_banned = |c: char| match form {
        Form::Password => false,
        Form::Lines => c.is_control() && !matches!(c, '\n' | '\r' | '\t'),
        Form::Line | Form::Email => c.is_control(),
    };
    if text.chars().any(is_banned) {
        return Some(FieldFault::Control);
    }
    if *form == Form::Email && Email::parse(text).is_none() {
        return Some(FieldFault::Email);
    }
    let length = i64::try_from(text.encode_utf16().count()).unwrap_or(i64::MAX);
    let low = bounds.0.filter(|min| length < *min).map(FieldFault::TooSmall);
    low.or_else(|| bounds.1.filter(|max| length > *max).map(FieldFault::TooBig))
}

fn integer_fault(
    number: &serde_json::Number,
    bounds: (Option<i64>, Option<i64>),
) -> Option<FieldFault> {
    let Some(number) = number.as_i64() else { return Some(FieldFault::Shape) };
    let low = bounds.0.filter(|min| number < *min).map(FieldFault::Below);
    low.or_else(|| bounds.1.filter(|max| number > *max).map(FieldFault::Above))
}

const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests;
