//! Cases that are broken on purpose: each gives its findings, and everything else is still there.

use std::collections::BTreeMap;

use case::{Folder, FolderError, schema};
use proptest::prelude::*;
use scenario::{Model, Quantity, Question};

use crate::fixture::{folder, model, wheat};

/// A valid case with a row in every table that can be broken. The heading is line 1 of a file.
const VALID: &str = "
place Field KAZ 44.00 50.0
place North KAZ 44.01 50.0
place South AZE 44.02 50.0
place Mill  AZE 44.03 50.0
aliases place=Field alias=Dala   language=kk
aliases place=Mill  alias=Dirmen language=kk
blocs bloc=EAEU economy=KAZ from=2015-01-01 to=open
rail   Field North 100 KTZ KAZ
border North South 10  KTZ KAZ|AZE 6±3
rail   South Mill  100 ADY AZE
road   Field Mill  300 KAZ|AZE 10±5
link_lengths link=rail-Field-North km=100 used=yes
state rail-South-Mill closed 2020-01-01..2020-06-01
state rail-South-Mill closed 2021-01-01..2021-06-01
transfer North rail road 5±2 3
wait KAZ rail 24±12
season road-Field-Mill 12-01..03-31 5±5
rule stop  v1 ban        2022-01-01..2023-01-01 links=rail-South-Mill
rule stop  v2 none       2023-01-01..open       links=rail-South-Mill status=ended
rule toll  v1 fee        2022-01-01..open       links=rail-North-South value=5 unit=per_tonne currency=USD
rule grain v1 allowed_if 2022-01-01..2022-02-01 territory=AZE conditions=sealed
tariff KTZ rail 0..500 0+0.02
tariff KTZ rail 500..  1+0.02
loads commodity=wheat vehicle=truck tonnes=22
fx currency=RUB date=2022-01-01 per_usd=80
observations observation=train from=Field to=Mill commodity=wheat origin_economy=KAZ destination_economy=AZE date=2024-01-01 hours_min=10 hours_max=90
";

/// What is done to the valid case.
enum Edit {
    /// A cell: file, line, column, value.
    Cell(&'static str, usize, &'static str, &'static str),
    /// A line is written a second time.
    Twice(&'static str, usize),
    /// A line is written a second time with another cell: column, value.
    TwiceBut(&'static str, usize, &'static str, &'static str),
    /// A line of text is added.
    Line(&'static str, &'static str),
    /// A column is renamed.
    Heading(&'static str, &'static str, &'static str),
    /// A file is replaced.
    File(&'static str, &'static [u8]),
    /// A file is taken away.
    Gone(&'static str),
    /// `\xff` stands for the first byte of a line.
    NotText(&'static str, usize),
}
use Edit::{Cell, File, Gone, Heading, Line, NotText, Twice, TwiceBut};

struct Broken {
    name: &'static str,
    edit: Edit,
    /// Every finding, as `code file:line column`, notes of isolated places left out.
    findings: &'static [&'static str],
    /// What is not there any more: kind and how many.
    lost: &'static [(&'static str, usize)],
}

const BROKEN: &[Broken] = &[
    Broken {
        name: "a link to an unknown place goes, and what names it goes with it",
        edit: Cell("links.csv", 2, "to", "Nort"),
        findings: &["unknown-reference link_lengths.csv:2 link", "unknown-reference links.csv:2 to"],
        lost: &[("lengths", 1), ("links", 1)],
    },
    Broken {
        name: "an unknown place takes its link, the crossing on it and the rule about it along",
        edit: Cell("links.csv", 3, "from", "Nowhere"),
        findings: &[
            "unknown-reference activities.csv:2 crossing",
            "unknown-reference crossings.csv:2 link",
            "unknown-reference links.csv:3 from",
            "unknown-reference rule_versions.csv:4 links",
            "rule-without-version rules.csv",
        ],
        lost: &[("activities", 1), ("crossings", 1), ("links", 1), ("versions", 1)],
    },
    Broken {
        name: "a row with too few cells",
        edit: Line("places.csv", "Halt,Halt,KAZ,44.0"),
        findings: &["malformed-row places.csv:6"],
        lost: &[],
    },
    Broken {
        name: "a row with too many cells",
        edit: Line("waits.csv", "w,w,KAZ,,rail,,1,1,,test,medium,,,,"),
        findings: &["malformed-row waits.csv:3"],
        lost: &[],
    },
    Broken {
        name: "a row twice",
        edit: Twice("places.csv", 3),
        findings: &["duplicate-row places.csv:6 place"],
        lost: &[],
    },
    Broken {
        name: "two states of one link on one day",
        edit: Cell("link_history.csv", 3, "valid_from", "2020-05-31"),
        findings: &["overlapping-validity link_history.csv:3 valid_from"],
        lost: &[("states", 1)],
    },
    Broken {
        name: "a version that ends before it starts",
        edit: Cell("rule_versions.csv", 2, "valid_to", "2021-12-31"),
        findings: &["ends-before-start rule_versions.csv:2 valid_to"],
        lost: &[("versions", 1)],
    },
    Broken {
        name: "a version that ends on the day on which it starts",
        edit: Cell("rule_versions.csv", 2, "valid_to", "2022-01-01"),
        findings: &["ends-before-start rule_versions.csv:2 valid_to"],
        lost: &[("versions", 1)],
    },
    Broken {
        name: "two versions known on one day for one day",
        edit: TwiceBut("rule_versions.csv", 2, "version", "3"),
        findings: &["overlapping-validity rule_versions.csv:6 valid_from"],
        lost: &[],
    },
    Broken {
        name: "a load of an unknown commodity",
        edit: Cell("loads.csv", 2, "commodity", "wheet"),
        findings: &["unknown-reference loads.csv:2 commodity"],
        lost: &[],
    },
    Broken {
        name: "a negative length",
        edit: Cell("links.csv", 5, "km", "-300"),
        findings: &[
            "unknown-reference activities.csv:3 crossing",
            "unknown-reference crossings.csv:3 link",
            "negative-number links.csv:5 km",
            "unknown-reference seasons.csv:2 link",
        ],
        lost: &[("activities", 1), ("crossings", 1), ("links", 1), ("seasons", 1)],
    },
    Broken {
        name: "no source",
        edit: Cell("waits.csv", 2, "source", ""),
        findings: &["missing-source waits.csv:2 source"],
        lost: &[("waits", 1)],
    },
    Broken {
        name: "an unknown source",
        edit: Cell("tariffs.csv", 5, "source", "hearsay"),
        findings: &["missing-source tariffs.csv:5 source"],
        lost: &[("tariffs", 1)],
    },
    Broken {
        name: "the 30th of February",
        edit: Cell("observations.csv", 2, "date", "2025-02-30"),
        findings: &["impossible-date observations.csv:2 date"],
        lost: &[("observations", 1)],
    },
    Broken {
        name: "an impossible date in a cell that may be empty: the row stays",
        edit: Cell("transfers.csv", 4, "last_confirmed", "2025-13-01"),
        findings: &["impossible-date transfers.csv:4 last_confirmed"],
        lost: &[],
    },
    Broken {
        name: "the 31st of April as a day of every year",
        edit: Cell("seasons.csv", 2, "to", "04-31"),
        findings: &["impossible-date seasons.csv:2 to"],
        lost: &[("seasons", 1)],
    },
    Broken {
        name: "a word where a number belongs",
        edit: Cell("links.csv", 2, "km", "about_100"),
        findings: &["unknown-reference link_lengths.csv:2 link", "malformed-value links.csv:2 km"],
        lost: &[("lengths", 1), ("links", 1)],
    },
    Broken {
        name: "not a number, as a number",
        edit: Cell("fx.csv", 2, "per_usd", "NaN"),
        findings: &["malformed-value fx.csv:2 per_usd"],
        lost: &[],
    },
    Broken {
        name: "a share of a whole number",
        edit: Cell("vehicles.csv", 2, "gauge_mm", "1520.5"),
        findings: &["malformed-value vehicles.csv:2 gauge_mm", "malformed-value vehicles.csv:2 gauge_mm"],
        lost: &[("vehicles", 1)],
    },
    Broken {
        name: "an unknown word",
        edit: Cell("rule_versions.csv", 5, "effect", "allow"),
        findings: &["unknown-word rule_versions.csv:5 effect", "rule-without-version rules.csv"],
        lost: &[("versions", 1)],
    },
    Broken {
        name: "an unknown word among several",
        edit: Cell("transfers.csv", 4, "forms", "dry_bulk|wet_bulk"),
        findings: &["unknown-word transfers.csv:4 forms"],
        lost: &[],
    },
    Broken {
        name: "neither yes nor no",
        edit: Cell("rule_versions.csv", 2, "disputed", "perhaps"),
        findings: &["malformed-value rule_versions.csv:2 disputed"],
        lost: &[("versions", 1)],
    },
    Broken {
        name: "a required column under another name",
        edit: Heading("fx.csv", "per_usd", "per_dollar"),
        findings: &["unknown-column fx.csv:1 per_dollar", "missing-column fx.csv:1 per_usd"],
        lost: &[],
    },
    Broken {
        name: "a column that may be missing under another name",
        edit: Heading("seasons.csv", "note", "remark"),
        findings: &["unknown-column seasons.csv:1 remark"],
        lost: &[],
    },
    Broken {
        name: "a required file is missing",
        edit: Gone("emissions.csv"),
        findings: &["missing-file emissions.csv", "missing-emission emissions.csv", "missing-emission emissions.csv"],
        lost: &[("intensities", 3)],
    },
    Broken {
        name: "a file of no table",
        edit: File("link_histroy.csv", b"link\n"),
        findings: &["unknown-file link_histroy.csv"],
        lost: &[],
    },
    Broken {
        name: "a link from a place to itself",
        edit: Cell("links.csv", 4, "to", "South"),
        findings: &["unknown-reference link_history.csv:2 link", "unknown-reference link_history.csv:3 link", "self-loop links.csv:4 to", "unknown-reference rule_versions.csv:2 links", "unknown-reference rule_versions.csv:3 links", "rule-without-version rules.csv"],
        lost: &[("links", 1), ("states", 2), ("versions", 2)],
    },
    Broken {
        name: "rails without a gauge",
        edit: Cell("links.csv", 2, "gauge_mm", ""),
        findings: &["unknown-reference link_lengths.csv:2 link", "malformed-value links.csv:2 gauge_mm"],
        lost: &[("lengths", 1), ("links", 1)],
    },
    Broken {
        name: "a road with a gauge",
        edit: Cell("links.csv", 5, "gauge_mm", "1520"),
        findings: &["unknown-reference activities.csv:3 crossing", "unknown-reference crossings.csv:3 link", "malformed-value links.csv:5 gauge_mm", "unknown-reference seasons.csv:2 link"],
        lost: &[("activities", 1), ("crossings", 1), ("links", 1), ("seasons", 1)],
    },
    Broken {
        name: "a speed of nothing",
        edit: Cell("links.csv", 2, "speed_kmh", "0"),
        findings: &["unknown-reference link_lengths.csv:2 link", "malformed-value links.csv:2 speed_kmh"],
        lost: &[("lengths", 1), ("links", 1)],
    },
    Broken {
        name: "a fee that says not where it is taken",
        edit: Cell("rule_versions.csv", 4, "links", ""),
        findings: &["incomplete-rule rule_versions.csv:4 links", "rule-without-version rules.csv"],
        lost: &[("versions", 1)],
    },
    Broken {
        name: "a fee that says not how much",
        edit: Cell("rule_versions.csv", 4, "value", ""),
        findings: &["incomplete-rule rule_versions.csv:4 value", "rule-without-version rules.csv"],
        lost: &[("versions", 1)],
    },
    Broken {
        name: "a fee in a unit of something else",
        edit: Cell("rule_versions.csv", 4, "unit", "factor"),
        findings: &["incomplete-rule rule_versions.csv:4 value", "rule-without-version rules.csv"],
        lost: &[("versions", 1)],
    },
    Broken {
        name: "allowed on conditions, and none is named",
        edit: Cell("rule_versions.csv", 5, "conditions", ""),
        findings: &["incomplete-rule rule_versions.csv:5 conditions", "rule-without-version rules.csv"],
        lost: &[("versions", 1)],
    },
    Broken {
        name: "a condition without a name",
        edit: Cell("rule_versions.csv", 5, "conditions", "sealed+|escort"),
        findings: &[
            "malformed-value rule_versions.csv:5 conditions",
            "incomplete-rule rule_versions.csv:5 conditions",
            "rule-without-version rules.csv",
        ],
        lost: &[("versions", 1)],
    },
    Broken {
        name: "a scope that names a place nobody knows is not widened: the version goes",
        edit: Cell("rule_versions.csv", 2, "origins", "KAZ|ATLANTIS"),
        findings: &["unknown-reference rule_versions.csv:2 origins"],
        lost: &[("versions", 1)],
    },
    Broken {
        name: "a tariff in a currency without a rate",
        edit: Cell("tariffs.csv", 5, "currency", "XTS"),
        findings: &["unknown-currency tariffs.csv:5 currency"],
        lost: &[("tariffs", 1)],
    },
    Broken {
        name: "a transfer's price in a currency without a rate: the transfer stays",
        edit: Cell("transfers.csv", 4, "currency", "XTS"),
        findings: &["unknown-currency transfers.csv:4 currency"],
        lost: &[("prices of transfers", 1)],
    },
    Broken {
        name: "a price per nothing",
        edit: Cell("transfers.csv", 4, "basis", ""),
        findings: &["incomplete-money transfers.csv:4 basis"],
        lost: &[("prices of transfers", 1)],
    },
    Broken {
        name: "a band from far to near",
        edit: Cell("tariffs.csv", 5, "to_km", "0"),
        findings: &["malformed-value tariffs.csv:5 to_km"],
        lost: &[("tariffs", 1)],
    },
    Broken {
        name: "a tariff that falls with distance",
        edit: Cell("tariffs.csv", 6, "per_km", "0.001"),
        findings: &["falling-tariff tariffs.csv"],
        lost: &[],
    },
    Broken {
        name: "one alias for two places",
        edit: Cell("aliases.csv", 3, "alias", "Dala"),
        findings: &["duplicate-row aliases.csv:3 alias"],
        lost: &[("aliases", 1)],
    },
    Broken {
        name: "an alias that is another place's name but for its capitals",
        edit: Cell("aliases.csv", 3, "alias", "SOUTH"),
        findings: &["duplicate-row aliases.csv:3 alias"],
        lost: &[("aliases", 1)],
    },
    Broken {
        name: "a place off the Earth, and the road to it",
        edit: Cell("places.csv", 5, "latitude", "444.03"),
        findings: &["unknown-reference activities.csv:3 crossing", "unknown-reference aliases.csv:3 place", "unknown-reference crossings.csv:3 link", "unknown-reference link_history.csv:2 link", "unknown-reference link_history.csv:3 link", "unknown-reference links.csv:4 to", "unknown-reference links.csv:5 to", "unknown-reference observations.csv:2 to", "malformed-value places.csv:5 latitude", "unknown-reference rule_versions.csv:2 links", "unknown-reference rule_versions.csv:3 links", "rule-without-version rules.csv", "unknown-reference seasons.csv:2 link"],
        lost: &[("activities", 1), ("aliases", 1), ("crossings", 1), ("links", 2), ("observations", 1), ("places", 1), ("seasons", 1), ("states", 2), ("versions", 2)],
    },
    Broken {
        name: "a longest time below the shortest",
        edit: Cell("observations.csv", 2, "hours_max", "9"),
        findings: &["malformed-value observations.csv:2 hours_max"],
        lost: &[("observations", 1)],
    },
    Broken {
        name: "settings that are not TOML",
        edit: File("case.toml", b"name = \"fixture\"\ntitle = fixture\n"),
        findings: &["malformed-settings case.toml:2"],
        lost: &[],
    },
    Broken {
        name: "settings with an impossible date",
        edit: File(
            "case.toml",
            b"name = 'f'\ntitle = 'f'\nfirst_date = '2000-01-01'\nhorizon = '2025-06-31'\nlast_date = '2040-01-01'",
        ),
        findings: &["impossible-date case.toml"],
        lost: &[],
    },
    Broken {
        name: "a parameter in another unit",
        edit: Cell("parameters.csv", 3, "unit", "mph"),
        findings: &["missing-parameter parameters.csv", "wrong-unit parameters.csv:3 unit"],
        lost: &[("parameters", 1)],
    },
    Broken {
        name: "a parameter that nothing reads",
        edit: Cell("parameters.csv", 3, "parameter", "speed_railway"),
        findings: &["missing-parameter parameters.csv", "unknown-parameter parameters.csv:3 parameter"],
        lost: &[],
    },
    Broken {
        name: "bytes that are not UTF-8",
        edit: NotText("places.csv", 5),
        findings: &["unknown-reference activities.csv:3 crossing", "unknown-reference aliases.csv:3 place", "unknown-reference crossings.csv:3 link", "unknown-reference link_history.csv:2 link", "unknown-reference link_history.csv:3 link", "unknown-reference links.csv:4 to", "unknown-reference links.csv:5 to", "unknown-reference observations.csv:2 to", "malformed-row places.csv:5 place", "unknown-reference rule_versions.csv:2 links", "unknown-reference rule_versions.csv:3 links", "rule-without-version rules.csv", "unknown-reference seasons.csv:2 link"],
        lost: &[("activities", 1), ("aliases", 1), ("crossings", 1), ("links", 2), ("observations", 1), ("places", 1), ("seasons", 1), ("states", 2), ("versions", 2)],
    },
    Broken {
        name: "a transfer at an unknown place",
        edit: Cell("transfers.csv", 4, "place", "Norht"),
        findings: &["unknown-reference transfers.csv:4 place"],
        lost: &[("prices of transfers", 1), ("transfers", 1)],
    },
    Broken {
        name: "goods change between two modes everywhere",
        edit: Cell("transfers.csv", 4, "place", "*"),
        findings: &["malformed-value transfers.csv:4 place"],
        lost: &[("prices of transfers", 1), ("transfers", 1)],
    },
    Broken {
        name: "a crossing on a link inside one economy",
        edit: Cell("links.csv", 3, "territory", "KAZ"),
        findings: &["one-territory crossings.csv:2 link"],
        lost: &[],
    },
    Broken {
        name: "a length that no source has",
        edit: Cell("link_lengths.csv", 2, "km", "101"),
        findings: &["length-not-sourced link_lengths.csv"],
        lost: &[],
    },
    Broken {
        name: "a quotation mark that is never closed swallows what follows, and is said to",
        edit: Cell("waits.csv", 2, "name", "\"Wagons"),
        findings: &["malformed-row waits.csv:2"],
        lost: &[("waits", 1)],
    },
];

fn broken(edit: &Edit) -> Folder {
    let mut folder = folder(VALID);
    let lines = |folder: &Folder, file: &str| -> Vec<String> {
        let text = String::from_utf8(folder.bytes(file).unwrap().to_vec()).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    let with_cell = |lines: &[String], line: usize, column: &str, value: &str| {
        let number = lines[0].split(',').position(|heading| heading == column).unwrap();
        let mut cells: Vec<&str> = lines[line - 1].split(',').collect();
        assert_ne!(cells[number], value, "the edit changes nothing");
        cells[number] = value;
        cells.join(",")
    };
    match edit {
        File(file, bytes) => folder.put(file, *bytes),
        Gone(file) => {
            let names: Vec<String> = folder.names().filter(|name| name != file).map(str::to_owned).collect();
            let mut left = Folder::default();
            for name in names {
                left.put(&name, folder.bytes(&name).unwrap());
            }
            folder = left;
        }
        NotText(file, line) => {
            let mut bytes = Vec::new();
            for (number, text) in lines(&folder, file).iter().enumerate() {
                let start = bytes.len();
                bytes.extend_from_slice(text.as_bytes());
                if number + 1 == *line {
                    bytes[start] = 0xff;
                }
                bytes.push(b'\n');
            }
            folder.put(file, bytes);
        }
        Cell(file, ..) | Twice(file, _) | TwiceBut(file, ..) | Line(file, _) | Heading(file, ..) => {
            let mut text = lines(&folder, file);
            match edit {
                Cell(_, line, column, value) => text[line - 1] = with_cell(&text, *line, column, value),
                Twice(_, line) => text.push(text[line - 1].clone()),
                TwiceBut(_, line, column, value) => text.push(with_cell(&text, *line, column, value)),
                Line(_, line) => text.push((*line).to_owned()),
                Heading(_, column, other) => {
                    let heading = text[0].split(',').map(|own| if own == *column { other } else { own });
                    text[0] = heading.collect::<Vec<_>>().join(",");
                }
                _ => {}
            }
            folder.put(file, text.join("\n") + "\n");
        }
    }
    folder
}

/// How much of each kind a model holds.
fn census(model: &Model) -> BTreeMap<&'static str, usize> {
    let (network, regime) = (&model.network, &model.regime);
    BTreeMap::from([
        ("activities", network.crossings.iter().map(|crossing| crossing.activities.len()).sum()),
        ("aliases", network.places.all().iter().map(|place| place.aliases.len()).sum()),
        ("commodities", model.case.goods.commodities().len()),
        ("crossings", network.crossings.len()),
        ("economies", model.case.economies.all().len()),
        ("intensities", regime.emissions.intensities.len()),
        ("lengths", network.links.iter().map(|link| link.lengths.len()).sum()),
        ("links", network.links.len()),
        ("observations", network.observations.len()),
        ("parameters", model.case.parameters.len()),
        ("places", network.places.all().len()),
        ("prices of transfers", network.transfers.iter().filter(|own| own.money.is_some()).count()),
        ("rules", regime.rules.rules.len()),
        ("seasons", network.seasons.len()),
        ("sources", model.case.sources.len()),
        ("states", network.links.iter().map(|link| link.history.len()).sum()),
        ("tariffs", regime.tariffs.tariffs.len()),
        ("transfers", network.transfers.len()),
        ("vehicles", model.case.goods.vehicles().len()),
        ("versions", regime.rules.versions.len()),
        ("waits", network.waits.len()),
    ])
}

fn findings(model: &Model) -> Vec<String> {
    let words = |finding: &case::Finding| {
        let row = finding.row.map(|row| format!(":{row}")).unwrap_or_default();
        let column = finding.column.as_ref().map(|column| format!(" {column}")).unwrap_or_default();
        format!("{} {}{row}{column}", finding.code, finding.file)
    };
    let told = model.findings.iter().filter(|finding| finding.code != "isolated-place");
    told.map(words).collect()
}

#[test]
fn each_broken_case_gives_its_findings_and_keeps_the_rest() {
    let whole = census(&model(VALID));
    let mut wrong = String::new();
    for case in BROKEN {
        let model = Model::load(&broken(&case.edit));
        let found = findings(&model);
        let lost: Vec<(&str, usize)> = census(&model)
            .into_iter()
            .map(|(kind, count)| (kind, whole[kind] - count))
            .filter(|(_, lost)| *lost > 0)
            .collect();
        if found != case.findings || lost != case.lost {
            wrong += &format!(
                "{}\n  found    {found:?}\n  expected {:?}\n  lost     {lost:?}\n  expected {:?}\n",
                case.name, case.findings, case.lost
            );
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What is wrong must be said with what would be right: the user has only the message.
#[test]
fn each_finding_says_what_would_be_valid() {
    for case in BROKEN {
        for finding in Model::load(&broken(&case.edit)).findings {
            let plain = finding.code == "malformed-row" || finding.code == "impossible-date";
            assert!(!finding.valid.is_empty() || plain, "{}: {finding}", case.name);
        }
    }
}

#[test]
fn a_broken_case_still_answers() {
    for case in BROKEN {
        let model = Model::load(&broken(&case.edit));
        let has = |place: &str| model.network.places.find(place).is_ok();
        let sells_wheat = model.case.goods.commodity("wheat").is_ok();
        if has("Field") && has("South") && sells_wheat {
            model
                .answer(&wheat(&model, "Field", "South"))
                .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        }
    }
}

#[test]
fn a_folder_that_is_no_case_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Folder::read(folder.path()), Err(FolderError::NotACase(_))));
    assert!(matches!(Folder::read(&folder.path().join("none")), Err(FolderError::Missing(_))));
}

#[test]
fn an_empty_folder_names_every_file_that_is_missing() {
    let model = Model::load(&Folder::default());
    let required = schema::TABLES.iter().filter(|table| table.required);
    let mut expected: Vec<String> =
        required.map(|table| format!("missing-file {}.csv", table.name)).collect();
    expected.push("malformed-settings case.toml:1".to_owned());
    let found = findings(&model);
    for finding in expected {
        assert!(found.contains(&finding), "{finding}, in {found:?}");
    }
    assert!(census(&model).values().all(|count| *count == 0));
}

/// Bytes that look enough like CSV to get past the heading now and then.
fn garbage() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        "[a-z0-9,\"\r\n|.*+-]{0,200}".prop_map(String::into_bytes),
    ]
}

/// A cell as somebody might write it.
fn a_cell() -> impl Strategy<Value = String> {
    const ODD: &[&str] = &[
        "",
        "-1",
        "1e308",
        "1e-308",
        "inf",
        "4294967296",
        "open",
        "unknown",
        "9999-12-31",
        "-009999-01-01",
        "02-29",
        "KAZ|AZE",
        "Field",
        "*",
        "rail",
        "ferry",
        "+",
        "|",
        "a+|b",
        "É",
        "0",
    ];
    prop_oneof![prop::sample::select(ODD).prop_map(str::to_owned), "[ -+--~]{0,12}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_in_a_file_make_the_loader_panic(table in 0..schema::TABLES.len(), heading: bool, bytes in garbage()) {
        let table = &schema::TABLES[table];
        let mut folder = folder(VALID);
        let mut text = if heading { (case::heading(table) + "\n").into_bytes() } else { Vec::new() };
        text.extend(bytes);
        folder.put(&format!("{}.csv", table.name), text);
        let loaded = Model::load(&folder);
        if let Ok(question) = Question::new(&loaded, "Field", "Mill", "wheat", Quantity::Tonnes(1000.0)) {
            drop(loaded.answer(&question));
        }
    }

    #[test]
    fn no_cells_make_the_loader_or_an_answer_panic(
        edits in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), a_cell()), 1..4,
        ),
    ) {
        let mut folder = folder(VALID);
        for (file, line, column, value) in edits {
            let files: Vec<String> =
                folder.names().filter(|name| name.ends_with(".csv")).map(str::to_owned).collect();
            let file = file.get(&files);
            let text = String::from_utf8(folder.bytes(file).unwrap().to_vec()).unwrap();
            let mut lines: Vec<Vec<String>> =
                text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
            let line = 1 + line.index(lines.len() - 1);
            let column = column.index(lines[0].len());
            if let Some(cell) = lines[line].get_mut(column) {
                *cell = value;
            }
            let lines: Vec<String> = lines.iter().map(|cells| cells.join(",")).collect();
            folder.put(file, lines.join("\n") + "\n");
        }
        let model = Model::load(&folder);
        if let Ok(mut question) = Question::new(&model, "Field", "Mill", "wheat", Quantity::Tonnes(1000.0)) {
            for timing in [
                regime::Timing::Snapshot(jiff::civil::date(2021, 12, 20)),
                regime::Timing::Dispatch(jiff::civil::date(2021, 12, 20)),
            ] {
                question.timing = timing;
                drop(model.answer(&question));
            }
        }
    }

    #[test]
    fn no_settings_make_the_loader_panic(text in "[a-z_= '\"0-9\n\\[\\]-]{0,120}") {
        let mut folder = folder(VALID);
        folder.put("case.toml", text);
        prop_assert_eq!(census(&Model::load(&folder)), census(&model(VALID)));
    }
}
