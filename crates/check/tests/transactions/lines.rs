//! Histories as lines of text.

use lightcone_check::{
    Moment,
    transactions::{End, Micro, Seen, Transaction},
};
use lightcone_core::Micros;
use std::rc::Rc;

/// A history from lines such as `ok 0 1..4: append x 1; read x [1]`: how it ended, the process, and when.
pub fn read(lines: &[&str]) -> Vec<Transaction> {
    lines.iter().map(|line| transaction(line)).collect()
}

fn transaction(line: &str) -> Transaction {
    let (head, ops) = line.split_once(": ").unwrap();
    let words: Vec<&str> = head.split(' ').collect();
    let (asked, told) = words.get(2).map_or(("0", "9"), |span| span.split_once("..").unwrap());
    let moment = |text: &str| text.parse().map(|event| Moment { event, at: Micros::ms(event.into()) }).unwrap();
    let end = match words[0] {
        "ok" => End::Committed(moment(told)),
        "fail" => End::Aborted(moment(told)),
        _ => End::Unknown,
    };
    Transaction {
        process: words[1].parse().unwrap(),
        asked: moment(asked),
        end,
        ops: ops.split("; ").map(op).collect(),
    }
}

fn op(text: &str) -> Micro {
    let mut words = text.splitn(3, ' ').map(Rc::<str>::from);
    let (what, key) = (words.next().unwrap(), words.next().unwrap());
    let rest = words.next();
    match (&*what, rest) {
        ("append", Some(value)) => Micro::Append { key, value },
        ("write", Some(value)) => Micro::Write { key, value },
        (_, rest) => Micro::Read { key, seen: rest.map_or(Seen::Untold, |seen| saw(&seen)) },
    }
}

fn saw(text: &str) -> Seen {
    match text.strip_prefix('[') {
        Some(list) => Seen::List(list.trim_end_matches(']').split_whitespace().map(Rc::from).collect()),
        None if text == "nil" => Seen::Nothing,
        None => Seen::Value(text.into()),
    }
}
