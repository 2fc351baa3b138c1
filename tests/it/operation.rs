//! What an operator sees: probes, metrics, headers, CORS, the first-admin page.

use serde_json::json;

use crate::support::Server;

#[test]
fn probes_answer() {
    let server = Server::start();
    assert_eq!(server.visitor().get("/healthz").expect(200).json()["status"], "ok");
    let ready = server.visitor().get("/readyz").expect(200).json();
    assert_eq!(ready["status"], "ok");
    assert_eq!(ready["checks"]["database"], "ok");
    assert_eq!(ready["checks"]["mail"], "ok");
}

#[test]
fn metrics_are_for_the_machine_itself_or_the_token() {
    let server = Server::start();
    server.visitor().get("/api/auth/ok").expect(200);
    let mut forwarded = server.visitor();
    assert_eq!(forwarded.get("/metrics").status, 404, "a forwarded request is somebody else's");
    let mut local = server.local();
    let text = local.get("/metrics").expect(200).text;
    for name in [
        "antesala_requests_total",
        "antesala_request_duration_seconds_bucket",
        "antesala_writer_batches_bucket",
        "antesala_writer_queue",
        "antesala_hash_queue",
        "antesala_outbox_depth",
        "antesala_connections",
    ] {
        assert!(text.contains(name), "{name} in\n{text}");
    }
    assert!(text.contains(r#"path="/api/auth/ok""#), "{text}");
    let guarded = Server::with(&[("ANTESALA_METRICS__TOKEN", "una-clave-larga-para-medir")]);
    assert_eq!(guarded.local().get("/metrics").status, 404);
    let mut prometheus = guarded.visitor();
    prometheus.set("authorization", "Bearer una-clave-larga-para-medir");
    prometheus.get("/metrics").expect(200);
}

#[test]
fn every_answer_carries_the_security_headers_and_a_request_id() {
    let server = Server::start();
    let mut visitor = server.visitor();
    for path in ["/healthz", "/api/auth/ok", "/nada", "/api/docs", "/api/auth/get-session"] {
        let reply = visitor.get(path);
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
        let csp = reply.header("content-security-policy").unwrap();
        for directive in ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(csp.contains(directive), "{path}: {csp}");
        }
        assert!(!csp.contains("unsafe-inline"));
        assert!(reply.header("referrer-policy").is_some());
        assert!(reply.header("x-request-id").is_some());
    }
    visitor.set("x-request-id", "mi-traza-1");
    assert_eq!(visitor.get("/healthz").header("x-request-id"), Some("mi-traza-1"));
    visitor.set("x-request-id", "no vale <esto>");
    assert_ne!(visitor.get("/healthz").header("x-request-id"), Some("no vale <esto>"));
}

#[test]
fn cors_echoes_approved_origins_alone() {
    let server = Server::with(&[
        ("ANTESALA_SERVER__CORS_ORIGINS", "https://app.ejemplo.es"),
        ("ANTESALA_AUTH__TRUSTED_ORIGINS", "https://*.ejemplo.net,myapp://"),
    ]);
    let allowed = |origin: &str, path: &str| {
        let mut visitor = server.visitor();
        visitor.set("origin", origin);
        let reply = visitor.get(path);
        assert!(reply.header("vary").unwrap_or_default().to_lowercase().contains("origin"));
        reply.header("access-control-allow-origin").map(str::to_owned)
    };
    for path in ["/api/auth/get-session", "/api/nada", "/healthz"] {
        assert_eq!(
            allowed("https://app.ejemplo.es", path).as_deref(),
            Some("https://app.ejemplo.es")
        );
        assert_eq!(
            allowed("https://a.ejemplo.net", path).as_deref(),
            Some("https://a.ejemplo.net")
        );
        for origin in [
            "https://evil.example",
            "http://app.ejemplo.es",
            "null",
            "myapp://",
            "https://ejemplo.net",
        ] {
            assert_eq!(allowed(origin, path), None, "{origin}");
        }
    }
    let mut browser = server.visitor();
    browser.set("origin", "https://app.ejemplo.es");
    browser.set("access-control-request-method", "POST");
    browser.set("access-control-request-headers", "content-type");
    let preflight = browser.send("OPTIONS", "/api/auth/sign-in/email", None).expect(204);
    assert_eq!(preflight.header("access-control-allow-credentials"), Some("true"));
    assert!(preflight.header("access-control-allow-methods").unwrap().contains("POST"));
    assert!(preflight.header("access-control-allow-headers").unwrap().contains("content-type"));
}

#[test]
fn first_admin_link_works_once() {
    let server = Server::start();
    let path = server.setup_path();
    let mut founder = server.visitor();
    let page = founder.get(&path).expect(200);
    assert!(page.text.contains("<form method=\"post\""));
    let csp = page.header("content-security-policy").unwrap();
    assert!(csp.contains("form-action 'self'"), "{csp}");
    let form = |name: &str, email: &str, password: &str| {
        format!("name={name}&email={email}&password={password}")
    };
    let post = |client: &mut crate::support::Client, body: String| {
        client.send("POST", &path, Some(("application/x-www-form-urlencoded", body.as_bytes())))
    };
    assert_eq!(post(&mut founder, form("Ana", "no-es-correo", "una+frase+bien+larga")).status, 400);
    assert_eq!(post(&mut founder, form("Ana", "ana@ejemplo.es", "corta")).status, 400);
    post(&mut founder, form("Ana", "ana@ejemplo.es", "una+frase+bien+larga")).expect(303);
    let user = founder.get("/api/auth/get-session").json()["user"].clone();
    assert_eq!(
        (user["role"].as_str(), user["emailVerified"].as_bool()),
        (Some("admin"), Some(true))
    );
    assert_eq!(server.visitor().get(&path).status, 410);
    assert_eq!(
        post(&mut server.visitor(), form("Eva", "eva@ejemplo.es", "una+frase+bien+larga")).status,
        410
    );
    assert_eq!(server.count("user"), 1);
}

#[test]
fn answers_are_compressed_unless_they_could_mirror_a_secret() {
    let server = Server::start();
    let mut browser = server.visitor();
    for coding in ["gzip", "br"] {
        browser.set("accept-encoding", coding);
        let reply = browser.send("HEAD", "/api/openapi.json", None).expect(200);
        assert_eq!(reply.header("content-encoding"), Some(coding));
        assert!(reply.header("vary").unwrap().to_lowercase().contains("accept-encoding"));
        assert_eq!(
            browser.send("HEAD", "/api/auth/get-session", None).header("content-encoding"),
            None
        );
    }
}

#[test]
fn head_is_get_without_a_body() {
    let server = Server::start();
    let mut visitor = server.visitor();
    for path in ["/healthz", "/api/auth/ok", "/api/docs", "/api/auth/error", "/assets/site.css"] {
        let get = visitor.get(path);
        let head = visitor.send("HEAD", path, None);
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
}

#[test]
fn limits_count_per_path_and_reads_of_the_session_are_generous() {
    let server = Server::start();
    let mut visitor = server.visitor();
    let bad = json!({"email": "nadie@ejemplo.es", "password": "x"});
    for _ in 0..10 {
        assert_eq!(visitor.get("/api/auth/ok").status, 200);
    }
    let reply = visitor.get("/api/auth/ok").refused(429, "TOO_MANY_REQUESTS");
    assert_eq!(reply.header("x-retry-after"), reply.header("retry-after"));
    assert_eq!(reply.json()["message"], "Too many requests. Please try again later.");
    assert_eq!(
        visitor.post("/api/auth/sign-in/email", bad).status,
        401,
        "another path, another bucket"
    );
    for _ in 0..120 {
        assert_eq!(visitor.get("/api/auth/get-session").status, 200);
    }
    assert_eq!(visitor.get("/api/auth/get-session").status, 429);
    assert_eq!(server.visitor().get("/api/auth/get-session").status, 200, "another address");
}
