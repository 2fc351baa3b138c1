//! The body check by table.

use schemars::JsonSchema;
use serde_json::json;

use super::*;

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only the schema is looked at")]
struct Body {
    name: String,
    #[schemars(extend("format" = "email"))]
    email: String,
    #[schemars(length(min = 2, max = 4))]
    code: Option<String>,
    flag: Option<bool>,
    #[schemars(extend("nullable" = true))]
    image: Option<String>,
    role: Option<Role>,
    #[schemars(range(min = 1, max = 9))]
    count: Option<i64>,
    #[schemars(length(max = 2))]
    tags: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "only the schema is looked at")]
enum Role {
    One,
    Two,
}

fn texts(body: Option<&Value>) -> Vec<String> {
    let schema = BodySchema::of::<Body>().unwrap();
    schema.check(body).iter().map(|violation| violation.contract_text("body")).collect()
}

#[test]
fn every_wrong_field_is_found_in_schema_order() {
    let body = json!({"code": "x", "flag": "yes", "image": 7, "role": "three", "email": "a@"});
    assert_eq!(
        texts(Some(&body)),
        [
            "[body.name] Invalid input: expected string, received undefined",
            "[body.email] Invalid email address",
            "[body.code] Too small: expected string to have >=2 characters",
            "[body.flag] Invalid input: expected boolean, received string",
            "[body.image] Invalid input: expected string, received number",
            "[body.role] Invalid option: expected one of \"one\"|\"two\"",
        ]
    );
}

#[test]
fn body_itself_may_be_wrong() {
    for (body, received) in [
        (None, "undefined"),
        (Some(json!(null)), "null"),
        (Some(json!([])), "array"),
        (Some(json!("x")), "string"),
    ] {
        let expected = format!("[body] Invalid input: expected object, received {received}");
        assert_eq!(texts(body.as_ref()), [expected]);
    }
}

#[test]
fn null_is_no_absence_unless_the_field_says_so() {
    let body = json!({"name": "a", "email": "a@b.es", "image": null});
    assert_eq!(texts(Some(&body)), Vec::<String>::new());
    let body = json!({"name": "a", "email": "a@b.es", "code": null});
    assert_eq!(texts(Some(&body)), ["[body.code] Invalid input: expected string, received null"]);
}

#[test]
fn lengths_count_utf_16_and_control_characters_are_refused() {
    let body = json!({"name": "a\nb", "email": "a@b.es", "code": "🦊🦊🦊"});
    assert_eq!(
        texts(Some(&body)),
        [
            "[body.name] Invalid input: control characters are not allowed",
            "[body.code] Too big: expected string to have <=4 characters",
        ]
    );
}

#[test]
fn keyword_that_is_not_known_is_refused_at_build() {
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only the schema is looked at")]
    struct Patterned {
        #[schemars(regex(pattern = "^a$"))]
        name: String,
    }
    let error = BodySchema::of::<Patterned>().unwrap_err();
    assert!(error.to_string().contains("pattern"), "{error}");
}

#[test]
fn numbers_and_lists_have_their_bounds() {
    let body = |count: Value, tags: Value| json!({"name": "x", "email": "a@b.es", "count": count, "tags": tags});
    assert_eq!(texts(Some(&body(json!(9), json!(["a", "b"])))), Vec::<String>::new());
    assert_eq!(
        texts(Some(&body(json!(0), json!(["a", 7])))),
        [
            "[body.count] Too small: expected number to be >=1",
            "[body.tags.1] Invalid input: expected string, received number",
        ]
    );
    assert_eq!(
        texts(Some(&body(json!(1.5), json!(["a", "b", "c"])))),
        ["[body.count] Invalid input", "[body.tags] Too big: expected array to have <=2 items",]
    );
    assert_eq!(
        texts(Some(&body(json!("1"), json!({})))),
        [
            "[body.count] Invalid input: expected number, received string",
            "[body.tags] Invalid input: expected array, received object",
        ]
    );
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only the schema is looked at")]
struct Choices {
    role: Roles,
    more: Option<Roles>,
    data: std::collections::BTreeMap<String, Vec<String>>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only the schema is looked at")]
enum Roles {
    One(#[schemars(length(max = 3))] String),
    Several(#[schemars(length(max = 2))] Vec<String>),
}

#[test]
fn one_or_several_and_records_are_checked_inside() {
    let schema = BodySchema::of::<Choices>().unwrap();
    let wrong = |body: Value| -> Vec<String> {
        let found = schema.check(Some(&body));
        found.iter().map(|violation| violation.contract_text("body")).collect()
    };
    assert!(wrong(json!({"role": "abc", "more": ["a", "b"], "data": {"x": ["y"]}})).is_empty());
    assert_eq!(
        wrong(json!({"role": 7, "more": null, "data": []})),
        [
            "[body.role] Invalid input",
            "[body.more] Invalid input",
            "[body.data] Invalid input: expected record, received array",
        ]
    );
    assert_eq!(
        wrong(json!({"role": "abcd", "more": ["a", 7], "data": {"x": 7}})),
        [
            "[body.role] Too big: expected string to have <=3 characters",
            "[body.more.1] Invalid input: expected string, received number",
            "[body.data.x] Invalid input: expected array, received number",
        ]
    );
    assert_eq!(
        wrong(json!({"data": {}})),
        ["[body.role] Invalid input: expected string, received undefined"]
    );
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only the schema is looked at")]
struct Closed {
    #[schemars(extend("format" = "multiline"))]
    text: String,
    place: Option<Place>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only the schema is looked at")]
struct Place {
    city: Option<String>,
}

#[test]
fn closed_objects_name_every_key_they_do_not_have() {
    let schema = BodySchema::of::<Closed>().unwrap();
    let body = json!({"text": "a\n\tb", "colour": 1, "place": {"city": "León", "zip": 2}});
    let found: Vec<_> = schema.check(Some(&body)).into_iter().map(|each| each.field).collect();
    assert_eq!(found, ["place.zip", "colour"]);
    assert_eq!(schema.check(Some(&json!({"text": "a\u{0}b"}))).len(), 1);
}
