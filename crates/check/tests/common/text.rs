//! Faults in a short text form, for tables: `900ms..1500ms split n1 c1 | n2 n3`, `20ms crash n2`.

use lightcone_core::{Micros, Span};
use lightcone_sim::{Across, Fault, Intervention, When};

/// Reads faults, one for each line, with ids from 1.
pub fn read(lines: &[&str]) -> Vec<Intervention> {
    (1..).zip(lines).map(|(id, line)| one(id, line).unwrap_or_else(|| panic!("`{line}` is no fault"))).collect()
}

fn one(id: u32, line: &str) -> Option<Intervention> {
    let (time, rest) = line.split_once(' ')?;
    let (what, rest) = rest.split_once(' ')?;
    let span: Span = time.parse().ok()?;
    let (across, until) = (if what.starts_with("hold") { Across::Held } else { Across::Lost }, Some(span.max));
    let names = |group: &str| group.split_whitespace().map(String::from).collect();
    let fault = match what {
        "split" | "hold-split" => Fault::Partition { groups: rest.split('|').map(names).collect(), across, until },
        "cut" | "hold-cut" => {
            let (from, to) = rest.split_once(" -> ")?;
            Fault::Cut { from: from.into(), to: to.into(), across, until }
        }
        "crash" => Fault::Crash { node: rest.into(), after: None },
        "restart" => Fault::Restart { node: rest.into() },
        "ask" => {
            let (client, op) = rest.split_once(": ")?;
            Fault::Request { client: client.into(), op: op.into() }
        }
        _ => return None,
    };
    Some(Intervention { id, when: When::At(span.min), fault })
}

/// The text form of faults at instants.
pub fn write(faults: &[Intervention]) -> Vec<String> {
    let line = |one: &Intervention| {
        let When::At(at) = one.when else { panic!("only faults at instants have this text form") };
        let time = |until: &Option<Micros>| Span { min: at, max: until.expect("faults of a table end") };
        let hold = |across: &Across| if *across == Across::Held { "hold-" } else { "" };
        match &one.fault {
            Fault::Partition { groups, across, until } => {
                let groups: Vec<String> = groups.iter().map(|group| group.join(" ")).collect();
                format!("{} {}split {}", time(until), hold(across), groups.join(" | "))
            }
            Fault::Cut { from, to, across, until } => format!("{} {}cut {from} -> {to}", time(until), hold(across)),
            Fault::Crash { node, .. } => format!("{at} crash {node}"),
            Fault::Restart { node } => format!("{at} restart {node}"),
            Fault::Request { client, op } => format!("{at} ask {client}: {op}"),
            other => panic!("`{}` has no text form", other.words()),
        }
    };
    faults.iter().map(line).collect()
}
