//! What a run that came to rest still owes.

use super::{Bracha, BroadcastId, Delivered, Ghost};
use crate::{Breach, NodeId, NodeSet, NodeSpec, Sorted};

/// What correct servers have not delivered and should have, when nothing is under way any more:
///
/// - *Validity*: what a correct server broadcast, every correct server delivers.
/// - *Totality*: what one correct server delivered, every correct server delivers.
///
/// A server is correct if it never lied and never was down: one that was down may have missed what nobody says again.
pub(super) fn owed(nodes: &[Option<&Bracha>], ghost: &Ghost, liars: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
    let faulty = |node: NodeId| liars.contains(node) || ghost.restarted().contains(node);
    let up = (0..).map(NodeId).zip(nodes).filter_map(|(id, node)| Some((id, (*node)?)));
    let correct: Vec<(NodeId, &Bracha)> = up.filter(|(id, _)| !faulty(*id)).collect();
    let lacking = |id| correct.iter().filter(move |(_, node)| !node.has_delivered(id)).map(|(me, _)| *me);
    let debt = |by: NodeId, id: BroadcastId, words: String| {
        let lacking: Vec<NodeId> = lacking(id).collect();
        let names: Vec<&str> = lacking.iter().map(|node| specs[node.index()].name.as_str()).collect();
        let words = format!("{words}, and {} did not deliver", names.join(", "));
        (!lacking.is_empty()).then(|| Breach { nodes: std::iter::once(by).chain(lacking).collect(), words })
    };
    let name = |node: NodeId| &specs[node.index()].name;
    let begun = correct.iter().flat_map(|(origin, node)| (1..).zip(node.broadcasts.iter()).map(move |b| (*origin, b)));
    let validity = begun.filter_map(|(origin, (number, word))| {
        let id = BroadcastId { origin, number };
        debt(origin, id, format!("Validity: {} broadcast {word} as its number {number}", name(origin)))
    });
    let mut firsts = Sorted::new();
    for (by, node) in &correct {
        node.delivered.iter().for_each(|one| _ = firsts.get_or_insert_with(one.id, || (*by, *one)));
    }
    let totality = firsts.into_iter().filter_map(|(_, (by, Delivered { id, word }))| {
        let (origin, number) = (name(id.origin), id.number);
        debt(by, id, format!("Totality: {} delivered {word} in {origin}'s broadcast {number}", name(by)))
    });
    validity.chain(totality).collect()
}
