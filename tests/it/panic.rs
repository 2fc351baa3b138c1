//! A handler that panics: one 500, and the server goes on.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use antesala::app::{App, Ports};
use antesala::endpoint;
use antesala::http::dispatch::Dispatcher;
use antesala::http::endpoint::{Access, Endpoint};
use antesala::http::error::ApiError;
use antesala::http::request::Request;
use antesala::http::response::Response;
use antesala::http::router::Router;
use antesala::serve;

use crate::support::Client;
use crate::support::server::{SITE, config};

const TABLE: &[Endpoint] = &[
    endpoint!(GET "/api/broken" => broken {
        id: "broken", summary: "Panics",
        limit: Free, access: Access::Public, answers: [500],
    }),
    endpoint!(GET "/api/sound" => sound {
        id: "sound", summary: "Answers",
        limit: Free, access: Access::Public, answers: [200],
    }),
];

async fn broken(_app: &App, _request: Request) -> Result<Response, ApiError> {
    panic!("a secret detail");
}

async fn sound(_app: &App, _request: Request) -> Result<Response, ApiError> {
    Ok(Response::json(200, &()))
}

#[test]
fn panic_is_a_500_of_its_request_alone() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), &[]);
    let (ready, started) = mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let router = Router::build(&[TABLE], "/api/auth").unwrap();
            let (app, _report) = serve::open(config, Ports::system(), &router).await.unwrap();
            let app = Arc::new(app);
            let settings = serve::Settings::of(&app);
            let dispatcher = Arc::new(Dispatcher::new(app, router));
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            ready.send(listener.local_addr().unwrap()).unwrap();
            let answer = move |request, peer| {
                let dispatcher = Arc::clone(&dispatcher);
                async move { dispatcher.answer(request, peer).await }
            };
            serve::serve(listener, settings, answer, async { drop(stopped.await) }).await;
        });
    });
    let mut client = Client::new(&format!("http://{}", started.recv().unwrap()), SITE);
    for _ in 0..2 {
        let reply = client.get("/api/broken").refused(500, "INTERNAL_ERROR");
        assert!(!reply.text.contains("secret"), "{}", reply.text);
        client.get("/api/sound").expect(200);
    }
    stop.send(()).unwrap();
    server.join().unwrap();
}
