//! Equal requests share one drawing.
//!
//! The first to ask for a card starts its flight; the others wait for the same
//! landing. A flight that never lands, because nobody drew it or drawing panicked,
//! tells everybody why, and the next request starts another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot::{self, Receiver, Sender};

use super::OgError;
use super::drawn::{Drawn, Key};

/// How a drawing ended.
pub type Outcome = Result<Arc<Drawn>, OgError>;

type Waiting = HashMap<Key, Vec<Sender<Outcome>>>;

/// Every card that is being drawn or waits for it, with those who wait.
#[derive(Clone, Default)]
pub struct Flights(Arc<Mutex<Waiting>>);

/// The end of one flight; whoever holds it owes those who wait an outcome.
pub struct Landing {
    flights: Flights,
    key: Key,
    /// What it means that the flight never lands; `None` once it has.
    otherwise: Option<OgError>,
}

impl Flights {
    /// Waits for a card's drawing; the first who waits starts it with `start`.
    ///
    /// # Errors
    /// What `start` says; whoever boarded meanwhile is told too.
    pub fn board(
        &self,
        key: Key,
        start: impl FnOnce(Landing) -> Result<(), OgError>,
    ) -> Result<Receiver<Outcome>, OgError> {
        let (sender, receiver) = oneshot::channel();
        let is_first = {
            let mut waiting = self.waiting();
            let passengers = waiting.entry(key).or_default();
            passengers.push(sender);
            passengers.len() == 1
        };
        if is_first {
            // Until a thread takes it, a flight ends because the queue is full.
            start(Landing { flights: self.clone(), key, otherwise: Some(OgError::Busy) })?;
        }
        Ok(receiver)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Landing {
    /// Takes off, unless everybody has gone away: then nobody pays for the drawing.
    #[must_use]
    pub fn take_off(mut self) -> Option<Self> {
        let mut waiting = self.flights.waiting();
        let passengers = waiting.get(&self.key);
        if passengers.is_some_and(|all| all.iter().any(|one| !one.is_closed())) {
            drop(waiting);
            self.otherwise = Some(OgError::Closed);
            return Some(self);
        }
        // Under the same lock: whoever comes now starts a flight of their own.
        waiting.remove(&self.key);
        drop(waiting);
        self.otherwise = None;
        None
    }

    /// Gives everybody the outcome.
    pub fn land(mut self, outcome: &Outcome) {
        self.otherwise = None;
        self.tell(outcome);
    }

    fn tell(&self, outcome: &Outcome) {
        let passengers = self.flights.waiting().remove(&self.key).unwrap_or_default();
        for passenger in passengers {
            let _ = passenger.send(outcome.clone());
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if let Some(reason) = self.otherwise.take() {
            self.tell(&Err(reason));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::of(&[0; 32], "")
    }

    #[tokio::test]
    async fn one_flight_carries_everybody() {
        let flights = Flights::default();
        let mut landing = None;
        let first = flights.board(key(), |one| {
            landing = Some(one);
            Ok(())
        });
        let second = flights.board(key(), |_| panic!("there is a flight"));
        let landing = landing.unwrap().take_off().unwrap();
        landing.land(&Ok(Arc::new(Drawn::new(vec![7]))));
        for passenger in [first, second] {
            assert_eq!(passenger.unwrap().await.unwrap().unwrap().jpeg.as_ref(), [7]);
        }
        assert!(flights.waiting().is_empty());
    }

    #[tokio::test]
    async fn lost_flight_says_why() {
        let flights = Flights::default();
        assert!(matches!(flights.board(key(), |_| Err(OgError::Busy)), Err(OgError::Busy)));
        let crashed = flights.board(key(), |landing| {
            drop(landing.take_off());
            Ok(())
        });
        assert!(matches!(crashed.unwrap().await.unwrap(), Err(OgError::Closed)));
        assert!(flights.waiting().is_empty());
    }

    #[tokio::test]
    async fn flight_without_passengers_is_not_flown() {
        let flights = Flights::default();
        let mut landing = None;
        drop(flights.board(key(), |one| {
            landing = Some(one);
            Ok(())
        }));
        assert!(landing.unwrap().take_off().is_none());
        assert!(flights.waiting().is_empty());
    }
}
