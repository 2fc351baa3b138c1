//! The catalogue against its plainest reading, and as it follows a table.

use super::*;
use crate::domain::job::filters::Filters;

fn listed(number: i64, id: &str, published_at: i64, salary: Option<(&str, i64)>) -> Listing {
    let traits = Traits {
        organization_id: format!("org_{}", number % 3),
        category: ["biology", "physics"][usize::try_from(number % 2).unwrap()].to_owned(),
        state: Some(["Málaga", "MALAGA", "León"][usize::try_from(number % 3).unwrap()].to_owned()),
        country: Some(String::from("ES")),
        mode: String::from("remote"),
        employment_type: String::from("full_time"),
        experience_level: None,
        currency: salary.map(|(currency, _)| currency.to_owned()),
        salary_yearly: salary.map(|(_, amount)| amount),
        published_at: Millis(published_at),
        words: format!("title {}\nskill\nhouse", number % 2).into(),
    };
    Listing { number, job_id: id.to_owned(), traits: Some(traits) }
}

fn filters(pairs: &[(&'static str, &'static str)]) -> Filters {
    Filters::parse(pairs.iter().copied()).unwrap()
}

fn ids(found: &Found) -> Vec<&str> {
    found.places.iter().map(|(_, id)| id.as_str()).collect()
}

#[test]
fn newer_rows_replace_older_ones_in_bulk_and_one_by_one() {
    let mut catalog = Catalog::default();
    catalog.follow(
        (0..500).map(|n| listed(n + 1, &format!("job_{n:03}"), n * 7 % 500, None)).collect(),
    );
    assert_eq!((catalog.len(), catalog.number()), (500, 500));
    for n in 0..500 {
        let again = if n % 5 == 0 {
            Listing { number: 501 + n, job_id: format!("job_{n:03}"), traits: None }
        } else {
            listed(501 + n, &format!("job_{n:03}"), n * 11 % 500, None)
        };
        catalog.follow(vec![again]);
    }
    assert_eq!(catalog.len(), 400);
    // An old row that is read again changes nothing.
    catalog.follow(vec![listed(3, "job_002", 9999, None)]);
    let all = catalog.newest(&Filters::default(), None, None, 1000);
    let mut expected: Vec<(i64, String)> =
        (0..500).filter(|n| n % 5 != 0).map(|n| (n * 11 % 500, format!("job_{n:03}"))).collect();
    expected.sort_by(|one, other| other.cmp(one));
    assert_eq!(all.places, expected);
    catalog.compact();
    assert_eq!(catalog.newest(&Filters::default(), None, None, 1000).places, expected);
}

#[test]
fn pages_are_complete_while_offers_come() {
    for sort in ["newest", "salary"] {
        let mut catalog = Catalog::default();
        let salary =
            |n: i64| (n % 4 != 0).then_some((if n % 5 == 0 { "USD" } else { "EUR" }, n % 7));
        let rows = (0..90).map(|n| listed(n + 1, &format!("job_{n:02}"), n % 10, salary(n)));
        catalog.follow(rows.collect());
        let page = |catalog: &Catalog, after: Option<(i64, &str)>| match sort {
            "newest" => catalog.newest(&Filters::default(), None, after, 7),
            _ => catalog.best_paid(&Filters::default(), None, after, 7),
        };
        let mut seen: Vec<String> = Vec::new();
        let mut after: Option<(i64, String)> = None;
        let mut number = 1000;
        loop {
            let found = page(&catalog, after.as_ref().map(|(key, id)| (*key, id.as_str())));
            let Some(last) = found.places.last().cloned() else { break };
            seen.extend(found.places.into_iter().map(|(_, id)| id));
            after = Some(last);
            number += 1;
            catalog.follow(vec![listed(
                number,
                &format!("new_{number}"),
                number % 13,
                salary(number),
            )]);
        }
        let mut old: Vec<_> = seen.iter().filter(|id| id.starts_with("job_")).collect();
        old.sort();
        assert_eq!(old.len(), 90, "{sort}");
        old.dedup();
        assert_eq!(old.len(), 90, "{sort}");
    }
}

#[test]
fn filters_hold_back_and_facets_count_what_is_left() {
    let mut catalog = Catalog::default();
    let rows = [
        listed(1, "a", 10, Some(("EUR", 30_000))),
        listed(2, "b", 20, Some(("USD", 90_000))),
        listed(3, "c", 30, None),
        listed(4, "d", 40, Some(("EUR", 50_000))),
    ];
    catalog.follow(rows.into());
    let newest = |pairs| catalog.newest(&filters(pairs), None, None, 10);
    assert_eq!(ids(&newest(&[("state", "malaga")])), ["d", "c", "a"]);
    assert_eq!(ids(&newest(&[("category", "biology")])), ["d", "b"]);
    assert_eq!(ids(&newest(&[("salaryMin", "30000")])), ["d", "a"]);
    assert_eq!(ids(&newest(&[("salaryMin", "1"), ("currency", "USD")])), ["b"]);
    assert_eq!(newest(&[("state", "Soria")]), Found::default());
    let paid = catalog.best_paid(&Filters::default(), None, None, 10);
    assert_eq!(ids(&paid), ["d", "a", "c", "b"]);
    let matches = catalog.matches(&[0, 2, 3, 9]);
    let found = catalog.newest(&Filters::default(), Some(&matches), None, 10);
    assert_eq!((ids(&found), found.total), (vec!["c", "b"], 2));
    let facets = catalog.facets(&filters(&[("country", "ES")]), None);
    assert_eq!(facets[0].1, [(String::from("biology"), 2), (String::from("physics"), 2)]);
    assert_eq!(facets[1].1, [(String::from("MALAGA"), 3), (String::from("León"), 1)]);
}
