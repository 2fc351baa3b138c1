//! How many bytes a body may need that passes its check.

use super::{BodySchema, Node, NodeKind};
use crate::base::bounds::{ENCODED_BODY_BYTES_MAX, ITEMS_MAX, TEXT_LENGTH_MAX};

/// Most bytes of a UTF-16 code unit on the wire: three of UTF-8, each as `%C3` in a form;
/// JSON's `\u00f1` has six.
const UNIT_BYTES_MAX: usize = 9;

impl BodySchema {
    /// Returns the bytes of the largest body that passes the check, with every code unit
    /// escaped; what has no bound of its own counts as what the settings allow anyway.
    #[must_use]
    pub fn encoded_bytes_max(&self) -> usize {
        self.root.encoded_bytes_max().min(ENCODED_BODY_BYTES_MAX)
    }
}

impl Node {
    fn encoded_bytes_max(&self) -> usize {
        let count = |max: &Option<i64>| usize::try_from(max.unwrap_or(0)).unwrap_or(0);
        let named = |node: &Self, name: &str| node.encoded_bytes_max() + name.len() + 8;
        match &self.kind {
            // Secrets and tokens without a bound of their own are no reason to read more.
            NodeKind::Text { max, .. } if *max == Some(TEXT_LENGTH_MAX) => 0,
            NodeKind::Text { max, .. } => count(max).saturating_mul(UNIT_BYTES_MAX),
            NodeKind::List { max, .. } if *max == Some(ITEMS_MAX) => 0,
            NodeKind::List { item, max } => {
                item.encoded_bytes_max().saturating_add(8).saturating_mul(count(max))
            }
            NodeKind::OneOrMany { list, .. } => list.encoded_bytes_max(),
            NodeKind::Object { fields, .. } => {
                let each = fields.iter().map(|field| named(&field.node, &field.name));
                each.fold(16, usize::saturating_add)
            }
            NodeKind::Options(_)
            | NodeKind::Flag
            | NodeKind::Integer { .. }
            | NodeKind::Record { .. }
            | NodeKind::Scalar(_) => 32,
        }
    }
}
