//! Cost sheets: they add up, they never take what nobody knows for nothing, and each line has one
//! payer.

use case::{Evidence, Party};
use jiff::civil::date;
use regime::{CostItem, Needed, Stage};
use scenario::{Answer, CostSheet, CostSheetError, Incoterm, Model, Question, RouteAnswer, SheetLine};

use crate::fixture::{best, model, wheat};
use crate::shipped;

const CORRIDOR: &str = "
place Field KAZ 44.0 50.0
place North KAZ 43.9 50.0
place South AZE 43.8 50.0
place Mill  ARM 43.5 50.0
rail   Field North 500 KTZ KAZ
border North South 0 KTZ KAZ|AZE 6±3
rail   South Quay 100 ADY AZE
place  Quay AZE 43.7 50.0
border Quay Mill 0 ADY AZE|ARM 6±3
activities crossing=rail-North-South direction=any activity=border_charges hours_mean=0 hours_sd=0 amount=140 currency=USD basis=vehicle price_date=2000-01-01
wait KAZ rail 24±12
";

fn corridor(rows: &str) -> Model {
    model(&format!("{CORRIDOR}{rows}"))
}

fn ask(model: &Model) -> Answer {
    model.answer(&wheat(model, "Field", "Mill").on(date(2025, 1, 1))).unwrap()
}

fn sheet(model: &Model, term: Incoterm) -> (Answer, CostSheet) {
    let answer = ask(model);
    let sheet = model.cost_sheet(&answer, best(&answer).unwrap(), term).unwrap();
    (answer, sheet)
}

fn line<'a>(sheet: &'a CostSheet, label: &str) -> &'a SheetLine {
    let found = sheet.lines.iter().find(|line| line.label == label);
    found.unwrap_or_else(|| panic!("no line `{label}` among {:?}", labels(sheet)))
}

fn labels(sheet: &CostSheet) -> Vec<&str> {
    sheet.lines.iter().map(|line| line.label.as_str()).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// The lines of the route add up to the route, in money and in hours.
pub(crate) fn assert_adds_up(sheet: &CostSheet, route: &RouteAnswer) {
    let of_route = || sheet.lines.iter().filter(|line| line.on_the_route);
    let money: f64 = of_route().filter_map(|line| line.usd_per_tonne).sum();
    assert!(close(money, route.usd_per_tonne), "{money} on the sheet, {} on the route", route.usd_per_tonne);
    let hours: f64 = sheet.lines.iter().map(|line| line.hours).sum();
    let legs: f64 = route.legs.iter().map(|leg| leg.hours).sum();
    assert!(close(hours, legs), "{hours} h on the sheet, {legs} h on the route");
}

#[test]
fn the_lines_stand_in_the_order_in_which_goods_meet_them() {
    let model = corridor(
        "costs cost=hire item=wagon_rent amount=14 unit=per_vehicle_day currency=USD price_date=2000-01-01",
    );
    let (answer, sheet) = sheet(&model, Incoterm::Dap);
    assert_adds_up(&sheet, best(&answer).unwrap());
    let items: Vec<&str> = sheet.lines.iter().map(|line| line.item.word()).collect();
    assert!(items.windows(2).all(|pair| {
        let place = |word| CostItem::ALL.iter().position(|item| item.word() == word);
        place(pair[0]) <= place(pair[1])
    }));
    assert_eq!(items[..5], ["loading", "waiting", "carriage", "carriage", "wagon_rent"]);
    // 500 km at 2 cents, and 140 USD over 70 t.
    assert!(close(line(&sheet, "carriage by rail, KTZ").usd_per_tonne.unwrap(), 10.0));
    assert!(close(line(&sheet, "border charges, rail-North-South").usd_per_tonne.unwrap(), 2.0));
}

#[test]
fn hire_is_paid_by_vehicle_and_day_for_the_round_trip() {
    let hire =
        "costs cost=hire item=wagon_rent amount=14 unit=per_vehicle_day currency=USD price_date=2000-01-01";
    let (answer, sheet) = sheet(&corridor(hire), Incoterm::Dap);
    let route = best(&answer).unwrap();
    // The wagon is not there while it is waited for.
    let loaded = route.legs.iter().map(|leg| leg.hours).sum::<f64>() - 24.0;
    let expected = 14.0 / 70.0 * 2.0 * loaded / 24.0;
    assert!(close(line(&sheet, "hire").usd_per_tonne.unwrap(), expected));
}

#[test]
fn finance_insurance_and_losses_are_shares_of_the_value() {
    let model = corridor(
        "costs cost=loan item=finance amount=10 unit=percent_of_value_per_year
         costs cost=cover item=insurance amount=0.5 unit=percent_of_value",
    );
    let (answer, sheet) = sheet(&model, Incoterm::Dap);
    let days = best(&answer).unwrap().time.mean / 24.0;
    assert!(close(line(&sheet, "loan").usd_per_tonne.unwrap(), 200.0 * 0.1 * days / 365.0));
    assert!(close(line(&sheet, "cover").usd_per_tonne.unwrap(), 1.0));
}

/// E[max(T − E T, 0)] of a lognormal: E T (2 Φ(σ / 2) − 1).
#[test]
fn demurrage_is_paid_for_the_mean_time_beyond_the_mean_journey() {
    let rate = "costs cost=standing item=demurrage amount=70 unit=per_vehicle_day currency=USD price_date=2000-01-01";
    let (answer, sheet) = sheet(&corridor(rate), Incoterm::Dap);
    // The wagon is not there while it is waited for.
    let mut time = best(&answer).unwrap().time;
    (time.mean, time.variance) = (time.mean - 24.0, time.variance - 144.0);
    let sigma = (time.variance / (time.mean * time.mean)).ln_1p().sqrt();
    let phi = 0.5 * (1.0 + statrs::function::erf::erf(sigma / 2.0 / std::f64::consts::SQRT_2));
    let expected = time.mean * (2.0 * phi - 1.0) / 24.0;
    let found = line(&sheet, "standing").usd_per_tonne.unwrap();
    assert!((found - expected).abs() < 1e-6, "{found} instead of {expected}");
}

#[test]
fn what_nobody_knows_is_in_no_total_and_is_told() {
    let charge = "activities crossing=rail-North-South direction=any activity=escort hours_mean=0 hours_sd=0";
    let known = format!("{charge} amount=350 currency=USD basis=vehicle price_date=2000-01-01");
    let (_, with) = sheet(&corridor(&known), Incoterm::Dap);
    let (answer, without) = sheet(&corridor(charge), Incoterm::Dap);
    assert_adds_up(&without, best(&answer).unwrap());
    let seller = |sheet: &CostSheet| sheet.total(Some(Party::Seller));
    assert!(close(seller(&with).usd_per_tonne - seller(&without).usd_per_tonne, 5.0));
    assert_eq!(seller(&without).not_known.len(), seller(&with).not_known.len() + 1);
    assert!(seller(&without).not_known.contains(&"escort, rail-North-South".to_owned()));
    assert_eq!(line(&without, "escort, rail-North-South").usd_per_tonne, None);
}

#[test]
fn a_case_without_any_row_says_of_each_item_that_it_is_not_known() {
    let (_, sheet) = sheet(&corridor(""), Incoterm::Dap);
    let unknown: Vec<&str> =
        sheet.lines.iter().filter(|line| line.usd_per_tonne.is_none()).map(|line| line.item.word()).collect();
    assert_eq!(
        unknown,
        [
            "waiting",
            "wagon_rent",
            "empty_return",
            "documents",
            "surveyor",
            "insurance",
            "finance",
            "losses",
            "demurrage",
            "export_duty",
            "import_duty",
            "import_vat",
        ]
    );
}

#[test]
fn every_term_divides_the_same_money() {
    let model = corridor(
        "costs cost=cover item=insurance amount=0.5 unit=percent_of_value
         rule tax v1 duty 2000-01-01..open territory=ARM movement=import value=5 unit=percent_of_value",
    );
    let all = sheet(&model, Incoterm::Exw).1.total(None);
    assert!(close(line(&sheet(&model, Incoterm::Exw).1, "tax").usd_per_tonne.unwrap(), 10.0));
    for term in Incoterm::ALL.into_iter().filter(|term| !term.needs_a_ship()) {
        let (_, sheet) = sheet(&model, term);
        let sides = [Party::Seller, Party::Buyer].map(|side| sheet.total(Some(side)));
        assert!(close(sides[0].usd_per_tonne + sides[1].usd_per_tonne, all.usd_per_tonne));
        assert_eq!(sides[0].not_known.len() + sides[1].not_known.len(), all.not_known.len());
    }
    let seller = |term| sheet(&model, term).1.total(Some(Party::Seller)).usd_per_tonne;
    assert!(close(seller(Incoterm::Exw), 0.0));
    assert!(close(seller(Incoterm::Fca), 1.0), "loading");
    assert!(close(seller(Incoterm::Cip) - seller(Incoterm::Cpt), 1.0), "insurance");
    assert!(close(seller(Incoterm::Dpu) - seller(Incoterm::Dap), 1.0), "unloading");
    assert!(close(seller(Incoterm::Ddp) - seller(Incoterm::Dpu), 10.0), "duty");
}

#[test]
fn a_term_for_ships_needs_a_ship() {
    let model = corridor("");
    let answer = ask(&model);
    let refused = model.cost_sheet(&answer, best(&answer).unwrap(), Incoterm::Fob);
    assert_eq!(refused.unwrap_err(), CostSheetError::NoShip(Incoterm::Fob));
}

#[test]
fn free_on_board_ends_on_the_ship_and_cost_and_freight_beyond_it() {
    let model = model(
        "
place Mine KAZ 44.0 50.0
place Port KAZ 43.9 50.0
place Haven AZE 43.8 50.0
place Plant AZE 43.7 50.0
vehicles vehicle=ship mode=sea form=dry_bulk tonnes=5000
rail Mine Port 100 KTZ KAZ
rail Haven Plant 200 ADY AZE
links link=sea-Port-Haven from=Port to=Haven mode=sea km=300 territory=KAZ|AZE
crossings crossing=sea link=sea-Port-Haven customs=full
emissions mode=sea grams_per_tonne_km=10
services service=ship link=sea-Port-Haven wait_hours_mean=1 wait_hours_sd=0 amount=11 currency=USD basis=tonne price_date=2000-01-01
transfer Port rail sea 4±1 3
transfer Haven rail sea 4±1 5
",
    );
    let question = wheat(&model, "Mine", "Plant").on(date(2025, 1, 1));
    let answer = model.answer(&question).unwrap();
    let seller = |term| {
        let sheet = model.cost_sheet(&answer, best(&answer).unwrap(), term).unwrap();
        assert_adds_up(&sheet, best(&answer).unwrap());
        sheet.total(Some(Party::Seller)).usd_per_tonne
    };
    // Loading 1, rail 2, onto the ship 3, ship 11, off it 5, rail 4, unloading 1.
    assert!(close(seller(Incoterm::Fas), 3.0), "{}", seller(Incoterm::Fas));
    assert!(close(seller(Incoterm::Fob), 6.0));
    assert!(close(seller(Incoterm::Cfr), 17.0));
    assert!(close(seller(Incoterm::Cif), 17.0), "no row gives insurance");
    assert!(close(seller(Incoterm::Dap), 26.0));
}

#[test]
fn a_row_that_names_its_payer_is_stronger_than_the_term() {
    let cover = "costs cost=cover item=insurance amount=0.5 unit=percent_of_value payer=buyer";
    let (_, sheet) = sheet(&corridor(cover), Incoterm::Ddp);
    assert_eq!(line(&sheet, "cover").payer, Party::Buyer);
}

#[test]
fn tax_in_a_price_is_no_cost_and_is_told_apart() {
    let row = "costs cost=check item=surveyor unit=per_tonne currency=USD price_date=2000-01-01";
    let (_, with) =
        sheet(&corridor(&format!("{row} amount=2.24 vat=included vat_percent=12")), Incoterm::Dap);
    assert!(close(line(&with, "check").usd_per_tonne.unwrap(), 2.0));
    assert!(close(with.total(Some(Party::Seller)).vat_per_tonne, 0.24));
    let (_, without) = sheet(&corridor(&format!("{row} amount=2")), Incoterm::Dap);
    let seller = |sheet: &CostSheet| sheet.total(Some(Party::Seller));
    assert!(close(seller(&with).usd_per_tonne, seller(&without).usd_per_tonne));
    assert_eq!(seller(&without).vat_not_known, seller(&with).vat_not_known + 1);
}

#[test]
fn value_added_tax_at_import_is_in_no_net_total() {
    let tax = "costs cost=vat item=import_vat amount=20 unit=percent_of_value";
    let (_, with) = sheet(&corridor(tax), Incoterm::Ddp);
    let (_, without) = sheet(&corridor(""), Incoterm::Ddp);
    assert!(close(with.total(None).usd_per_tonne, without.total(None).usd_per_tonne));
    assert!(close(with.total(Some(Party::Seller)).vat_per_tonne, 40.0));
}

#[test]
fn a_subsidy_stands_apart_gross_and_net() {
    let subsidy = "rule help v1 subsidy 2000-01-01..open value=7 unit=per_tonne currency=USD";
    let (_, sheet) = sheet(&corridor(subsidy), Incoterm::Dap);
    let gross = sheet.total(Some(Party::Seller)).usd_per_tonne;
    assert!(close(sheet.subsidy_per_tonne(), 7.0));
    assert!(close(sheet.net(Some(Party::Seller)), gross - 7.0));
    assert!(close(sheet.net(Some(Party::Buyer)), sheet.total(Some(Party::Buyer)).usd_per_tonne));
    let disputed = format!("{subsidy} disputed=yes");
    let (_, sheet) = self::sheet(&corridor(&disputed), Incoterm::Dap);
    assert_eq!(sheet.subsidies.len(), 1, "it is shown");
    assert!(close(sheet.subsidy_per_tonne(), 0.0), "and not counted");
}

#[test]
fn a_price_for_a_train_is_spread_over_the_consignment() {
    let train = "costs cost=escort item=other amount=5000 unit=per_train currency=USD price_date=2000-01-01";
    let (_, sheet) = sheet(&corridor(train), Incoterm::Dap);
    assert!(close(line(&sheet, "escort").usd_per_tonne.unwrap(), 5.0), "1,000 t fill a part of one train");
}

#[test]
fn a_charge_counts_where_its_scope_holds() {
    let scoped = |scope: &str| {
        let row = format!(
            "costs cost=check item=surveyor amount=2 unit=per_tonne currency=USD price_date=2000-01-01 {scope}"
        );
        let (_, sheet) = sheet(&corridor(&row), Incoterm::Dap);
        labels(&sheet).contains(&"check")
    };
    for scope in
        ["origins=KAZ", "goods=10", "modes=rail", "carriers=ADY", "places=Quay", "valid_to=2025-01-02"]
    {
        assert!(scoped(scope), "{scope}");
    }
    for scope in ["origins=ARM", "goods=27", "modes=road", "valid_from=2025-01-02", "valid_to=2025-01-01"] {
        assert!(!scoped(scope), "{scope}");
    }
}

#[test]
fn papers_are_told_by_stage_and_crossing_and_an_open_question_stays_one() {
    let model = corridor(
        "documents document=plan kind=permit needed=yes stage=export territory=KAZ issuer=railway lead_time_hours=48 amount=100 currency=USD basis=consignment price_date=2000-01-01
         documents document=transit kind=transit_declaration needed=yes stage=transit territory=AZE issuer=customs crossings=rail-North-South|rail-Quay-Mill
         documents document=through kind=consignment_note needed=not_known stage=carriage territory=ARM issuer=unknown
         documents document=truck kind=consignment_note needed=yes stage=carriage modes=road issuer=shipper
         documents document=abroad kind=transit_declaration needed=yes stage=transit territory=ARM issuer=customs",
    );
    let (answer, sheet) = sheet(&model, Incoterm::Dap);
    let uses = model.documents(&answer, best(&answer).unwrap());
    let told: Vec<(&str, Stage, Option<&str>)> = uses
        .iter()
        .map(|used| {
            let crossing =
                used.crossing.map(|crossing| model.network.crossings[crossing as usize].id.as_str());
            (used.document.title.as_str(), used.document.stage, crossing)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("plan", Stage::Export, None),
            ("through", Stage::Carriage, None),
            ("transit", Stage::Transit, Some("rail-North-South")),
            ("transit", Stage::Transit, Some("rail-Quay-Mill")),
        ]
    );
    assert_eq!(uses[1].document.needed, Needed::NotKnown);
    assert!(close(line(&sheet, "plan").usd_per_tonne.unwrap(), 0.1));
    assert_eq!(line(&sheet, "fees of 1 paper that have no known fee").usd_per_tonne, None);
}

#[test]
fn money_of_two_years_meets_in_the_prices_of_one() {
    let tariffs = "
tariff KTZ rail 0.. 0+0.02 price_date=2010-01-01
tariff ADY rail 0.. 0+0.04 price_date=2020-01-01
price_indices date=2010-01-01 value=100
price_indices date=2020-01-01 value=200";
    let plain = corridor(tariffs);
    let restated = plain.in_prices_of(date(2020, 1, 1)).unwrap();
    let tariff = |model: &Model, of: &str| line(&sheet(model, Incoterm::Dap).1, of).usd_per_tonne.unwrap();
    assert!(close(tariff(&plain, "tariff of KTZ"), 10.0));
    assert!(close(tariff(&restated, "tariff of KTZ"), 20.0), "prices doubled");
    assert!(close(tariff(&restated, "tariff of ADY"), 4.0));
    let codes: Vec<&str> = ask(&restated).remarks.iter().map(|remark| remark.code).collect();
    assert!(codes.contains(&"restated-prices"), "{codes:?}");
    assert!(corridor("").in_prices_of(date(2020, 1, 1)).is_err(), "without an index");
}

#[test]
fn money_is_told_in_another_currency_at_one_rate_and_back() {
    let model =
        corridor("fx currency=KZT date=2024-01-01 per_usd=450\nfx currency=KZT date=2025-01-01 per_usd=500");
    let tenge = model.denomination("kzt", date(2025, 6, 1)).unwrap();
    assert_eq!((tenge.currency.as_str(), tenge.per_usd), ("KZT", 500.0));
    for usd in [0.0, 0.01, 90.79, 1e9] {
        assert!(close(tenge.to_usd(tenge.of_usd(usd)), usd));
    }
    assert_eq!(model.denomination("KZT", date(2024, 6, 1)).unwrap().per_usd, 450.0, "the nearest");
    assert!(model.denomination("AMD", date(2025, 6, 1)).is_err());
}

#[test]
fn sheets_of_the_shipped_case_add_up_and_assume_no_through_note_to_armenia() {
    let model = Model::load(&shipped::folder());
    let ask = |from: &str, to: &str, goods: &str, quantity| {
        let question = Question::new(&model, from, to, goods, quantity).unwrap().on(date(2025, 11, 8));
        model.answer(&question).unwrap()
    };
    let questions = [
        ask("Kostanay", "Dalarik", "wheat", scenario::Quantity::Tonnes(1000.0)),
        ask("Altynkol", "Tbilisi", "containers", scenario::Quantity::Teu(40.0)),
        ask("Astana", "Yerevan", "food", scenario::Quantity::Trucks(5.0)),
        ask("Baku", "Tbilisi", "diesel", scenario::Quantity::Tonnes(2000.0)),
    ];
    for answer in &questions {
        assert!(!answer.routes.is_empty(), "{:?}", answer.question);
        for route in answer.routes.iter().chain(&answer.pareto).chain(&answer.not_known) {
            assert_adds_up(&model.cost_sheet(answer, route, Incoterm::Dap).unwrap(), route);
        }
    }
    let wheat = &questions[0];
    let papers = model.documents(wheat, &wheat.routes[0]);
    let through = papers.iter().find(|used| used.document.id == "smgs-through-armenia").unwrap();
    assert_eq!(through.document.needed, Needed::NotKnown);
    let sheet = model.cost_sheet(wheat, &wheat.routes[0], Incoterm::Dap).unwrap();
    let seller = sheet.total(Some(Party::Seller));
    assert!(close(seller.shares.quoted, 0.0));
    assert!(seller.not_known.len() >= 8, "{:?}", seller.not_known);
    let quoted =
        |line: &SheetLine| line.provenance.as_ref().is_some_and(|own| own.evidence == Evidence::Quoted);
    assert!(!sheet.lines.iter().any(quoted), "nothing in the case is a quote");
}

/// Goods that leave their wagons for trucks and board the ferry with these: no empty wagon comes back
/// by the ferry.
#[test]
fn what_belongs_to_wagons_is_asked_of_the_way_of_each_kind_of_wagon() {
    let hire =
        "costs cost=hire item=wagon_rent amount=14 unit=per_vehicle_day currency=USD price_date=2000-01-01";
    let empty =
        "costs cost=empty item=empty_return amount=70 unit=per_vehicle currency=USD price_date=2000-01-01";
    let model = model(&format!(
        "
place Field KAZ 44.0 50.0
place Change KAZ 43.9 50.0
place Mill KAZ 43.8 50.0
rail Field Change 100 KTZ KAZ
rail Change Mill 100 KTZ KAZ gauge_mm=1435
transfers transfer=gauge place=Change from_mode=rail from_gauge_mm=1520 to_mode=rail to_gauge_mm=1435 both_ways=yes hours_mean=4 hours_sd=1 amount=2 currency=USD basis=tonne price_date=2000-01-01
{hire}
{empty} places=Mill
"
    ));
    let question = wheat(&model, "Field", "Mill").on(date(2025, 1, 1));
    let answer = model.answer(&question).unwrap();
    let sheet = model.cost_sheet(&answer, best(&answer).unwrap(), Incoterm::Dap).unwrap();
    let hires: Vec<&SheetLine> = sheet.lines.iter().filter(|line| line.item == CostItem::WagonRent).collect();
    assert_eq!(hires.len(), 2, "one for each gauge: {:?}", labels(&sheet));
    let loaded: f64 = best(&answer).unwrap().legs.iter().map(|leg| leg.hours).sum();
    let paid: f64 = hires.iter().filter_map(|line| line.usd_per_tonne).sum();
    // While goods change from one to the other, for four hours, both wagons are there.
    let both = loaded + 4.0;
    assert!(close(paid, 14.0 / 70.0 * 2.0 * both / 24.0), "each wagon for its own part of the way");
    let empties: Vec<Option<f64>> = sheet
        .lines
        .iter()
        .filter(|line| line.item == CostItem::EmptyReturn)
        .map(|line| line.usd_per_tonne)
        .collect();
    assert_eq!(empties, [None, Some(1.0)], "only the second kind of wagon comes to the mill");
}

#[test]
fn each_duty_has_its_line_however_many_speak_to_an_end() {
    let model = corridor(
        "rule free v1 duty 2000-01-01..open value=0 unit=percent_of_value
         rule levy v1 duty 2000-01-01..open territory=KAZ movement=export value=10 unit=per_tonne currency=USD
         rule tax v1 duty 2000-01-01..open territory=ARM movement=import value=5 unit=percent_of_value",
    );
    let (_, sheet) = sheet(&model, Incoterm::Ddp);
    let of = |item| sheet.lines.iter().filter(move |line| line.item == item).map(|line| line.usd_per_tonne);
    assert_eq!(of(CostItem::ExportDuty).collect::<Vec<_>>(), [Some(0.0), Some(10.0)]);
    assert_eq!(of(CostItem::ImportDuty).collect::<Vec<_>>(), [Some(0.0), Some(10.0)]);
}

#[test]
fn a_quote_answers_only_the_unknown_that_it_reaches() {
    let all = "costs cost=all item=empty_return unit=per_vehicle";
    let part = "costs cost=part item=empty_return unit=per_vehicle amount=70 currency=USD price_date=2000-01-01 \
                evidence=quoted";
    let told = |quote: &str| {
        let (_, sheet) = sheet(&corridor(&format!("{all}\n{quote}")), Incoterm::Dap);
        let own = sheet.lines.into_iter().filter(|line| line.item == CostItem::EmptyReturn);
        own.map(|line| line.usd_per_tonne).collect::<Vec<_>>()
    };
    assert_eq!(told(&format!("{part} places=Quay")), [None, Some(1.0)], "the rest is still not known");
    assert_eq!(told(part), [Some(1.0)]);
}
