//! Partitions and cuts: making them, changing sides, healing.

use super::Studio;
use crate::stage::{Seats, Wall};
use lightcone_core::{Micros, NodeId};
use lightcone_sim::{Fault, Intervention, When};

impl Studio {
    /// Keeps `names` apart from everyone else, from the playhead on; `wall` is how it was drawn.
    pub(super) fn split(&mut self, names: &[String], wall: Option<Wall>) {
        let everyone = self.lab.participants().iter().map(|spec| spec.name.clone());
        let (apart, rest): (Vec<String>, Vec<String>) = everyone.partition(|name| names.contains(name));
        if apart.is_empty() || rest.is_empty() {
            return self.say("that line leaves everyone on one side");
        }
        // The first server's group comes first, so that one partition is always written the same way.
        let first = &self.lab.participants()[0].name;
        let groups = if apart.contains(first) { vec![apart, rest] } else { vec![rest, apart] };
        let fault = Fault::Partition { groups, across: self.across, until: None };
        let words = fault.words();
        if let (Some(ids), Some(wall)) = (self.add_all(vec![fault], &words), wall) {
            self.walls.insert(ids[0], wall);
        }
    }

    /// Cuts directions of links, from the playhead on.
    pub(super) fn cut(&mut self, ways: &[(NodeId, NodeId)]) {
        let across = self.across;
        let fault = |(from, to): &(NodeId, NodeId)| Fault::Cut {
            from: self.name(*from).into(),
            to: self.name(*to).into(),
            across,
            until: None,
        };
        let faults: Vec<Fault> = ways.iter().map(fault).collect();
        let words = match ways {
            [(a, b), _] => format!("link {} – {} cut both ways", self.name(*a), self.name(*b)),
            _ => faults[0].words(),
        };
        self.add_all(faults, &words);
    }

    /// Ends every partition and cut in force at the playhead.
    pub(super) fn heal(&mut self) {
        let at = self.acting();
        let mut healed = 0;
        let mut kept = Vec::new();
        for mut intervention in self.scenario().interventions.clone() {
            if let Some(from) = in_force(&intervention, at) {
                healed += 1;
                // One that would end as it begins is gone altogether.
                if from == at {
                    continue;
                }
                intervention.fault.set_until(Some(at));
            }
            kept.push(intervention);
        }
        if healed == 0 {
            return self.say("nothing is apart");
        }
        self.intervene(kept, "healed", at);
    }

    /// After a participant was carried elsewhere: whoever it now shares a side with of the walls in force.
    pub(super) fn change_sides(&mut self, node: NodeId) {
        let seats = self.seats();
        let share = seats.size.share(seats.at[node.index()]);
        let name = self.name(node).to_string();
        let at = self.acting();
        let mut interventions = self.scenario().interventions.clone();
        let mut moved = false;
        for id in self.views.picture.walls.iter().map(|wall| wall.id).collect::<Vec<u32>>() {
            let Some(wall) = self.walls.get(&id).cloned() else { continue };
            let Some(place) = interventions.iter().position(|i| i.id == id) else { continue };
            let Some(groups) = self.regrouped(&interventions[place].fault, &wall, &seats, &name, share) else {
                continue;
            };
            moved = true;
            let new = self.regroup(&mut interventions, place, groups, at);
            self.walls.insert(new, wall);
        }
        if moved {
            self.intervene(interventions, &format!("{name} changes sides"), at);
        }
    }

    /// The groups after `name` sits at `share`: with those who sit on its side of the wall. None if nothing changes.
    fn regrouped(
        &self,
        fault: &Fault,
        wall: &Wall,
        seats: &Seats,
        name: &str,
        share: lightcone_diagram::Point,
    ) -> Option<Vec<Vec<String>>> {
        let Fault::Partition { groups, .. } = fault else { return None };
        let (mine, others) = side_of(groups, name)?;
        let seat_of = |other: &String| {
            let place = self.lab.participants().iter().position(|spec| spec.name == *other)?;
            Some(seats.size.share(seats.at[place]))
        };
        let inside = wall.encloses(share);
        let with = |group: &[String]| {
            group.iter().filter(|n| *n != name).filter_map(seat_of).any(|s| wall.encloses(s) == inside)
        };
        // Nobody is left behind: a group of its own stays one.
        if groups[mine].len() < 2 || !with(&groups[others]) || with(&groups[mine]) {
            return None;
        }
        let mut groups = groups.clone();
        groups[mine].retain(|n| n != name);
        groups[others].push(name.into());
        groups[others].sort_by_key(|n| self.lab.participants().iter().position(|spec| spec.name == *n));
        Some(groups)
    }

    /// Puts new groups in force from `at` on: in place if the partition begins there, else by ending it and beginning
    /// another one. The id of the one in force.
    fn regroup(&mut self, all: &mut Vec<Intervention>, place: usize, groups: Vec<Vec<String>>, at: Micros) -> u32 {
        let Fault::Partition { across, until, .. } = all[place].fault else {
            unreachable!("only partitions are regrouped")
        };
        let fault = Fault::Partition { groups, across, until };
        if all[place].when == When::At(at) {
            all[place].fault = fault;
            return all[place].id;
        }
        all[place].fault.set_until(Some(at));
        let id = self.edits.fresh();
        all.push(Intervention { id, when: When::At(at), fault });
        id
    }

    /// Walls that were found rather than drawn stay where they are as well while someone is carried.
    pub(super) fn pin_walls(&mut self) {
        for shown in &self.views.picture.walls {
            let found = || Wall::drawn(&shown.points, self.stage_size);
            if let Some(wall) = self.walls.get(&shown.id).cloned().or_else(found) {
                self.walls.insert(shown.id, wall);
            }
        }
    }

    /// Whether something is apart at the playhead.
    pub fn apart(&self) -> bool {
        let at = self.acting();
        self.scenario().interventions.iter().any(|i| in_force(i, at).is_some())
    }
}

/// When a partition or cut in force at `at` began.
fn in_force(intervention: &Intervention, at: Micros) -> Option<Micros> {
    let (When::At(from), Fault::Partition { until, .. } | Fault::Cut { until, .. }) =
        (&intervention.when, &intervention.fault)
    else {
        return None;
    };
    (*from <= at && until.is_none_or(|until| until > at)).then_some(*from)
}

/// The group of `name` and the other one, of two. Whoever is in no group is with the first, and is not moved.
fn side_of(groups: &[Vec<String>], name: &str) -> Option<(usize, usize)> {
    let mine = groups.iter().position(|group| group.iter().any(|n| n == name))?;
    (groups.len() == 2).then_some((mine, 1 - mine))
}
