//! Files for browsers: their addresses, how long they are kept, how small they are.

use super::browser;
use crate::support::{Reply, Server};

fn addresses(page: &Reply) -> Vec<String> {
    let quoted = page.text.split('"').filter(|text| text.starts_with("/assets/"));
    quoted.map(str::to_owned).collect()
}

#[test]
fn every_file_of_a_page_is_fingerprinted_and_kept_for_ever() {
    let server = Server::start();
    let mut visitor = browser(&server);
    let files = addresses(&visitor.get("/").expect(200));
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        let reply = visitor.get(&file).expect(200);
        let life = reply.header("cache-control").unwrap();
        assert_eq!(life, "public, max-age=31536000, immutable", "{file}");
        let etag = reply.header("etag").unwrap().to_owned();
        visitor.set("if-none-match", &etag);
        visitor.get(&file).expect(304);
        visitor.unset("if-none-match");
    }
}

#[test]
fn other_versions_find_the_file_and_do_not_keep_it() {
    let server = Server::start();
    let mut visitor = browser(&server);
    for name in ["/assets/site.css", "/assets/site.0123456789abcdef.css"] {
        let life = visitor.get(name).expect(200).header("cache-control").unwrap().to_owned();
        assert_eq!(life, "public, max-age=300", "{name}");
    }
    for nothing in ["/assets/site.0123.css", "/assets/OFL-Newsreader.txt", "/assets/nada.js"] {
        visitor.get(nothing).expect(404);
    }
}

#[test]
fn text_is_compressed_and_a_font_is_not() {
    let server = Server::start();
    let mut visitor = browser(&server);
    let plain = visitor.get("/assets/site.css").expect(200).bytes.len();
    for coding in ["br", "gzip"] {
        visitor.set("accept-encoding", coding);
        for _ in 0..2 {
            let raw = visitor.send("HEAD", "/assets/site.css", None).expect(200);
            assert_eq!(raw.header("content-encoding"), Some(coding));
            let length: usize = raw.header("content-length").unwrap().parse().unwrap();
            assert!(length * 3 < plain, "{coding}: {length} of {plain}");
        }
        let font = visitor.send("HEAD", "/assets/newsreader.woff2", None).expect(200);
        assert_eq!(font.header("content-encoding"), None);
    }
}

#[test]
fn sheet_carries_the_brand() {
    let server = Server::with(&[("ANTESALA_BRAND__COLOR", "#ff8800")]);
    let sheet = browser(&server).get("/assets/site.css").expect(200).text;
    assert!(sheet.starts_with(":root{--brand:#ff8800;"), "{}", &sheet[..80]);
}

#[test]
fn nothing_on_a_page_is_inline_or_from_outside() {
    let server = Server::start();
    let mut admin = super::reader(server.admin());
    let pages = ["/", "/login", "/registro", "/recuperar", "/styleguide", "/nada", "/dashboard"];
    let more = [
        "/dashboard/cuenta",
        "/dashboard/cuenta/seguridad",
        "/dashboard/cuenta/conexiones",
        "/dashboard/mensajes",
    ];
    let own = ["/dashboard/perfil", "/dashboard/alertas/nueva", "/dashboard/avisos"];
    for path in pages.into_iter().chain(more).chain(own) {
        let mut visitor = browser(&server);
        let reader = if path.starts_with("/dashboard") { &mut admin } else { &mut visitor };
        let page = reader.get(path);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{path}");
        for inline in [" style=", "<style", "<script>", " onclick=", "javascript:"] {
            assert!(!page.text.contains(inline), "{path}: {inline}");
        }
        let own = crate::support::server::SITE;
        let outside = page.text.replace(own, "");
        assert!(!outside.contains("src=\"http") && !outside.contains("href=\"http"), "{path}");
    }
}

#[test]
fn styleguide_is_where_the_site_is_this_machine() {
    let server = Server::start();
    browser(&server).get("/styleguide").expect(200);
    let public = Server::with(&[("ANTESALA_SERVER__PUBLIC_URL", "https://antesala.example")]);
    browser(&public).get("/styleguide").expect(404);
}
