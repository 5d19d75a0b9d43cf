//! What lasts: making partitions and cuts, changing sides, ending, healing.

use super::Studio;
use crate::stage::{Seats, Wall};
use lightcone_core::{Micros, NodeId};
use lightcone_sim::{Fault, Intervention, Lasting, Links, Until, When};

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
        let fault = Fault::Partition { groups, across: self.across };
        let words = fault.words();
        if let (Some(ids), Some(wall)) = (self.add_all(vec![fault], &words), wall) {
            self.walls.insert(ids[0], wall);
        }
    }

    /// Cuts a link one way or both ways, from the playhead on.
    pub(super) fn cut(&mut self, from: NodeId, to: NodeId, both: bool) {
        let links = Links { both, ..Links::one_way(self.name(from), self.name(to)) };
        self.add(Fault::Cut { links, across: self.across });
    }

    /// Ends everything that lasts at the playhead, but what is held.
    pub(super) fn heal(&mut self) {
        let ids = self.in_force();
        if ids.is_empty() {
            return self.say("nothing has to heal");
        }
        self.end_as(&ids, "healed");
    }

    /// Ends some of what lasts at the playhead.
    pub(super) fn end(&mut self, ids: &[u32]) {
        let all = &self.scenario().run.interventions;
        let words: Vec<String> = all.iter().filter(|one| ids.contains(&one.id)).map(|one| one.fault.words()).collect();
        self.end_as(ids, &format!("ended: {}", words.join(", ")));
    }

    fn end_as(&mut self, ids: &[u32], words: &str) {
        let at = self.acting();
        let mut kept = Vec::new();
        for one in self.scenario().run.interventions.clone() {
            if !ids.contains(&one.id) {
                kept.push(one);
            } else if one.start() != Some(at) {
                kept.push(one.until(Until::At(at)));
            }
            // One that would end as it begins is gone altogether.
        }
        self.intervene(kept, words, at);
    }

    /// Everything that lasts at the playhead, but what is held: the ids.
    fn in_force(&self) -> Vec<u32> {
        let at = self.acting();
        let mut ids: Vec<u32> = Vec::new();
        if self.done {
            let spells = self.lab.run().trace().spells.iter().filter(|spell| !matches!(*spell.what, Lasting::Hold));
            let lasts = spells.filter(|spell| spell.from <= at && spell.to.is_none_or(|(to, _)| to > at));
            ids.extend(lasts.map(|spell| spell.id));
        } else {
            // What is not computed yet is told by what was written.
            let written = self.scenario().run.interventions.iter().filter(|one| written_in_force(one, at));
            ids.extend(written.map(|one| one.id));
        }
        ids
    }

    /// After a participant was carried elsewhere: whoever it now shares a side with of the walls in force.
    pub(super) fn change_sides(&mut self, node: NodeId) {
        let seats = self.seats();
        let share = seats.size.share(seats.at[node.index()]);
        let name = self.name(node).to_string();
        let at = self.acting();
        let mut interventions = self.scenario().run.interventions.clone();
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
        let everyone = self.lab.participants().iter().map(|spec| spec.name.clone());
        groups[others] = everyone.filter(|name| groups[others].contains(name)).collect();
        Some(groups)
    }

    /// Puts new groups in force from `at` on: in place if the partition begins there, else by ending it and beginning
    /// another one. The id of the one in force.
    fn regroup(&mut self, all: &mut Vec<Intervention>, place: usize, groups: Vec<Vec<String>>, at: Micros) -> u32 {
        let Fault::Partition { across, .. } = all[place].fault else { unreachable!("only partitions are regrouped") };
        let fault = Fault::Partition { groups, across };
        if all[place].when == When::At(at) {
            all[place].fault = fault;
            return all[place].id;
        }
        let until = std::mem::replace(&mut all[place].until, Until::At(at));
        let id = self.edits.fresh();
        // What was to last so long lasts as long as it would have.
        let until = match (until, all[place].start()) {
            (Until::For(length), Some(start)) => Until::At(start.plus(length)),
            (other, _) => other,
        };
        all.push(Intervention::at(id, at, fault).until(until));
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

    /// Whether something lasts at the playhead that can heal.
    pub fn apart(&self) -> bool {
        !matches!(self.causality.veil, super::Veil::Knows(_)) && !self.in_force().is_empty()
    }
}

/// Whether an intervention lasts at `at`, by its own word.
fn written_in_force(one: &Intervention, at: Micros) -> bool {
    let starts = one.start().filter(|start| *start <= at && one.fault.lasts() && one.fault != Fault::Hold);
    starts.is_some_and(|start| one.end_from(start).is_none_or(|end| end > at))
}

/// The group of `name` and the other one, of two. Whoever is in no group is with the first, and is not moved.
fn side_of(groups: &[Vec<String>], name: &str) -> Option<(usize, usize)> {
    let mine = groups.iter().position(|group| group.iter().any(|n| n == name))?;
    (groups.len() == 2).then_some((mine, 1 - mine))
}
