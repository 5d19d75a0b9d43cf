//! The only place that touches the browser: address, storage, clipboard, clock, sizes, pointers, workers.
//!
//! Inside a sandboxed iframe nearly all of this may be denied. Whatever fails counts as not being there.

mod desk;

use crate::keys::{Place, Press};
use crate::stage::Size;
use crate::studio::{Options, Theme};
pub use desk::Desk;
pub use gloo_events::EventListener;
use gloo_events::EventListenerOptions;
pub use gloo_render::AnimationFrame;
pub use gloo_timers::callback::Timeout;
use lightcone_diagram::{Patch, Point, patch};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    Element, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, ResizeObserver,
    ScrollIntoViewOptions, ScrollLogicalPosition, Window,
};
use yew::prelude::*;

/// The name of the theme in storage.
const THEME: &str = "lightcone.theme";

fn window() -> Option<Window> {
    web_sys::window()
}

/// How the page was asked for: the query of its address, what was remembered, what the system prefers.
pub fn options() -> Options {
    let query = window().and_then(|w| w.location().search().ok()).unwrap_or_default();
    let query = web_sys::UrlSearchParams::new_with_str(&query).ok();
    let asked = |name: &str| query.as_ref().and_then(|query| query.get(name));
    let theme = asked("theme").or_else(|| storage()?.get_item(THEME).ok()?);
    Options {
        embed: asked("embed").is_some(),
        theme: theme.as_deref().and_then(Theme::named).unwrap_or_default(),
        still: prefers("(prefers-reduced-motion: reduce)"),
        base: base(),
        start: asked("at").and_then(|at| at.parse().ok()),
    }
}

/// The address of the full page, without query and fragment.
fn base() -> String {
    let location = window().map(|w| w.location());
    let href = location.and_then(|l| l.href().ok()).unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or_default().to_string()
}

fn prefers(query: &str) -> bool {
    window().and_then(|w| w.match_media(query).ok().flatten()).is_some_and(|list| list.matches())
}

fn storage() -> Option<web_sys::Storage> {
    window()?.local_storage().ok().flatten()
}

/// The fragment of the address, without its `#`.
pub fn fragment() -> String {
    let hash = window().and_then(|w| w.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_string()
}

/// Replaces the fragment. The browser's history does not grow.
pub fn set_fragment(fragment: &str) {
    if let Some(history) = window().and_then(|w| w.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}")));
    }
}

/// Opens another page in place of this one.
pub fn go(address: &str) {
    let _ = window().map(|w| w.location().assign(address));
}

/// Puts a theme on the page.
pub fn set_theme(theme: Theme) {
    let Some(root) = window().and_then(|w| w.document()).and_then(|d| d.document_element()) else { return };
    let _ = match theme {
        Theme::System => root.remove_attribute("data-theme"),
        _ => root.set_attribute("data-theme", theme.name()),
    };
}

/// Remembers a theme for the next visit.
pub fn remember_theme(theme: Theme) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(THEME, theme.name());
    }
}

/// Puts a text on the clipboard and says whether that was allowed.
pub fn copy(text: &str, done: Callback<bool>) {
    let clipboard = window().map(|w| w.navigator()).and_then(|navigator| {
        // Not there at all outside of secure pages.
        js_sys::Reflect::get(&navigator, &"clipboard".into()).ok()?.dyn_into::<web_sys::Clipboard>().ok()
    });
    let Some(clipboard) = clipboard else { return done.emit(false) };
    let written = clipboard.write_text(text);
    yew::platform::spawn_local(async move {
        done.emit(wasm_bindgen_futures::JsFuture::from(written).await.is_ok());
    });
}

/// Calls back before the next painting, with the browser's clock in ms.
pub fn frame(callback: Callback<f64>) -> AnimationFrame {
    gloo_render::request_animation_frame(move |now| callback.emit(now))
}

/// Calls back after so many ms.
pub fn later(millis: u32, callback: Callback<()>) -> Timeout {
    Timeout::new(millis, move || callback.emit(()))
}

/// Listens to keys on the whole page. The browser keeps those that are not taken.
pub fn on_key(taken: impl Fn(Press) -> bool + 'static) -> Option<EventListener> {
    let document = window()?.document()?;
    let options = EventListenerOptions::enable_prevent_default();
    Some(EventListener::new_with_options(&document, "keydown", options, move |event| {
        let Some(key) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
        let press = Press {
            key: key.key(),
            control: key.ctrl_key() || key.meta_key(),
            shift: key.shift_key(),
            alt: key.alt_key(),
            place: place(event),
        };
        if taken(press) {
            event.prevent_default();
        }
    }))
}

/// What has the keyboard.
fn place(event: &web_sys::Event) -> Place {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return Place::Page };
    match element.tag_name().to_ascii_lowercase().as_str() {
        "textarea" | "select" => Place::Field,
        "input" if element.get_attribute("type").as_deref() != Some("checkbox") => Place::Field,
        "input" | "button" | "a" | "summary" => Place::Control,
        _ if element.class_list().contains("beside") => Place::Beside,
        _ if element.class_list().contains("roams") => Place::Diagram,
        _ if element.class_list().contains("minimap") => Place::Map,
        _ if element.get_attribute("role").as_deref() == Some("button") => Place::Control,
        _ => Place::Page,
    }
}

/// Listens to changes of the fragment that are not ours.
pub fn on_fragment(callback: Callback<String>) -> Option<EventListener> {
    let window = window()?;
    Some(EventListener::new(&window, "hashchange", move |_| callback.emit(fragment())))
}

/// Tells the size of an element now and whenever it changes, as long as it is kept.
pub struct Watch {
    observer: ResizeObserver,
    _closure: Closure<dyn FnMut()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Watches the size of an element.
pub fn watch_size(node: &NodeRef, callback: Callback<Size>) -> Option<Watch> {
    let element = node.cast::<Element>()?;
    let watched = element.clone();
    let closure = Closure::<dyn FnMut()>::new(move || {
        let (width, height) = (f64::from(watched.client_width()), f64::from(watched.client_height()));
        if width > 0.0 && height > 0.0 {
            callback.emit(Size { width, height });
        }
    });
    let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
    observer.observe(&element);
    Some(Watch { observer, _closure: closure })
}

/// Where a pointer is, in px from the upper left corner of an element.
pub fn point(node: &NodeRef, event: &MouseEvent) -> Point {
    let corner = node.cast::<Element>().map(|element| element.get_bounding_client_rect());
    let (left, top) = corner.map_or((0.0, 0.0), |corner| (corner.left(), corner.top()));
    Point { x: f64::from(event.client_x()) - left, y: f64::from(event.client_y()) - top }
}

/// Whether an element shows that it has the keyboard: it came there by a key.
pub fn shows_focus(node: &NodeRef) -> bool {
    node.cast::<Element>().is_some_and(|element| element.matches(":focus-visible").unwrap_or_default())
}

/// Scrolls what was painted into an element into sight.
pub fn bring(node: &NodeRef) {
    if let Some(element) = node.cast::<Element>().and_then(|element| element.first_element_child()) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_inline(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Keeps a pointer with an element until it goes up, wherever it goes.
pub fn capture(node: &NodeRef, event: &PointerEvent) {
    if let Some(element) = node.cast::<Element>() {
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

/// How near a pointer has to come to a mark, in px: a finger covers more.
pub fn reach(event: &PointerEvent) -> f64 {
    if event.pointer_type() == "mouse" { 8.0 } else { 18.0 }
}

/// Puts SVG in place of what was painted into an element. Thousands of marks are painted at once this way, without a
/// component for each, and those that are the same stay.
pub fn paint(node: &NodeRef, old: &str, svg: &str) {
    let Some(element) = node.cast::<Element>() else { return };
    let (Some(group), Some(steps)) = (element.first_element_child(), patch(old, svg)) else {
        return element.set_inner_html(svg);
    };
    let (marks, mut at) = (group.children(), 0);
    for step in steps {
        match step {
            Patch::Keep(count) => at += count as u32,
            Patch::Remove(count) => (0..count).filter_map(|_| marks.item(at)).for_each(|mark| mark.remove()),
            Patch::Insert(count, svg) => {
                let _ = match marks.item(at) {
                    Some(next) => next.insert_adjacent_html("beforebegin", svg),
                    None => group.insert_adjacent_html("beforeend", svg),
                };
                at += count as u32;
            }
        }
    }
}

/// Opens a dialog above the page: focus goes into it and stays there.
pub fn show_modal(node: &NodeRef) {
    let closed = node.cast::<HtmlDialogElement>().filter(|dialog| !dialog.open());
    if let Some(dialog) = closed.filter(|dialog| dialog.show_modal().is_err()) {
        dialog.set_open(true);
    }
}

/// Puts an element at a place, in px from the upper left corner of what holds it. The stylesheet may know better.
pub fn place_at(node: &NodeRef, x: i32, y: i32) {
    if let Some(element) = node.cast::<HtmlElement>() {
        let _ = element.style().set_property("--x", &format!("{x}px"));
        let _ = element.style().set_property("--y", &format!("{y}px"));
    }
}

/// Gives the keyboard to the first button in an element.
pub fn focus_first(node: &NodeRef) {
    if let Some(element) = node.cast::<Element>() {
        focus(element.query_selector("button").ok().flatten());
    }
}

/// Gives the keyboard to the element with a test id, once it is there if it is only being made.
pub fn focus_on(id: &str) {
    let of_id = |id: &str| window()?.document()?.query_selector(&format!("[data-testid=\"{id}\"]")).ok()?;
    let element = of_id(id);
    if element.is_none() {
        let id = id.to_string();
        Timeout::new(0, move || focus(of_id(&id))).forget();
    }
    focus(element);
}

/// Hands the keyboard to the neighbour above or below, if a key asks for that.
pub fn step_focus(event: &KeyboardEvent) {
    let Some(here) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    match event.key().as_str() {
        "ArrowDown" => focus(here.next_element_sibling()),
        "ArrowUp" => focus(here.previous_element_sibling()),
        _ => return,
    }
    event.prevent_default();
}

/// The run of the dot that an event comes from, if it comes from one.
pub fn dot(event: &Event) -> Option<u64> {
    target(event)?.closest("[data-dot]").ok()??.get_attribute("data-dot")?.parse().ok()
}

/// Hands the keyboard from one dot to the next or the one before, on its strip or from strip to strip.
pub fn step_dot(event: &KeyboardEvent) {
    let Some(here) = target(event).filter(|here| here.has_attribute("data-dot")) else { return };
    let strip = here.parent_element();
    let first = |strip: Option<Element>| strip.and_then(|strip| strip.query_selector("[data-dot]").ok()?);
    let next = match event.key().as_str() {
        "ArrowRight" => here.next_element_sibling(),
        "ArrowLeft" => here.previous_element_sibling(),
        "ArrowDown" => first(strip.and_then(|strip| strip.next_element_sibling())),
        "ArrowUp" => first(strip.and_then(|strip| strip.previous_element_sibling())),
        _ => return,
    };
    event.prevent_default();
    focus(next.filter(|next| next.has_attribute("data-dot")));
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn focus(element: Option<Element>) {
    // Participants of the stage are SVG, and have the method all the same.
    if let Some(element) = element {
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// The text of the field that an event comes from.
pub fn text(event: &web_sys::Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return input.value();
    }
    if let Some(select) = target.dyn_ref::<HtmlSelectElement>() {
        return select.value();
    }
    target.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value).unwrap_or_default()
}

/// Whether the box that an event comes from is ticked.
pub fn ticked(event: &Event) -> bool {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    input.is_some_and(|input| input.checked())
}

/// Whether a key presses what has the keyboard, like a click. If so the page does not scroll.
pub fn pressed(event: &KeyboardEvent) -> bool {
    let pressed = matches!(event.key().as_str(), "Enter" | " ");
    if pressed {
        event.prevent_default();
    }
    pressed
}
