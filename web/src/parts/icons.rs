//! Small drawings on buttons, 16 px square. The words beside or in the label say the same.

use yew::prelude::*;

fn line(data: &'static str) -> Html {
    html! {
        <svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={data} />
        </svg>
    }
}

/// A pointer.
pub fn select() -> Html {
    line("M3 2L13 8L8.5 9L7 14Z")
}

/// A wall.
pub fn split() -> Html {
    line("M11 1C6 5 10 11 5 15")
}

/// Scissors.
pub fn scissors() -> Html {
    line("M2 4L13 11M2 12L13 5M4.2 3.2a1.9 1.9 0 1 0-.1 0ZM4.2 12.8a1.9 1.9 0 1 0-.1 0Z")
}

/// A letter i in a circle.
pub fn about() -> Html {
    line("M8 14.5a6.5 6.5 0 1 0-.1 0ZM8 7V11.5M8 4.6V5")
}

/// A bolt.
pub fn crash() -> Html {
    line("M9 1L4 9H8L7 15L12 7H8Z")
}

/// A bubble.
pub fn request() -> Html {
    line("M2 3H14V11H8L5 14V11H2ZM8 5V9M6 7H10")
}

/// An envelope.
pub fn network() -> Html {
    line("M2 4H14V12H2ZM2 4.5L8 9L14 4.5")
}

/// A bandage.
pub fn heal() -> Html {
    line("M2 8H6M10 8H14M6 5V11M10 5V11M6 8H10")
}

/// Back to the previous event.
pub fn previous() -> Html {
    line("M12 3L6 8L12 13M4 3V13")
}

/// On to the next event.
pub fn next() -> Html {
    line("M4 3L10 8L4 13M12 3V13")
}

/// Play.
pub fn play() -> Html {
    line("M5 3L13 8L5 13Z")
}

/// Pause.
pub fn pause() -> Html {
    line("M5 3V13M11 3V13")
}

/// Undo.
pub fn undo() -> Html {
    line("M6 3L2.5 6.5L6 10M3 6.5H10A3.5 3.5 0 0 1 10 13.5H7")
}

/// Redo.
pub fn redo() -> Html {
    line("M10 3L13.5 6.5L10 10M13 6.5H6A3.5 3.5 0 0 0 6 13.5H9")
}

/// Half light, half dark.
pub fn theme() -> Html {
    html! {
        <svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <circle cx="8" cy="8" r="6" />
            <path class="solid" d="M8 2A6 6 0 0 1 8 14Z" />
        </svg>
    }
}

/// Sliders.
pub fn settings() -> Html {
    line("M2 4.5H8M12 4.5H14M2 11.5H4M8 11.5H14M10 2.5V6.5M6 9.5V13.5")
}

/// A cross.
pub fn close() -> Html {
    line("M4 4L12 12M12 4L4 12")
}

/// The mark of the page: two cones.
pub fn brand() -> Html {
    html! {
        <svg class="brand-mark" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path class="brand-future" d="M3 2L21 2L12 12Z" />
            <path class="brand-past" d="M3 22L21 22L12 12Z" />
            <circle class="brand-now" cx="12" cy="12" r="2.6" />
        </svg>
    }
}

/// Two lanes, one below the other.
pub fn compare() -> Html {
    line("M2 4H14M2 12H14M5 4L9 12")
}
