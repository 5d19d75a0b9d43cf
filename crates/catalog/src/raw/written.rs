//! What an intervention does, as it is written: the field that names the fault first. Defaults are left out.

use super::{
    fault::{ACROSS, DISKS, MANNERS},
    fields::RawIntervention,
};
use lightcone_core::Micros;
use lightcone_sim::{Across, Fault, Links};

/// Writes a fault.
pub fn write(fault: &Fault, raw: &mut RawIntervention) {
    match fault {
        Fault::Move { to } => raw.put("move", to.to_string()),
        Fault::Drop => raw.put("drop", true),
        Fault::Duplicate => raw.put("duplicate", true),
        Fault::Lie { nth } => raw.put("lie", *nth),
        Fault::Partition { groups, across } => {
            raw.put("partition", groups.clone());
            put_word(raw, "across", *across, &ACROSS);
        }
        Fault::Cut { .. } | Fault::Slow { .. } | Fault::Lossy { .. } | Fault::Copying { .. } => on_links(fault, raw),
        Fault::Clog { .. } | Fault::Reorder { .. } => on_links(fault, raw),
        Fault::Heal => raw.put("heal", true),
        Fault::Request { client, op } => {
            raw.put("request", op.as_str());
            raw.put("client", client.as_str());
        }
        Fault::Local { node, what } => {
            raw.put("local", what.as_str());
            raw.put("node", node.as_str());
        }
        Fault::Hold => raw.put("still", true),
        Fault::Deliver { message } => raw.put("deliver", message.to_string()),
        Fault::Fire { timer } => raw.put("fire", timer.to_string()),
        Fault::Crash { .. } | Fault::Restart { .. } | Fault::Pause { .. } | Fault::Clock { .. } => at_node(fault, raw),
        Fault::Byzantine { .. } | Fault::Join { .. } | Fault::Leave { .. } => at_node(fault, raw),
    }
}

fn on_links(fault: &Fault, raw: &mut RawIntervention) {
    let mut put = |name: &str, links: &Links| raw.put(name, links.to_string());
    match fault {
        Fault::Cut { links, across: Across::Lost } => put("cut", links),
        Fault::Cut { links, across: Across::Held } => put("hold", links),
        Fault::Slow { links, by } => {
            put("slow", links);
            raw.put("by", by.to_string());
        }
        Fault::Lossy { links, percent } => {
            put("lossy", links);
            raw.put("percent", *percent);
        }
        Fault::Copying { links, percent } => {
            put("copying", links);
            raw.put("percent", *percent);
        }
        Fault::Clog { links, bandwidth } => {
            put("clog", links);
            raw.put("each", bandwidth.each.to_string());
            if let Some(queue) = bandwidth.queue {
                raw.put("queue", queue);
            }
        }
        Fault::Reorder { links, by } => {
            put("reorder", links);
            raw.put("by", by.to_string());
        }
        _ => unreachable!("this is not done to links"),
    }
}

fn at_node(fault: &Fault, raw: &mut RawIntervention) {
    let mut put = |name: &str, node: &String| raw.put(name, node.as_str());
    match fault {
        Fault::Crash { node, disk, after } => {
            put("crash", node);
            put_word(raw, "disk", *disk, &DISKS);
            if let Some(after) = after {
                raw.put("after", *after);
            }
        }
        Fault::Restart { node } => put("restart", node),
        Fault::Pause { node } => put("pause", node),
        Fault::Clock { node, ahead, drift } => {
            put("skew", node);
            if *ahead != Micros::ZERO {
                raw.put("ahead", ahead.to_string());
            }
            if *drift != 0 {
                raw.put("drift", *drift);
            }
        }
        Fault::Byzantine { node, manner } => {
            put("byzantine", node);
            put_word(raw, "manner", *manner, &MANNERS);
        }
        Fault::Join { node } => put("join", node),
        Fault::Leave { node } => put("leave", node),
        _ => unreachable!("this is not done to one participant"),
    }
}

/// Writes the word for a value, unless it is the default.
fn put_word<T: Copy + Default + PartialEq>(raw: &mut RawIntervention, field: &str, value: T, words: &[(&str, T)]) {
    if value != T::default() {
        let (word, _) = words.iter().find(|(_, meant)| *meant == value).expect("there is a word for every value");
        raw.put(field, *word);
    }
}

/// The field that names a fault.
pub fn kind(fault: &Fault) -> String {
    let mut raw = RawIntervention::default();
    write(fault, &mut raw);
    raw.0.swap_remove(0).0
}
