//! Faults in a short text form, for tables: `900ms..1500ms split n1 c1 | n2 n3`, `20ms crash n2`.

use lightcone_core::{Micros, Span};
use lightcone_sim::{Across, Bandwidth, Disk, Fault, Intervention, Manner, Until, When};

/// Reads faults, one for each line, with ids from 1.
pub fn read(lines: &[&str]) -> Vec<Intervention> {
    (1..).zip(lines).map(|(id, line)| one(id, line).unwrap_or_else(|| panic!("`{line}` is no fault"))).collect()
}

fn one(id: u32, line: &str) -> Option<Intervention> {
    let (time, rest) = line.split_once(' ')?;
    let (what, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let span: Span = time.parse().ok()?;
    let across = if what.starts_with("hold") { Across::Held } else { Across::Lost };
    let names = |group: &str| group.split_whitespace().map(String::from).collect();
    let node = || String::from(rest);
    let fault = match what {
        "split" | "hold-split" => Fault::Partition { groups: rest.split('|').map(names).collect(), across },
        "cut" | "hold-cut" => Fault::Cut { links: rest.parse().ok()?, across },
        "crash" => Fault::Crash { node: node(), disk: Disk::Kept, after: None },
        "amnesia" => Fault::Crash { node: node(), disk: Disk::Lost, after: None },
        "restart" => Fault::Restart { node: node() },
        "leave" => Fault::Leave { node: node() },
        "pause" => Fault::Pause { node: node() },
        "clock" => Fault::Clock { node: node(), ahead: Micros::ZERO, drift: 100_000 },
        "slow" => Fault::Slow { links: rest.parse().ok()?, by: "100ms".parse().ok()? },
        "clog" => {
            let bandwidth = Bandwidth { each: Micros::ms(20), queue: None };
            Fault::Clog { links: rest.parse().ok()?, bandwidth }
        }
        "silence" => Fault::Byzantine { node: node(), manner: Manner::Silent },
        "hold" => Fault::Hold,
        "heal" => Fault::Heal,
        "ask" => {
            let (client, op) = rest.split_once(": ")?;
            Fault::Request { client: client.into(), op: op.into() }
        }
        _ => return None,
    };
    let until = if fault.lasts() { Until::At(span.max) } else { Until::End };
    Some(Intervention { id, when: When::At(span.min), until, fault })
}

/// The text form of faults at instants; what has none is said in words.
pub fn write(faults: &[Intervention]) -> Vec<String> {
    let line = |one: &Intervention| {
        let When::At(at) = &one.when else { return one.words() };
        let time = match one.until {
            Until::At(end) => Span { min: *at, max: end },
            _ => Span::exactly(*at),
        };
        let hold = |across: &Across| if *across == Across::Held { "hold-" } else { "" };
        match &one.fault {
            Fault::Partition { groups, across } => {
                let groups: Vec<String> = groups.iter().map(|group| group.join(" ")).collect();
                format!("{time} {}split {}", hold(across), groups.join(" | "))
            }
            Fault::Cut { links, across } => format!("{time} {}cut {links}", hold(across)),
            Fault::Crash { node, disk: Disk::Kept, .. } => format!("{time} crash {node}"),
            Fault::Restart { node } => format!("{time} restart {node}"),
            Fault::Request { client, op } => format!("{time} ask {client}: {op}"),
            Fault::Heal => format!("{time} heal"),
            _ => one.words(),
        }
    };
    faults.iter().map(line).collect()
}
