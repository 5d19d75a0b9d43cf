//! The rules of the papers, in our own words.

use super::Guarantee;

crate::rules! {
    /// The rules of the four orders.
    pub enum Rule in "Broadcast," {
        Broadcast => "Hadzilacos, Toueg 1994", "broadcast",
            "Who has something to say sends it to each of the others.";
        Unordered => "unordered: Hadzilacos, Toueg 1994", "deliver at once",
            "A message is delivered when it arrives.";
        Fifo => "FIFO order: Hadzilacos, Toueg 1994", "next in order",
            "A message is delivered once all that its sender broadcast before it is delivered.";
        Causal => "causal order: Birman, Schiper, Stephenson 1991 §5.1", "causes first",
            "A message is delivered once all is delivered that its sender had delivered before, and all that it \
             broadcast before.";
        HoldBack => "Birman, Schiper, Stephenson 1991 §5.1", "hold back",
            "What arrives before something that must be delivered first waits in a queue.";
        Acknowledge => "total order: Lamport 1978, mutual exclusion, rule 2", "acknowledge",
            "A message goes into a queue that is ordered by timestamps, and everyone is told of it, which is stamped later.";
        Heard => "total order: Lamport 1978, mutual exclusion, rule 5", "hear",
            "Who has spoken at some time of its clock says nothing earlier any more.";
        Total => "total order: Lamport 1978, mutual exclusion, rule 5", "deliver in turn",
            "A message is delivered once it is the first in the queue and something later was heard from everyone.";
    }
}

impl Rule {
    /// The rule by which a message is taken under an order.
    pub(super) const fn hold(order: Guarantee) -> Rule {
        match order {
            Guarantee::Unordered => Rule::Unordered,
            Guarantee::Fifo => Rule::Fifo,
            Guarantee::Causal => Rule::Causal,
            Guarantee::Total => Rule::Acknowledge,
        }
    }
}
