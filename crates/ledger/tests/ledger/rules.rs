//! Each rule on both sides of its threshold.

use ledger::Verdict::{Consistent, Contradictory, Implausible, Unverified};
use ledger::{Verdict, conflicts, verdict};

use crate::fixture::{register, says, worst};

/// Rows: rule, what it must come to (nothing: the rule does not look), and the claims.
#[track_caller]
fn table(rows: &[(&str, Option<Verdict>, &str)]) {
    for (rule, expected, text) in rows {
        assert_eq!(worst(rule, text), *expected, "{rule}: {text}\n{:#?}", says(rule, text));
    }
}

#[test]
fn a_vehicle_carries_no_more_than_its_kind_can() {
    let rule = "tonnes-per-vehicle";
    table(&[
        (rule, Some(Consistent), "claims: measure=cargo; value=730; unit=t; vehicles=10; vehicle=tank"),
        (rule, Some(Implausible), "claims: measure=cargo; value=730.1; unit=t; vehicles=10; vehicle=tank"),
        (rule, Some(Consistent), "claims: measure=cargo; value=760; unit=t; vehicles=10; vehicle=hopper"),
        (rule, Some(Implausible), "claims: measure=cargo; value=761; unit=t; vehicles=10; vehicle=hopper"),
        (rule, Some(Consistent), "claims: measure=cargo; value=280; unit=t; vehicles=10; vehicle=truck"),
        (rule, Some(Implausible), "claims: measure=cargo; value=281; unit=t; vehicles=10; vehicle=truck"),
        (rule, Some(Consistent), "claims: measure=cargo; value=280; unit=t; vehicles=10; vehicle=teu"),
        (rule, Some(Implausible), "claims: measure=cargo; value=281; unit=t; vehicles=10; vehicle=teu"),
        // Less than a full load is no fault, and a kind of wagon that is not told is judged by the largest.
        (rule, Some(Consistent), "claims: measure=cargo; value=10; unit=t; vehicles=10; vehicle=tank"),
        (rule, Some(Consistent), "claims: measure=cargo; value=760; unit=t; vehicles=10"),
        // About 760 is 722 to 798: only its lower end fits.
        (
            rule,
            Some(Unverified),
            "claims: measure=cargo; kind=about; value=760; unit=t; vehicles=10; vehicle=hopper",
        ),
        (
            rule,
            Some(Implausible),
            "claims: measure=cargo; kind=at_least; value=761; unit=t; vehicles=10; vehicle=hopper",
        ),
        (rule, Some(Unverified), "claims: measure=cargo; value=760; unit=t; vehicles=10; vehicle=covered"),
        (rule, None, "claims: measure=cargo; value=760; unit=t"),
    ]);
}

#[test]
fn the_loads_of_the_corridor_are_told_apart_by_rule() {
    let load = |tonnes: &str, vehicles: &str, vehicle: &str| {
        worst(
            "tonnes-per-vehicle",
            &format!("claims: measure=cargo; value={tonnes}; unit=t; vehicles={vehicles}; vehicle={vehicle}"),
        )
    };
    assert_eq!(load("4500", "39", "tank"), Some(Implausible));
    assert_eq!(load("1023", "11", "hopper"), Some(Implausible));
    for (tonnes, vehicles, vehicle) in
        [("1000", "15", "hopper"), ("1048.8", "15", "hopper"), ("1984", "31", "tank")]
    {
        assert_eq!(load(tonnes, vehicles, vehicle), Some(Consistent), "{tonnes} in {vehicles}");
    }
}

#[test]
fn a_finding_says_what_would_make_it_true() {
    let found = says(
        "tonnes-per-vehicle",
        "claims: claim=A; measure=cargo; value=4500; unit=t; vehicles=39; vehicle=tank",
    );
    assert!(found[0].true_if[0].contains("eight-axle"), "{found:?}");
    assert!(found[0].true_if.iter().any(|own| own == "62 to 90 tank wagons of the usual kind"), "{found:?}");
    assert!(found[0].arithmetic.starts_with("4,500 t / 39 tank wagons = 115.4 t each"), "{found:?}");
    // 126 t is beyond every tank wagon that the register knows.
    let found =
        says("tonnes-per-vehicle", "claims: measure=cargo; value=1260; unit=t; vehicles=10; vehicle=tank");
    assert!(!found[0].true_if.iter().any(|own| own.contains("eight-axle")), "{found:?}");
}

#[test]
fn wagons_told_by_one_and_tonnes_by_another_are_put_together() {
    let text = |tonnes: &str| {
        format!(
            "claims: claim=A; measure=cargo; topic=train; value={tonnes}; unit=t
             claims: claim=B; measure=wagons; topic=train; value=15; unit=wagons; vehicle=hopper; source=other"
        )
    };
    let good = says("tonnes-per-vehicle", &text("1000"));
    assert_eq!((good[0].verdict, good[0].claims.join(" ")), (Consistent, "A B".to_owned()));
    assert_eq!(worst("tonnes-per-vehicle", &text("1200")), Some(Implausible));
}

#[test]
fn speeds_and_trains_have_a_most() {
    table(&[
        ("speed", Some(Consistent), "claims: measure=route; km=800; hours=10"),
        ("speed", Some(Implausible), "claims: measure=route; km=801; hours=10"),
        ("speed", Some(Consistent), "claims: measure=route; km=900; hours=10; vehicle=truck"),
        ("speed", Some(Implausible), "claims: measure=route; km=901; hours=10; vehicle=truck"),
        ("speed", None, "claims: measure=route; km=900"),
        // 24 trains of 50 wagons of 76 t are 91,200 t a day.
        ("trains-per-day", Some(Consistent), "claims: measure=flow_rate; value=91200; unit=t/day"),
        ("trains-per-day", Some(Implausible), "claims: measure=flow_rate; value=91300; unit=t/day"),
        (
            "trains-per-day",
            Some(Consistent),
            "claims: measure=flow_rate; kind=range; value=15000; high=20000; unit=t/month; vehicles=15",
        ),
        ("trains-per-day", Some(Implausible), "claims: measure=flow_rate; value=33400000; unit=t/year"),
        ("trains-per-day", None, "claims: measure=flow_rate; value=5; unit=wagons/month"),
    ]);
}

/// Turnover of 2023 as two economies report it, in million dollars.
fn two_reports(kaz: &str, arm: &str) -> String {
    format!(
        "claims: claim=K; measure=trade_turnover; topic=t; value={kaz}; unit=USD million; from=2023; economy=KAZ; partner=ARM; reporter=KAZ
         claims: claim=A; measure=trade_turnover; topic=t; value={arm}; unit=USD million; from=2023; economy=ARM; partner=KAZ; reporter=ARM"
    )
}

#[test]
fn a_mirror_gap_beyond_freight_and_insurance_is_found() {
    table(&[
        ("mirror-gap", Some(Contradictory), &two_reports("53.1", "104")),
        ("mirror-gap", Some(Consistent), &two_reports("100.00", "111.99")),
        ("mirror-gap", Some(Contradictory), &two_reports("100.00", "112.02")),
        // 100 and 113 as whole numbers can be 100.5 and 112.5, which freight explains.
        ("mirror-gap", Some(Consistent), &two_reports("100", "113")),
        ("mirror-gap", Some(Consistent), &two_reports("100", "100")),
    ]);
    let found = says("mirror-gap", &two_reports("53.1", "104"));
    assert!(found[0].arithmetic.contains("ratio 1.96; symmetric gap 64.8 %"), "{found:?}");
    assert!(
        found[0].found.contains("KAZ reports 53.1") && found[0].found.contains("ARM reports 104"),
        "both sides: {found:?}"
    );
    let other_period = two_reports("53.1", "104").replacen("from=2023", "from=2024", 1);
    let nobody = two_reports("53.1", "104").replace("; reporter=KAZ", "");
    let half = two_reports("53.1", "104").replacen("from=2023", "from=2023-01; to=2023-06", 1);
    for text in [other_period, nobody, half] {
        assert_eq!(worst("mirror-gap", &text), None, "{text}");
    }
}

#[test]
fn exports_of_one_meet_imports_of_the_other() {
    let text = |imports: &str| {
        format!(
            "claims: measure=trade_imports; value={imports}; unit=USD million; from=2023; economy=KAZ; partner=ARM; reporter=KAZ
             claims: measure=trade_exports; value=100.00; unit=USD million; from=2023; economy=ARM; partner=KAZ; reporter=ARM"
        )
    };
    assert_eq!(worst("mirror-gap", &text("105.00")), Some(Consistent));
    assert_eq!(worst("mirror-gap", &text("112.02")), Some(Contradictory));
    // Imports without freight below exports: the wrong sign, however small.
    assert_eq!(worst("mirror-gap", &text("99.00")), Some(Contradictory));
}

#[test]
fn a_growth_has_one_base_that_fits_the_levels() {
    let level = |year: &str, value: &str| {
        format!(
            "claims: measure=trade_turnover; topic=t; value={value}; unit=USD million; from={year}; economy=ARM; partner=KAZ; reporter=ARM\n"
        )
    };
    let growth = |base: &str, factor: &str, by: &str| {
        format!(
            "claims: measure=growth; topic=t; value={factor}; unit=x; from=2023; base={base}; economy=ARM; partner=KAZ; reporter=ARM; said_by={by}\n"
        )
    };
    let levels = level("2023", "104") + &level("2022", "43.3");
    table(&[
        ("growth-base", Some(Consistent), &(levels.clone() + &growth("2022", "2.4", "minister"))),
        ("growth-base", Some(Contradictory), &(levels.clone() + &growth("2022", "2.6", "minister"))),
        ("growth-base", None, &(level("2023", "104") + &growth("2020", "2.4", "minister"))),
        (
            "growth-base",
            Some(Contradictory),
            &(growth("2020", "2.4", "minister") + &growth("2022", "2.4", "minister")),
        ),
        (
            "growth-base",
            Some(Unverified),
            &(growth("2020", "2.4", "minister") + &growth("2022", "2.4", "paper")),
        ),
        ("growth-base", None, &(growth("2020", "2.4", "minister") + &growth("2022", "2.6", "minister"))),
        ("growth-base", None, &(growth("2022", "2.4", "minister") + &growth("2022", "2.4", "paper"))),
    ]);
}

#[test]
fn parts_of_years_stand_apart() {
    let claim = |from: &str, to: &str| {
        format!(
            "claims: measure=trade_turnover; value=57; unit=USD million; from={from}; to={to}; economy=KAZ; partner=ARM\n"
        )
    };
    table(&[
        ("partial-period", Some(Unverified), &claim("2024-01", "2024-08")),
        ("partial-period", Some(Unverified), &claim("2024-01", "2024-11")),
        ("partial-period", None, &claim("2024-01", "2024-12")),
        ("partial-period", None, &claim("2023", "2024")),
    ]);
    let two = claim("2024-01", "2024-08")
        + &claim("2025-01", "2025-08").replace("value=57", "kind=at_least; value=35");
    let found = says("partial-period", &two);
    assert!(
        found[0].arithmetic.contains("−38.6 %") && found[0].arithmetic.contains("57 × 12/8 = 85.5"),
        "{found:?}"
    );
}

#[test]
fn a_trade_figure_says_by_whom_and_for_when() {
    let whole = "claims: measure=trade_turnover; value=57; unit=USD million; from=2024; economy=KAZ; partner=ARM; reporter=KAZ";
    table(&[
        ("incomplete-figure", None, whole),
        ("incomplete-figure", Some(Unverified), &whole.replace("; reporter=KAZ", "")),
        ("incomplete-figure", Some(Unverified), &whole.replace("; from=2024", "")),
        ("incomplete-figure", Some(Unverified), &whole.replace("USD million", "wagons")),
    ]);
}

#[test]
fn a_part_is_not_larger_than_its_whole_whoever_reports_it() {
    let text = |part: &str, by: &str| {
        format!(
            "claims: claim=P; measure=trade_exports; value={part}; unit=USD million; from=2023; economy=ARM; partner=KAZ; reporter={by}
             claims: claim=W; measure=trade_turnover; value=53.1; unit=USD million; from=2023; economy=KAZ; partner=ARM; reporter=KAZ"
        )
    };
    table(&[
        ("part-over-whole", Some(Contradictory), &text("71.3", "ARM")),
        ("part-over-whole", Some(Consistent), &text("53.1", "ARM")),
        ("part-over-whole", Some(Contradictory), &text("53.3", "ARM")),
        ("part-over-whole", None, &text("71.3", "ARM").replacen("from=2023", "from=2022", 1)),
        ("part-over-whole", None, &text("71.3", "ARM").replace("; reporter=ARM", "")),
    ]);
    let imports = text("59.0", "ARM").replace("trade_exports", "trade_imports");
    assert_eq!(
        worst("part-over-whole", &imports),
        Some(Consistent),
        "freight may be in what is called imports"
    );
    let declared = "
        claims: claim=A; measure=length; value=4; unit=km
        claims: claim=B; measure=length; value=2; unit=km; topic=other
        claim_links: claim=A; relation=part_of; other=B";
    assert_eq!(worst("part-over-whole", declared), Some(Contradictory));
    assert_eq!(worst("part-over-whole", &declared.replace("value=4", "value=2")), Some(Consistent));
}

#[test]
fn all_parts_add_up_to_the_whole_up_to_rounding() {
    let text = |first: &str, second: &str, whole: &str| {
        format!(
            "claims: claim=W; measure=cargo; value={whole}; unit=t
             claims: claim=A; measure=cargo; value={first}; unit=t
             claims: claim=B; measure=cargo; value={second}; unit=t
             claim_links: claim=A; relation=one_of_all_parts_of; other=W
             claim_links: claim=B; relation=one_of_all_parts_of; other=W"
        )
    };
    table(&[
        ("sum-of-parts", Some(Contradictory), &text("5577.2", "14942.38", "20099.88")),
        ("sum-of-parts", Some(Consistent), &text("5577.2", "14942.38", "20519.58")),
        // 0.05 + 0.005 + 0.005 of rounding.
        ("sum-of-parts", Some(Consistent), &text("5577.2", "14942.38", "20519.64")),
        ("sum-of-parts", Some(Contradictory), &text("5577.2", "14942.38", "20519.65")),
        ("sum-of-parts", Some(Consistent), &text("1.1", "2.2", "3.3")),
    ]);
    let found = says("sum-of-parts", &text("5577.2", "14942.38", "20099.88"));
    assert_eq!(found[0].arithmetic, "5,577.2 + 14,942.38 = 20,519.58 ≠ 20,099.88: 419.7 t too much (2.09 %)");
}

#[test]
fn a_share_fits_its_part_and_its_whole() {
    let text = |share: &str, part: &str| {
        format!(
            "claims: claim=S; measure=share; kind=at_least; value={share}; unit=share
             claims: claim=P; measure=trade_exports; value={part}; unit=USD million; from=2023; economy=ARM; partner=KAZ; reporter=ARM
             claims: claim=W; measure=trade_turnover; value=100.4; unit=USD million; from=2023; economy=ARM; partner=KAZ; reporter=ARM
             claim_links: claim=S; relation=share_of; other=W
             claim_links: claim=S; relation=share_is; other=P"
        )
    };
    table(&[
        ("share", Some(Consistent), &text("0.6667", "71.3")),
        ("share", Some(Contradictory), &text("0.6667", "66.7")),
        ("share", Some(Consistent), &text("0.6667", "67.0")),
        ("share", Some(Contradictory), &text("0.72", "71.3")),
    ]);
}

#[test]
fn agreements_among_members_are_a_graph() {
    let text = |count: &str| {
        format!("claims: measure=agreements; value={count}; unit=agreements; among=16; with=16")
    };
    table(&[
        ("agreements-among", Some(Consistent), &text("19")),
        ("agreements-among", Some(Consistent), &text("16")),
        ("agreements-among", Some(Contradictory), &text("15")),
        ("agreements-among", Some(Consistent), &text("256")),
        ("agreements-among", Some(Unverified), &text("257")),
        ("agreements-among", None, "claims: measure=agreements; value=19; unit=agreements"),
    ]);
    assert!(says("agreements-among", &text("19"))[0].arithmetic.contains("7.42 %"));
}

#[test]
fn what_is_said_to_be_smaller_is_smaller() {
    let text = |less: &str, more: &str| {
        format!(
            "claims: claim=C; measure=comparison; word=fewer
             claims: claim=A; measure=length; value={less}; unit=km
             claims: claim=B; measure=length; value={more}; unit=km
             claim_links: claim=C; relation=says_less; other=A
             claim_links: claim=C; relation=says_more; other=B"
        )
    };
    table(&[
        ("comparison", Some(Contradictory), &text("12.4", "1.6")),
        ("comparison", Some(Contradictory), &text("1.6", "1.6")),
        ("comparison", Some(Consistent), &text("1.5", "1.6")),
    ]);
}

#[test]
fn one_statement_told_in_two_ways_is_found() {
    let plan = |to: &str| {
        format!("claims: measure=wagons; topic=t; modality=plan; value=132; unit=wagons; to={to}\n")
    };
    let tonnes =
        |value: &str| format!("claims: measure=cargo; topic=t; value={value}; unit=t; from=2025-10-01\n");
    let word = |modality: &str, word: &str| {
        format!("claims: measure=route; topic=t; modality={modality}; word={word}\n")
    };
    let rule = "quoted-differently";
    table(&[
        (rule, Some(Contradictory), &(plan("2026-01-31") + &plan("2026-12-31"))),
        (rule, None, &(plan("2026-01-31") + &plan("2026-01-31"))),
        (rule, None, &(plan("2026-01-31") + &plan("2026-12-31").replace("topic=t", "topic=u"))),
        (rule, Some(Contradictory), &(tonnes("1220") + &tonnes("1210"))),
        (rule, None, &(tonnes("1220.4") + &tonnes("1220"))),
        (rule, None, &(tonnes("1220").replace("value", "kind=about; value") + &tonnes("1210"))),
        (rule, Some(Contradictory), &(word("fact", "by Aktau") + &word("fact", "by Yalama"))),
        (rule, Some(Unverified), &(word("plan", "by Aktau") + &word("fact", "by Yalama"))),
        (rule, None, &(word("fact", "by Yalama") + &word("fact", "by Yalama"))),
        // What two economies report differs by nature, and another rule looks at it.
        (rule, None, &two_reports("53.1", "104")),
        (
            rule,
            Some(Contradictory),
            &two_reports("100.4", "104")
                .replace("reporter=KAZ", "reporter=ARM")
                .replace("economy=KAZ; partner=ARM", "economy=ARM; partner=KAZ"),
        ),
    ]);
}

#[test]
fn outlets_of_one_origin_count_once() {
    table(&[
        ("one-origin", None, "claims: measure=people; value=1; unit=people"),
        ("one-origin", Some(Unverified), "claims: measure=people; value=1; unit=people; outlets=other"),
        (
            "one-origin",
            Some(Unverified),
            "claims: claim=A; measure=people; value=1; unit=people
             claims: claim=B; measure=people; value=1; unit=people; source=other; topic=u
             claim_links: claim=B; relation=repeats; other=A",
        ),
        ("denied", None, "claims: claim=A; measure=tariff; value=92; unit=USD/t"),
        (
            "denied",
            Some(Unverified),
            "claims: claim=A; measure=tariff; value=92; unit=USD/t
             claims: claim=B; measure=tariff; word=denied; source=other
             claim_links: claim=B; relation=denies; other=A",
        ),
    ]);
}

#[test]
fn nothing_is_done_after_it_was_told() {
    let rule = "after-publication";
    table(&[
        (rule, Some(Contradictory), "claims: measure=agreements; value=19; unit=agreements; to=2025"),
        (rule, None, "claims: measure=agreements; value=19; unit=agreements; to=2025-11-30"),
        (rule, Some(Contradictory), "claims: measure=agreements; value=19; unit=agreements; to=2025-12-01"),
        (rule, None, "claims: measure=agreements; value=19; unit=agreements; to=2025; modality=plan"),
        // An event of November told in November.
        (rule, None, "claims: measure=cargo; value=19; unit=t; from=2025-11; source=other"),
        (rule, Some(Contradictory), "claims: measure=cargo; value=19; unit=t; from=2025-11-21; source=other"),
    ]);
}

#[test]
fn elapsed_times_fit_the_dates() {
    let text = |kind: &str, value: &str, unit: &str, until: &str| {
        format!(
            "events: event=start; earliest=2025-08-08; latest=2025-08-08
             events: event=lifting; earliest=2025-10-21; latest=2025-10-21
             events: event=train; earliest=2025-11-07; latest=2025-11-08
             events: event=closure; earliest=1989-01-01; latest=1991-12-31
             claims: measure=elapsed; kind={kind}; value={value}; unit={unit}; {until}"
        )
    };
    let since_start =
        |value: &str, until: &str| text("exact", value, "months", &format!("since=start; until={until}"));
    let years = |kind: &str, value: &str| text(kind, value, "years", "since=closure; until=lifting");
    table(&[
        ("elapsed", Some(Consistent), &since_start("2", "lifting")),
        ("elapsed", Some(Contradictory), &since_start("2", "train")),
        ("elapsed", Some(Unverified), &since_start("2", "lifting|train")),
        ("elapsed", Some(Consistent), &since_start("3", "train")),
        ("elapsed", Some(Contradictory), &years("about", "30")),
        ("elapsed", Some(Consistent), &years("about", "35")),
        // 33.8 to 36.8 years: 33 ends at 33.5, 34 begins there.
        ("elapsed", Some(Contradictory), &years("exact", "33")),
        ("elapsed", Some(Consistent), &years("exact", "34")),
        ("elapsed", Some(Contradictory), &years("exact", "38")),
    ]);
}

#[test]
fn dates_are_compared_with_other_sources_only() {
    let text = |from: &str, source: &str| {
        format!(
            "events: event=e; earliest=2025-10-21; latest=2025-10-21; source={source}
             claims: measure=date; from={from}; event=e"
        )
    };
    table(&[
        ("date", Some(Consistent), &text("2025-10", "other")),
        ("date", Some(Contradictory), &text("2025-11", "other")),
        ("date", None, &text("2025-10", "paper")),
    ]);
}

#[test]
fn the_first_has_none_before_it() {
    let text = |earliest: &str, latest: &str| {
        format!(
            "events: event=own; earliest=2025-11-07; latest=2025-11-08; series=s
             events: event=rival; earliest={earliest}; latest={latest}; series=s
             events: event=elsewhere; earliest=2020-01-01; latest=2020-01-01; series=u
             claims: measure=first; event=own"
        )
    };
    table(&[
        ("first", Some(Contradictory), &text("2025-11-05", "2025-11-06")),
        ("first", Some(Unverified), &text("2025-11-05", "2025-11-07")),
        ("first", Some(Unverified), &text("2025-11-08", "2025-11-09")),
        ("first", Some(Consistent), &text("2025-11-09", "2025-11-09")),
    ]);
    let planned = text("2025-11-05", "2025-11-05").replace("event=rival;", "event=rival; modality=plan;");
    assert_eq!(worst("first", &planned), Some(Consistent), "a plan is no event");
}

#[test]
fn nothing_is_called_further_in_law_than_it_was() {
    let text = |word: &str, step: &str| {
        format!(
            "agreements: agreement=a; title=A; kind=treaty; parties=KAZ|ARM
             agreement_steps: agreement=a; {step}
             claims: measure=status; word={word}; agreement=a"
        )
    };
    let initialled = "status=initialled; earliest=2025-08-08; latest=2025-08-08";
    let rule = "status-overstated";
    table(&[
        (rule, Some(Contradictory), &text("signed", initialled)),
        (rule, Some(Consistent), &text("initialled", initialled)),
        (rule, Some(Consistent), &text("announced", initialled)),
        (rule, Some(Consistent), &text("signed", "status=signed; earliest=2025-11-30; latest=2025-11-30")),
        // Signed the day after the month of publication: nothing is known of it then.
        (rule, Some(Unverified), &text("signed", "status=signed; earliest=2025-12-01; latest=2025-12-01")),
        // A ratification by one side does not put it in force, nor ratify it.
        (
            rule,
            Some(Unverified),
            &text("ratified", "status=ratified; earliest=2025-01-01; latest=2025-01-01; by=KAZ"),
        ),
    ]);
}

#[test]
fn days_count_within_a_window() {
    let text = |window: &str| format!("claims: measure=stay; kind=at_most; value=90; unit=days{window}");
    table(&[
        ("incomplete-rule", Some(Unverified), &text("")),
        ("incomplete-rule", Some(Consistent), &text("; within_days=180")),
        ("incomplete-rule", Some(Consistent), &text("; within_days=90")),
        ("incomplete-rule", Some(Contradictory), &text("; within_days=89")),
    ]);
}

#[test]
fn stocks_and_flows_are_not_mixed() {
    let investment = |concept: &str, netting: &str, from: &str| {
        format!(
            "claims: measure=investment; value=20.6; unit=USD million; concept={concept}; netting={netting}; from={from}; to=2024"
        )
    };
    let documents = |concept: &str| {
        format!("claims: measure=documents; topic=d; value=15; unit=documents; concept={concept}\n")
    };
    let rule = "stock-and-flow";
    table(&[
        (rule, Some(Consistent), &investment("flow", "gross", "2005")),
        (rule, Some(Contradictory), &investment("stock", "gross", "2005")),
        (rule, Some(Consistent), &investment("stock", "net", "2024")),
        (rule, Some(Unverified), &investment("not_stated", "gross", "2005")),
        (rule, Some(Unverified), &investment("flow", "not_stated", "2005")),
        (rule, Some(Unverified), &(documents("stock") + &documents("flow"))),
        (rule, None, &(documents("flow") + &documents("flow"))),
    ]);
    assert!(
        says(rule, &investment("flow", "gross", "2005"))[0].arithmetic.contains("= 1.03 USD million a year")
    );
}

#[test]
fn electricity_needs_a_line() {
    let goods = "claims: measure=goods_list; word=electricity; goods=7113|2716; economy=ARM; partner=KAZ";
    let line = |from: &str, to: &str| format!("connections: kind=power_line; from={from}; to={to}\n");
    let around = line("ARM", "GEO") + &line("GEO", "RUS") + &line("RUS", "KAZ");
    let rule = "needs-connection";
    table(&[
        (rule, Some(Unverified), goods),
        (rule, Some(Implausible), &(around.clone() + goods)),
        (rule, Some(Consistent), &(around.clone() + &line("KAZ", "ARM") + goods)),
        (rule, Some(Implausible), &(line("GEO", "RUS") + goods)),
        (rule, None, &(around.clone() + &goods.replace("2716", "2402"))),
    ]);
    let found = says(rule, &(around + goods));
    assert!(found[0].true_if[0].contains("Armenia – Georgia – Russia – Kazakhstan"), "{found:?}");
}

#[test]
fn a_conflict_blames_neither_side_alone() {
    let (case, own) = register(&two_reports("53.1", "104"));
    let checks = ledger::check(&case, &own, ledger::Margin::default());
    assert_eq!((verdict("K", &checks), verdict("A", &checks)), (Unverified, Unverified));
    assert_eq!((conflicts("K", &checks), conflicts("A", &checks)), (vec!["A"], vec!["K"]));
}

#[test]
fn every_rule_is_a_sentence_with_a_name_of_its_own() {
    for (index, rule) in ledger::RULES.iter().enumerate() {
        assert!(rule.sentence.ends_with('.') && rule.sentence.len() > 30, "{}", rule.id);
        assert!(ledger::RULES[..index].iter().all(|other| other.id != rule.id), "{} twice", rule.id);
    }
}
