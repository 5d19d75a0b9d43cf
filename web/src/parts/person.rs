//! A participant on the stage.

use super::{px, tell_if};
use crate::browser;
use crate::stage::picture::Person;
use crate::studio::{Msg, StageMsg, Standing};
use lightcone_core::{
    NodeKind, Role,
    view::{LogCell, Tone},
};
use lightcone_diagram::Point;
use yew::prelude::*;

/// Draws a server or a client. Pointers are the stage's business; keys are this one's.
pub fn person(
    person: &Person,
    radius: f64,
    half: (f64, f64),
    selected: bool,
    halo: bool,
    send: &Callback<Msg>,
) -> Html {
    let node = person.node;
    let onkeydown =
        tell_if(send, move |event: KeyboardEvent| browser::pressed(&event).then(|| StageMsg::Use(node).into()));
    let class = classes!(
        "person",
        match person.kind {
            NodeKind::Server => "server",
            NodeKind::Client => "client",
        },
        role_class(person.role),
        (!person.up).then_some("down"),
        (!person.there).then_some("absent"),
        person.paused.then_some("paused"),
        selected.then_some("selected"),
        person.standing.map(standing),
        person.side.map(|side| format!("side-{}", side.min(2))),
    );
    let body = match person.kind {
        NodeKind::Server => server(person, radius, halo),
        NodeKind::Client => client(person, half, halo),
    };
    html! {
        <g key={person.name.clone()} {class} transform={format!("translate({} {})", px(person.at.x), px(person.at.y))}
            tabindex="0" role="button" data-testid={format!("node-{}", person.name)} {onkeydown}>
            // The title says all of it in better order.
            <title>{ &person.words }</title>
            <g aria-hidden="true">{ body }</g>
        </g>
    }
}

/// The class of how something stands to the selection.
pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Past => "stands-past",
        Standing::Future => "stands-future",
        Standing::Concurrent => "stands-apart",
    }
}

fn role_class(role: Role) -> &'static str {
    match role {
        Role::Outside => return "role-outside",
        Role::Learner => return "role-learner",
        _ => {}
    }
    match role.like() {
        Role::Plain => "role-plain",
        Role::Follower => "role-follower",
        Role::Candidate => "role-candidate",
        _ => "role-leader",
    }
}

fn server(person: &Person, r: f64, halo: bool) -> Html {
    let word = match (person.liar, person.state) {
        (true, "") => "lies".to_string(),
        (true, state) => format!("{state} · lies"),
        (false, state) => state.to_string(),
    };
    html! {
        <>
            if halo && person.side.is_some() {
                <circle class="halo" r={px(r * 1.5)} />
            }
            <circle class="ring" r={px(r * 1.36)} />
            if person.liar {
                <path class="spikes" d={spikes(r * 1.04, r * 1.17)} />
            }
            <circle class="body" r={px(r)} />
            if person.paused {
                <circle class="hatch" r={px(r)} />
            }
            if person.shaded {
                <circle class="hatch" r={px(r)} />
            }
            if let Some(arc) = &person.arc {
                <path class="arc" d={arc.clone()} />
            }
            if person.up && person.role.like() == Role::Leader {
                <path class="crown" d={crown(r)} />
            }
            if !person.up && person.there {
                <path class="cross" d={cross(r * 0.62)} />
            }
            if person.paused {
                { pause_sign(r * 0.72, -r * 0.72) }
            }
            <text class="name" y={px(r * 0.06)} font-size={px(r * 0.44)}>{ &person.name }</text>
            <text class="badge" y={px(r * 0.5)} font-size={px(badge_size(r, &person.badge))}>{ &person.badge }</text>
            <text class="role" y={px(r * 1.56)}>{ word }</text>
            { log(person, r) }
        </>
    }
}

fn client(person: &Person, (w, h): (f64, f64), halo: bool) -> Html {
    let edge = person.at.x < 50.0;
    let rect = |class: &'static str, grow: f64| {
        html! {
            <rect {class} x={px(-w - grow)} y={px(-h - grow)} width={px(2.0 * (w + grow))} height={px(2.0 * (h + grow))} rx={px(8.0 + grow)} />
        }
    };
    html! {
        <>
            if halo && person.side.is_some() {
                { rect("halo", 9.0) }
            }
            { rect("ring", 5.0) }
            { rect("body", 0.0) }
            if person.shaded {
                { rect("hatch", 0.0) }
            }
            if !person.up && person.there {
                <path class="cross" d={cross(h * 0.8)} />
            }
            if person.paused {
                { pause_sign(w, -h) }
            }
            <text class="name" y="5" font-size="13">{ &person.name }</text>
            if let Some(asking) = &person.asking {
                // At the edge of a small stage the words start with the box, so as not to be cut off.
                <text class={classes!("asking", edge.then_some("from-start"))} x={px(if edge { -w } else { 0.0 })} y={px(h + 15.0)}>{ asking }</text>
            }
            if !person.badge.is_empty() && person.asking.is_none() {
                <text class="role" y={px(h + 15.0)}>{ &person.badge }</text>
            }
        </>
    }
}

/// The last entries of the log, below the role; an ellipsis stands for those before.
fn log(person: &Person, r: f64) -> Html {
    if person.log.is_empty() {
        return Html::default();
    }
    let wide = (r * 3.6 / person.log.len() as f64).clamp(20.0, 33.0);
    let start = -(person.log.len() as f64 * (wide + 2.0) - 2.0) / 2.0;
    let y = r * 1.56 + 6.0;
    let cell = |(place, cell): (usize, &LogCell)| {
        let x = start + place as f64 * (wide + 2.0);
        html! {
            <g key={person.earlier + place} class={classes!("cell", tone(cell.tone))}>
                <rect x={px(x)} y={px(y)} width={px(wide)} height="13" rx="3" />
                <text x={px(x + wide / 2.0)} y={px(y + 10.0)}>{ short(&cell.label, wide) }</text>
            </g>
        }
    };
    html! {
        <g class="log" aria-hidden="true">
            if person.earlier > 0 {
                <text class="earlier" x={px(start - 4.0)} y={px(y + 10.0)}>{ "…" }</text>
            }
            { for person.log.iter().enumerate().map(cell) }
        </g>
    }
}

/// As much of a label as fits.
fn short(label: &str, wide: f64) -> String {
    let fit = (wide / 5.6) as usize;
    if label.chars().count() <= fit {
        label.to_string()
    } else {
        label.chars().take(fit.saturating_sub(1)).chain(['…']).collect()
    }
}

/// The class of a tone.
pub fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Settled => "settled",
        Tone::Warning => "warning",
    }
}

fn crown(r: f64) -> String {
    let (w, h, foot) = (r * 0.3, r * 0.24, -r * 0.56);
    format!(
        "M{} {} L{} {} L{} {} L0 {} L{} {} L{} {} L{} {}Z",
        px(-w),
        px(foot),
        px(-w),
        px(foot - h),
        px(-w * 0.45),
        px(foot - h * 0.5),
        px(foot - h * 1.25),
        px(w * 0.45),
        px(foot - h * 0.5),
        px(w),
        px(foot - h),
        px(w),
        px(foot)
    )
}

/// A ring of spikes: whoever lies is told without colour.
fn spikes(inner: f64, outer: f64) -> String {
    let corner = |place: u32| {
        let angle = f64::from(place) / 40.0 * std::f64::consts::TAU;
        let r = if place.is_multiple_of(2) { outer } else { inner };
        let on_circle = Point::at_angle(angle);
        format!("{} {}", px(r * on_circle.y), px(-r * on_circle.x))
    };
    let corners: Vec<String> = (0..40).map(corner).collect();
    format!("M{}Z", corners.join("L"))
}

fn pause_sign(x: f64, y: f64) -> Html {
    html! {
        <g class="pause-sign" transform={format!("translate({} {})", px(x), px(y))}>
            <circle r="9" />
            <path d="M-2.6 -4V4M2.6 -4V4" />
        </g>
    }
}

fn cross(reach: f64) -> String {
    let r = px(reach);
    format!("M-{r} -{r}L{r} {r}M{r} -{r}L-{r} {r}")
}

/// How large the letters under a name are, in px: so that a line of them ends within the circle.
fn badge_size(radius: f64, badge: &str) -> f64 {
    let widest = 1.5 * radius / (0.61 * badge.chars().count().max(1) as f64);
    (radius * 0.33).max(9.5).min(widest).max(7.0)
}
