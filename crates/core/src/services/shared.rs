//! Data that every replica changes by itself: a counter, a set, a register or a text.

use super::{Text, word};
use crate::{
    NodeId, OpId, Service,
    crdt::{Crdt, Edit, Type},
    service::Mix,
};
use serde::{Deserialize, Serialize};

/// The data, as one replica alone would have it. The first change says of which type it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shared(Option<Crdt>);

/// An operation on the data.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SharedOp {
    /// Changes it.
    Edit(Edit),
    /// Reads it.
    Read,
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SharedRet {
    /// The replica has changed its data, or had nothing to do.
    Done,
    /// The value at the replica.
    Value(Text),
    /// The data is of a type that knows no such change.
    Refused,
}

/// So much at most is counted at once.
const MOST: u64 = 1_000_000;

impl Service for Shared {
    type Op = SharedOp;
    type Ret = SharedRet;

    fn apply(&mut self, op: &SharedOp) -> SharedRet {
        let SharedOp::Edit(edit) = op else {
            return SharedRet::Value(self.0.as_ref().map(Crdt::value).unwrap_or_default().into());
        };
        let fits = [Type::PnCounter, Type::OrSet, Type::LwwRegister, Type::Rga].into_iter().find(|one| one.takes(edit));
        let Some(data) = self.0.take().or_else(|| fits.map(Crdt::new)).filter(|data| data.which().takes(edit)) else {
            return SharedRet::Refused;
        };
        let data = self.0.insert(data);
        if let Some(update) = data.prepare(NodeId(0), edit) {
            data.effect(NodeId(0), &update);
        }
        SharedRet::Done
    }

    fn promises_an_order() -> bool {
        false
    }

    fn is_read(op: &SharedOp) -> bool {
        *op == SharedOp::Read
    }

    fn part(_: &SharedOp) -> Option<&str> {
        None
    }

    fn parse(text: &str) -> Result<SharedOp, String> {
        let number = |what: &str, least: u64| {
            let number = what.parse().ok().filter(|number| (least..=MOST).contains(number));
            number.ok_or_else(|| format!("`{what}` in `{text}` is not a whole number from {least} to {MOST}"))
        };
        let edit = match *text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["read"] => return Ok(SharedOp::Read),
            ["inc", by] => Edit::Inc(number(by, 1)?),
            ["dec", by] => Edit::Dec(number(by, 1)?),
            ["add", element] => Edit::Add(word(element)?),
            ["remove", element] => Edit::Remove(word(element)?),
            ["set", value] => Edit::Set(word(value)?),
            ["insert", place, letters] => Edit::Insert(number(place, 1)?, word(letters)?),
            ["delete", place] => Edit::Delete(number(place, 1)?),
            _ => {
                return Err(format!(
                    "`{text}` is not an operation: write `inc 3`, `dec 1`, `add milk`, `remove milk`, `set v`, \
                     `insert 2 x`, `delete 1` or `read`"
                ));
            }
        };
        Ok(SharedOp::Edit(edit))
    }

    fn op_words(op: &SharedOp) -> String {
        let SharedOp::Edit(edit) = op else { return "read".into() };
        let named = |name: &str, what: &dyn std::fmt::Display| format!("{name} {what}");
        match edit {
            Edit::Inc(by) => named("inc", by),
            Edit::Dec(by) => named("dec", by),
            Edit::Add(element) => named("add", element),
            Edit::Remove(element) => named("remove", element),
            Edit::Set(value) => named("set", value),
            Edit::Insert(place, letters) => format!("insert {place} {letters}"),
            Edit::Delete(place) => named("delete", place),
        }
    }

    fn ret_words(ret: &SharedRet) -> String {
        match ret {
            SharedRet::Done => "ok",
            SharedRet::Value(value) if value.is_empty() => "nothing",
            SharedRet::Value(value) => value,
            SharedRet::Refused => "refused",
        }
        .into()
    }

    fn few(id: OpId) -> Vec<SharedOp> {
        vec![SharedOp::Edit(Edit::Add(format!("{}.{}", id.client.0, id.serial).into())), SharedOp::Read]
    }

    fn sample(draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> SharedOp {
        if draw(100) < mix.reads { SharedOp::Read } else { SharedOp::Edit(Edit::Add(serial.to_string().into())) }
    }
}

impl SharedOp {
    /// The few operations that a search lets a client of such data try.
    pub fn few(which: Type, id: OpId) -> Vec<SharedOp> {
        let unique: Text = format!("{}.{}", id.client.0, id.serial).into();
        let edits = match which {
            Type::GCounter => vec![Edit::Inc(1)],
            Type::PnCounter => vec![Edit::Inc(1), Edit::Dec(1)],
            Type::GSet => vec![Edit::Add(unique)],
            Type::OrSet => vec![Edit::Add("x".into()), Edit::Remove("x".into())],
            Type::LwwRegister | Type::MvRegister => vec![Edit::Set(unique)],
            Type::Rga => vec![Edit::Insert(1, letter(id.client.0.into())), Edit::Delete(1)],
        };
        edits.into_iter().map(SharedOp::Edit).collect()
    }

    /// An operation drawn for a workload on such data, as [`Service::sample`] draws one.
    pub fn sample(which: Type, draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> SharedOp {
        let (read, back, which_one) = (draw(100) < mix.reads, draw(3) == 0, draw(4));
        if read {
            return SharedOp::Read;
        }
        let few = u64::from(which_one) + 1;
        SharedOp::Edit(match (which, back) {
            (Type::PnCounter, true) => Edit::Dec(few),
            (Type::GCounter | Type::PnCounter, _) => Edit::Inc(few),
            (Type::OrSet, true) => Edit::Remove(letter(few)),
            (Type::OrSet, false) => Edit::Add(letter(few)),
            (Type::GSet, _) => Edit::Add(serial.to_string().into()),
            (Type::LwwRegister | Type::MvRegister, _) => Edit::Set(serial.to_string().into()),
            (Type::Rga, true) => Edit::Delete(few),
            (Type::Rga, false) => Edit::Insert(few, letter(serial)),
        })
    }
}

/// One of the letters of the alphabet.
fn letter(nth: u64) -> Text {
    char::from(b'a' + (nth % 26) as u8).to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ops: &[&str]) -> Vec<String> {
        let mut data = Shared::default();
        ops.iter().map(|text| Shared::ret_words(&data.apply(&Shared::parse(text).unwrap()))).collect()
    }

    #[test]
    fn one_replica_alone_is_a_counter_a_set_a_register_or_a_text() {
        assert_eq!(told(&["read", "inc 3", "dec 4", "read", "add x"]), ["nothing", "ok", "ok", "-1", "refused"]);
        assert_eq!(told(&["add b", "add a", "remove b", "remove c", "read"])[4], "a");
        assert_eq!(told(&["set a", "set b", "read"])[2], "b");
        let typed = ["insert 1 helo", "insert 4 l", "insert 99 w", "delete 1", "delete 99", "read"];
        assert_eq!(told(&typed)[5], "ellow");
    }

    #[test]
    fn operations_are_written_and_read_back() {
        let id = OpId { client: NodeId(3), serial: 1 };
        for which in Type::ALL {
            for serial in 0..40 {
                let mut drawn = serial;
                let mut draw = |n| {
                    drawn = drawn * 7 + 3;
                    (drawn % u64::from(n)) as u32
                };
                let op = SharedOp::sample(which, &mut draw, Mix { reads: 20, keys: 1, skew: 0 }, serial);
                for op in SharedOp::few(which, id).into_iter().chain([op]) {
                    assert_eq!(Shared::parse(&Shared::op_words(&op)), Ok(op.clone()));
                    assert!(matches!(&op, SharedOp::Read) || matches!(&op, SharedOp::Edit(edit) if which.takes(edit)));
                }
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        let wrong = |text: &str| Shared::parse(text).unwrap_err();
        assert_eq!(wrong("inc 0"), "`0` in `inc 0` is not a whole number from 1 to 1000000");
        assert_eq!(wrong("delete x"), "`x` in `delete x` is not a whole number from 1 to 1000000");
        assert!(wrong("push x").contains("`insert 2 x`"));
        assert!(wrong(&format!("set {}", "x".repeat(65))).contains("at most 64"));
    }
}
