//! "Kyrgyzstan’s trade with Kazakhstan is $1.4 bn and Armenia is larger": a journalist tests the argument.

use serde_json::Value;

use crate::ayrum;

fn rows(told: &Value) -> &Vec<Value> {
    told["rows"].as_array().expect("rows")
}

fn usd(told: &Value, method: &str) -> f64 {
    let row =
        rows(told).iter().find(|row| row["method"] == method).unwrap_or_else(|| panic!("no row {method}"));
    row["usd"].as_f64().expect("a number")
}

#[test]
fn the_argument_is_judged_by_size_by_where_goods_start_and_by_cost() {
    let told = ayrum("trade analogy KAZ KGZ ARM --format json").json();
    assert_eq!(told["claim"], "C24", "the last whole year that the register has");
    assert_eq!(told["source"], "qazinform-2025-11");
    assert_eq!(told["known_usd"], serde_json::json!([1.35e9, 1.4e9, 1.45e9]), "as it is rounded");
    assert_eq!(told["gdp_year"], 2017);
    // By size alone the argument holds.
    let size = usd(&told, "size alone");
    let gdp: Vec<f64> = told["gdp_usd"].as_array().expect("three").iter().filter_map(Value::as_f64).collect();
    assert!((size - 1.4e9 * gdp[2] / gdp[1]).abs() < 1.0 && size > 1.4e9);
    // Where goods start decides what the great circle says, and carriage says less than all but one of its answers.
    let (astana, almaty) = (usd(&told, "great circle from Astana"), usd(&told, "great circle from Almaty"));
    assert!(size > 3.0 * astana && astana > 1.5 * almaty);
    let costs: Vec<&Value> = rows(&told).iter().filter(|row| row["unit"] == "share of value").collect();
    assert_eq!(costs.len(), 4, "one for each group that differs by origin");
    for row in costs {
        let [value, low, high] = ["usd", "low", "high"].map(|name| row[name].as_f64().expect("a number"));
        assert!(low < value && value < high && high < 1.4e9, "{row}");
        assert!(row["to_subject"].as_f64() > row["to_reference"].as_f64(), "{row}");
    }
    assert_eq!(told["reported_claim"], "X01");
}

#[test]
fn the_text_quotes_its_source_and_says_what_it_is_not() {
    let run = ayrum("trade analogy Kazakhstan Kyrgyzstan Armenia --zone kaz-astana --zone kaz-almaty");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in
        ["claim C24", "confidence: medium", "pwt-9-1", "for an order of magnitude and no more", "Judged by"]
    {
        assert!(text.contains(part), "`{part}` is missing in\n{text}");
    }
    assert!(!text.contains("from Kostanay"), "only the zones asked for");
}

#[test]
fn a_figure_of_the_user_has_no_source() {
    let told = ayrum("trade analogy KAZ KGZ ARM --usd 2.8e9 --format json").json();
    assert_eq!(told["claim"], Value::Null);
    let half = ayrum("trade analogy KAZ KGZ ARM --usd 1.4e9 --format json").json();
    assert!((usd(&told, "size alone") / usd(&half, "size alone") - 2.0).abs() < 1e-12);
    assert!(ayrum("trade analogy KAZ KGZ ARM --format csv").stdout.starts_with("method,unit,to_reference"));
}

#[test]
fn an_argument_that_cannot_be_meant_is_refused() {
    for (words, said) in [
        ("KAZ KGZ KGZ", "needs three economies"),
        ("KAZ KGZ XYZ", "the baseline has no economy `XYZ`"),
        ("KAZ RUS ARM", "no trade of a whole year between KAZ and RUS"),
        ("KAZ KGZ ARM --usd=-1", "-1 is no trade"),
        ("KAZ KGZ ARM --claim C999", "no claim is called `C999`"),
        ("KAZ KGZ ARM --claim C29", "is no turnover of KAZ and KGZ"),
        ("KAZ KGZ ARM --zone arm-yerevan", "Kazakhstan has no zone `arm-yerevan`"),
        ("KAZ KGZ ARM --date 2050-01-01", "2050-01-01 lies outside the case"),
    ] {
        let run = ayrum(&format!("trade analogy {words}"));
        assert_eq!(run.code, 2, "{words}: {}", run.stdout);
        assert!(run.stderr.contains(said) && run.stdout.is_empty(), "{words}: {}", run.stderr);
    }
}
