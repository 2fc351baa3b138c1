//! The body check by table.

use schemars::JsonSchema;
use serde_json::json;

use super::*;
use crate::base::bounds::ECHO_LENGTH_MAX;

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

#[test]
fn what_names_no_bound_has_one() {
    let schema = BodySchema::of::<Body>().unwrap();
    let name = |letters: usize| json!({"name": "a".repeat(letters), "email": "a@b.es"});
    let most = usize::try_from(TEXT_LENGTH_MAX).unwrap();
    assert_eq!(schema.check(Some(&name(most))), []);
    for letters in [most + 1, 4 * most] {
        let found = schema.check(Some(&name(letters)));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].fault, FieldFault::TooBig(TEXT_LENGTH_MAX));
    }
    let schema = BodySchema::of::<Choices>().unwrap();
    let items = vec!["a"; usize::try_from(ITEMS_MAX).unwrap() + 1];
    let found = schema.check(Some(&json!({"role": "a", "data": {"x": items}})));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].fault, FieldFault::TooMany(ITEMS_MAX));
}

#[test]
fn length_is_looked_at_before_what_is_in_it() {
    let schema = BodySchema::of::<Body>().unwrap();
    let body = json!({"name": "a", "email": "a".repeat(100_000), "code": "\u{0}".repeat(100)});
    let faults: Vec<_> = schema.check(Some(&body)).into_iter().map(|each| each.fault).collect();
    assert_eq!(faults, [FieldFault::Email, FieldFault::TooBig(4)]);
}

#[test]
fn check_ends_when_enough_is_wrong() {
    let schema = BodySchema::of::<Closed>().unwrap();
    let many: Map<String, Value> = (0..5_000).map(|n| (format!("x{n}"), json!(0))).collect();
    for body in [
        Value::from(many.clone()),
        json!({"text": "a", "place": many}),
        json!({"text": 7, "place": many, "colour": 1}),
    ] {
        assert_eq!(schema.check(Some(&body)).len(), VIOLATIONS_MAX);
    }
    let schema = BodySchema::of::<Choices>().unwrap();
    let data: Map<String, Value> = (0..5_000).map(|n| (format!("x{n}"), json!([7]))).collect();
    let found = schema.check(Some(&json!({"role": "a", "data": data})));
    assert_eq!(found.len(), VIOLATIONS_MAX);
}

#[test]
fn keys_are_repeated_in_measure() {
    let schema = BodySchema::of::<Closed>().unwrap();
    let long = "k".repeat(50_000);
    let found = schema.check(Some(&json!({"text": "a", long.as_str(): 1})));
    assert!(found[0].field.chars().count() <= ECHO_LENGTH_MAX + 1, "{}", found[0].field.len());
    let text = found[0].contract_text("body");
    assert!(text.starts_with("[body.kkk") && text.len() < 200, "{text}");
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only the schema is looked at")]
struct Answered {
    #[schemars(extend("type" = choice::SCALAR_TYPES), length(max = 3))]
    value: String,
}

#[test]
fn scalars_of_any_type_are_held_to_their_length() {
    let schema = BodySchema::of::<Answered>().unwrap();
    for good in [json!("abc"), json!("a\nb"), json!(true), json!(7.5)] {
        assert_eq!(schema.check(Some(&json!({"value": good}))), [], "{good}");
    }
    for bad in [json!("abcd"), json!("\u{0}"), json!([]), json!({}), json!(null)] {
        assert_eq!(schema.check(Some(&json!({"value": bad}))).len(), 1, "{bad}");
    }
    assert_eq!(schema.check(Some(&json!({}))).len(), 1);
}
