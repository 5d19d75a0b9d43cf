//! The diagram's window under two fingers and the wheel.

use super::*;

/// How far an instant lies along the diagram, in px.
fn place(studio: &Studio, at: Micros) -> f64 {
    studio.viewport().place(at)
}

#[test]
fn what_is_between_two_fingers_stays_there() {
    let mut studio = studio();
    studio.chart.show(lightcone_sim::view::Window { from: at(500), to: at(1_100) }, studio.until());
    studio.refresh();
    let y = studio.chart.size.height / 2.0;
    let at_x = |x: f64| Point { x, y };
    let middle = studio.viewport().time_at(400.0, y);
    let span = studio.chart.span();
    studio.update(ChartMsg::Down(1, at_x(350.0), 18.0).into());
    studio.update(ChartMsg::Down(2, at_x(450.0), 18.0).into());
    studio.update(ChartMsg::Move(1, at_x(300.0)).into());
    studio.update(ChartMsg::Move(2, at_x(500.0)).into());
    assert_eq!(studio.chart.span(), span / 2, "twice as far apart, half as much time");
    assert!((place(&studio, middle) - 400.0).abs() < 1.0);
    // Both fingers go on together: the picture goes with them.
    studio.update(ChartMsg::Move(1, at_x(360.0)).into());
    studio.update(ChartMsg::Move(2, at_x(560.0)).into());
    assert_eq!(studio.chart.span(), span / 2);
    assert!((place(&studio, middle) - 460.0).abs() < 1.0, "{}", place(&studio, middle));
    // One goes up, the other one pans on.
    studio.update(ChartMsg::Up(1, at_x(360.0)).into());
    studio.update(ChartMsg::Move(2, at_x(590.0)).into());
    assert!((place(&studio, middle) - 490.0).abs() < 1.0);
    studio.update(ChartMsg::Up(2, at_x(590.0)).into());
    assert_eq!(studio.selected, Selected::Nothing);
}

#[test]
fn the_wheel_zooms_about_the_pointer() {
    let mut studio = studio();
    studio.chart.show(lightcone_sim::view::Window { from: at(500), to: at(1_100) }, studio.until());
    let pointer = Point { x: 620.0, y: 200.0 };
    let under = studio.viewport().time_at(pointer.x, pointer.y);
    for factor in [0.7, 0.7, 1.3, 0.5] {
        studio.update(ChartMsg::ZoomAt(pointer, factor).into());
        assert!((place(&studio, under) - pointer.x).abs() < 1.0);
    }
}
