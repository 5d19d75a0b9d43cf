//! A queue: what was put in first comes out first.

use super::{Text, shown, shown_there, word};
use crate::{
    OpId, Service,
    service::{Mix, Passage, Shows},
};
use serde::{Deserialize, Serialize};

/// The elements, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Queue(Vec<Text>);

/// An operation on the queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum QueueOp {
    /// Puts an element at the end.
    Enqueue(Text),
    /// Takes the oldest element.
    Dequeue,
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum QueueRet {
    /// The element is in the queue.
    Done,
    /// The element taken; none if the queue was empty.
    Taken(Option<Text>),
}

impl Service for Queue {
    type Op = QueueOp;
    type Ret = QueueRet;

    fn apply(&mut self, op: &QueueOp) -> QueueRet {
        match op {
            QueueOp::Enqueue(element) => {
                self.0.push(element.clone());
                QueueRet::Done
            }
            QueueOp::Dequeue if self.0.is_empty() => QueueRet::Taken(None),
            QueueOp::Dequeue => QueueRet::Taken(Some(self.0.remove(0))),
        }
    }

    fn is_read(_: &QueueOp) -> bool {
        false
    }

    fn part(_: &QueueOp) -> Option<&str> {
        None
    }

    fn leaves(op: &QueueOp) -> Option<&str> {
        match op {
            QueueOp::Enqueue(element) => Some(element),
            QueueOp::Dequeue => None,
        }
    }

    fn shows<'a>(_: &'a QueueOp, told: Option<&'a QueueRet>) -> Shows<'a> {
        match told {
            Some(QueueRet::Taken(Some(element))) => Shows::Value(element),
            _ => Shows::Nothing,
        }
    }

    fn passage<'a>(op: &'a QueueOp, told: Option<&'a QueueRet>) -> Option<Passage<'a>> {
        Some(match (op, told) {
            (QueueOp::Enqueue(element), _) => Passage::In(element),
            (QueueOp::Dequeue, Some(QueueRet::Taken(element))) => Passage::Out(element.as_deref()),
            (QueueOp::Dequeue, _) => Passage::Out(None),
        })
    }

    fn parse(text: &str) -> Result<QueueOp, String> {
        match *text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["enqueue", element] => Ok(QueueOp::Enqueue(word(element)?)),
            ["dequeue"] => Ok(QueueOp::Dequeue),
            _ => Err(format!("`{text}` is not an operation: write `enqueue 3` or `dequeue`")),
        }
    }

    fn op_words(op: &QueueOp) -> String {
        match op {
            QueueOp::Enqueue(element) => format!("enqueue {}", shown(element)),
            QueueOp::Dequeue => "dequeue".into(),
        }
    }

    fn ret_words(ret: &QueueRet) -> String {
        match ret {
            QueueRet::Done => "ok".into(),
            QueueRet::Taken(Some(element)) => shown_there(element).into(),
            QueueRet::Taken(None) => "nothing".into(),
        }
    }

    fn few(id: OpId) -> Vec<QueueOp> {
        vec![QueueOp::Enqueue(format!("{}.{}", id.client.0, id.serial).into()), QueueOp::Dequeue]
    }

    fn sample(draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> QueueOp {
        if draw(100) < mix.reads { QueueOp::Dequeue } else { QueueOp::Enqueue(serial.to_string().into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_first_in_is_first_out() {
        let mut queue = Queue::default();
        let told = ["enqueue a", "enqueue b", "dequeue", "dequeue", "dequeue"]
            .map(|text| Queue::ret_words(&queue.apply(&Queue::parse(text).unwrap())));
        assert_eq!(told, ["ok", "ok", "a", "b", "nothing"]);
        assert!(Queue::parse("push a").unwrap_err().contains("enqueue 3"));
    }
}
