//! What an offer asks, and whether an answer answers it.

use serde_json::Value;

use super::application::Answer;
use super::job::Question;

/// What is wrong with the answers to an offer's questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// A question that must be answered is not.
    Missing {
        /// Its id.
        question_id: String,
    },
    /// There is no such question, or it was answered before.
    Unasked {
        /// The answer's place.
        index: usize,
    },
    /// The answer is of another type.
    Type {
        /// The answer's place.
        index: usize,
        /// What it must be.
        expected: &'static str,
    },
    /// None of the options.
    Option {
        /// The answer's place.
        index: usize,
        /// The options.
        options: Vec<String>,
    },
}

/// Lists everything that is wrong with some answers, in their order.
#[must_use]
pub fn faults(questions: &[Question], answers: &[Answer]) -> Vec<AnswerFault> {
    let mut found = Vec::new();
    for (index, answer) in answers.iter().enumerate() {
        let earlier = answers.iter().take(index);
        let is_repeated = earlier.into_iter().any(|each| each.question_id == answer.question_id);
        let question = questions.iter().find(|each| each.id == answer.question_id);
        match question.filter(|_| !is_repeated) {
            Some(question) => found.extend(question.fault(index, &answer.value)),
            None => found.push(AnswerFault::Unasked { index }),
        }
    }
    let is_answered = |question: &&Question| {
        let mut own = answers.iter().filter(|answer| answer.question_id == question.id);
        own.any(|answer| answer.value.as_str().is_none_or(|text| !text.trim().is_empty()))
    };
    let missing = questions.iter().filter(|each| each.is_required && !is_answered(each));
    found.extend(missing.map(|each| AnswerFault::Missing { question_id: each.id.clone() }));
    found
}

impl Question {
    fn fault(&self, index: usize, value: &Value) -> Option<AnswerFault> {
        let wrong = |expected| Some(AnswerFault::Type { index, expected });
        match (self.kind.name(), value) {
            ("yes_no", Value::Bool(_)) | ("number", Value::Number(_)) => None,
            ("yes_no", _) => wrong("boolean"),
            ("number", _) => wrong("number"),
            ("choice", Value::String(text)) if self.options.contains(text) => None,
            ("choice", _) => Some(AnswerFault::Option { index, options: self.options.clone() }),
            (_text, Value::String(_)) => None,
            (_text, _) => wrong("string"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(answers: Value) -> Vec<AnswerFault> {
        let questions = json!([
            {"id": "why", "text": "?", "kind": "text", "options": [], "isRequired": true},
            {"id": "car", "text": "?", "kind": "yes_no", "options": [], "isRequired": false},
            {"id": "years", "text": "?", "kind": "number", "options": [], "isRequired": false},
            {"id": "shift", "text": "?", "kind": "choice", "options": ["day", "night"],
                "isRequired": true},
        ]);
        let questions: Vec<Question> = serde_json::from_value(questions).unwrap();
        faults(&questions, &serde_json::from_value::<Vec<Answer>>(answers).unwrap())
    }

    #[test]
    fn answers_are_of_the_type_that_the_question_wants() {
        let whole = json!([
            {"questionId": "why", "value": "because"}, {"questionId": "car", "value": false},
            {"questionId": "years", "value": 2.5}, {"questionId": "shift", "value": "night"},
        ]);
        assert_eq!(found(whole), []);
        let wrong = json!([
            {"questionId": "why", "value": 1}, {"questionId": "car", "value": "yes"},
            {"questionId": "years", "value": "two"}, {"questionId": "shift", "value": "noon"},
        ]);
        let kinds = |index, expected| AnswerFault::Type { index, expected };
        let options = vec![String::from("day"), String::from("night")];
        let option = AnswerFault::Option { index: 3, options };
        assert_eq!(
            found(wrong),
            [kinds(0, "string"), kinds(1, "boolean"), kinds(2, "number"), option]
        );
    }

    #[test]
    fn required_questions_are_answered_once_and_with_something() {
        let missing = |id: &str| AnswerFault::Missing { question_id: id.to_owned() };
        assert_eq!(found(json!([])), [missing("why"), missing("shift")]);
        let blank = json!([
            {"questionId": "why", "value": " "}, {"questionId": "shift", "value": "day"},
            {"questionId": "shift", "value": "day"}, {"questionId": "age", "value": 3},
        ]);
        let unasked = |index| AnswerFault::Unasked { index };
        assert_eq!(found(blank), [unasked(2), unasked(3), missing("why")]);
    }
}
