//! The root of the page: it holds the [`Studio`], hands out what is drawn, and does what the studio asks for.

use crate::browser::{self, AnimationFrame, Desk, EventListener, Timeout};
use crate::dialogs::{Dialogs, Sought, Swept};
use crate::inspector::Inspector;
use crate::keys;
use crate::parts::{BannerBar, ChartBar, ChartView, Header, MinimapStrip, Same, Second, StageView, Transport, ledger};
use crate::studio::{Dialog, Effect, Msg, Order, PageMsg, Studio, TimeMsg, Whose};
use std::rc::Rc;
use yew::prelude::*;

/// So long after the last edit the address follows, in ms. Some browsers allow 100 changes in 30 s.
const ADDRESS_AFTER: u32 = 450;

/// The whole page.
pub struct App {
    studio: Studio,
    send: Callback<Msg>,
    frame: Option<AnimationFrame>,
    address: Option<Timeout>,
    /// Where the long work of each is done.
    desks: [Option<Desk>; Whose::ALL.len()],
    _listeners: Vec<EventListener>,
}

/// What reaches the root.
pub enum Event {
    /// Something happened.
    Told(Msg),
    /// A key went down.
    Pressed(keys::Press),
}

impl Component for App {
    type Message = Event;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let options = browser::options();
        browser::set_theme(options.theme);
        let send = ctx.link().callback(Event::Told);
        let fragment = send.reform(|fragment: String| PageMsg::Address(fragment).into());
        let listeners = [listen_to_keys(ctx), browser::on_fragment(fragment)];
        App {
            studio: Studio::open(options, &browser::fragment()),
            send,
            frame: None,
            address: None,
            desks: [const { None }; Whose::ALL.len()],
            _listeners: listeners.into_iter().flatten().collect(),
        }
    }

    fn update(&mut self, _ctx: &Context<Self>, event: Event) -> bool {
        let msg = match event {
            Event::Told(msg) => msg,
            Event::Pressed(press) => match keys::command(&press, &self.studio) {
                Some(msg) => msg,
                None => return false,
            },
        };
        if matches!(msg, Msg::Time(TimeMsg::Frame(_))) {
            self.frame = None;
        }
        for effect in self.studio.update(msg) {
            self.perform(effect);
        }
        if self.frame.is_none() && self.studio.wants_frame() {
            self.frame = Some(browser::frame(self.send.reform(|now| TimeMsg::Frame(now).into())));
        }
        !self.studio.unchanged
    }

    fn view(&self, _ctx: &Context<Self>) -> Html {
        let studio = &self.studio;
        let embed = studio.options.embed;
        html! {
            <div class={classes!("app", embed.then_some("embed"), (studio.stage_size.width < 560.0).then_some("compact"))}>
                if !embed {
                    <a class="skip" href="#inspector">{ "Skip to the explanation" }</a>
                    { self.header() }
                }
                <main class={classes!("work", studio.compare.as_ref().map(|both| if both.second { "comparing other" } else { "comparing" }))}>
                    <BannerBar banner={studio.banner.clone()} send={&self.send} />
                    { self.stage() }
                    { self.chart() }
                    { self.second() }
                </main>
                if !embed {
                    <Inspector focus={Same(studio.views.focus.clone())} flight={studio.flight.clone()} hunting={studio.hunting()} ledger={self.ledger()} send={&self.send} />
                }
                { self.transport() }
                { self.dialogs() }
                <div class="heard" role="status" aria-live="polite" data-testid="said">{ studio.said.clone() }</div>
            </div>
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first: bool) {
        if first && self.studio.wants_frame() {
            self.frame = Some(browser::frame(self.send.reform(|now| TimeMsg::Frame(now).into())));
        }
    }
}

/// A key is taken from the browser only if it means something, which only the studio knows: the listener asks by name.
fn listen_to_keys(ctx: &Context<App>) -> Option<EventListener> {
    let link = ctx.link().clone();
    browser::on_key(move |press| {
        let taken = link.get_component().is_some_and(|app| keys::command(&press, &app.studio).is_some());
        if taken {
            link.send_message(Event::Pressed(press));
        }
        taken
    })
}

impl App {
    fn perform(&mut self, effect: Effect) {
        match effect {
            // Every further edit starts the wait anew.
            Effect::AddressLater => {
                let due = self.send.reform(|()| PageMsg::AddressNow.into());
                self.address = Some(browser::later(ADDRESS_AFTER, due));
            }
            Effect::Address(fragment) => browser::set_fragment(&fragment),
            Effect::Copy(text) => browser::copy(&text, self.send.reform(|done| PageMsg::Copied(done).into())),
            Effect::Job(whose, order) => self.order(whose, &order),
            Effect::Go(address) => browser::go(&address),
            Effect::Focus(id) => browser::focus_on(&id),
            Effect::Theme(theme) => {
                browser::set_theme(theme);
                browser::remember_theme(theme);
            }
        }
    }

    fn order(&mut self, whose: Whose, order: &Order) {
        let desk = &mut self.desks[whose as usize];
        match order {
            Order::Begin(task) => {
                let came = self.send.reform(move |came| whose.told(came));
                desk.get_or_insert_with(|| Desk::new(came)).ask(task);
            }
            Order::Stop => {
                if let Some(desk) = desk {
                    desk.stop();
                }
            }
            Order::Leave => *desk = None,
        }
    }

    fn header(&self) -> Html {
        let studio = &self.studio;
        html! {
            <Header
                protocol={studio.lab.about().id}
                title={studio.scenario().title.clone()}
                theme={studio.options.theme}
                undo={studio.edits.undoable().map(AttrValue::from)}
                redo={studio.edits.redoable().map(AttrValue::from)}
                send={&self.send}
            />
        }
    }

    fn stage(&self) -> Html {
        let studio = &self.studio;
        html! {
            <StageView
                picture={Same(studio.views.picture.clone())}
                readout={studio.views.readout.clone()}
                selected={studio.selected}
                tool={studio.tool}
                across={studio.across}
                gesture={studio.gesture.clone()}
                menu={studio.menu_view().map(|menu| Same(Rc::new(menu)))}
                network={studio.is_network()}
                apart={studio.apart()}
                clients={!studio.clients().is_empty()}
                embed={studio.options.embed}
                moved={!studio.moved.is_empty()}
                send={&self.send}
            />
        }
    }

    fn chart(&self) -> Html {
        let studio = &self.studio;
        html! {
            <ChartView
                svg={studio.views.chart_svg.clone()}
                pieces={Same(studio.views.pieces.all.clone())}
                plot={studio.plot()}
                flags={studio.views.flags_svg.clone()}
                found={studio.judging.svg.clone()}
                needle={studio.views.needle_svg.clone()}
                ring={studio.roam.svg.clone()}
                size={studio.chart.size}
                hint={studio.hint()}
                change={studio.told_change()}
                bar={self.bar()}
                caption={studio.caption_below()}
                lanes={studio.lab.participants().len() - studio.reading.hidden.lanes.len()}
                down={studio.chart.orientation == lightcone_diagram::Orientation::Down}
                pen={studio.pen.on}
                send={&self.send}
            />
        }
    }

    fn second(&self) -> Html {
        let studio = &self.studio;
        let Some(both) = &studio.compare else { return Html::default() };
        html! {
            <Second
                title={both.title.clone()}
                words={both.words.clone()}
                hint={both.seen.hint.clone()}
                svg={both.seen.svg.clone()}
                needle={studio.other_needle()}
                ring={both.seen.roam.svg.clone()}
                size={studio.chart.size}
                seen={both.second}
                send={&self.send}
            />
        }
    }

    fn ledger(&self) -> Html {
        let both = self.studio.compare.as_ref();
        both.map_or_else(Html::default, |both| {
            ledger(&both.title, &both.ledger, &[&both.left_out[..], &both.idle].concat())
        })
    }

    fn bar(&self) -> Html {
        if self.studio.options.embed {
            return Html::default();
        }
        html! { <ChartBar view={self.studio.bar()} send={&self.send} /> }
    }

    fn transport(&self) -> Html {
        let studio = &self.studio;
        html! {
            <Transport
                playing={studio.clock.playing}
                playhead={studio.clock.playhead}
                until={studio.until()}
                count={studio.event_words()}
                speed={studio.clock.speed}
                svg={studio.views.scrub_svg.clone()}
                strip={studio.strip}
                map={self.map()}
                full={studio.options.embed.then(|| AttrValue::from(studio.views.link.clone()))}
                send={&self.send}
            />
        }
    }

    fn map(&self) -> Html {
        let studio = &self.studio;
        if studio.options.embed {
            return Html::default();
        }
        html! {
            <MinimapStrip svg={studio.map.svg.clone()} width={studio.strip} window={studio.shown_window()} until={studio.until()} send={&self.send} />
        }
    }

    fn dialogs(&self) -> Html {
        let studio = &self.studio;
        let Some(dialog) = studio.dialog else { return Html::default() };
        let hunt = if studio.hunts() { sought(studio) } else { Sought::default() };
        let swept = if dialog == Dialog::Sweep { swept(studio) } else { Swept::default() };
        let file = if dialog == Dialog::Share { crate::engine::print(studio.scenario()) } else { String::new() };
        html! {
            <Dialogs
                {dialog}
                link={AttrValue::from(studio.views.link.clone())}
                {file}
                fingerprint={studio.done.then(|| format!("{:016x}", studio.lab.fingerprint()))}
                proof={studio.proof}
                protocol={studio.lab.about().id}
                previous={studio.previous.is_some()}
                form={studio.lab.form()}
                chaos={crate::engine::chaos_form()}
                draft={studio.draft.clone()}
                {hunt}
                {swept}
                side={if dialog == Dialog::Side { studio.side.clone() } else { Default::default() }}
                request={studio.request.clone()}
                clients={studio.clients().into_iter().map(|c| (c, studio.name(c).to_string())).collect::<Vec<_>>()}
                send={&self.send}
            />
        }
    }
}

fn sought(studio: &Studio) -> Sought {
    Sought { runs: studio.hunt.runs, report: studio.hunt.report.clone(), limits: studio.limits() }
}

fn swept(studio: &Studio) -> Swept {
    let of = &studio.sweeps;
    let picture = AttrValue::from(of.picture.clone());
    Swept { runs: of.runs, words: of.report.words.clone(), picture, knobs: studio.knobs() }
}
