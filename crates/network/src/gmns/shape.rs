//! Lines as well-known text: `LINESTRING (51.205 43.605, 49.411 39.944)`.

use crate::place::great_circle_between;

/// The points of a line; `None` where the text is none.
pub(super) fn points(text: &str) -> Option<Vec<[f64; 2]>> {
    let text = text.trim();
    let (word, rest) = text.split_at_checked("LINESTRING".len())?;
    if !word.eq_ignore_ascii_case("LINESTRING") {
        return None;
    }
    let inside = rest.trim().strip_prefix('(')?.strip_suffix(')')?;
    let points: Option<Vec<[f64; 2]>> = inside
        .split(',')
        .map(|point| {
            let mut numbers = point.split_whitespace().map(str::parse::<f64>);
            let (x, y) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
            // A third number is a height.
            let rest_is_numbers = numbers.all(|number| number.is_ok());
            (rest_is_numbers && x.is_finite() && y.is_finite()).then_some([x, y])
        })
        .collect();
    points.filter(|points| points.len() >= 2)
}

/// A line as text.
pub(super) fn text(points: &[[f64; 2]]) -> String {
    let points: Vec<String> = points.iter().map(|[x, y]| format!("{x} {y}")).collect();
    format!("LINESTRING ({})", points.join(", "))
}

/// Kilometres along a line of degrees; `None` where its points lie nowhere on Earth.
pub(super) fn km(points: &[[f64; 2]]) -> Option<f64> {
    let on_earth = |[x, y]: &[f64; 2]| x.abs() <= 180.0 && y.abs() <= 90.0;
    let known = points.len() >= 2 && points.iter().all(on_earth);
    let leg = |pair: &[[f64; 2]]| great_circle_between((pair[0][1], pair[0][0]), (pair[1][1], pair[1][0]));
    known.then(|| points.windows(2).map(leg).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written() {
        let line = [[51.205, 43.605], [50.4, 42.2], [-49.411, 39.944]];
        assert_eq!(points(&text(&line)).as_deref(), Some(&line[..]));
        assert_eq!(points("linestring(1 2 7,3 4 7)"), Some(vec![[1.0, 2.0], [3.0, 4.0]]));
    }

    #[test]
    fn what_is_no_line_is_none() {
        for text in [
            "",
            "LINESTRING 1 2, 3 4)",
            "LINESTRING (1 2)",
            "LINESTRING (1, 2)",
            "POINT (1 2)",
            "LINESTRING (1 x, 2 3)",
            "é",
        ] {
            assert_eq!(points(text), None, "{text}");
        }
    }

    #[test]
    fn a_degree_of_latitude_is_some_111_km() {
        let km = km(&[[44.0, 40.0], [44.0, 41.0]]).expect("a line on Earth");
        assert!((km - 111.2).abs() < 0.1, "{km}");
    }
}
