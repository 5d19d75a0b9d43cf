//! Load: how long servers are busy, who waits for a worker, who finds no place to wait, and calls that keep one busy.

use lightcone_core::{
    About, Assumptions, Bound, Card, ConfigError, Ctx, Delivery, Flavour, Form, Key, Kind, Micros, NoClient, NodeId,
    NodeKind, NodeSpec, Order, Protocol, Span, Stimulus,
};
use lightcone_sim::{
    Fault, Intervention, Load, Network, Run, Scenario,
    trace::Cause,
    view::{Fate, Loss},
};
use serde::{Deserialize, Serialize};

lightcone_core::rules! {
    /// The rules of a front that asks a back for everything.
    pub enum Rule in "Front and back" {
        Ask => "1", "ask", "The front asks the back, and a worker waits for the answer.";
        Tell => "2", "tell", "The answer frees the worker.";
    }
}

/// n1 gives jobs to n2, which asks n3 about each before it is done with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Front {
    done: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Word {
    Job(u64),
    Question(u64),
    Answer(u64),
}

static JOB: Kind = Kind::new("Job", Flavour::Carry, &["number"]);
static QUESTION: Kind = Kind::new("Question", Flavour::Ask, &["number"]);
static ANSWER: Kind = Kind::new("Answer", Flavour::Grant, &["number"]);

impl Protocol for Front {
    const ABOUT: About = About {
        id: "front",
        title: "Front and back",
        revision: 1,
        summary: "For a test.",
        references: &[],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::Any,
            lies: Bound::None,
            timing: "none",
        },
        card: Card { modelled: &[], departures: &[], tested: &[], explored: &[] },
    };
    type Config = ();
    type Client = NoClient;
    type Message = Word;
    type Timer = ();
    type Stimulus = u64;
    type Rule = Rule;
    type Ghost = ();

    fn setup((): &()) -> Result<Vec<NodeSpec>, ConfigError> {
        let spec = |name: &str| NodeSpec { name: name.into(), kind: NodeKind::Server, late: false };
        Ok(vec![spec("n1"), spec("n2"), spec("n3")])
    }

    fn form() -> Form {
        Form { fields: Vec::new() }
    }

    fn client((): &()) -> NoClient {
        NoClient
    }

    fn stimuli((): &()) -> Vec<Stimulus<u64>> {
        (1..5).map(|job| Stimulus { node: NodeId(0), label: format!("job {job}"), what: job }).collect()
    }

    fn start(_: &mut Ctx<'_, Self>) -> Self {
        Front::default()
    }

    fn restart(_: Option<Self>, _: &mut Ctx<'_, Self>) -> Self {
        Front::default()
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, word: Word) {
        match word {
            Word::Job(job) => {
                ctx.rule(Rule::Ask, |_| format!("asks about {job}"));
                ctx.occupy(job);
                ctx.send(NodeId(2), Word::Question(job));
            }
            Word::Question(job) => ctx.send(from, Word::Answer(job)),
            Word::Answer(job) => {
                ctx.rule(Rule::Tell, |_| format!("is done with {job}"));
                self.done += 1;
                ctx.release(job);
            }
        }
    }

    fn on_timer(&mut self, _: &mut Ctx<'_, Self>, (): ()) {}

    fn on_stimulus(&mut self, ctx: &mut Ctx<'_, Self>, job: u64) {
        ctx.send(NodeId(1), Word::Job(job));
    }

    fn key(word: &Word) -> Key {
        match word {
            Word::Job(job) => JOB.key1(*job),
            Word::Question(job) => QUESTION.key1(*job),
            Word::Answer(job) => ANSWER.key1(*job),
        }
    }
}

/// Jobs for n2, 1 ms apart, on links that take 10 ms.
fn jobs(count: u64, load: Load) -> Run {
    let job = |n: u64| {
        let fault = Fault::Local { node: "n1".into(), what: format!("job {n}") };
        Intervention::at(u32::try_from(n).unwrap(), Micros::ms(n), fault)
    };
    let scenario = Scenario {
        until: Micros::ms(500),
        network: Network { latency: Span::exactly(Micros::ms(10)).into(), ..Network::default() },
        load: [("n2".to_string(), load)].into_iter().collect(),
        interventions: (1..=count).map(job).collect(),
        ..Scenario::default()
    };
    let mut run = Run::new::<Front>((), scenario).unwrap();
    run.finish();
    run
}

/// When n2 handled messages of a kind, in milliseconds.
fn handled(run: &Run, kind: &str) -> Vec<u64> {
    let trace = run.trace();
    let of_kind = trace.events.iter().filter(|event| match event.cause {
        Cause::Message(place) => event.node == NodeId(1) && trace.messages[place as usize].key.kind.name == kind,
        _ => false,
    });
    of_kind.map(|event| event.at.0 / 1_000).collect()
}

fn load(workers: u32, queue: Option<u32>) -> Load {
    Load { service: Span::exactly(Micros::ms(5)), workers, queue }
}

#[test]
fn a_call_keeps_its_worker_busy_until_it_is_answered() {
    // Each job takes 5 ms of work and 20 ms of waiting for the back; the next one begins only then.
    assert_eq!(handled(&jobs(3, load(1, None)), "Job"), [16, 41, 66]);
    assert_eq!(handled(&jobs(3, load(1, None)), "Answer"), [36, 61, 86]);
    // With two workers the second job need not wait, and the third waits for the first.
    assert_eq!(handled(&jobs(3, load(2, None)), "Job"), [16, 17, 41]);
    // Answers need no worker, so that nobody waits for himself.
    assert_eq!(jobs(3, load(1, None)).world().node::<Front>(NodeId(1)).unwrap().done, 3);
}

#[test]
fn who_finds_no_place_to_wait_is_lost() {
    let run = jobs(4, load(1, Some(1)));
    assert_eq!(handled(&run, "Job"), [16, 41]);
    let full = run.trace().messages.iter().filter(|message| message.fate == Fate::Lost(Loss::InboxFull));
    assert_eq!(full.map(|message| message.key.args[0]).collect::<Vec<u64>>(), [3, 4]);
}

#[test]
fn what_waits_keeps_the_instant_of_its_arrival() {
    let run = jobs(2, load(1, None));
    let second = run.trace().messages.iter().find(|message| message.key.to_string() == "Job number 2").unwrap();
    assert_eq!(second.end, Micros::ms(12));
    let metrics = run.metrics(None);
    assert!(metrics.table().contains("n2"), "{}", metrics.table());
}
