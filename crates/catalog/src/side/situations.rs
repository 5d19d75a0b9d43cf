//! The situations: the same requests for all, and a fault of each kind that sets protocols apart.

use crate::Scenario;
use lightcone_core::{Micros, Span};
use lightcone_sim::{
    Across, Disk, Fault, Intervention, Latency, Links, Network, Until, When, scenario::Scenario as Surroundings,
};

/// From when until when, in ms, and what.
type Happens = (u64, Option<u64>, Fault);

/// What happens while clients read and write.
#[derive(Clone, Copy, Debug)]
pub struct Situation {
    /// Its name.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What happens, in a sentence.
    pub words: &'static str,
    faults: fn() -> Vec<Happens>,
}

/// THE list of situations.
pub static SITUATIONS: [Situation; 5] = [
    Situation {
        id: "calm",
        title: "Nothing goes wrong",
        words: "All servers are up and all links work: what each protocol costs when nothing forces it to choose.",
        faults: Vec::new,
    },
    Situation {
        id: "partition",
        title: "One server is cut off with a client",
        words: "From 1 s to 3 s, n1 and c1 cannot reach the others: who answers there, and what becomes of what was answered?",
        faults: || vec![(1_000, Some(3_000), apart(&["n1", "c1"]))],
    },
    Situation {
        id: "crash",
        title: "The first server crashes, and comes back with its disk",
        words: "n1 crashes at 1 s and is back at 2.5 s. Where it led, somebody has to take over.",
        faults: || {
            let crash = Fault::Crash { node: "n1".into(), disk: Disk::Kept, after: None };
            vec![(1_000, None, crash), (2_500, None, Fault::Restart { node: "n1".into() })]
        },
    },
    Situation {
        id: "far",
        title: "One server is far away",
        words: "All that n3 sends and gets takes 60 ms longer: who waits for it?",
        faults: || {
            let by = Latency::span(Span { min: Micros::ms(60), max: Micros::ms(60) });
            vec![(0, Some(5_000), Fault::Slow { links: Links { from: "n3".into(), to: "*".into(), both: true }, by })]
        },
    },
    Situation {
        id: "clock",
        title: "A fast clock and a partition",
        words: "n1's clock is 2 s ahead. From 1 s to 3 s, n1 and c1 cannot reach the others: does the later write stay?",
        faults: || {
            let fast = Fault::Clock { node: "n1".into(), ahead: Micros::ms(2_000), drift: 0 };
            vec![(0, Some(5_000), fast), (1_000, Some(3_000), apart(&["n1", "c1"]))]
        },
    },
];

/// These apart from all others.
fn apart(these: &[&str]) -> Fault {
    let others = vec!["n2".to_string()];
    Fault::Partition {
        groups: vec![others, these.iter().map(|name| (*name).to_string()).collect()],
        across: Across::Lost,
    }
}

/// Each client asks again after so long, in ms.
const EVERY: u64 = 210;
/// The last of these requests comes before this.
const ASKED: u64 = 4_000;
/// When everybody reads everything once more, and the end.
const AUDIT: u64 = 6_500;
const END: u64 = 8_000;
const CLIENTS: u64 = 3;
const KEYS: [&str; 3] = ["x", "y", "z"];

impl Situation {
    /// The situation of this name.
    pub fn named(id: &str) -> Option<&'static Situation> {
        SITUATIONS.iter().find(|situation| situation.id == id)
    }

    /// The situation as a scenario, of whatever protocol: who runs it puts a [`Contender`](super::Contender) in its place.
    pub fn scenario(&self, seed: u64) -> Scenario {
        let faults = (self.faults)().into_iter().map(|(at, until, fault)| (When::At(Micros::ms(at)), until, fault));
        let requests = requests().map(|(at, client, op)| {
            (When::At(Micros::ms(at)), None, Fault::Request { client: format!("c{client}"), op })
        });
        let interventions = (1..).zip(faults.chain(requests)).map(|(id, (when, until, fault))| Intervention {
            id,
            when,
            until: until.map_or(Until::End, |until| Until::At(Micros::ms(until))),
            fault,
        });
        let network = Network { latency: Latency::span(Span::ms(5, 15)), ..Network::default() };
        let run = Surroundings {
            seed,
            until: Micros::ms(END),
            network,
            interventions: interventions.collect(),
            ..Surroundings::default()
        };
        Scenario {
            protocol: String::new(),
            revision: 1,
            title: self.title.into(),
            settings: serde_json::Map::new(),
            captions: Vec::new(),
            run,
        }
    }
}

/// The requests of all clients: half of them writes, of values that tell them apart; and in the end everybody reads all.
fn requests() -> impl Iterator<Item = (u64, u64, String)> {
    let asked = (0..).map(|turn| (turn, turn * EVERY)).take_while(|(_, at)| *at < ASKED).flat_map(|(turn, at)| {
        (1..=CLIENTS).map(move |client| {
            // Each client comes in its own place, and goes through all keys; reads come right after writes of others.
            let (at, key) = (100 + at + client * EVERY / CLIENTS, KEYS[((turn / 2 + client) % 3) as usize]);
            let op =
                if (turn + client) % 2 == 0 { format!("put {key} {client}{turn:02}") } else { format!("get {key}") };
            (at, client, op)
        })
    });
    let audit = (1..=CLIENTS).flat_map(|client| {
        (0..).zip(KEYS).map(move |(place, key)| (AUDIT + place * 150 + client, client, format!("get {key}")))
    });
    asked.chain(audit)
}
