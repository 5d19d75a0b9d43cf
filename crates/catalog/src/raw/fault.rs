//! What an intervention does, as it is read: one field names the fault, and others go with it.

use super::{
    bounds::{self, MANY},
    fields::Fields,
};
use crate::ScenarioError;
use lightcone_sim::{Across, Bandwidth, Disk, Fault, Manner};

type Reader = fn(&mut Fields) -> Result<Fault, ScenarioError>;

/// What becomes of messages that are caught, in words.
pub const ACROSS: [(&str, Across); 2] = [("lost", Across::Lost), ("held", Across::Held)];
/// What becomes of a disk, in words.
pub const DISKS: [(&str, Disk); 3] =
    [("kept", Disk::Kept), ("last-write-lost", Disk::LastWriteLost), ("lost", Disk::Lost)];
/// How a Byzantine server misbehaves, in words.
pub const MANNERS: [(&str, Manner); 5] = [
    ("silent", Manner::Silent),
    ("equivocating", Manner::Equivocating),
    ("lying", Manner::Lying),
    ("delaying", Manner::Delaying),
    ("unasked", Manner::Unasked),
];

/// Every fault by the field that names it. A link that holds what is on it has two names: `hold` is short for `cut` with
/// `across = "held"`.
pub const KINDS: [(&str, Reader); 25] = [
    ("move", |f| Ok(Fault::Move { to: f.must("move", Fields::length)? })),
    ("drop", |f| f.must("drop", Fields::flag).map(|_| Fault::Drop)),
    ("duplicate", |f| f.must("duplicate", Fields::flag).map(|_| Fault::Duplicate)),
    ("lie", |f| Ok(Fault::Lie { nth: f.must("lie", |f, field| f.whole(field, 1, MANY))? })),
    ("partition", |f| {
        let groups = f.must("partition", Fields::groups)?;
        Ok(Fault::Partition { groups, across: f.word("across", &ACROSS)?.unwrap_or_default() })
    }),
    ("cut", |f| {
        let links = f.must("cut", Fields::links)?;
        Ok(Fault::Cut { links, across: f.word("across", &ACROSS)?.unwrap_or_default() })
    }),
    ("hold", |f| Ok(Fault::Cut { links: f.must("hold", Fields::links)?, across: Across::Held })),
    ("slow", |f| Ok(Fault::Slow { links: f.must("slow", Fields::links)?, by: f.must("by", Fields::latency)? })),
    ("lossy", |f| Ok(Fault::Lossy { links: f.must("lossy", Fields::links)?, percent: f.must("percent", percent)? })),
    ("copying", |f| {
        Ok(Fault::Copying { links: f.must("copying", Fields::links)?, percent: f.must("percent", percent)? })
    }),
    ("clog", |f| {
        let links = f.must("clog", Fields::links)?;
        let each = f.must("each", Fields::text)?;
        let each = bounds::each(&each).map_err(|wrong| f.wrong("each", wrong))?;
        Ok(Fault::Clog { links, bandwidth: Bandwidth { each, queue: f.whole("queue", 0, MANY)? } })
    }),
    ("reorder", |f| Ok(Fault::Reorder { links: f.must("reorder", Fields::links)?, by: f.must("by", Fields::length)? })),
    ("heal", |f| f.must("heal", Fields::flag).map(|_| Fault::Heal)),
    ("crash", |f| {
        let (node, disk) = (f.must("crash", Fields::text)?, f.word("disk", &DISKS)?);
        Ok(Fault::Crash { node, disk: disk.unwrap_or_default(), after: f.whole("after", 0, MANY)? })
    }),
    ("restart", |f| Ok(Fault::Restart { node: f.must("restart", Fields::text)? })),
    ("pause", |f| Ok(Fault::Pause { node: f.must("pause", Fields::text)? })),
    ("skew", |f| {
        let (node, ahead) = (f.must("skew", Fields::text)?, f.forward("ahead")?.unwrap_or_default());
        Ok(Fault::Clock { node, ahead, drift: f.drift("drift")?.unwrap_or(0) })
    }),
    ("byzantine", |f| {
        let node = f.must("byzantine", Fields::text)?;
        Ok(Fault::Byzantine { node, manner: f.word("manner", &MANNERS)?.unwrap_or_default() })
    }),
    ("join", |f| Ok(Fault::Join { node: f.must("join", Fields::text)? })),
    ("leave", |f| Ok(Fault::Leave { node: f.must("leave", Fields::text)? })),
    ("request", |f| {
        Ok(Fault::Request { op: f.must("request", Fields::text)?, client: f.must("client", Fields::text)? })
    }),
    ("local", |f| Ok(Fault::Local { what: f.must("local", Fields::text)?, node: f.must("node", Fields::text)? })),
    ("still", |f| f.must("still", Fields::flag).map(|_| Fault::Hold)),
    ("deliver", |f| Ok(Fault::Deliver { message: f.must("deliver", Fields::parsed)? })),
    ("fire", |f| Ok(Fault::Fire { timer: f.must("fire", Fields::parsed)? })),
];

/// The fields that go with one fault or another.
pub const BESIDE: [&str; 13] =
    ["across", "by", "percent", "each", "queue", "disk", "after", "ahead", "drift", "manner", "client", "node", "name"];

fn percent(fields: &mut Fields, field: &str) -> Result<Option<u8>, ScenarioError> {
    fields.whole(field, 0, 100)
}
