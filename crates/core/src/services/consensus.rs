//! One decision: many propose, and all are told the same value, which is the first that was proposed.

use super::{Text, word};
use crate::{OpId, Service, service::Mix};
use serde::{Deserialize, Serialize};

/// What was decided, once something was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Consensus(Option<Text>);

/// Proposes a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Propose(pub Text);

/// The value that is decided, whoever proposed it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Decided(pub Text);

impl Service for Consensus {
    type Op = Propose;
    type Ret = Decided;

    fn apply(&mut self, Propose(value): &Propose) -> Decided {
        Decided(self.0.get_or_insert_with(|| value.clone()).clone())
    }

    fn is_read(_: &Propose) -> bool {
        false
    }

    fn part(_: &Propose) -> Option<&str> {
        None
    }

    fn parse(text: &str) -> Result<Propose, String> {
        match *text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["propose", value] => Ok(Propose(word(value)?)),
            _ => Err(format!("`{text}` is not an operation: write `propose x`")),
        }
    }

    fn op_words(Propose(value): &Propose) -> String {
        format!("propose {value}")
    }

    fn ret_words(Decided(value): &Decided) -> String {
        format!("decided {value}")
    }

    fn few(id: OpId) -> Vec<Propose> {
        vec![Propose(format!("{}.{}", id.client.0, id.serial).into())]
    }

    fn sample(_: &mut dyn FnMut(u32) -> u32, _: Mix, serial: u64) -> Propose {
        Propose(format!("v{serial}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_stays() {
        let mut object = Consensus::default();
        let told = ["propose a", "propose b"].map(|text| object.apply(&Consensus::parse(text).unwrap()));
        assert_eq!(told.map(|ret| Consensus::ret_words(&ret)), ["decided a", "decided a"]);
        assert!(Consensus::parse("suggest a").unwrap_err().contains("propose x"));
    }
}
