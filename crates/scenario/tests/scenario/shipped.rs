//! The shipped case keeps what is said of it.

use std::path::Path;
use std::sync::LazyLock;

use case::{Folder, Severity, Sheets, schema};
use scenario::Model;

/// The shipped case, from the repository.
pub(crate) fn folder() -> Folder {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/kazakhstan-armenia");
    Folder::read(&path).unwrap()
}

/// The shipped case, loaded.
pub(crate) fn shipped() -> &'static Model {
    &MODEL
}

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::load(&folder()));

#[test]
fn it_has_no_errors_and_no_warnings() {
    let complaints: Vec<String> = MODEL
        .findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning)
        .map(ToString::to_string)
        .collect();
    assert_eq!(complaints, Vec::<String>::new());
}

#[test]
fn it_covers_at_least_eighty_places_and_a_hundred_and_ten_links() {
    let (places, links) = (MODEL.network.places.all().len(), MODEL.network.links.len());
    assert!(places >= 80, "{places} places");
    assert!(links >= 110, "{links} links");
}

/// Report.az, 6 November 2025: 36 to 78 hours from Yalama to Ayrum for the Kazakh train; RFE/RL:
/// 16 to 55 hours for the Russian one.
#[test]
fn the_median_times_of_both_trains_of_november_2025_lie_in_the_observed_intervals() {
    for (observation, interval) in [("kz-wheat-2025-11", (36.0, 78.0)), ("ru-wheat-2025-11", (16.0, 55.0))] {
        let comparisons = MODEL.comparisons();
        let comparison = comparisons
            .iter()
            .find(|comparison| MODEL.network.observations[comparison.observation].id == observation)
            .unwrap_or_else(|| panic!("{observation} is not in the case"));
        let observed = &MODEL.network.observations[comparison.observation];
        assert_eq!(observed.hours, Some(interval), "{observation}");
        let median = comparison.modelled.map(|time| time.quantile(0.5));
        assert_eq!(comparison.inside, Some(true), "{observation}: the model's median is {median:?} h");
    }
}

/// The tables of rules and of money. The loaders set rows without a source aside, so the rows are
/// counted against the lines of the files.
#[test]
fn every_version_of_a_rule_and_every_row_with_money_names_its_source() {
    let folder = folder();
    let sheets = Sheets::read(&folder, &mut Vec::new());
    for table in ["rule_versions", "tariffs", "services", "transfers", "activities", "fx", "commodities"] {
        let bytes = folder.bytes(&format!("{table}.csv")).unwrap();
        let written = csv_rows(bytes);
        let usable = sheets.rows(table).count();
        assert_eq!(usable, written, "{table}.csv: rows that can be used, of rows written");
    }
}

#[test]
fn general_knowledge_is_never_better_than_low_confidence() {
    let sheets = Sheets::read(&folder(), &mut Vec::new());
    let mut better = Vec::new();
    for table in schema::TABLES.iter().filter(|table| table.name != "sources") {
        for row in sheets.rows(table.name) {
            if row.text("source") == "general-knowledge" && row.text("confidence") != "low" {
                better.push(row.place());
            }
        }
    }
    assert_eq!(better, Vec::<String>::new());
}

/// Records of a CSV file below its heading. A line break inside quotes ends none.
fn csv_rows(bytes: &[u8]) -> usize {
    let mut quoted = false;
    let mut ends = 0;
    for byte in bytes {
        quoted ^= *byte == b'"';
        ends += usize::from(*byte == b'\n' && !quoted);
    }
    ends - 1
}
