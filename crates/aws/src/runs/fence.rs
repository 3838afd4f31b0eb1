//! What later writes rely on: that the run has not moved on from what they speak for.
//!
//! A row that somebody else wrote has no count of ours, and its writer moves it to another cluster without a word: so an
//! end belongs to the cluster in `Ended_Cluster_Id`, and speaks for no other.

use pipeline::ports::Fence;
use pipeline::run::AttemptKey;

use super::change::Change;
use super::{key, value};

/// The run is at this attempt (`:attempt`), as far as the row counts attempts.
pub(super) const SAME_ATTEMPT: &str = "attribute_not_exists(#Attempt) OR #Attempt = :attempt";

/// No end is recorded, or that of another cluster. The outcome tells it: writers on clusters set `Status` as they please.
pub(super) const NOT_ENDED: &str = "attribute_not_exists(#Outcome) OR \
     (attribute_exists(#Ended_Cluster_Id) AND #Ended_Cluster_Id <> #Cluster_Id)";

/// The end that is recorded is that of the run's cluster.
pub(super) const ENDED: &str = "attribute_exists(#Outcome) AND \
     (attribute_not_exists(#Ended_Cluster_Id) OR #Ended_Cluster_Id = #Cluster_Id)";

/// A change of the run item that speaks for this attempt and its holder.
pub(super) fn fenced(key: &AttemptKey, fence: &Fence) -> Change {
    let change =
        Change::of(key::run(&key.run)).when(SAME_ATTEMPT).bind("attempt", value::number(key.attempt));
    match fence {
        Fence::Cluster(cluster) => change.when("#Cluster_Id = :holder").bind("holder", value::text(cluster)),
        Fence::Claimant(claimant) => change
            .when("#Claimed_By = :holder AND attribute_not_exists(#Cluster_Id)")
            .bind("holder", value::text(claimant)),
    }
}
