//! Who takes part in a run, and what can be asked of whom: what an intervention can name.

use crate::{Scenario, ScenarioError, raw::stands_for_someone, settings};
use lightcone_core::{ConfigError, NodeId, NodeKind, NodeSpec, Protocol};
use lightcone_sim::{
    Condition, Fault, Intervention, Selected, Selector, When, actors::Actors, condition::Happening, links::EVERYONE,
    typed::Typed,
};
use serde_json::{Map, Value};
use std::rc::Rc;

/// Who takes part in a run, and what can be asked of whom.
#[derive(Clone)]
pub struct Cast {
    pub(crate) actors: Rc<dyn Actors>,
}

/// What an intervention does to a participant or link.
enum Part {
    Anyone,
    Server,
    Client,
    Side,
}

type Misfit = (String, String);

impl Cast {
    /// The cast of a protocol with these settings.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn of<P: Protocol>(settings: &Map<String, Value>) -> Result<Self, ScenarioError> {
        let config = settings::config::<P>(settings)?;
        let actors = Typed::<P>::new(config);
        let wrong = |wrong: ConfigError| ScenarioError::field(format!("settings.{}", wrong.field), wrong.wrong);
        Ok(Cast { actors: Rc::new(actors.map_err(wrong)?) })
    }

    /// The participants, servers first.
    pub fn participants(&self) -> &[NodeSpec] {
        self.actors.specs()
    }

    /// The local events that may be caused: the server's name and the label.
    pub fn stimuli(&self) -> Vec<(String, String)> {
        let name = |node: NodeId| self.participants()[node.index()].name.clone();
        self.actors.stimuli().into_iter().map(|cause| (name(cause.node), cause.label)).collect()
    }

    /// Whether everything that a scenario names is there.
    ///
    /// # Errors
    /// The clock, load or intervention that names what is not there, and what it is.
    pub fn check_names(&self, scenario: &Scenario) -> Result<(), ScenarioError> {
        scenario.run.clocks.keys().try_for_each(|name| self.check_clock(name))?;
        scenario.run.load.keys().try_for_each(|name| self.check_load(name))?;
        scenario.run.interventions.iter().try_for_each(|one| {
            let here = |(field, wrong)| ScenarioError::field(format!("intervention {}: {field}", one.id), wrong);
            self.check(one).map_err(here)
        })
    }

    /// Whether there is someone with this clock.
    pub(crate) fn check_clock(&self, name: &str) -> Result<(), ScenarioError> {
        self.find(name, &Part::Anyone).map_err(|wrong| ScenarioError::field(format!("clock.{name}"), wrong))
    }

    /// Whether there is a server that can be loaded.
    pub(crate) fn check_load(&self, name: &str) -> Result<(), ScenarioError> {
        if name == lightcone_sim::scenario::SERVERS {
            return Ok(());
        }
        self.find(name, &Part::Server).map_err(|wrong| ScenarioError::field(format!("load.{name}"), wrong))
    }

    fn find(&self, name: &str, part: &Part) -> Result<(), String> {
        if matches!(part, Part::Side) && name == EVERYONE {
            return Ok(());
        }
        match self.participants().iter().find(|spec| spec.name == name) {
            None => {
                let names: Vec<&str> = self.participants().iter().map(|spec| spec.name.as_str()).collect();
                Err(format!("{name} is not in this cluster: there are {}", names.join(", ")))
            }
            Some(spec) => match (part, spec.kind) {
                (Part::Server, NodeKind::Client) => Err(format!("{name} is a client, and this takes a server")),
                (Part::Client, NodeKind::Server) => Err(format!("{name} is a server, and this takes a client")),
                _ => Ok(()),
            },
        }
    }

    /// Whether everything that an intervention names is there.
    ///
    /// # Errors
    /// The field and what it names.
    pub(crate) fn check(&self, one: &Intervention) -> Result<(), Misfit> {
        let misfit = |field: &str, wrong| (field.to_string(), wrong);
        match &one.when {
            When::At(_) => {}
            When::On { selector, .. } => self.selector(selector, None).map_err(|wrong| misfit("on", wrong))?,
            When::If(condition) => self.condition(condition).map_err(|wrong| misfit("when", wrong))?,
        }
        let name = |field: &str, name: &str, part: Part| {
            let someone = stands_for_someone(name, &one.when);
            let found = someone.and_then(|someone| if someone { Ok(()) } else { self.find(name, &part) });
            found.map_err(|wrong| misfit(field, wrong))
        };
        self.fault(one, &name)
    }

    fn fault(&self, one: &Intervention, name: &dyn Fn(&str, &str, Part) -> Result<(), Misfit>) -> Result<(), Misfit> {
        let kind = crate::raw::kind(&one.fault);
        let misfit = |field: &str, wrong| (field.to_string(), wrong);
        match &one.fault {
            Fault::Move { .. } | Fault::Drop | Fault::Duplicate | Fault::Lie { .. } | Fault::Heal | Fault::Hold => {
                Ok(())
            }
            Fault::Partition { groups, .. } => {
                groups.iter().flatten().try_for_each(|who| name(&kind, who, Part::Anyone))
            }
            Fault::Cut { links, .. }
            | Fault::Slow { links, .. }
            | Fault::Lossy { links, .. }
            | Fault::Copying { links, .. }
            | Fault::Clog { links, .. }
            | Fault::Reorder { links, .. } => {
                name(&kind, &links.from, Part::Side).and_then(|()| name(&kind, &links.to, Part::Side))
            }
            Fault::Crash { node, .. }
            | Fault::Restart { node }
            | Fault::Pause { node }
            | Fault::Clock { node, .. }
            | Fault::Join { node }
            | Fault::Leave { node } => name(&kind, node, Part::Anyone),
            Fault::Byzantine { node, .. } => name(&kind, node, Part::Server),
            Fault::Request { client, op } => {
                name("client", client, Part::Client)?;
                let op = self.actors.parse_op(op).map_err(|wrong| misfit("request", wrong))?;
                self.actors.refuses(&op).map_or(Ok(()), |why| Err(misfit("request", why)))
            }
            Fault::Local { node, what } => {
                name("node", node, Part::Server)?;
                self.stimulus(node, what).map_err(|wrong| misfit("local", wrong))
            }
            Fault::Deliver { message } => self.selector(message, None).map_err(|wrong| misfit(&kind, wrong)),
            Fault::Fire { timer } => self.selector(timer, Some(&one.when)).map_err(|wrong| misfit(&kind, wrong)),
        }
    }

    /// Whether there is such a local event at `node`; or at anyone, if it is not yet known who that is.
    fn stimulus(&self, node: &str, what: &str) -> Result<(), String> {
        let known =
            |(at, label): &(String, String)| label == what && (at == node || self.find(node, &Part::Anyone).is_err());
        if self.stimuli().iter().any(known) { Ok(()) } else { Err(format!("{node} has no local event `{what}`")) }
    }

    /// Whether the participants of a selector are there. Given a condition, it may speak of whoever met that.
    fn selector(&self, selector: &Selector, when: Option<&When>) -> Result<(), String> {
        let find = |name: &String| match when.map_or(Ok(false), |when| stands_for_someone(name, when)) {
            Ok(true) => Ok(()),
            Ok(false) => self.find(name, &Part::Anyone),
            Err(wrong) => Err(wrong),
        };
        match &selector.what {
            Selected::Message { from, to, .. } => find(from).and_then(|()| find(to)),
            Selected::Timer { node, .. } | Selected::Arming { node, .. } => find(node),
        }
    }

    fn condition(&self, condition: &Condition) -> Result<(), String> {
        condition.names().try_for_each(|name| self.find(name, &Part::Anyone))?;
        let servers = self.participants().iter().filter(|spec| spec.kind == NodeKind::Server).count();
        condition.clauses.iter().try_for_each(|clause| match &clause.what {
            Happening::Does(_, rule) => known("rule", rule, self.actors.rules().iter().map(|rule| rule.name)),
            Happening::Broken(Some(invariant)) => {
                known("invariant", invariant, self.actors.invariants().iter().map(|one| one.name))
            }
            Happening::Misled(_) => {
                Err(format!("no fault can wait for `{}`: only who looks back can tell", clause.what))
            }
            happening => happening.can_be(servers),
        })
    }
}

fn known<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let names: Vec<&str> = names.collect();
    if names.contains(&name) {
        return Ok(());
    }
    Err(format!("`{name}` is no {what} of this protocol; there are {}", names.join(", ")))
}
