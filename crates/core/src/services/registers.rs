//! Registers: each can be read and written, and nothing else. Who may not write is told so.

use super::{Text, key_value::sample_key, word};
use crate::{
    OpId, Service, Sorted,
    service::{Access, Mix},
};
use serde::{Deserialize, Serialize};

/// Registers by name; one that was never written holds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Registers(Sorted<Text, Text>);

/// An operation on one register.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RegisterOp {
    /// Reads it.
    Get(Text),
    /// Writes it.
    Put(Text, Text),
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RegisterRet {
    /// It is written.
    Done,
    /// What it holds; none if it was never written.
    Value(Option<Text>),
    /// Whoever asked may not write. Nothing was done.
    Refused,
}

impl RegisterOp {
    /// The register.
    pub fn key(&self) -> &Text {
        match self {
            RegisterOp::Get(key) | RegisterOp::Put(key, _) => key,
        }
    }
}

impl Service for Registers {
    type Op = RegisterOp;
    type Ret = RegisterRet;

    fn apply(&mut self, op: &RegisterOp) -> RegisterRet {
        match op {
            RegisterOp::Get(key) => RegisterRet::Value(self.0.get(key).cloned()),
            RegisterOp::Put(key, value) => {
                self.0.insert(key.clone(), value.clone());
                RegisterRet::Done
            }
        }
    }

    fn is_read(op: &RegisterOp) -> bool {
        matches!(op, RegisterOp::Get(_))
    }

    fn is_refusal(ret: &RegisterRet) -> bool {
        *ret == RegisterRet::Refused
    }

    fn part(op: &RegisterOp) -> Option<&str> {
        Some(op.key())
    }

    fn access<'a>(op: &'a RegisterOp, told: Option<&'a RegisterRet>) -> Option<Access<'a>> {
        match (op, told) {
            (_, Some(RegisterRet::Refused)) => None,
            (RegisterOp::Put(_, value), _) => Some(Access::Write(value)),
            (RegisterOp::Get(_), Some(RegisterRet::Value(value))) => Some(Access::Read(value.as_deref())),
            _ => None,
        }
    }

    fn parse(text: &str) -> Result<RegisterOp, String> {
        match *text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["get", key] => Ok(RegisterOp::Get(word(key)?)),
            ["put", key, value] => Ok(RegisterOp::Put(word(key)?, word(value)?)),
            [what @ ("append" | "cas"), ..] => Err(format!(
                "a register can only be read and written, so `{what}` is none of its operations: write `put x 3` or `get x`"
            )),
            _ => Err(format!("`{text}` is not an operation: write `put x 3` or `get x`")),
        }
    }

    fn op_words(op: &RegisterOp) -> String {
        match op {
            RegisterOp::Get(key) => format!("get {key}"),
            RegisterOp::Put(key, value) => format!("put {key} {value}"),
        }
    }

    fn ret_words(ret: &RegisterRet) -> String {
        match ret {
            RegisterRet::Done => "ok".into(),
            RegisterRet::Value(Some(value)) => value.to_string(),
            RegisterRet::Value(None) => "nothing".into(),
            RegisterRet::Refused => "refused: another alone may write".into(),
        }
    }

    fn few(id: OpId) -> Vec<RegisterOp> {
        let written = format!("{}.{}", id.client.0, id.serial);
        vec![RegisterOp::Put("x".into(), written.into()), RegisterOp::Get("x".into())]
    }

    fn sample(draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> RegisterOp {
        let key: Text = sample_key(draw, mix).into();
        if draw(100) < mix.reads { RegisterOp::Get(key) } else { RegisterOp::Put(key, serial.to_string().into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_holds_what_was_written_last() {
        let mut registers = Registers::default();
        let told = ["get x", "put x a", "put y c", "put x b", "get x"]
            .map(|text| Registers::ret_words(&registers.apply(&Registers::parse(text).unwrap())));
        assert_eq!(told, ["nothing", "ok", "ok", "ok", "b"]);
        for op in Registers::few(OpId { client: crate::NodeId(3), serial: 1 }) {
            assert_eq!(Registers::parse(&Registers::op_words(&op)), Ok(op));
        }
    }

    #[test]
    fn what_a_register_cannot_do_is_refused_by_name() {
        let wrong = |text: &str| Registers::parse(text).unwrap_err();
        assert!(wrong("cas x 3 4").contains("`cas` is none of its operations"));
        assert!(wrong("append x 3").contains("`append`"));
        assert!(wrong("delete x").contains("put x 3"));
    }

    #[test]
    fn a_refused_write_wrote_nothing() {
        let put = Registers::parse("put x 3").unwrap();
        assert_eq!(Registers::access(&put, None), Some(Access::Write("3")));
        assert_eq!(Registers::access(&put, Some(&RegisterRet::Refused)), None);
        assert!(Registers::is_refusal(&RegisterRet::Refused) && !Registers::is_refusal(&RegisterRet::Done));
    }
}
