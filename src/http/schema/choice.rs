//! Schemas that leave the sender a choice: one text or several, free keys, any scalar.

use serde_json::{Map, Value};

use super::{FieldFault, Form, Node, NodeKind, SchemaError, text_fault, type_name};

/// Compiles the choice between a text and a list of texts; an optional field's null is
/// dropped, as everywhere.
pub(super) fn one_or_many(map: &mut Map<String, Value>) -> Result<NodeKind, SchemaError> {
    let mut choices = Vec::new();
    flatten(map.remove("anyOf").unwrap_or_default(), &mut choices);
    let compiled: Vec<Node> = choices.iter_mut().map(Node::compile).collect::<Result<_, _>>()?;
    map.insert(String::from("anyOf"), Value::Array(choices));
    let mut compiled = compiled.into_iter();
    match (compiled.next(), compiled.next(), compiled.next()) {
        (Some(one), Some(list), None)
            if matches!(one.kind, NodeKind::Text { .. })
                && matches!(list.kind, NodeKind::List { .. }) =>
        {
            Ok(NodeKind::OneOrMany { list: Box::new(list), one: Box::new(one) })
        }
        _ => Err(SchemaError(String::from("anyOf but of a text and a list"))),
    }
}

fn flatten(choice: Value, into: &mut Vec<Value>) {
    match choice {
        Value::Array(choices) => choices.into_iter().for_each(|choice| flatten(choice, into)),
        Value::Object(mut map) => match map.remove("anyOf") {
            Some(inner) => flatten(inner, into),
            None if map.get("type") == Some(&Value::from("null")) => {}
            None => into.push(Value::Object(map)),
        },
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            into.push(other);
        }
    }
}

/// Compiles what a record holds under each of its keys; `None`: anything.
pub(super) fn record_value(map: &mut Map<String, Value>) -> Result<Option<Box<Node>>, SchemaError> {
    match map.get_mut("additionalProperties") {
        Some(Value::Bool(true)) | None => Ok(None),
        Some(value) => Ok(Some(Box::new(Node::compile(value)?))),
    }
}

/// The types of a schema that leaves the sender the choice of a scalar.
pub const SCALAR_TYPES: [&str; 3] = ["string", "boolean", "number"];

/// Compiles a schema that takes any scalar; `None`: it is another one.
pub(super) fn scalar(map: &Map<String, Value>) -> Option<NodeKind> {
    let is_scalar = map.get("type")?.as_array()?.iter().eq(SCALAR_TYPES.iter());
    is_scalar.then(|| NodeKind::Scalar(map.get("maxLength").and_then(Value::as_i64)))
}

/// Says what is wrong with a scalar.
pub(super) fn scalar_fault(value: &Value, max: Option<i64>) -> Option<FieldFault> {
    match value {
        Value::String(text) => text_fault(text, (None, max), &Form::Lines),
        Value::Bool(_) | Value::Number(_) => None,
        Value::Null | Value::Array(_) | Value::Object(_) => Some(FieldFault::Type {
            expected: "string, boolean or number",
            received: type_name(value),
        }),
    }
}
