//! Walks as dependencies to be told, and the orders of writes that they rest on.

use super::{
    graph::{Builder, Graph, Order, Scope},
    index::{Index, NONE},
    report::{Forced, Reason, Step},
    saturate::pattern,
    walk::{Walked, after},
};
use std::collections::VecDeque;

/// So many orders are told with one cycle.
const TOLD: usize = 100;

/// The dependencies of a walk over nodes in so many states.
pub(super) fn steps(graph: &Graph, index: &Index<'_>, states: usize, walk: &[Walked]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut from_op = NONE;
    for (spot, edge) in walk {
        let edge = &graph.edges[*edge];
        if let Some(relation) = edge.relation {
            steps.push(Step { from: spot / states, to: NONE, why: Reason { relation, ops: None } });
            from_op = edge.from_op;
        }
        if edge.to < graph.transactions {
            let step = steps.last_mut().expect("a walk starts at a transaction");
            step.to = edge.to;
            let ops = (from_op != NONE).then(|| (index.ops[from_op].place.op, index.ops[edge.to_op].place.op));
            step.why.ops = ops;
        }
    }
    steps
}

/// The orders that a walk rests on and those that they rest on, and what all of these need; nothing if there are none.
pub(super) fn forced(
    builder: &Builder,
    graph: &Graph,
    index: &Index<'_>,
    walk: &[Walked],
) -> (Vec<Forced>, Option<Scope>) {
    let mut told: Vec<usize> = Vec::new();
    rests_on(graph, walk, &mut told);
    let scopes = told.iter().map(|order| builder.orders[*order].scope);
    let scope = scopes.reduce(Scope::with);
    let (mut forced, mut next) = (Vec::new(), 0);
    while let Some(order) = told.get(next).filter(|_| next < TOLD) {
        next += 1;
        let order = builder.orders[*order];
        let known = builder.within(order.scope, order.round);
        let way = way(&known, index, &order);
        rests_on(&known, &way, &mut told);
        let place = |op: usize| index.ops[op].place;
        forced.push(Forced {
            earlier: place(order.earlier),
            later: place(order.later),
            reader: (order.reader != NONE).then(|| place(order.reader)),
            way: steps(&known, index, pattern(order.scope).len(), &way),
        });
    }
    (forced, scope)
}

/// Adds the orders that a walk rests on itself.
fn rests_on(graph: &Graph, walk: &[Walked], told: &mut Vec<usize>) {
    for order in walk.iter().map(|(_, edge)| graph.edges[*edge].order).filter(|order| *order != NONE) {
        if !told.contains(&order) {
            told.push(order);
        }
    }
}

/// A shortest way that forces an order.
fn way(graph: &Graph, index: &Index<'_>, order: &Order) -> Vec<Walked> {
    let pattern = pattern(order.scope);
    let (states, is_read) = (pattern.len(), order.reader != NONE);
    let target = index.transaction(if is_read { order.reader } else { order.later });
    let start = index.transaction(order.earlier) * states + if is_read { states - 1 } else { 0 };
    let mut reached: Vec<Option<Walked>> = vec![None; graph.nodes() * states];
    let mut queue = VecDeque::from([start]);
    while let Some(spot) = queue.pop_front() {
        if spot / states == target && (!is_read || spot % states == 0) {
            let mut way: Vec<Walked> = Vec::new();
            let mut here = spot;
            while here != start {
                let step = reached[here].expect("it was reached on the way");
                way.push(step);
                here = step.0;
            }
            way.reverse();
            return way;
        }
        for edge in graph.from(spot / states) {
            let Some(state) = after(pattern, spot % states, &graph.edges[edge]) else { continue };
            let next = graph.edges[edge].to * states + state;
            if next == start || reached[next].is_some() {
                continue;
            }
            reached[next] = Some((spot, edge));
            let is_hub = next / states >= graph.transactions;
            if is_hub { queue.push_front(next) } else { queue.push_back(next) }
        }
    }
    unreachable!("an order is forced by a way that was known before it");
}
