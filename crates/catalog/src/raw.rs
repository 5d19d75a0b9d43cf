//! A scenario as it is written, in TOML or inside a link: every field a word or a number, checked one by one.

use crate::{Scenario, ScenarioError};
use lightcone_core::{Micros, Order, Span};
use lightcone_sim::{Across, Fault, Intervention, LocalClock, Network, When, Workload};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, str::FromStr};

/// Runs longer than this are refused, since a typing error would fill the memory.
const LONGEST: Micros = Micros(600_000_000);
/// Numbers above this are not exact in other languages.
const LARGEST_SEED: u64 = (1 << 53) - 1;

/// A scenario as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawScenario {
    protocol: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<RawNetwork>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    settings: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workload: Option<RawWorkload>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    clock: BTreeMap<String, RawClock>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    intervention: Vec<RawIntervention>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNetwork {
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    loss: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<Order>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWorkload {
    start: String,
    pause: String,
    operations: u32,
    reads: i64,
    keys: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClock {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<String>,
    #[serde(default)]
    drift: i32,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIntervention {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition: Option<Vec<Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cut: Option<[String; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    across: Option<Across>,
    #[serde(skip_serializing_if = "is_false", default)]
    heal: bool,
    #[serde(skip_serializing_if = "is_false", default)]
    drop: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    crash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restart: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Reads a text form, and says which field held it if it cannot.
fn read<T: FromStr<Err = String>>(field: &str, text: &str) -> Result<T, ScenarioError> {
    text.parse().map_err(|wrong: String| ScenarioError::field(field, wrong))
}

fn read_or<T: FromStr<Err = String>>(field: &str, text: Option<&String>, default: T) -> Result<T, ScenarioError> {
    text.map_or(Ok(default), |text| read(field, text))
}

fn within(field: &str, value: i64, least: i64, most: i64) -> Result<i64, ScenarioError> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(ScenarioError::field(field, format!("{value} is not from {least} to {most}")))
}

impl RawScenario {
    /// Checks every field. Missing ones have their defaults.
    pub fn check(self) -> Result<Scenario, ScenarioError> {
        let about = crate::find(&self.protocol)?.about;
        let until = read_or("until", self.until.as_ref(), Micros::ms(3_000))?;
        if until > LONGEST || until == Micros::ZERO {
            let wrong = format!("{until} is not a length: runs last more than nothing and at most {LONGEST}");
            return Err(ScenarioError::field("until", wrong));
        }
        let seed = self.seed.unwrap_or(1);
        if seed > LARGEST_SEED {
            return Err(ScenarioError::field("seed", format!("{seed} is more than {LARGEST_SEED}")));
        }
        let network = self.network.map_or_else(
            || Ok(Network { order: about.assumptions.order, ..Network::default() }),
            |raw| raw.check(about.assumptions.order),
        )?;
        let clocks = self.clock.into_iter().map(|(name, raw)| Ok((name.clone(), raw.check(&name)?)));
        Ok(Scenario {
            protocol: self.protocol,
            revision: self.revision.unwrap_or(about.revision),
            title: self.title.unwrap_or_else(|| about.title.into()),
            settings: self.settings,
            seed,
            until,
            network,
            workload: self.workload.map(RawWorkload::check).transpose()?,
            clocks: clocks.collect::<Result<_, _>>()?,
            interventions: interventions(self.intervention)?,
        })
    }

    /// A scenario as it is written.
    pub fn of(scenario: &Scenario) -> Self {
        let network = scenario.network;
        RawScenario {
            protocol: scenario.protocol.clone(),
            revision: Some(scenario.revision),
            title: Some(scenario.title.clone()),
            seed: Some(scenario.seed),
            until: Some(scenario.until.to_string()),
            network: Some(RawNetwork {
                latency: Some(network.latency.to_string()),
                loss: Some(network.loss.into()),
                order: Some(network.order),
            }),
            settings: scenario.settings.clone(),
            workload: scenario.workload.map(RawWorkload::of),
            clock: scenario.clocks.iter().map(|(name, clock)| (name.clone(), RawClock::of(*clock))).collect(),
            intervention: scenario.interventions.iter().map(RawIntervention::of).collect(),
        }
    }
}

impl RawNetwork {
    fn check(self, order: Order) -> Result<Network, ScenarioError> {
        let latency: Span = read_or("network.latency", self.latency.as_ref(), Network::default().latency)?;
        if latency.max > LONGEST {
            return Err(ScenarioError::field("network.latency", format!("{latency} is more than {LONGEST}")));
        }
        let loss = within("network.loss", self.loss.unwrap_or(0), 0, 100)?;
        let loss = u8::try_from(loss).expect("it is a percentage");
        Ok(Network { latency, loss, order: self.order.unwrap_or(order) })
    }
}

impl RawWorkload {
    fn check(self) -> Result<Workload, ScenarioError> {
        let share = |field, value, most| {
            within(field, value, 0, most).map(|value| u32::try_from(value).expect("it is within its bounds"))
        };
        Ok(Workload {
            start: read("workload.start", &self.start)?,
            pause: read("workload.pause", &self.pause)?,
            operations: self.operations,
            reads: share("workload.reads", self.reads, 100)?,
            keys: share("workload.keys", self.keys, 8)?,
        })
    }

    fn of(workload: Workload) -> Self {
        RawWorkload {
            start: workload.start.to_string(),
            pause: workload.pause.to_string(),
            operations: workload.operations,
            reads: workload.reads.into(),
            keys: workload.keys.into(),
        }
    }
}

impl RawClock {
    fn check(self, name: &str) -> Result<LocalClock, ScenarioError> {
        let drift = within(&format!("clock.{name}.drift"), self.drift.into(), -500_000, 500_000)?;
        let drift = i32::try_from(drift).expect("it is within its bounds");
        let offset = read_or(&format!("clock.{name}.offset"), self.offset.as_ref(), Micros::ZERO)?;
        Ok(LocalClock { offset, drift })
    }

    fn of(clock: LocalClock) -> Self {
        RawClock { offset: Some(clock.offset.to_string()), drift: clock.drift }
    }
}

fn interventions(raw: Vec<RawIntervention>) -> Result<Vec<Intervention>, ScenarioError> {
    let mut checked: Vec<Intervention> = Vec::new();
    let given: Vec<u32> = raw.iter().filter_map(|one| one.id).collect();
    let mut fresh = given.iter().max().map_or(1, |id| id.saturating_add(1));
    for (place, one) in raw.into_iter().enumerate() {
        let here = format!("intervention {}", place + 1);
        let id = one.id.unwrap_or(fresh);
        if one.id.is_none() {
            fresh = fresh.saturating_add(1);
        }
        if checked.iter().any(|other| other.id == id) {
            return Err(ScenarioError::field(format!("{here}: id"), format!("{id} is taken by an earlier one")));
        }
        checked.push(one.check(id, &here)?);
    }
    Ok(checked)
}

const KINDS: &str = "partition, cut, heal, drop, crash, restart, request, local";

impl RawIntervention {
    fn check(self, id: u32, here: &str) -> Result<Intervention, ScenarioError> {
        let when = self.when(here)?;
        let until: Option<Micros> = match &self.until {
            Some(until) => Some(read(&format!("{here}: until"), until)?),
            None => None,
        };
        let across = self.across.unwrap_or_default();
        let needs = |field: &str, value: Option<String>| {
            value.ok_or_else(|| ScenarioError::field(format!("{here}: {field}"), "is missing"))
        };
        let mut faults: Vec<Fault> = Vec::new();
        faults.extend(self.partition.map(|groups| Fault::Partition { groups, across, until }));
        faults.extend(self.cut.map(|[from, to]| Fault::Cut { from, to, across, until }));
        faults.extend(self.heal.then_some(Fault::Heal));
        faults.extend(self.drop.then_some(Fault::Drop));
        faults.extend(self.crash.map(|node| Fault::Crash { node, after: self.after }));
        faults.extend(self.restart.map(|node| Fault::Restart { node }));
        if let Some(op) = self.request {
            faults.push(Fault::Request { client: needs("client", self.client)?, op });
        }
        if let Some(what) = self.local {
            faults.push(Fault::Local { node: needs("node", self.node)?, what });
        }
        match (faults.pop(), faults.pop()) {
            (Some(fault), None) => check_fault(here, &when, &fault).map(|()| Intervention { id, when, fault }),
            (None, _) => Err(ScenarioError::field(here, format!("does nothing: give one of {KINDS}"))),
            (Some(_), Some(_)) => Err(ScenarioError::field(here, format!("does two things: give one of {KINDS}"))),
        }
    }

    fn when(&self, here: &str) -> Result<When, ScenarioError> {
        match (&self.at, &self.on) {
            (Some(at), None) => Ok(When::At(read(&format!("{here}: at"), at)?)),
            (None, Some(on)) => {
                let selector = read(&format!("{here}: on"), on)?;
                let name = match &self.name {
                    Some(name) => Some(read(&format!("{here}: name"), name)?),
                    None => None,
                };
                Ok(When::On { selector, name })
            }
            _ => Err(ScenarioError::field(here, "needs either `at` with a time or `on` with a selector")),
        }
    }

    fn of(one: &Intervention) -> Self {
        let mut raw = RawIntervention { id: Some(one.id), ..Self::default() };
        match &one.when {
            When::At(at) => raw.at = Some(at.to_string()),
            When::On { selector, name } => {
                raw.on = Some(selector.to_string());
                raw.name = name.map(|name| name.to_string());
            }
        }
        raw.until = one.fault.until().map(|until| until.to_string());
        match one.fault.clone() {
            Fault::Partition { groups, across, .. } => {
                raw.partition = Some(groups);
                raw.across = Some(across);
            }
            Fault::Cut { from, to, across, .. } => {
                raw.cut = Some([from, to]);
                raw.across = Some(across);
            }
            Fault::Heal => raw.heal = true,
            Fault::Drop => raw.drop = true,
            Fault::Crash { node, after } => (raw.crash, raw.after) = (Some(node), after),
            Fault::Restart { node } => raw.restart = Some(node),
            Fault::Request { client, op } => (raw.client, raw.request) = (Some(client), Some(op)),
            Fault::Local { node, what } => (raw.node, raw.local) = (Some(node), Some(what)),
        }
        raw
    }
}

/// What can be said of an intervention without its cluster.
fn check_fault(here: &str, when: &When, fault: &Fault) -> Result<(), ScenarioError> {
    let wrong = |field: &str, wrong: String| Err(ScenarioError::field(format!("{here}: {field}"), wrong));
    match (when, fault) {
        (When::At(_), Fault::Drop) => wrong("drop", "needs `on` with the message that is dropped".into()),
        (When::At(_), Fault::Crash { after: Some(_), .. }) => wrong("after", "needs `on` with a step".into()),
        (When::On { .. }, Fault::Drop | Fault::Crash { .. }) => Ok(()),
        (When::On { .. }, _) => wrong("on", "goes with `drop` and `crash`; the others happen `at` a time".into()),
        (When::At(at), _) => match fault.until() {
            Some(until) if until <= *at => wrong("until", format!("{until} is not after its start, {at}")),
            _ => Ok(()),
        },
    }
}
