//! What clients see: a sequential object, shared by the protocols that replicate it.

use crate::{OpId, Value};

/// A sequential object: register, key-value store, queue, lock. One workload drives several protocols with it, and one
/// specification judges their histories.
pub trait Service: Value + Default {
    /// What a client can ask for.
    type Op: Value;
    /// What it is told.
    type Ret: Value;

    /// The sequential specification: what `op` answers in this state, and the state after it.
    fn apply(&mut self, op: &Self::Op) -> Self::Ret;

    /// Whether some one order of the operations is promised to explain every answer. Where replicas may go apart none is,
    /// and histories are not judged.
    fn promises_an_order() -> bool {
        true
    }

    /// Whether `op` leaves every state as it is.
    fn is_read(op: &Self::Op) -> bool;

    /// Whether an answer says that nothing was done. No order has to explain a refusal, and it bears on nothing.
    fn is_refusal(_ret: &Self::Ret) -> bool {
        false
    }

    /// The independent part of the object that `op` touches, if the object has such parts: histories are then judged
    /// part by part.
    fn part(op: &Self::Op) -> Option<&str>;

    /// Whether an answer says what became of the operation. One that says that too few servers answered does not: the
    /// operation may have taken effect, may yet, or never.
    fn says_what_happened(_ret: &Self::Ret) -> bool {
        true
    }

    /// What `op` writes, if it is a plain write: a value, or that there is none any more.
    fn written(op: &Self::Op) -> Option<Option<&str>> {
        match Self::access(op, None) {
            Some(Access::Write(value)) => Some(Some(value)),
            _ => None,
        }
    }

    /// The values that a plain read was told of, none of which had replaced another.
    fn read_values<'a>(op: &'a Self::Op, told: &'a Self::Ret) -> Option<Vec<&'a str>> {
        match Self::access(op, Some(told)) {
            Some(Access::Read(value)) => Some(value.into_iter().collect()),
            _ => None,
        }
    }

    /// What `op` did to its part if it was a plain read or write, which is all that the causal models and the session
    /// guarantees speak of. `told` is the answer, if there was one.
    fn access<'a>(_op: &'a Self::Op, _told: Option<&'a Self::Ret>) -> Option<Access<'a>> {
        None
    }

    /// The value that `op` leaves if it takes effect, if it names one.
    fn leaves(op: &Self::Op) -> Option<&str> {
        Self::written(op).flatten()
    }

    /// What an answer, or the lack of one, shows of the values that others wrote.
    fn shows<'a>(_op: &'a Self::Op, _told: Option<&'a Self::Ret>) -> Shows<'a> {
        Shows::More
    }

    /// What `op` did if the object is a queue: of one whose elements can be told apart much is known ahead. `told` is the
    /// answer, if there was one.
    fn passage<'a>(_op: &'a Self::Op, _told: Option<&'a Self::Ret>) -> Option<Passage<'a>> {
        None
    }

    /// Reads the text form of an operation, such as `put x 3`.
    ///
    /// # Errors
    /// A sentence that says what the operations look like.
    fn parse(text: &str) -> Result<Self::Op, String>;

    /// The text form of an operation.
    fn op_words(op: &Self::Op) -> String;

    /// What a client was told, in a word or two.
    fn ret_words(ret: &Self::Ret) -> String;

    /// The few operations that a search lets a client try as the one called `id`: such that written values tell apart who
    /// wrote them, and that an operation applied twice shows.
    fn few(id: OpId) -> Vec<Self::Op>;

    /// An operation drawn for a workload: `draw(n)` gives a number below `n`, `reads` is the share of reads in per
    /// cent, `serial` makes written values tell apart. How often it draws depends on nothing that it drew.
    fn sample(draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> Self::Op;
}

/// A plain read or write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access<'a> {
    /// It wrote this value.
    Write(&'a str),
    /// It was told this value; none if nothing was ever written.
    Read(Option<&'a str>),
}

/// What can be seen of values that were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows<'a> {
    /// None of them.
    Nothing,
    /// This one was there.
    Value(&'a str),
    /// More than one, or which one was not.
    More,
}

/// What was done to a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage<'a> {
    /// This was put in.
    In(&'a str),
    /// This was taken out; none if it was empty, or nobody knows.
    Out(Option<&'a str>),
}

/// What a workload's operations are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    /// The share of reads, in per cent.
    pub reads: u32,
    /// How many independent parts (keys) are touched.
    pub keys: u32,
    /// How unevenly, in per cent: the first key gets this share of the operations, the second this share of the rest,
    /// and so on, and the last what is left. With 0 all are touched alike.
    pub skew: u32,
}

/// The operations of a protocol's clients.
pub type Op<P> = <<<P as crate::Protocol>::Client as crate::Client>::Service as Service>::Op;
/// What a protocol's clients are told.
pub type Ret<P> = <<<P as crate::Protocol>::Client as crate::Client>::Service as Service>::Ret;

/// No service: a protocol without clients.
impl Service for () {
    type Op = ();
    type Ret = ();

    fn apply(&mut self, (): &()) {}

    fn is_read((): &()) -> bool {
        true
    }

    fn part((): &()) -> Option<&str> {
        None
    }

    fn parse(_: &str) -> Result<(), String> {
        Err("this protocol has no clients, so there is nothing to ask for".into())
    }

    fn op_words((): &()) -> String {
        String::new()
    }

    fn ret_words((): &()) -> String {
        String::new()
    }

    fn few(_: OpId) -> Vec<()> {
        Vec::new()
    }

    fn sample(_: &mut dyn FnMut(u32) -> u32, _: Mix, _: u64) {}
}
