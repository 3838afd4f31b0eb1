//! The course of one execution: its choices, what is left of its budget, and what it has seen.

use std::cell::RefCell;
use std::rc::Rc;

use crate::{Call, Fate, Fates};

use super::budget::Budget;
use super::choices::Choices;
use super::disturbance::{Before, Destiny, fates};
use super::facts::Facts;
use super::offers::Offer;
use super::scenario::Scenario;

pub(crate) struct Course {
    pub(crate) choices: Choices,
    pub(crate) facts: Facts,
    pub(crate) left: Budget,
    fated: fn(&str) -> bool,
    lists_lag: bool,
    /// What the invocation that moves did before.
    before: Before,
    /// What was called in the move at hand.
    calls: Vec<(&'static str, Fate)>,
}

pub(crate) type Shared = Rc<RefCell<Course>>;

impl Course {
    pub(crate) fn shared(choices: Choices, budget: Budget, scenario: &Scenario, facts: Facts) -> Shared {
        Rc::new(RefCell::new(Self {
            choices,
            facts,
            left: budget,
            fated: scenario.fated,
            lists_lag: scenario.lists_lag,
            before: Before::Other,
            calls: vec![],
        }))
    }

    /// The fates of a world on this course.
    pub(crate) fn fates(course: &Shared) -> Fates {
        let course = Rc::clone(course);
        Fates::chosen(move |call| course.borrow_mut().fate(call))
    }

    fn fate(&mut self, call: &Call) -> Fate {
        let fate = self.choose_fate(call);
        let fine_write = fate == Fate::Fine && !call.is_read();
        self.before = if fine_write { Before::FineWrite } else { Before::Other };
        self.calls.push((call.name, fate));
        fate
    }

    fn choose_fate(&mut self, call: &Call) -> Fate {
        if !(self.fated)(call.name) {
            return Fate::Fine;
        }
        let mut others = fates(call, self.before);
        others.retain(|fate| self.lists_lag || *fate != Fate::Stale);
        let Some(fate) = self.disturbance(&others) else { return Fate::Fine };
        self.facts.disturb(call, fate);
        fate
    }

    /// One of these at the price of a fault, or none of them.
    fn disturbance<T: Copy>(&mut self, others: &[T]) -> Option<T> {
        let last = if self.left.has_fault() { others.len() } else { 0 };
        let choice = self.choices.pick_rarely(&(0..=last).collect::<Vec<_>>());
        let other = others.get(choice.checked_sub(1)?).copied();
        self.left.spend_fault();
        other
    }

    /// What becomes of an event that was just posted.
    pub(crate) fn destiny(&mut self, may_be_lost: bool) -> Destiny {
        let others = [Destiny::Doubled, Destiny::Late, Destiny::Lost];
        let count = if may_be_lost { 3 } else { 2 };
        let destiny = others.get(..count).and_then(|others| self.disturbance(others));
        self.facts.disturbed += usize::from(destiny.is_some());
        destiny.unwrap_or(Destiny::Arrives)
    }

    /// Whether a letter that failed comes again at once.
    pub(crate) fn hurries(&mut self) -> bool {
        let choices: &[usize] = if self.left.has_switch() { &[0, 1] } else { &[0] };
        let hurries = self.choices.pick(choices) == 1;
        if hurries {
            self.left.spend_switch();
        }
        hurries
    }

    /// One of the offers that can be paid for; the first always can.
    pub(crate) fn choose(&mut self, offers: &[Offer]) -> usize {
        let left = self.left;
        let payable = |offer: &Offer| {
            (!offer.out_of_turn || left.has_switch()) && (!offer.is_fault || left.has_fault())
        };
        let places: Vec<usize> =
            (0..offers.len()).filter(|place| offers.get(*place).is_some_and(payable)).collect();
        let chosen = self.choices.pick(&places);
        if let Some(offer) = offers.get(chosen) {
            self.pay(offer);
        }
        chosen
    }

    fn pay(&mut self, offer: &Offer) {
        if offer.out_of_turn {
            self.left.spend_switch();
        }
        if offer.is_fault {
            self.left.spend_fault();
        }
    }

    /// An invocation moves that did this before; what it calls is told by [`Self::moved`].
    pub(crate) fn moves(&mut self, before: Before) {
        self.before = before;
        self.calls.clear();
    }

    /// What was called since, and what the invocation did last.
    pub(crate) fn moved(&mut self) -> (Vec<(&'static str, Fate)>, Before) {
        (std::mem::take(&mut self.calls), self.before)
    }
}
