//! The check of a body against the Rust type that describes it.
//!
//! The type's JSON Schema (schemars) is compiled once into a small tree; a
//! keyword that the tree does not know is an error when the table is built, so
//! no rule is silently dropped. Every wrong field is found, in schema order,
//! before serde would stop at the first. Lengths count UTF-16 code units, as
//! JavaScript does. Texts with control characters are refused, passwords aside.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value};

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

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field, `a.b`; empty for the body itself.
    pub field: String,
    /// What is wrong with it.
    pub fault: FieldFault,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldFault {
    /// Another type, or not there (`undefined`). Names are JavaScript's.
    Type {
        /// What it must be.
        expected: &'static str,
        /// What it is.
        received: &'static str,
    },
    /// No mail address.
    Email,
    /// Too few code units.
    TooSmall(i64),
    /// Too many code units.
    TooBig(i64),
    /// None of the options.
    Option(Vec<String>),
    /// Control characters.
    Control,
    /// A key that the object does not have.
    Unknown,
    /// It fits the schema and not the type; the text is serde's.
    Shape,
}

#[derive(Debug)]
struct Node {
    kind: NodeKind,
    is_nullable: bool,
}

#[derive(Debug)]
enum NodeKind {
    Text { min: Option<i64>, max: Option<i64>, form: Form },
    Options(Vec<String>),
    Flag,
    Object { fields: Vec<Field>, name: &'static str },
}

#[derive(Debug, PartialEq, Eq)]
enum Form {
    Line,
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

    /// Lists everything that is wrong with a body; `None` is a body that was not sent.
    #[must_use]
    pub fn check(&self, body: Option<&Value>) -> Vec<Violation> {
        let mut found = Vec::new();
        self.root.check("", body, &mut found);
        found
    }

    /// Turns the texts of a form into booleans where the schema has those.
    pub fn coerce(&self, form: &mut Map<String, Value>) {
        let NodeKind::Object { fields, .. } = &self.root.kind else { return };
        for field in fields.iter().filter(|field| matches!(field.node.kind, NodeKind::Flag)) {
            if let Some(value) = form.get_mut(&field.name)
                && let Some(flag) = value.as_str().and_then(|text| text.parse::<bool>().ok())
            {
                *value = Value::Bool(flag);
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
        let kind = type_of(map, is_nullable)?;
        let known: &[&str] = match kind.as_str() {
            "string" => &["minLength", "maxLength", "format", "enum"],
            "boolean" => &[],
            "object" => &["properties", "required"],
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
            "string" => text(map, number("minLength"), number("maxLength"))?,
            "boolean" => NodeKind::Flag,
            _ => NodeKind::Object { fields: fields(map)?, name },
        };
        Ok(Self { kind, is_nullable })
    }

    fn check(&self, path: &str, value: Option<&Value>, found: &mut Vec<Violation>) {
        if self.is_nullable && value == Some(&Value::Null) {
            return;
        }
        match self.fault(value) {
            Some(fault) => found.push(Violation { field: path.to_owned(), fault }),
            None => self.check_fields(path, value, found),
        }
    }

    fn check_fields(&self, path: &str, value: Option<&Value>, found: &mut Vec<Violation>) {
        let (NodeKind::Object { fields, .. }, Some(Value::Object(map))) = (&self.kind, value)
        else {
            return;
        };
        for field in fields {
            let value = map.get(&field.name);
            if value.is_some() || field.is_required {
                let path = if path.is_empty() {
                    field.name.clone()
                } else {
                    format!("{path}.{}", field.name)
                };
                field.node.check(&path, value, found);
            }
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
            (NodeKind::Flag, Some(Value::Bool(_)))
            | (NodeKind::Object { .. }, Some(Value::Object(_))) => None,
            (NodeKind::Options(options), _) => Some(FieldFault::Option(options.clone())),
            (NodeKind::Text { .. }, _) => wrong("string"),
            (NodeKind::Flag, _) => wrong("boolean"),
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
    if *form != Form::Password && text.chars().any(char::is_control) {
        return Some(FieldFault::Control);
    }
    if *form == Form::Email && Email::parse(text).is_none() {
        return Some(FieldFault::Email);
    }
    let length = i64::try_from(text.encode_utf16().count()).unwrap_or(i64::MAX);
    let low = bounds.0.filter(|min| length < *min).map(FieldFault::TooSmall);
    low.or_else(|| bounds.1.filter(|max| length > *max).map(FieldFault::TooBig))
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

impl Violation {
    /// Words the fault as the contract does, `[body.field] text`; `place` is `body` or `query`.
    #[must_use]
    pub fn contract_text(&self, place: &str) -> String {
        let dot = if self.field.is_empty() { "" } else { "." };
        format!("[{place}{dot}{}] {}", self.field, self.fault.contract_text())
    }
}

impl FieldFault {
    fn contract_text(&self) -> String {
        match self {
            Self::Type { expected, received } => {
                format!("Invalid input: expected {expected}, received {received}")
            }
            Self::Email => String::from("Invalid email address"),
            Self::TooSmall(min) => {
                format!("Too small: expected string to have >={min} characters")
            }
            Self::TooBig(max) => format!("Too big: expected string to have <={max} characters"),
            Self::Option(options) => {
                let options: Vec<_> = options.iter().map(|name| format!("\"{name}\"")).collect();
                format!("Invalid option: expected one of {}", options.join("|"))
            }
            Self::Control => String::from("Invalid input: control characters are not allowed"),
            Self::Unknown => String::from("Unrecognized key"),
            Self::Shape => String::from("Invalid input"),
        }
    }

    /// Returns the code of the detail and the key of its words.
    #[must_use]
    pub const fn code_and_key(&self) -> (&'static str, &'static str) {
        match self {
            Self::Type { received, .. } if matches!(received.as_bytes(), b"undefined") => {
                ("FIELD_REQUIRED", "field-required")
            }
            Self::Type { .. } => ("FIELD_TYPE", "field-type"),
            Self::Email => ("FIELD_NOT_EMAIL", "field-not-email"),
            Self::TooSmall(_) => ("FIELD_TOO_SHORT", "field-too-short"),
            Self::TooBig(_) => ("FIELD_TOO_LONG", "field-too-long"),
            Self::Option(_) => ("FIELD_NOT_OPTION", "field-not-option"),
            Self::Control => ("FIELD_CONTROL_CHARACTERS", "field-control-characters"),
            Self::Unknown => ("FIELD_UNKNOWN", "field-unknown"),
            Self::Shape => ("FIELD_INVALID", "field-invalid"),
        }
    }
}

#[cfg(test)]
mod tests;
