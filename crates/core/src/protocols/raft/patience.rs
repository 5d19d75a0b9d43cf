//! How long each server waits for a leader before it stands: election timeouts of its own, stagger, and priorities.

use super::config::Config;
use crate::{
    ConfigError, Micros, NodeId, Span,
    form::{ordered, within},
};

/// The priority of a server of which nothing is said.
const COMMON: u64 = 1;
/// The highest priority.
pub(super) const HIGHEST: u64 = 9;

impl Config {
    /// How long a server waits for a leader: in the range that it has for itself or in that of all, longer by the stagger of
    /// those before it, and longer by one election timeout for each priority that is higher than its own.
    pub(super) fn patience(&self, node: NodeId) -> Span {
        let own = self.timeouts.get(node).unwrap_or(self.election_timeout);
        let stagger = self.stagger.0.saturating_mul(u64::from(node.0));
        let turns = self.election_timeout.max.0.saturating_mul(self.higher(node));
        let more = Micros(stagger.saturating_add(turns));
        Span { min: own.min.plus(more), max: own.max.plus(more) }
    }

    fn priority(&self, node: NodeId) -> u64 {
        self.priorities.get(node).unwrap_or(COMMON)
    }

    /// How many priorities are higher than that of a server.
    fn higher(&self, node: NodeId) -> u64 {
        let mine = self.priority(node);
        let taken = |level: &u64| (0..self.machines() as u8).any(|other| self.priority(NodeId(other)) == *level);
        (mine + 1..=HIGHEST).filter(taken).count() as u64
    }

    /// The shortest election timeout of any server: for so long a follower is loyal to a leader that it heard from.
    pub(super) fn shortest(&self) -> Micros {
        self.timeouts.least().unwrap_or(self.election_timeout.min).min(self.election_timeout.min)
    }

    /// Whether all servers wait alike.
    pub(super) fn all_wait_alike(&self) -> bool {
        self.stagger == Micros::ZERO && self.timeouts.is_empty() && self.priorities.is_empty()
    }

    /// What single servers have for themselves.
    pub(super) fn check_patience(&self) -> Result<(), ConfigError> {
        self.timeouts.among("timeouts", self.machines())?;
        self.priorities.among("priorities", self.machines())?;
        for (node, own) in self.timeouts.iter() {
            let name = u32::from(node.0) + 1;
            ordered("timeouts", own)
                .map_err(|error| ConfigError::new("timeouts", format!("n{name}: {}", error.wrong)))?;
            if self.heartbeat >= own.min {
                let (least, beat) = (own.min, self.heartbeat);
                let wrong = format!("n{name}: {least} is not longer than a heartbeat, {beat}");
                return Err(ConfigError::new("timeouts", wrong));
            }
        }
        for (node, priority) in self.priorities.iter() {
            let name = u32::from(node.0) + 1;
            within("priorities", priority, COMMON, HIGHEST)
                .map_err(|error| ConfigError::new("priorities", format!("n{name}: {}", error.wrong)))?;
        }
        Ok(())
    }
}
