//! What `/metrics` tells: requests, latencies, queues, connections.
//!
//! A request costs four relaxed atomic adds; labels, buckets and text are made
//! when somebody scrapes. What others already count (queues, outbox) is asked
//! at that moment and arrives as a [`Snapshot`].

mod day;
mod gauge;
mod readers;
mod snapshot;
mod tasks;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

pub use day::{Figures, WINDOW_MS};
pub use gauge::{Gauge, GaugeGuard};
pub use readers::Readers;
pub use snapshot::Snapshot;
pub use tasks::BackupFigures;

use super::clock::Millis;
use super::password_hash::KINDS;
use tasks::TaskCounts;

/// The media type of [`Metrics::render`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Every status that an endpoint may answer; any other is counted as 0.
const STATUSES: [u16; 28] = [
    0, 200, 201, 202, 204, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 410, 412,
    413, 414, 415, 422, 428, 429, 431, 500, 503,
];

/// Upper edges of the latency buckets in microseconds; the rest counts as infinite.
/// A session read takes 30 µs, a hash 35 ms, a request at most 30 s.
const LATENCY_EDGES: &[u64] =
    &[100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 2_500_000];

/// Upper edges of the writer's batch sizes; its largest group is 256.
const BATCH_EDGES: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256];

/// The counters of the process; clones count together.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    endpoints: Vec<Series>,
    /// Requests that reached no endpoint.
    unrouted: Series,
    batches: Distribution,
    connections: Gauge,
    readers: Readers,
    mails_sent: AtomicU64,
    mails_refused: AtomicU64,
    tasks: TaskCounts,
    started: Millis,
    day: day::Day,
}

impl Metrics {
    /// Makes counters at zero, one series for each (method, path) in the table's order.
    #[must_use]
    pub fn new(labels: Vec<(String, &'static str)>, started: Millis) -> Self {
        Self(Arc::new(Inner {
            endpoints: labels.into_iter().map(|(method, path)| Series::new(method, path)).collect(),
            unrouted: Series::new(String::new(), ""),
            batches: Distribution::new(BATCH_EDGES),
            connections: Gauge::default(),
            readers: Readers::default(),
            mails_sent: AtomicU64::new(0),
            mails_refused: AtomicU64::new(0),
            tasks: TaskCounts::default(),
            started,
            day: day::Day::new(),
        }))
    }

    /// Counts an answer of the endpoint at `index` in the table; `None` is no endpoint's.
    ///
    /// # Cost
    /// Four relaxed atomic adds.
    pub fn observe(&self, index: Option<usize>, (status, now): (u16, Millis), elapsed: Duration) {
        self.0.day.observe(now, status, elapsed);
        let series = index.and_then(|index| self.0.endpoints.get(index));
        series.unwrap_or(&self.0.unrouted).observe(status, elapsed);
    }

    /// Counts one COMMIT of the writer and the batches that it made durable.
    pub fn observe_batch(&self, batches: usize) {
        self.0.batches.observe(u64::try_from(batches).unwrap_or(u64::MAX));
    }

    /// Counts a mail that the transport took.
    pub fn observe_mail_sent(&self) {
        self.0.mails_sent.fetch_add(1, Relaxed);
    }

    /// Counts a mail that the transport did not take, for now or for good.
    pub fn observe_mail_refused(&self) {
        self.0.mails_refused.fetch_add(1, Relaxed);
    }

    /// Counts a run of a task that has ended.
    pub fn observe_task(&self, task: &'static str, status: &'static str) {
        self.0.tasks.observe(task, status);
    }

    /// Lists what the last 24 hours brought, by five minutes, oldest first.
    #[must_use]
    pub fn day(&self, now: Millis) -> Vec<Figures> {
        self.0.day.windows(now)
    }

    /// Returns when the process started.
    #[must_use]
    pub fn started_at(&self) -> Millis {
        self.0.started
    }

    /// Returns the gauge of open connections, for the listener.
    #[must_use]
    pub fn connections(&self) -> Gauge {
        self.0.connections.clone()
    }

    /// Returns the counts of readers.
    #[must_use]
    pub fn readers(&self) -> &Readers {
        &self.0.readers
    }

    /// Writes everything in the `OpenMetrics` text format, which Prometheus reads.
    #[must_use]
    pub fn render(&self, snapshot: Snapshot) -> String {
        let mut registry = Registry::default();
        let scrape = Scrape { inner: Arc::clone(&self.0), snapshot };
        registry.register_collector(Box::new(scrape));
        let mut text = String::with_capacity(16 * 1024);
        // Writing to a string does not fail.
        let _ = text::encode(&mut text, &registry);
        text
    }
}

/// The answers of one endpoint.
#[derive(Debug)]
struct Series {
    method: String,
    path: &'static str,
    statuses: [AtomicU64; STATUSES.len()],
    /// In microseconds.
    latency: Distribution,
}

impl Series {
    fn new(method: String, path: &'static str) -> Self {
        let statuses = std::array::from_fn(|_| AtomicU64::new(0));
        Self { method, path, statuses, latency: Distribution::new(LATENCY_EDGES) }
    }

    fn observe(&self, status: u16, elapsed: Duration) {
        let slot = STATUSES.binary_search(&status).unwrap_or(0);
        if let Some(count) = self.statuses.get(slot) {
            count.fetch_add(1, Relaxed);
        }
        self.latency.observe(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX));
    }

    fn labels(&self) -> [(&str, &str); 2] {
        [("method", self.method.as_str()), ("path", self.path)]
    }

    /// An endpoint that nobody called says nothing, so a scrape stays short.
    fn is_used(&self) -> bool {
        self.statuses.iter().any(|count| count.load(Relaxed) > 0)
    }
}

/// A histogram of whole numbers.
#[derive(Debug)]
struct Distribution {
    edges: &'static [u64],
    /// One count a bucket, the last for what exceeds every edge.
    counts: Vec<AtomicU64>,
    sum: AtomicU64,
}

impl Distribution {
    fn new(edges: &'static [u64]) -> Self {
        let counts = (0..=edges.len()).map(|_| AtomicU64::new(0)).collect();
        Self { edges, counts, sum: AtomicU64::new(0) }
    }

    fn observe(&self, value: u64) {
        let bucket = self.edges.partition_point(|edge| *edge < value);
        if let Some(count) = self.counts.get(bucket) {
            count.fetch_add(1, Relaxed);
        }
        self.sum.fetch_add(value, Relaxed);
    }

    fn encode(&self, encoder: &mut MetricEncoder<'_>, unit: fn(u64) -> f64) -> fmt::Result {
        let edges = self.edges.iter().map(|edge| unit(*edge)).chain([f64::INFINITY]);
        let counts = self.counts.iter().map(|count| count.load(Relaxed));
        let buckets: Vec<_> = edges.zip(counts).collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        encoder.encode_histogram::<NoLabelSet>(unit(self.sum.load(Relaxed)), count, &buckets, None)
    }
}

fn seconds(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64()
}

/// Reads a whole number as a float; beyond 2^32 it says "very many".
fn float(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[derive(Debug)]
struct Scrape {
    inner: Arc<Inner>,
    snapshot: Snapshot,
}

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.requests(&mut encoder)?;
        self.latencies(&mut encoder)?;
        let mut batches = encoder.encode_descriptor(
            "antesala_writer_batches",
            "Batches that one COMMIT made durable",
            None,
            MetricType::Histogram,
        )?;
        self.inner.batches.encode(&mut batches, float)?;
        self.mails(&mut encoder)?;
        self.hashes(&mut encoder)?;
        self.cards(&mut encoder)?;
        self.inner.tasks.encode(&mut encoder, self.snapshot.backup)?;
        self.gauges(&mut encoder)?;
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        encoder
            .encode_descriptor("antesala_build", "What runs here", None, MetricType::Info)?
            .encode_info(&version)
    }
}

impl Scrape {
    fn series(&self) -> impl Iterator<Item = &Series> {
        let all = self.inner.endpoints.iter().chain([&self.inner.unrouted]);
        all.filter(|series| series.is_used())
    }

    fn requests(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let mut metric = encoder.encode_descriptor(
            "antesala_requests",
            "Answers by endpoint and status",
            None,
            MetricType::Counter,
        )?;
        for series in self.series() {
            let [method, path] = series.labels();
            let counts = series.statuses.iter().map(|count| count.load(Relaxed));
            for (status, count) in STATUSES.into_iter().zip(counts).filter(|(_, count)| *count > 0)
            {
                let status = status.to_string();
                let labels = [method, path, ("status", status.as_str())];
                metric
                    .encode_family(&labels)?
                    .encode_counter::<NoLabelSet, _, u64>(&count, None)?;
            }
        }
        Ok(())
    }

    fn latencies(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let mut metric = encoder.encode_descriptor(
            "antesala_request_duration_seconds",
            "From the head of the request to the head of the answer",
            None,
            MetricType::Histogram,
        )?;
        for series in self.series() {
            series.latency.encode(&mut metric.encode_family(&series.labels())?, seconds)?;
        }
        Ok(())
    }

    fn mails(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let mut metric = encoder.encode_descriptor(
            "antesala_mails",
            "Deliveries tried, by outcome",
            None,
            MetricType::Counter,
        )?;
        for (outcome, count) in
            [("sent", &self.inner.mails_sent), ("refused", &self.inner.mails_refused)]
        {
            let labels = [("outcome", outcome)];
            let count = count.load(Relaxed);
            metric.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
        }
        Ok(())
    }

    fn hashes(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let mut metric = encoder.encode_descriptor(
            "antesala_password_hashes",
            "Hashes of passwords made and compared, by kind",
            None,
            MetricType::Counter,
        )?;
        for (kind, count) in KINDS.into_iter().zip(self.snapshot.hashes) {
            let labels = [("kind", kind)];
            metric.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
        }
        Ok(())
    }

    fn cards(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        for (name, help, count) in [
            ("antesala_card_renders", "Cards drawn", self.snapshot.card_renders),
            ("antesala_card_hits", "Cards found drawn", self.snapshot.card_hits),
        ]
        .into_iter()
        .chain(self.inner.readers.counts())
        {
            encoder
                .encode_descriptor(name, help, None, MetricType::Counter)?
                .encode_counter::<NoLabelSet, _, u64>(&count, None)?;
        }
        Ok(())
    }

    fn gauges(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let started = float(u64::try_from(self.inner.started.unix_s()).unwrap_or(0));
        for (name, help, value) in [
            ("antesala_connections", "Open connections", float(self.inner.connections.value())),
            (
                "antesala_writer_queue",
                "Jobs waiting for the writer",
                float(self.snapshot.writer_queue),
            ),
            ("antesala_hash_queue", "Hashes waiting for a thread", float(self.snapshot.hash_queue)),
            ("antesala_outbox_depth", "Mails waiting", float(self.snapshot.outbox_depth)),
            (
                "antesala_outbox_overdue_seconds",
                "Since the oldest waiting mail was due",
                float(self.snapshot.outbox_overdue_s),
            ),
            ("antesala_card_queue", "Cards waiting to be drawn", float(self.snapshot.card_queue)),
            ("antesala_card_bytes", "Bytes of cards on the disk", float(self.snapshot.card_bytes)),
            (
                "antesala_untaken_bytes",
                "Bytes of answers that wait for their readers",
                float(self.snapshot.untaken_bytes),
            ),
            ("process_start_time_seconds", "Unix time of the start", started),
        ] {
            encoder.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
