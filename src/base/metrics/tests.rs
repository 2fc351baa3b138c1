//! What a scrape shows.

use super::*;

#[test]
fn statuses_are_sorted_for_the_search() {
    assert!(STATUSES.is_sorted());
}

#[test]
fn render_counts_by_endpoint_and_status() {
    let labels = vec![("GET".to_owned(), "/a"), ("POST".to_owned(), "/b")];
    let metrics = Metrics::new(labels, Millis(1_767_225_600_000));
    metrics.observe(Some(0), (200, Millis(0)), Duration::from_micros(300));
    metrics.observe(Some(0), (200, Millis(0)), Duration::from_secs(9));
    metrics.observe(Some(0), (418, Millis(0)), Duration::ZERO);
    metrics.observe(None, (404, Millis(0)), Duration::ZERO);
    metrics.observe_batch(3);
    let open = metrics.connections().enter();
    let snapshot = Snapshot {
        writer_queue: 1,
        hash_queue: 2,
        outbox_depth: 3,
        outbox_overdue_s: 4,
        card_renders: 4,
        ..Snapshot::default()
    };
    let text = metrics.render(snapshot);
    for line in [
        "antesala_requests_total{method=\"GET\",path=\"/a\",status=\"200\"} 2",
        "antesala_requests_total{method=\"GET\",path=\"/a\",status=\"0\"} 1",
        "antesala_requests_total{method=\"\",path=\"\",status=\"404\"} 1",
        "antesala_request_duration_seconds_bucket{le=\"0.0005\",method=\"GET\",path=\"/a\"} 2",
        "antesala_request_duration_seconds_bucket{le=\"+Inf\",method=\"GET\",path=\"/a\"} 3",
        "antesala_writer_batches_bucket{le=\"4.0\"} 1",
        "antesala_writer_batches_sum 3.0",
        "antesala_connections 1.0",
        "antesala_outbox_depth 3.0",
        "antesala_outbox_overdue_seconds 4.0",
        "antesala_mails_total{outcome=\"sent\"} 0",
        "antesala_card_renders_total 4",
        "process_start_time_seconds 1767225600.0",
        "antesala_build_info{version=\"0.1.0\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("/b"), "an unused endpoint says nothing");
    drop(open);
    assert_eq!(metrics.connections().value(), 0);
}
