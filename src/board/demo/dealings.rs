//! Applications, what becomes of them and what is said about them.

use std::collections::HashSet;

use serde_json::json;

use super::offers::Offer;
use super::people::Cast;
use super::timeline::{Happening, Timeline};
use super::{DAY_S, HOUR_S, Stage};
use crate::base::clock::Millis;
use crate::board::told;
use crate::domain::application::ApplicationStatus::{
    self, Hired, Interview, Offer as Offered, Pending, Rejected, Withdrawn,
};
use crate::domain::application::{
    APPLICATION_ID_PREFIX, Answer, Application, ApplicationEvent, ApplicationNote, EVENT_ID_PREFIX,
    NOTE_ID_PREFIX, Step,
};
use crate::domain::job::{CURRENCY_DEFAULT, Question};
use crate::domain::message::{CONVERSATION_ID_PREFIX, MESSAGE_ID_PREFIX, Message};
use crate::domain::notification::NotificationKind;
use crate::domain::side::Side;
use crate::domain::user::User;
use crate::store::{application_steps as steps, applications, conversations, saved_jobs};

/// How many applications there are.
const APPLICATIONS: usize = 300;

/// What becomes of applications, one after another: as many as share no factor with the
/// people, so that nobody has the same fate each time.
const FATES: [&[ApplicationStatus]; 19] = [
    &[],
    &[Interview],
    &[],
    &[Rejected],
    &[],
    &[Interview, Offered],
    &[],
    &[Withdrawn],
    &[Interview],
    &[],
    &[Rejected],
    &[Interview, Rejected],
    &[],
    &[Interview, Offered, Hired],
    &[],
    &[Interview],
    &[Interview, Withdrawn],
    &[],
    &[Rejected],
];

/// Has people save offers and apply; returns how many applications and conversations.
pub fn play(
    stage: Stage<'_>,
    (cast, offers): (&Cast, &[Offer<'_>]),
    timeline: &mut Timeline,
) -> (usize, usize) {
    let shown: Vec<&Offer<'_>> = offers.iter().filter(|offer| offer.open_from.is_some()).collect();
    save(stage, (cast, &shown), timeline);
    let (mut taken, mut conversations) = (HashSet::new(), 0);
    let fates = FATES.into_iter().cycle();
    let candidates = cast.people.iter().cycle().take(APPLICATIONS);
    for (candidate, fate) in candidates.zip(fates) {
        let start = stage.dice.place(shown.len());
        let mut from_there = shown.iter().cycle().skip(start).take(shown.len());
        let free = |offer: &&&Offer<'_>| taken.insert((&candidate.id, offer.job.id.clone()));
        let Some(offer) = from_there.find(free) else { continue };
        let dealing = Dealing::begin(stage, (candidate, offer), timeline);
        let first_step = dealing.steps(stage, fate, timeline);
        dealing.notes(stage, timeline);
        if first_step.is_some() || stage.dice.happens(20) {
            let at = first_step.unwrap_or_else(|| stage.later(dealing.at, 4));
            dealing.talk(stage, at, timeline);
            conversations += 1;
        }
    }
    (taken.len(), conversations)
}

fn save(stage: Stage<'_>, (cast, shown): (&Cast, &[&Offer<'_>]), timeline: &mut Timeline) {
    for person in &cast.people {
        for _ in 0..stage.dice.between(0, 5) {
            let Some(offer) = stage.dice.pick(shown) else { continue };
            let at = stage.while_open(offer, person.created_at);
            timeline.writes(at, vec![saved_jobs::save(&person.id, &offer.job.id, at)]);
        }
    }
}

impl Stage<'_> {
    /// Returns a moment at which an offer is open and somebody is there.
    fn while_open(&self, offer: &Offer<'_>, since: Millis) -> Millis {
        let from = offer.open_from.unwrap_or(offer.open_until).max(since);
        let seconds = offer.open_until.since_ms(from) / 1000;
        from.plus_s(self.dice.between(1, (seconds - 1).max(1)))
    }

    /// Returns what an organisation writes down, when it writes anything.
    fn note(&self) -> Option<String> {
        self.dice.pick(&self.script.notes).filter(|_| self.dice.happens(40)).cloned()
    }

    /// Returns a moment at most some days after another, and always before now.
    fn later(&self, at: Millis, days: i64) -> Millis {
        let left_ms = self.now.since_ms(at).max(2);
        let most_ms = (left_ms / 2).min(days * DAY_S * 1000);
        at.plus_ms(self.dice.between(most_ms / 4, most_ms).max(1))
    }
}

/// One application.
struct Dealing<'a> {
    candidate: &'a User,
    offer: &'a Offer<'a>,
    id: String,
    at: Millis,
}

impl<'a> Dealing<'a> {
    /// Has somebody apply.
    fn begin(
        stage: Stage<'_>,
        (candidate, offer): (&'a User, &'a Offer<'a>),
        timeline: &mut Timeline,
    ) -> Self {
        let dice = stage.dice;
        let at = stage.while_open(offer, candidate.created_at);
        let draft = &offer.job.draft;
        let wish = draft.salary.as_ref().and_then(|salary| salary.max).filter(|_| dice.happens(50));
        let application = Application {
            id: stage.app.entropy.id(APPLICATION_ID_PREFIX, at),
            job_id: offer.job.id.clone(),
            organization_id: offer.job.employer.id.clone(),
            candidate_id: candidate.id.clone(),
            cover_letter: dice.pick(&stage.script.letters).cloned(),
            salary_min: wish,
            salary_max: None,
            salary_currency: wish.map(|_| String::from(CURRENCY_DEFAULT)),
            availability_date: None,
            answers: draft.questions.iter().filter_map(|asked| answer(stage, asked)).collect(),
            cv: None,
            status: Pending,
            viewed_at: None,
            archived_at: None,
            erased_at: None,
            created_at: at,
            updated_at: at,
        };
        let writes =
            vec![applications::count_in(&offer.job.id, at), applications::insert(&application)];
        timeline.writes(at, writes);
        Self { candidate, offer, id: application.id, at }
    }

    /// Has the application take its steps; returns when the organisation first wanted to
    /// talk.
    fn steps(
        &self,
        stage: Stage<'_>,
        fate: &[ApplicationStatus],
        timeline: &mut Timeline,
    ) -> Option<Millis> {
        let house = self.offer.house;
        let (mut from, mut at, mut talk_at) = (Pending, self.at, None);
        if !fate.is_empty() || stage.dice.happens(60) {
            at = stage.later(at, 3);
            timeline.writes(at, vec![applications::viewed_set(&self.id, &house.recruiter.id, at)]);
        }
        for to in fate.iter().copied() {
            at = stage.later(at, 6);
            let by = if to == Withdrawn { Side::Candidate } else { Side::Organization };
            let actor = match by {
                Side::Candidate => self.candidate,
                Side::Organization => &house.recruiter,
            };
            let event = ApplicationEvent {
                id: stage.app.entropy.id(EVENT_ID_PREFIX, at),
                from,
                to,
                actor_id: Some(actor.id.clone()),
                actor_name: None,
                note: stage.note().filter(|_| by == Side::Organization),
                at,
            };
            let step = Step { from, to, by };
            let mut writes = vec![
                applications::step(&self.id, &actor.id, step, at),
                steps::event_insert(&self.id, &event),
            ];
            if by == Side::Organization {
                let kind = NotificationKind::ApplicationStatus {
                    application_id: self.id.clone(),
                    job_title: self.offer.job.draft.title.clone(),
                    status: String::from(to.name()),
                };
                writes.push(told::notify(stage.app, &self.candidate.id, kind, at));
            }
            timeline.writes(at, writes);
            if to == Interview {
                talk_at = Some(at);
            }
            from = to;
        }
        talk_at
    }

    /// Has the organisation write something down.
    fn notes(&self, stage: Stage<'_>, timeline: &mut Timeline) {
        let Some(content) = stage.note() else { return };
        let (at, author) = (stage.later(self.at, 8), &self.offer.house.owner.id);
        let note = ApplicationNote {
            id: stage.app.entropy.id(NOTE_ID_PREFIX, at),
            author_id: Some(author.clone()),
            author_name: None,
            content,
            created_at: at,
        };
        timeline.writes(at, vec![steps::note_insert(&self.id, author, &note)]);
    }

    /// Has the two sides talk, by turns; what was said last may be unread.
    fn talk(&self, stage: Stage<'_>, since: Millis, timeline: &mut Timeline) {
        let dice = stage.dice;
        let Some(lines) = dice.pick(&stage.script.conversations) else { return };
        let spoken = 1 + dice.place(lines.len());
        let mut at = stage.later(since, 1);
        let id = stage.app.entropy.id(CONVERSATION_ID_PREFIX, at);
        timeline.writes(at, vec![conversations::insert(&id, &self.id, at)]);
        let sides = [Side::Organization, Side::Candidate].into_iter().cycle();
        for (place, (line, side)) in lines.iter().zip(sides).take(spoken).enumerate() {
            let sender = match side {
                Side::Organization => &self.offer.house.recruiter,
                Side::Candidate => self.candidate,
            };
            let message = Message {
                id: stage.app.entropy.id(MESSAGE_ID_PREFIX, at),
                sequence: 0,
                conversation_id: id.clone(),
                side,
                sender_id: Some(sender.id.clone()),
                sender_name: Some(sender.name.clone()),
                content: line.clone(),
                created_at: at,
            };
            let up_to = message.id.clone();
            timeline.add(at, Happening::Said(message, self.id.clone()));
            // Whoever answers has read.
            if place + 1 < spoken || dice.happens(50) {
                at = stage.later(at, 1);
                let read =
                    Happening::Read { conversation_id: id.clone(), side: side.other(), up_to };
                timeline.add(at, read);
            }
            at = stage.later(at, 1).min(at.plus_s(9 * HOUR_S));
        }
    }
}

/// Answers a question of an offer.
fn answer(stage: Stage<'_>, question: &Question) -> Option<Answer> {
    let value = match question.kind.name() {
        "number" => json!(stage.dice.between(1, 12)),
        "yes_no" => json!(stage.dice.happens(85)),
        _text => json!(stage.dice.pick(&stage.script.papers)?),
    };
    Some(Answer { question_id: question.id.clone(), value })
}
