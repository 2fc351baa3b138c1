//! What `/metrics` tells of tasks: runs by outcome, and the newest archive.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use super::float;

/// The newest archive, as the history has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackupFigures {
    /// Seconds since the last backup that went well; `None`: there was none.
    pub age_s: Option<u64>,
    /// Whether the last backup was restored into a scratch folder and compared.
    pub is_verified: bool,
}

/// Runs that this process has seen end, by task and outcome. A few a minute.
#[derive(Debug, Default)]
pub struct TaskCounts(Mutex<BTreeMap<(&'static str, &'static str), u64>>);

impl TaskCounts {
    /// Counts a run.
    pub fn observe(&self, task: &'static str, status: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((task, status)).or_default() += 1;
    }

    /// Writes the counts and what is known of the newest archive.
    pub fn encode(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        backup: BackupFigures,
    ) -> fmt::Result {
        let mut metric = encoder.encode_descriptor(
            "antesala_task_runs",
            "Runs by task and outcome",
            None,
            MetricType::Counter,
        )?;
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for ((task, status), count) in counts {
            let labels = [("task", task), ("status", status)];
            metric.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
        }
        let age = backup.age_s.map(|age_s| {
            ("antesala_backup_age_seconds", "Since the last backup that went well", float(age_s))
        });
        let verified = (
            "antesala_backup_verified",
            "Whether the last backup was restored and compared",
            f64::from(u8::from(backup.is_verified)),
        );
        for (name, help, value) in age.into_iter().chain([verified]) {
            encoder.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)?;
        }
        Ok(())
    }
}
