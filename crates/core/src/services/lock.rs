//! A lock that one holder has at a time. Whoever asks for it while another has it is refused.

use super::{Text, word};
use crate::{OpId, Service, service::Mix};
use serde::{Deserialize, Serialize};

/// Who has the lock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lock(Option<Text>);

/// An operation on the lock, with the name of the holder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LockOp {
    /// Takes the lock.
    Acquire(Text),
    /// Gives it back.
    Release(Text),
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LockRet {
    /// It was taken, or given back.
    Done,
    /// Somebody has it already, or whoever gives it back does not have it.
    Refused,
}

impl Service for Lock {
    type Op = LockOp;
    type Ret = LockRet;

    fn apply(&mut self, op: &LockOp) -> LockRet {
        match op {
            LockOp::Acquire(holder) if self.0.is_none() => self.0 = Some(holder.clone()),
            LockOp::Release(holder) if self.0.as_ref() == Some(holder) => self.0 = None,
            LockOp::Acquire(_) | LockOp::Release(_) => return LockRet::Refused,
        }
        LockRet::Done
    }

    fn is_read(_: &LockOp) -> bool {
        false
    }

    fn part(_: &LockOp) -> Option<&str> {
        None
    }

    fn parse(text: &str) -> Result<LockOp, String> {
        match *text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["acquire", holder] => Ok(LockOp::Acquire(word(holder)?)),
            ["release", holder] => Ok(LockOp::Release(word(holder)?)),
            _ => Err(format!("`{text}` is not an operation: write `acquire c1` or `release c1`")),
        }
    }

    fn op_words(op: &LockOp) -> String {
        match op {
            LockOp::Acquire(holder) => format!("acquire {holder}"),
            LockOp::Release(holder) => format!("release {holder}"),
        }
    }

    fn ret_words(ret: &LockRet) -> String {
        if *ret == LockRet::Done { "ok" } else { "refused" }.into()
    }

    fn few(id: OpId) -> Vec<LockOp> {
        let holder: Text = format!("c{}", id.client.0).into();
        vec![LockOp::Acquire(holder.clone()), LockOp::Release(holder)]
    }

    fn sample(draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> LockOp {
        let (release, holder) = (draw(100) < mix.reads, format!("h{}", serial % u64::from(mix.keys.max(1))).into());
        if release { LockOp::Release(holder) } else { LockOp::Acquire(holder) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_at_a_time() {
        let mut lock = Lock::default();
        let told = ["acquire a", "acquire b", "release b", "release a", "acquire b", "acquire b"]
            .map(|text| Lock::ret_words(&lock.apply(&Lock::parse(text).unwrap())));
        assert_eq!(told, ["ok", "refused", "refused", "ok", "ok", "refused"]);
        assert!(Lock::parse("steal a").unwrap_err().contains("acquire c1"));
    }
}
