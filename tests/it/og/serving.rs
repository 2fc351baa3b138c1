//! What `GET /api/og` answers.

use std::thread;

use antesala::base::bounds::OG_QUEUE_MAX;

use super::{Pixels, card, figure, open_server};
use crate::support::Server;

#[test]
fn card_is_a_progressive_jpeg_that_may_be_kept_for_ever() {
    let server = open_server(&[]);
    let reply = server.visitor().get("/api/og?title=Investigadora%20postdoctoral");
    let kept = reply.header("cache-control").map(str::to_owned);
    assert_eq!(kept.as_deref(), Some("public, max-age=31536000, immutable"));
    assert_eq!(reply.header("cross-origin-resource-policy"), Some("cross-origin"));
    let jpeg = card(reply);
    // A progressive frame. Source: ITU T.81, B.1.1.3.
    assert!(jpeg.windows(2).any(|pair| pair == [0xff, 0xc2]));
    assert!(jpeg.len() < 600_000, "{}", jpeg.len());
}

#[test]
fn head_and_if_none_match_are_answered() {
    let server = open_server(&[]);
    let mut visitor = server.visitor();
    let head = visitor.send("HEAD", "/api/og?title=Uno", None).expect(200);
    let got = visitor.get("/api/og?title=Uno").expect(200);
    assert!(head.bytes.is_empty());
    assert_eq!(head.header("content-length"), Some(got.bytes.len().to_string().as_str()));
    let etag = got.header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"') && head.header("etag") == Some(&etag), "{etag} is strong");
    for known in [etag.clone(), format!("\"other\", W/{etag}"), String::from("*")] {
        visitor.set("if-none-match", &known);
        let same = visitor.get("/api/og?title=Uno").expect(304);
        assert!(same.bytes.is_empty());
        assert_eq!(same.header("etag"), Some(etag.as_str()));
        assert!(same.header("cache-control").unwrap().contains("immutable"));
    }
    visitor.set("if-none-match", "\"other\"");
    card(visitor.get("/api/og?title=Uno"));
}

#[test]
fn equal_cards_are_one_however_they_are_asked_for() {
    let server = open_server(&[]);
    let mut visitor = server.visitor();
    let one = card(visitor.get("/api/og?template=job&title=Uno&salary=1&v=7"));
    let two = card(visitor.get("/api/og?v=8&salary=1&theme=light&title=%20Uno%20&template=job"));
    assert!(one == two);
    assert_eq!(figure(&server, "renders_total"), 1);
    let plain = card(visitor.get("/api/og"));
    assert!(plain == card(visitor.get("/api/og?v=3&template=site&title=")));
    assert_eq!(figure(&server, "renders_total"), 2);
}

#[test]
fn every_text_template_and_theme_changes_the_picture() {
    let server = open_server(&[]);
    let mut visitor = server.visitor();
    let mut seen: Vec<(String, Vec<u8>)> = Vec::new();
    let mut look = |query: String| {
        let jpeg = card(visitor.get(&format!("/api/og?{query}")));
        for (other, earlier) in &seen {
            assert!(*earlier != jpeg, "{query} and {other}");
        }
        seen.push((query, jpeg));
    };
    for template in ["site", "job", "article", "profile"] {
        for theme in ["light", "dark"] {
            look(format!("template={template}&theme={theme}"));
        }
        for field in ["title", "subtitle", "eyebrow", "footer"] {
            look(format!("template={template}&{field}=Palabra"));
        }
    }
    for field in ["organization", "place", "salary"] {
        look(format!("template=job&{field}=Palabra"));
    }
}

#[test]
fn fifty_equal_requests_cost_one_drawing() {
    let server = open_server(&[]);
    thread::scope(|scope| {
        let asked: Vec<_> = (0..50)
            .map(|_| {
                let mut visitor = server.visitor();
                scope.spawn(move || visitor.get("/api/og?title=Todos%20a%20la%20vez").expect(200))
            })
            .collect();
        let mut bodies = asked.into_iter().map(|one| one.join().unwrap().bytes);
        let first = bodies.next().unwrap();
        assert!(bodies.all(|body| body == first));
    });
    assert_eq!(figure(&server, "renders_total"), 1);
}

#[test]
fn full_queue_is_503_and_not_kept() {
    let server = open_server(&[]);
    let replies: Vec<_> = thread::scope(|scope| {
        let asked: Vec<_> = (0..OG_QUEUE_MAX * 4)
            .map(|number| {
                let mut visitor = server.visitor();
                let path = format!("/api/og?template=article&title=Tarjeta%20{number}");
                scope.spawn(move || (visitor.get(&path), path))
            })
            .collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let turned_away: Vec<_> = replies.iter().filter(|(reply, _)| reply.status != 200).collect();
    assert!(!turned_away.is_empty(), "the queue was never full");
    for (reply, path) in turned_away {
        assert_eq!((reply.status, reply.code().as_str()), (503, "SERVICE_UNAVAILABLE"));
        assert!(reply.header("retry-after").is_some());
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        card(server.visitor().get(path));
    }
}

#[test]
fn cards_in_cache_are_free_and_the_rest_counts_as_reading() {
    let server = Server::start();
    let mut visitor = server.visitor();
    let path = "/api/og?title=Una";
    card(visitor.get(path));
    for _ in 0..400 {
        visitor.get(path).expect(200);
    }
    for _ in 0..299 {
        visitor.get("/api/og?nada=1").expect(400);
    }
    let reply = visitor.get("/api/og?nada=1").refused(429, "TOO_MANY_REQUESTS");
    assert!(reply.header("retry-after").is_some());
    visitor.get("/api/og?title=Otra").refused(429, "TOO_MANY_REQUESTS");
    card(visitor.get(path));
}

#[test]
fn brand_colours_the_card_and_text_on_it_stays_readable() {
    for (color, ink) in [("#ffd400", [0, 0, 0]), ("#1f4f8f", [255, 255, 255])] {
        let server = open_server(&[("ANTESALA_BRAND__COLOR", color)]);
        let jpeg = card(server.visitor().get("/api/og?template=job&title=A&place=MMMMMM"));
        let pixels = Pixels::of(&jpeg);
        let near =
            |one: [u8; 3], two: [u8; 3]| one.iter().zip(two).all(|(a, b)| a.abs_diff(b) < 40);
        let brand = antesala::base::color::Color::parse(color).unwrap().channels();
        // The bar at the foot, and the letters on it.
        assert!(near(pixels.at(600, 525), brand), "{color}: {:?}", pixels.at(600, 525));
        let letters = (80..600).flat_map(|x| (555..590).map(move |y| (x, y)));
        let inked = letters.filter(|(x, y)| near(pixels.at(*x, *y), ink)).count();
        assert!(inked > 500, "{color}: {inked}");
    }
}

#[test]
fn pages_show_the_sites_card_to_whoever_shares_them() {
    let server = open_server(&[("ANTESALA_OG__REQUIRE_SIGNATURE", "true")]);
    for path in ["/api/docs".to_owned(), server.setup_path()] {
        let page = server.visitor().get(&path).expect(200).text;
        let content = |property: &str| {
            let after = page.split(&format!("\"{property}\" content=\"")).nth(1);
            let content = after.unwrap_or_else(|| panic!("{property} in {page}"));
            content.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&")
        };
        assert_eq!(content("og:image:type"), "image/jpeg");
        assert_eq!(
            (content("og:image:width"), content("og:image:height")),
            ("1200".into(), "630".into())
        );
        assert_eq!(content("twitter:card"), "summary_large_image");
        assert!(!content("og:image:alt").is_empty());
        let link = content("og:image");
        assert!(link.contains("v="), "{link} names the version");
        card(server.visitor().get(server.path_of(&link)));
    }
}
