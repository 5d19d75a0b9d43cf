//! Which transaction comes before which, and what is wrong without any cycle.

use super::{
    End,
    graph::Builder,
    index::{Index, NONE, Sort},
    kinds::Kind,
    lists,
    reads::{Reads, Version},
    registers,
    report::{Found, Relation, Unordered, Unsure},
    saturate::{self, Object},
};
use lightcone_core::order;

/// What is inferred about one object after the other.
pub(super) struct Inference<'a> {
    pub(super) index: &'a Index<'a>,
    pub(super) reads: Reads<'a>,
    pub(super) graph: Builder,
    /// Those with several writers, whose order is not known from what was read of each alone.
    pub(super) objects: Vec<Object>,
    unordered: Vec<Unordered>,
}

/// Infers the dependencies.
pub(super) fn infer<'a>(index: &'a Index<'a>, reads: Reads<'a>) -> (Builder, Found, Vec<Unordered>) {
    let graph = Builder::new(index.history.len());
    let mut inference = Inference { index, reads, graph, objects: Vec::new(), unordered: index.unsure() };
    inference.intermediate_reads();
    inference.lost_updates();
    let mut readings: Vec<Vec<usize>> = vec![Vec::new(); index.keys.len()];
    for (place, reading) in inference.reads.readings.iter().enumerate() {
        readings[index.ops[reading.op].key].push(place);
    }
    for (key, readings) in readings.iter().enumerate() {
        inference.writes_read(readings);
        match index.keys[key].sort {
            Sort::List => lists::infer(&mut inference, key, readings),
            Sort::Register => registers::infer(&mut inference, key, readings),
            Sort::Empty | Sort::Unsure(_) => {}
        }
    }
    inference.sessions();
    inference.real_time();
    saturate::infer(&mut inference.graph, &inference.objects);
    (inference.graph, inference.reads.found, inference.unordered)
}

impl Inference<'_> {
    /// An operation as an end of a dependency.
    pub(super) fn end(&self, op: usize) -> (usize, usize) {
        (self.index.transaction(op), op)
    }

    /// Notes that not everything is known of an object.
    pub(super) fn unsure(&mut self, key: usize, why: Unsure) {
        self.unordered.push(Unordered { key: self.index.keys[key].name.clone(), why });
    }

    /// Whoever read a value comes after whoever wrote it.
    fn writes_read(&mut self, readings: &[usize]) {
        for place in readings {
            let reading = &self.reads.readings[*place];
            if let Version::Of(write) = reading.version
                && self.reads.is_present(write)
            {
                let (from, to) = (self.index.writes[write].op, reading.op);
                self.graph.link(Relation::Wr, self.end(from), self.end(to));
            }
        }
    }

    /// G1b: what was read is not what the writer left behind.
    fn intermediate_reads(&mut self) {
        for place in 0..self.reads.readings.len() {
            let reading = &self.reads.readings[place];
            let (op, Version::Of(write)) = (reading.op, reading.version) else { continue };
            let own = self.index.writer(write) == self.index.transaction(op);
            if self.reads.is_present(write) && !own && !self.index.is_last(write) {
                let written = &self.index.writes[write];
                let last = self.index.ops[written.op].top;
                self.reads.spot(Kind::IntermediateRead, &[op, written.op, last], Some(written.value));
            }
        }
    }

    /// Whether a read is the first by its transaction of an object that it writes as well.
    pub(super) fn is_update(&self, op: usize) -> bool {
        let op = &self.index.ops[op];
        op.before == NONE && op.top != NONE
    }

    fn lost_updates(&mut self) {
        let updates = self.reads.readings.iter().filter(|reading| self.is_update(reading.op));
        let mut updates: Vec<(usize, Version, usize)> =
            updates.map(|reading| (self.index.ops[reading.op].key, reading.version, reading.op)).collect();
        order::sort(&mut updates);
        let same = |pair: &&[(usize, Version, usize)]| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1);
        if let Some([(.., one), (.., other)]) = updates.windows(2).find(same) {
            let tops = [one, other].map(|op| self.index.ops[*op].top);
            self.reads.spot(Kind::LostUpdate, &[*one, tops[0], *other, tops[1]], None);
        }
    }

    /// A process asks for one transaction after the other.
    fn sessions(&mut self) {
        let history = self.index.history;
        let mut order: Vec<usize> = (0..history.len()).filter(|place| self.reads.present[*place]).collect();
        order::sort_by_key(&mut order, |place| (history[*place].process, history[*place].asked));
        let mut last: Option<usize> = None;
        for place in order {
            let before = last.filter(|last| history[*last].process == history[place].process);
            if let Some(before) = before
                && matches!(history[before].end, End::Committed(told) if told.event <= history[place].asked.event)
            {
                self.graph.link(Relation::Session, (before, NONE), (place, NONE));
            }
            if matches!(history[place].end, End::Committed(_)) {
                last = Some(place);
            }
        }
    }

    /// What was over before another was asked for comes before it: over a chain of hubs, one for each answer.
    fn real_time(&mut self) {
        let history = self.index.history;
        let mut answers: Vec<(u32, usize)> = Vec::new();
        for (place, transaction) in history.iter().enumerate() {
            if let End::Committed(told) = transaction.end {
                answers.push((told.event, place));
            }
        }
        order::sort(&mut answers);
        let mut hubs: Vec<usize> = Vec::new();
        for (_, place) in &answers {
            let hub = self.graph.hub();
            self.graph.enter(Relation::RealTime, (*place, NONE), hub);
            hubs.last().into_iter().for_each(|last| self.graph.leave(*last, (hub, NONE)));
            hubs.push(hub);
        }
        for (place, transaction) in history.iter().enumerate().filter(|(place, _)| self.reads.present[*place]) {
            let over = answers.partition_point(|(told, _)| *told < transaction.asked.event);
            if over > 0 {
                self.graph.leave(hubs[over - 1], (place, NONE));
            }
        }
    }
}
