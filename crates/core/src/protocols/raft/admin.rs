//! What an administrator may ask of a server: to hand over (dissertation §3.10), or to change who is in the cluster.

use super::config::{Config, Membership};
use crate::{NodeId, NodeSet, NodeSpec, Stimulus};
use serde::{Deserialize, Serialize};

/// What someone may ask of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Admin {
    /// To hand the lead over to this server.
    Transfer(NodeId),
    /// To change who is in the cluster.
    Change(Change),
}

/// Who shall be in the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Change {
    /// This server as well (dissertation §4.1).
    Add(NodeId),
    /// This server no more (dissertation §4.1).
    Remove(NodeId),
    /// These servers (§6).
    Become(NodeSet),
}

/// An administrator can ask any server for anything that the settings allow.
pub(super) fn stimuli(config: &Config) -> Vec<Stimulus<Admin>> {
    let machines = NodeSpec::cluster(config.machines(), 0);
    let of = |what| label(&machines, what);
    let at = |node: NodeId| {
        let asked = transfers(config, node).into_iter().chain(changes(config));
        asked.map(move |what| (node, what))
    };
    config.everyone().iter().flat_map(at).map(|(node, what)| Stimulus { node, label: of(what), what }).collect()
}

fn transfers(config: &Config, node: NodeId) -> Vec<Admin> {
    let others = config.everyone().difference(NodeSet::from_iter([node]));
    if config.transfers { others.iter().map(Admin::Transfer).collect() } else { Vec::new() }
}

fn changes(config: &Config) -> Vec<Admin> {
    let all = config.everyone();
    let changes: Vec<Change> = match config.membership {
        Membership::Off => Vec::new(),
        Membership::SingleServer => {
            let each = |change: fn(NodeId) -> Change| all.iter().map(change);
            let at_once = (config.spares > 1).then_some(Change::Become(all));
            each(Change::Add).chain(each(Change::Remove)).chain(at_once).collect()
        }
        Membership::Joint => {
            let first = config.first().new;
            let without = |node| all.difference(NodeSet::from_iter([node]));
            let spares = all.difference(first);
            let mut sets: Vec<NodeSet> = vec![all, first];
            sets.extend((!spares.is_empty()).then_some(spares));
            sets.extend(all.iter().map(without));
            sets.push(NodeSet::new());
            let mut few: Vec<NodeSet> = Vec::new();
            for set in sets {
                if !few.contains(&set) {
                    few.push(set);
                }
            }
            few.into_iter().map(Change::Become).collect()
        }
    };
    changes.into_iter().map(Admin::Change).collect()
}

fn label(machines: &[NodeSpec], what: Admin) -> String {
    let name = |node: NodeId| machines[node.index()].name.as_str();
    match what {
        Admin::Transfer(to) => format!("transfer to {}", name(to)),
        Admin::Change(Change::Add(node)) => format!("add {}", name(node)),
        Admin::Change(Change::Remove(node)) => format!("remove {}", name(node)),
        Admin::Change(Change::Become(nodes)) if nodes.is_empty() => "change to nobody".into(),
        Admin::Change(Change::Become(nodes)) => {
            let names: Vec<&str> = nodes.iter().map(name).collect();
            format!("change to {}", names.join(" "))
        }
    }
}
