//! The page without a browser: messages in, state and effects out.

mod any_drag;
mod causality;
mod chart;
mod compare;
mod drags;
mod edits;
mod hunt;
mod inbox;
mod judging;
mod links;
mod meanings;
mod minimap;
mod pen;
mod pieces;
mod reading;
mod roam;
mod settings;
mod sweep;
mod time;

use super::*;
use lightcone_sim::{Fault, Intervention};

/// The page as it opens, with its run computed to the end and standing still.
fn studio() -> Studio {
    at_rest(Studio::open(Options { still: true, ..Options::default() }, ""))
}

fn at_rest(mut studio: Studio) -> Studio {
    while !studio.done {
        studio.update(TimeMsg::Frame(0.0).into());
    }
    studio.clock.playing = false;
    studio
}

fn at(ms: u64) -> Micros {
    Micros::ms(ms)
}

fn split(studio: &mut Studio, names: &[&str]) {
    let names = names.iter().map(|name| name.to_string()).collect();
    studio.update(EditMsg::Split(names).into());
}

fn groups(studio: &Studio, place: usize) -> Vec<Vec<String>> {
    match &studio.scenario().run.interventions[place].fault {
        Fault::Partition { groups, .. } => groups.clone(),
        other => panic!("{other:?} is not a partition"),
    }
}

/// A stroke straight down the stage, between two participants side by side.
fn draw_between(studio: &mut Studio, one: usize, other: usize) {
    let seats = studio.seats();
    let x = (seats.at[one].x + seats.at[other].x) / 2.0;
    studio.update(StageMsg::Take(Tool::Split).into());
    studio.update(StageMsg::Down(Point { x, y: 10.0 }).into());
    for y in [60.0, 120.0, 200.0, 300.0, 360.0] {
        studio.update(StageMsg::Move(Point { x, y }).into());
    }
    studio.update(StageMsg::Up(Point { x, y: 360.0 }).into());
}
