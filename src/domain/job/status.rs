//! What becomes of an offer: one table of the steps that lead from state to state.
//!
//! The check of a step, what its refusal tells, the documentation and the test that
//! tries every pair all read [`STEPS`]; nothing else knows where a step leads.

use super::super::names::on_the_wire;

/// The state of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobStatus {
    /// Written, and seen by its organisation alone.
    Borrador,
    /// Seen by everybody; one may apply.
    Publicada,
    /// Out of sight for a while.
    Pausada,
    /// Over, by the organisation's word.
    Cerrada,
    /// Over, by the calendar.
    Caducada,
    /// Over for long.
    Archivada,
}

impl JobStatus {
    /// Every state.
    pub const EACH: [Self; 6] = [
        Self::Borrador,
        Self::Publicada,
        Self::Pausada,
        Self::Cerrada,
        Self::Caducada,
        Self::Archivada,
    ];

    /// Every name.
    pub const ALL: &'static [&'static str] =
        &["borrador", "publicada", "pausada", "cerrada", "caducada", "archivada"];

    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Borrador => "borrador",
            Self::Publicada => "publicada",
            Self::Pausada => "pausada",
            Self::Cerrada => "cerrada",
            Self::Caducada => "caducada",
            Self::Archivada => "archivada",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::EACH.into_iter().find(|status| status.name() == name)
    }

    /// Returns where `verb` leads from here.
    ///
    /// # Errors
    /// The states to which people's steps lead from here, when this one leads nowhere.
    pub fn after(self, verb: Verb) -> Result<Next, Vec<&'static str>> {
        let step = STEPS.iter().find(|(each, from, _next)| *each == verb && *from == self);
        step.map(|(_verb, _from, next)| *next).ok_or_else(|| self.allowed())
    }

    /// Lists the states to which people's steps lead from here, this one aside.
    #[must_use]
    pub fn allowed(self) -> Vec<&'static str> {
        let steps = STEPS.iter().filter(|(verb, from, _next)| *from == self && verb.is_peoples());
        let reached = steps.filter_map(|(_verb, _from, next)| match next {
            Next::State(state) if *state != self => Some(state.name()),
            Next::State(_) | Next::Gone => None,
        });
        let mut names = Vec::new();
        reached.for_each(|name| {
            if !names.contains(&name) {
                names.push(name);
            }
        });
        names
    }
}

on_the_wire!(JobStatus, JobStatus::ALL);

/// What is done to an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Changes what is written.
    Edit,
    /// Throws it away.
    Delete,
    /// Shows it to everybody.
    Publish,
    /// Takes it out of sight.
    Pause,
    /// Shows it again.
    Resume,
    /// Ends it.
    Close,
    /// Moves its end.
    Renew,
    /// Its end has come.
    Expire,
    /// It is long over.
    Archive,
}

impl Verb {
    /// Every verb.
    pub const EACH: [Self; 9] = [
        Self::Edit,
        Self::Delete,
        Self::Publish,
        Self::Pause,
        Self::Resume,
        Self::Close,
        Self::Renew,
        Self::Expire,
        Self::Archive,
    ];

    /// Returns its name, in the address of its endpoint where people do it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Publish => "publish",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Close => "close",
            Self::Renew => "renew",
            Self::Expire => "expire",
            Self::Archive => "archive",
        }
    }

    /// Tells whether people do it; the calendar does the rest.
    #[must_use]
    pub const fn is_peoples(self) -> bool {
        !matches!(self, Self::Expire | Self::Archive)
    }
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To a state.
    State(JobStatus),
    /// To nothing: the offer is deleted.
    Gone,
}

/// Every legal step: what is done, from which state, and where it leads.
pub const STEPS: &[(Verb, JobStatus, Next)] = &[
    (Verb::Edit, JobStatus::Borrador, Next::State(JobStatus::Borrador)),
    (Verb::Edit, JobStatus::Publicada, Next::State(JobStatus::Publicada)),
    (Verb::Edit, JobStatus::Pausada, Next::State(JobStatus::Pausada)),
    (Verb::Edit, JobStatus::Caducada, Next::State(JobStatus::Caducada)),
    (Verb::Delete, JobStatus::Borrador, Next::Gone),
    (Verb::Publish, JobStatus::Borrador, Next::State(JobStatus::Publicada)),
    (Verb::Pause, JobStatus::Publicada, Next::State(JobStatus::Pausada)),
    (Verb::Resume, JobStatus::Pausada, Next::State(JobStatus::Publicada)),
    (Verb::Close, JobStatus::Publicada, Next::State(JobStatus::Cerrada)),
    (Verb::Close, JobStatus::Pausada, Next::State(JobStatus::Cerrada)),
    (Verb::Renew, JobStatus::Publicada, Next::State(JobStatus::Publicada)),
    (Verb::Renew, JobStatus::Pausada, Next::State(JobStatus::Pausada)),
    (Verb::Renew, JobStatus::Caducada, Next::State(JobStatus::Publicada)),
    (Verb::Expire, JobStatus::Publicada, Next::State(JobStatus::Caducada)),
    (Verb::Expire, JobStatus::Pausada, Next::State(JobStatus::Caducada)),
    (Verb::Archive, JobStatus::Cerrada, Next::State(JobStatus::Archivada)),
    (Verb::Archive, JobStatus::Caducada, Next::State(JobStatus::Archivada)),
];

/// Writes the table of steps as Markdown, a row a state.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from("| state | step | leads to |\n|---|---|---|\n");
    for state in JobStatus::EACH {
        for (verb, _from, next) in STEPS.iter().filter(|(_, from, _)| *from == state) {
            let leads_to = match next {
                Next::State(next) => next.name(),
                Next::Gone => "nothing: it is gone",
            };
            let by = if verb.is_peoples() { "" } else { " (by the calendar)" };
            let row = format!("| `{}` | {}{by} | {leads_to} |\n", state.name(), verb.name());
            text.push_str(&row);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_the_states_where_people_may_go() {
        let allowed = |status: JobStatus| status.after(Verb::Publish).unwrap_err();
        assert_eq!(allowed(JobStatus::Publicada), ["pausada", "cerrada"]);
        assert_eq!(allowed(JobStatus::Pausada), ["publicada", "cerrada"]);
        assert_eq!(allowed(JobStatus::Caducada), ["publicada"]);
        assert!(allowed(JobStatus::Archivada).is_empty());
    }

    #[test]
    fn a_verb_leads_from_a_state_to_one_place() {
        for (index, (verb, from, _next)) in STEPS.iter().enumerate() {
            let again = STEPS.iter().skip(index + 1).any(|(v, f, _)| v == verb && f == from);
            assert!(!again, "{} from {}", verb.name(), from.name());
        }
    }
}
