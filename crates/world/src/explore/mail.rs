//! Letters under way to actors.

use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};

use crate::World;

use super::actor::{Actor, Letter};
use super::course::Course;
use super::disturbance::Destiny;
use super::meeting::{Print, from};
use super::scenario::Scenario;

/// A letter to an actor.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) letter: Letter,
    /// The place of the actor in the scenario.
    pub(crate) to: usize,
    pub(crate) due: Timestamp,
    /// Whether it came again at once the last time: the next time it takes its time.
    pub(crate) hurried: bool,
    /// The same for every delivery of it.
    pub(crate) number: usize,
    body: u64,
    /// How long after one call by the clock the next one comes at the earliest.
    apart: Option<SignedDuration>,
}

impl Mail {
    /// What tells it from others.
    pub(crate) fn of_state(&self, now: Timestamp) -> impl std::fmt::Debug + use<> {
        (self.to, self.number, from(now, self.due), self.hurried, self.body)
    }
}

/// What is under way, oldest first, and how much of every post has been looked through.
#[derive(Default)]
pub(crate) struct Mailbox {
    mails: Vec<Mail>,
    seen: Vec<Vec<usize>>,
    sent: usize,
    /// How often an event arrives that nothing befalls.
    copies: usize,
}

/// A late event outlives every lease and every delivery of other events.
const LATE: SignedDuration = SignedDuration::from_mins(10);

impl Mailbox {
    /// With what the actors are asked at the start, so often, and when they are called by the clock.
    pub(crate) fn new(scenario: &Scenario, deliveries: usize, now: Timestamp) -> Self {
        let actors = &scenario.actors;
        let copies = if scenario.events_come_again { deliveries } else { 1 };
        let mut mailbox = Self {
            seen: actors.iter().map(|actor| vec![0; actor.hears.len()]).collect(),
            copies,
            ..Self::default()
        };
        for (to, actor) in actors.iter().enumerate() {
            for event in &actor.asked {
                for _ in 0..deliveries {
                    mailbox.send(Letter::new("the launch event", event.clone(), now), to);
                }
            }
            let (span, times) = actor.every.unwrap_or_default();
            for time in 1..=times {
                let due = now + span * i32::try_from(time).unwrap_or(i32::MAX);
                mailbox.send(Letter::new("the clock", serde_json::Value::Null, due), to);
                if let Some(clock) = mailbox.mails.last_mut() {
                    clock.apart = Some(span);
                }
            }
        }
        mailbox
    }

    fn send(&mut self, letter: Letter, to: usize) {
        self.sent += 1;
        let (due, body) = (letter.due, Print::of(&letter.body));
        self.mails.push(Mail { letter, to, due, hurried: false, number: self.sent, body, apart: None });
    }

    /// Takes what was posted since; tells what was disturbed.
    pub(crate) fn collect(
        &mut self,
        world: &World,
        actors: &[Actor],
        may_be_lost: fn(&serde_json::Value) -> bool,
        course: &mut Course,
    ) -> Vec<(Rc<str>, Destiny)> {
        let mut disturbed = Vec::new();
        for (to, actor) in actors.iter().enumerate() {
            for (place, hearing) in actor.hears.iter().enumerate() {
                let Some(seen) = self.seen.get_mut(to).and_then(|seen| seen.get_mut(place)) else { continue };
                let letters = (hearing.post)(world, *seen);
                *seen += letters.len();
                for letter in letters.into_iter().filter(|letter| (hearing.wants)(&letter.body)) {
                    let destiny = course.destiny(may_be_lost(&letter.body));
                    if destiny != Destiny::Arrives {
                        disturbed.push((Rc::clone(&letter.about), destiny));
                    }
                    self.post(letter, to, destiny);
                }
            }
        }
        disturbed
    }

    fn post(&mut self, letter: Letter, to: usize, destiny: Destiny) {
        match destiny {
            Destiny::Arrives => (0..self.copies).for_each(|_| self.send(letter.clone(), to)),
            Destiny::Lost => {}
            Destiny::Doubled => {
                self.send(letter.clone(), to);
                self.send(letter, to);
            }
            Destiny::Late => self.send(Letter { due: letter.due + LATE, ..letter }, to),
        }
    }

    /// What tells this box from others.
    pub(crate) fn states(&self, now: Timestamp) -> impl Iterator<Item = impl std::fmt::Debug + use<>> {
        self.mails.iter().map(move |mail| mail.of_state(now))
    }

    /// It is delivered again, not before.
    pub(crate) fn again(&mut self, mail: Mail, due: Timestamp, hurried: bool) {
        self.mails.push(Mail { due, hurried, ..mail });
    }

    /// For each actor the oldest letter that is due.
    pub(crate) fn heads(&self, actors: usize, now: Timestamp) -> Vec<usize> {
        let oldest = |to: usize| self.mails.iter().position(|mail| mail.to == to && mail.due <= now);
        let mut heads: Vec<usize> = (0..actors).filter_map(oldest).collect();
        heads.sort_unstable();
        heads
    }

    /// When the next letter is due that is not due yet.
    pub(crate) fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        self.mails.iter().map(|mail| mail.due).filter(|due| *due > now).min()
    }

    pub(crate) fn recipient(&self, place: usize) -> Option<usize> {
        self.mails.get(place).map(|mail| mail.to)
    }

    /// Takes a letter out, to be delivered. A clock that was late does not make up for it: its next calls come at their
    /// distance.
    pub(crate) fn take(&mut self, place: usize, now: Timestamp) -> Mail {
        let mail = self.mails.remove(place);
        let mut next = now;
        for later in self.mails.iter_mut().filter(|later| later.to == mail.to) {
            if let (Some(apart), Some(_)) = (later.apart, mail.apart) {
                next += apart;
                later.due = later.due.max(next);
            }
        }
        mail
    }
}
