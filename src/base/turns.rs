//! Work of which this process does one at a time, by name.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Names that are taken; clones know the same ones.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<BTreeSet<Cow<'static, str>>>>);

/// Holds a name until it is dropped.
#[derive(Debug)]
pub struct Turn {
    turns: Turns,
    name: Cow<'static, str>,
}

impl Turns {
    /// Takes a name; `None` while somebody has it.
    #[must_use]
    pub fn take(&self, name: impl Into<Cow<'static, str>>) -> Option<Turn> {
        let name = name.into();
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.insert(name.clone()).then(|| Turn { turns: self.clone(), name })
    }

    /// Tells whether somebody has a name.
    #[must_use]
    pub fn is_taken(&self, name: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut taken = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_is_free_again_when_its_turn_is_dropped() {
        let turns = Turns::default();
        let turn = turns.take("a").unwrap();
        assert!(turns.clone().take("a").is_none());
        assert!(turns.is_taken("a") && !turns.is_taken("b"));
        assert!(turns.take("b").is_some());
        drop(turn);
        assert!(turns.take("a").is_some());
    }
}
