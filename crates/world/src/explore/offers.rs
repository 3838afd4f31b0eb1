//! What may happen next: the choices of a moment, the orderly one first.

use jiff::Timestamp;
use pipeline::ports::Clock;
use pipeline::run::ClusterId;

use super::execution::Execution;
use super::life::{Act, acts};

/// A move.
#[derive(Debug, Clone)]
pub(crate) enum Move {
    /// The invocation at this place makes its next call.
    GoOn(usize),
    /// The letter at this place is delivered.
    Deliver(usize),
    /// EMR goes on.
    Act(ClusterId, Act),
    /// Time passes until then.
    Pass(Timestamp),
}

/// A move, and its price.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) step: Move,
    /// Whether it is somebody else's turn.
    pub(crate) out_of_turn: bool,
    pub(crate) is_fault: bool,
}

impl Execution<'_> {
    /// Whoever has begun goes on to the end; then letters are delivered; then EMR goes on; then time passes.
    pub(crate) fn offers(&self) -> Vec<Offer> {
        let mut offers = Vec::new();
        let mut offer = |step, is_fault| {
            let out_of_turn = !offers.is_empty();
            offers.push(Offer { step, out_of_turn, is_fault });
        };
        self.going_on().for_each(|place| offer(Move::GoOn(place), false));
        self.deliverable().for_each(|place| offer(Move::Deliver(place), false));
        for (cluster, expected, act) in self.cluster_acts() {
            offer(Move::Act(cluster, act), !expected);
        }
        if let Some(due) = self.next_due() {
            offer(Move::Pass(due), false);
        }
        self.in_turn_instead(&mut offers);
        offers
    }

    /// What happens to a cluster instead of what was expected of it is as much in turn as that.
    fn in_turn_instead(&self, offers: &mut [Offer]) {
        let Some(Offer { step: Move::Act(first, _), .. }) = offers.first().cloned() else { return };
        for offer in offers {
            let instead = matches!(&offer.step, Move::Act(cluster, _) if *cluster == first);
            offer.out_of_turn &= !(instead && offer.is_fault);
        }
    }

    /// The invocation that moved last comes first.
    fn going_on(&self) -> impl Iterator<Item = usize> + use<> {
        let (live, last) = (self.live.len(), self.last);
        let first = last.filter(|last| *last < live);
        first.into_iter().chain((0..live).filter(move |place| Some(*place) != first))
    }

    fn deliverable(&self) -> impl Iterator<Item = usize> {
        let heads = self.mailbox.heads(self.scenario.actors.len(), self.world.now());
        heads
            .into_iter()
            .filter(|place| self.mailbox.recipient(*place).is_some_and(|actor| self.has_room(actor)))
    }

    fn has_room(&self, actor: usize) -> bool {
        let busy = self.live.iter().filter(|live| live.mail.to == actor).count();
        self.scenario.actors.get(actor).is_some_and(|actor| busy < actor.at_once)
    }

    /// With whether it is what the script expects.
    fn cluster_acts(&self) -> impl Iterator<Item = (ClusterId, bool, Act)> + use<> {
        let life = self.scenario.life;
        let mut nth = 0..;
        let all = self.world.of_clusters(|cluster| {
            let acts = acts(life, cluster, nth.next().unwrap_or(0));
            let id = cluster.id.clone();
            acts.into_iter().enumerate().map(move |(place, act)| (id.clone(), place == 0, act))
        });
        all.into_iter().flatten()
    }

    /// While an invocation is under way, no lease runs out.
    fn next_due(&self) -> Option<Timestamp> {
        self.live.is_empty().then(|| self.mailbox.next_due(self.world.now())).flatten()
    }
}
