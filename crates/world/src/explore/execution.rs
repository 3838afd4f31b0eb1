//! One execution: moves, until nothing is left to do.

use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use pipeline::ports::Clock;

use crate::{Ending, Fate, Invocation, Progress, World};

use super::actor::{Again, Answered};
use super::course::{Course, Shared};
use super::disturbance::{Before, is_unwaited};
use super::mail::{Mail, Mailbox};
use super::meeting::{Meetings, Print};
use super::offers::Move;
use super::scenario::Scenario;
use super::story::{Story, told_calls};

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Breach {
    /// Which.
    pub(crate) promise: String,
    /// How.
    pub(crate) told: String,
}

/// An invocation under way.
pub(crate) struct Live<'w> {
    pub(crate) mail: Mail,
    /// Differs for every invocation.
    pub(crate) claimant: String,
    pub(crate) deadline: Timestamp,
    /// A hash of what it called, and how the world was then.
    pub(crate) known: u64,
    before: Before,
    work: Invocation<'w, Answered>,
}

/// An execution at a moment.
pub(crate) struct Execution<'w> {
    pub(crate) world: &'w World,
    pub(crate) scenario: &'w Scenario,
    pub(crate) live: Vec<Live<'w>>,
    /// The place of the invocation that moved last.
    pub(crate) last: Option<usize>,
    pub(crate) mailbox: Mailbox,
    pub(crate) course: Shared,
    /// A hash of the world, as of this many writes, this time and so many living.
    pub(crate) world_state: u64,
    shown: Option<(usize, Timestamp, usize)>,
    story: Option<&'w mut Story>,
    meetings: Option<&'w mut Meetings>,
    begun: usize,
    writes: usize,
}

/// No scenario is meant to take so many; one that does goes round in circles.
const MOST_MOVES: usize = 3_000;

/// How long after its deadline an invocation is taken for dead: leases are compared to the second.
const GRACE: SignedDuration = SignedDuration::from_secs(1);

impl Scenario {
    /// Plays one execution to its end, or to the first broken promise.
    pub(crate) fn play<'w>(
        &'w self,
        world: &'w World,
        deliveries: usize,
        course: &Shared,
        mut story: Option<&'w mut Story>,
        meetings: Option<&'w mut Meetings>,
    ) -> Result<(), Breach> {
        world.funnel.do_not_wait_for(is_unwaited);
        world.decree(Course::fates(course));
        course.borrow_mut().facts.begin(world);
        if let Some(story) = &mut story {
            story.begin(world);
        }
        let mut execution = Execution {
            world,
            scenario: self,
            live: vec![],
            last: None,
            mailbox: Mailbox::new(self, deliveries, world.now()),
            course: Rc::clone(course),
            world_state: 0,
            shown: None,
            story,
            meetings,
            begun: 0,
            writes: world.writes(),
        };
        execution.run()
    }
}

impl<'w> Execution<'w> {
    fn run(&mut self) -> Result<(), Breach> {
        for _ in 0..MOST_MOVES {
            if self.meets() {
                return Ok(());
            }
            let offers = self.offers();
            if offers.is_empty() {
                return self.judge(&self.scenario.finally);
            }
            let chosen = self.course.borrow_mut().choose(&offers);
            if let Some(offer) = offers.into_iter().nth(chosen) {
                self.perform(offer.step, offer.is_fault);
            }
            self.look()?;
        }
        let told = format!("something still moves after {MOST_MOVES} moves");
        Err(Breach { promise: "it comes to rest".into(), told })
    }

    /// Whether another execution has been followed from here.
    fn meets(&mut self) -> bool {
        if self.meetings.is_none() {
            return false;
        }
        let shown = (self.world.writes(), self.world.now(), self.live.len());
        if self.shown != Some(shown) {
            self.shown = Some(shown);
            self.world_state = self.world_print();
        }
        let course = self.course.borrow();
        let (left, chosen) = (course.left, course.choices.count());
        drop(course);
        let Some(meetings) = self.meetings.take() else { return false };
        let met = !meetings.repeats(chosen) && meetings.met(self.state(), left);
        self.meetings = Some(meetings);
        met
    }

    /// What has changed is judged, and what was posted goes on its way.
    fn look(&mut self) -> Result<(), Breach> {
        let writes = self.world.writes();
        if writes == self.writes {
            return Ok(());
        }
        self.writes = writes;
        self.course.borrow_mut().facts.move_on(self.world);
        self.judge(&self.scenario.always)?;
        let mut course = self.course.borrow_mut();
        let (actors, may_be_lost) = (&self.scenario.actors, self.scenario.may_be_lost);
        let disturbed = self.mailbox.collect(self.world, actors, may_be_lost, &mut course);
        if let Some(story) = &mut self.story {
            disturbed.iter().for_each(|(about, destiny)| story.post(self.world, about, *destiny));
        }
        Ok(())
    }

    fn judge(&self, promises: &[super::scenario::Promise]) -> Result<(), Breach> {
        let course = self.course.borrow();
        for promise in promises {
            (promise.holds)(self.world, &course.facts)
                .map_err(|told| Breach { promise: promise.name.clone(), told })?;
        }
        Ok(())
    }

    fn perform(&mut self, step: Move, is_fault: bool) {
        match step {
            Move::GoOn(place) => self.go_on(place),
            Move::Deliver(place) => self.deliver(place),
            Move::Pass(due) => {
                self.world.pass(due.duration_since(self.world.now()));
                self.narrate(|story, world| story.time(world));
            }
            Move::Act(cluster, act) => {
                self.world.act(&cluster, act);
                self.narrate(|story, world| story.emr(world, &cluster, act, is_fault));
            }
        }
    }

    fn deliver(&mut self, place: usize) {
        let mail = self.mailbox.take(place, self.world.now());
        let Some(actor) = self.scenario.actors.get(mail.to) else { return };
        self.begun += 1;
        let deadline = self.world.now() + self.scenario.timeout;
        let claimant = format!("{}-{}", actor.name, self.begun);
        let request_id = format!("request-{}", mail.number);
        let by = pipeline::launch::Invocation { request_id, claimant: claimant.clone(), deadline };
        let work = Invocation::new(self.world, (actor.begin)(self.world, mail.letter.clone(), by));
        self.live.push(Live { mail, claimant, deadline, known: 0, before: Before::Other, work });
        self.advance(self.live.len() - 1, true);
    }

    fn go_on(&mut self, place: usize) {
        self.advance(place, false);
    }

    /// Polls an invocation once: a first time up to its first call, then from call to call.
    fn advance(&mut self, place: usize, begins: bool) {
        let Some(live) = self.live.get_mut(place) else { return };
        self.last = Some(place);
        self.course.borrow_mut().moves(live.before);
        let progress = live.work.poll();
        let (calls, before) = self.course.borrow_mut().moved();
        live.before = before;
        live.known = Print::of((live.known, self.world_state, &calls));
        let (who, about) = (live.claimant.clone(), Rc::clone(&live.mail.letter.about));
        let comes_again = match progress {
            Progress::Waits => None,
            Progress::Over(ending) => self.over(place, ending),
        };
        let answered = match progress {
            Progress::Over(Ending::Returned(answered)) => Some(answered.told),
            Progress::Over(Ending::Crashed) | Progress::Waits => None,
        };
        self.narrate(|story, world| {
            let begins = begins.then_some(about.as_ref());
            let disturbed = calls.iter().any(|(_, fate)| *fate != Fate::Fine);
            story.moved(world, who, &told_calls(begins, &calls, answered), disturbed, comes_again);
        });
    }

    /// When its letter comes again.
    fn over(&mut self, place: usize, ending: Ending<Answered>) -> Option<Timestamp> {
        let live = self.live.remove(place);
        self.last = None;
        let again = ending.returned().map_or(Again::Soon, |answered| answered.again);
        let hurries = match again {
            Again::Never => return None,
            Again::Later => false,
            Again::Soon => !live.mail.hurried && self.course.borrow_mut().hurries(),
        };
        let due = if hurries { self.world.now() } else { live.deadline + GRACE };
        self.mailbox.again(live.mail, due, hurries);
        Some(due)
    }

    fn narrate(&mut self, tell: impl FnOnce(&mut Story, &World)) {
        if let Some(story) = &mut self.story {
            tell(story, self.world);
        }
    }
}
