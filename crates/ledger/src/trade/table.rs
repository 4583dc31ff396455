//! Observations as columns of a Parquet file.
//!
//! | column | type | |
//! |---|---|---|
//! | measure, reporter, economy, partner, flow, commodity | text | see [`Observation`] |
//! | first, end | date | the first day and the day after the last |
//! | kind | text | exact, about, at_least, at_most, range |
//! | value, high | double | as written; `high` only of ranges |
//! | scale | double | what one unit of the value is: 1, 1,000 or 1,000,000 |
//! | currency, valuation | text | ISO 4217; FOB, CIF, unknown |
//! | kilograms | double or null | |
//! | ancestry | text | which source the figure's source took it from |

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{Date32Builder, Float64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use jiff::civil::Date;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::statistics::Statistics;

use super::observation::{Flow, Measure, NewObservation, Observation, Valuation};
use super::store::{Store, StoreError, io};
use crate::figure::FigureKind;
use crate::period::{Period, days_between};

/// Rows held as columns before they are encoded.
const BATCH: usize = 1 << 15;
/// Rows of a row group: the unit that a reader can skip.
const ROW_GROUP: usize = 1 << 19;
const EPOCH: Date = Date::constant(1970, 1, 1);

const TEXTS: [&str; 10] = [
    "measure",
    "reporter",
    "economy",
    "partner",
    "flow",
    "commodity",
    "kind",
    "currency",
    "valuation",
    "ancestry",
];
const DATES: [&str; 2] = ["first", "end"];
const NUMBERS: [&str; 4] = ["value", "high", "scale", "kilograms"];

fn schema() -> Arc<Schema> {
    let texts = TEXTS.iter().map(|name| Field::new(*name, DataType::Utf8, false));
    let dates = DATES.iter().map(|name| Field::new(*name, DataType::Date32, false));
    let numbers = NUMBERS
        .iter()
        .map(|name| Field::new(*name, DataType::Float64, matches!(*name, "high" | "kilograms")));
    Arc::new(Schema::new(texts.chain(dates).chain(numbers).collect::<Vec<Field>>()))
}

/// What a table holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    pub(crate) rows: u64,
    pub(crate) span: Option<Period>,
}

/// Writes a table; memory is a batch of columns and one encoded row group.
pub(crate) struct TableWriter {
    path: PathBuf,
    writer: ArrowWriter<File>,
    texts: [StringBuilder; 10],
    dates: [Date32Builder; 2],
    numbers: [Float64Builder; 4],
    held: usize,
    rows: u64,
    span: Option<Period>,
    /// The last period and its days, as most rows of a file have the same.
    days: (Period, [i32; 2]),
}

impl std::fmt::Debug for TableWriter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TableWriter").field("path", &self.path).field("rows", &self.rows).finish()
    }
}

impl TableWriter {
    pub(crate) fn create(path: &Path) -> Result<Self, StoreError> {
        let file = File::create(path).map_err(io(path))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .build();
        let writer =
            ArrowWriter::try_new(file, schema(), Some(properties)).map_err(|error| table(path, &error))?;
        let day = Period { from: EPOCH, to: EPOCH };
        Ok(Self {
            path: path.to_owned(),
            writer,
            texts: Default::default(),
            dates: Default::default(),
            numbers: Default::default(),
            held: 0,
            rows: 0,
            span: None,
            days: (day, [0, 0]),
        })
    }

    pub(crate) fn push(&mut self, own: &NewObservation<'_>) -> Result<(), StoreError> {
        let texts = [
            own.measure.word(),
            own.reporter,
            own.economy,
            own.partner,
            own.flow.word(),
            own.commodity,
            own.kind.word(),
            own.currency,
            own.valuation.word(),
            own.ancestry,
        ];
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            builder.append_value(text);
        }
        if self.days.0 != own.period {
            let Period { from, to } = own.period;
            self.days = (own.period, [days_between(EPOCH, from), days_between(EPOCH, to)]);
            self.span = Some(match self.span {
                None => own.period,
                Some(span) => Period { from: span.from.min(from), to: span.to.max(to) },
            });
        }
        for (builder, day) in self.dates.iter_mut().zip(self.days.1) {
            builder.append_value(day);
        }
        let numbers = [Some(own.value), own.high, Some(own.scale), own.kilograms];
        for (builder, number) in self.numbers.iter_mut().zip(numbers) {
            builder.append_option(number);
        }
        self.held += 1;
        self.rows += 1;
        if self.held == BATCH { self.encode() } else { Ok(()) }
    }

    fn encode(&mut self) -> Result<(), StoreError> {
        self.held = 0;
        let texts = self.texts.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let dates = self.dates.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let numbers = self.numbers.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let columns: Vec<ArrayRef> = texts.chain(dates).chain(numbers).collect();
        RecordBatch::try_new(schema(), columns)
            .map_err(|error| table(&self.path, &error))
            .and_then(|batch| self.writer.write(&batch).map_err(|error| table(&self.path, &error)))
    }

    /// Writes what is held, and the file to the disk.
    pub(crate) fn finish(mut self) -> Result<Summary, StoreError> {
        self.encode()?;
        let Self { path, writer, rows, span, .. } = self;
        let file = writer.into_inner().map_err(|error| table(&path, &error))?;
        file.sync_all().map_err(io(&path))?;
        Ok(Summary { rows, span })
    }
}

fn table(path: &Path, error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Table { path: path.to_owned(), problem: error.to_string() }
}

/// Which observations are wanted.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only trade between these two, whoever reports it.
    pub pair: Option<(String, String)>,
    /// Only periods that lie inside.
    pub within: Option<Period>,
    /// Only this code; of all codes where there is none.
    pub commodity: Option<String>,
}

impl Selection {
    fn takes(&self, economy: &str, partner: &str, commodity: &str, period: Period) -> bool {
        self.pair
            .as_ref()
            .is_none_or(|(a, b)| (economy == a && partner == b) || (economy == b && partner == a))
            && self.commodity.as_ref().is_none_or(|wanted| wanted == commodity)
            && self.within.is_none_or(|within| within.holds(&period))
    }

    /// Whether a row group may hold something wanted, by the least and most of its columns.
    fn may_be_in(&self, group: &RowGroupMetaData) -> bool {
        let may = |column: usize, wanted: &[&str]| match group.column(column).statistics() {
            Some(Statistics::ByteArray(own)) => match (own.min_opt(), own.max_opt()) {
                (Some(least), Some(most)) => wanted
                    .iter()
                    .any(|text| least.data() <= text.as_bytes() && text.as_bytes() <= most.data()),
                _ => true,
            },
            _ => true,
        };
        self.pair.as_ref().is_none_or(|(a, b)| may(2, &[a, b]) && may(3, &[a, b]))
            && self.commodity.as_ref().is_none_or(|code| may(5, &[code]))
    }
}

impl Store {
    /// Hands every observation that a selection takes to the caller, import by import.
    ///
    /// # Errors
    /// Where a file of the store cannot be read.
    pub fn select(&self, selection: &Selection, mut take: impl FnMut(Observation)) -> Result<(), StoreError> {
        for part in &self.manifest.parts {
            let path = self.folder().join(&part.file);
            let broken = |error: &dyn std::fmt::Display| table(&path, error);
            let file = File::open(&path).map_err(io(&path))?;
            let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(&error))?;
            if **builder.schema() != *schema() {
                return Err(broken(&"its columns are not those of this program"));
            }
            let groups: Vec<usize> = builder
                .metadata()
                .row_groups()
                .iter()
                .enumerate()
                .filter(|(_, group)| selection.may_be_in(group))
                .map(|(index, _)| index)
                .collect();
            let reader = builder
                .with_row_groups(groups)
                .with_batch_size(BATCH)
                .build()
                .map_err(|error| broken(&error))?;
            for batch in reader {
                let batch = batch.map_err(|error| broken(&error))?;
                let row = Rows::of(&batch);
                for index in 0..batch.num_rows() {
                    let text = |column: usize| row.texts[column].value(index);
                    let Some(period) = row.period(index) else { continue };
                    if !selection.takes(text(2), text(3), text(5), period) {
                        continue;
                    }
                    take(row.observation(index, period, &part.source, &part.published));
                }
            }
        }
        Ok(())
    }
}

/// The columns of a batch, typed.
struct Rows<'a> {
    texts: Vec<&'a StringArray>,
    dates: Vec<&'a arrow_array::Date32Array>,
    numbers: Vec<&'a arrow_array::Float64Array>,
}

impl<'a> Rows<'a> {
    fn of(batch: &'a RecordBatch) -> Self {
        // The schema was compared when the file was opened, so that the types are what they are.
        let (dates, numbers) = (TEXTS.len(), TEXTS.len() + DATES.len());
        Self {
            texts: (0..dates).map(|index| batch.column(index).as_string::<i32>()).collect(),
            dates: (dates..numbers).map(|index| batch.column(index).as_primitive::<Date32Type>()).collect(),
            numbers: (numbers..numbers + NUMBERS.len())
                .map(|index| batch.column(index).as_primitive::<Float64Type>())
                .collect(),
        }
    }

    fn period(&self, index: usize) -> Option<Period> {
        let date = |column: usize| {
            EPOCH.checked_add(jiff::Span::new().try_days(self.dates[column].value(index)).ok()?).ok()
        };
        Period::new(date(0)?, date(1)?)
    }

    fn observation(&self, index: usize, period: Period, source: &str, published: &str) -> Observation {
        let text = |column: usize| self.texts[column].value(index);
        let number = |column: usize| {
            let column = self.numbers[column];
            column.is_valid(index).then(|| column.value(index))
        };
        Observation {
            measure: if text(0) == "tariff" { Measure::Tariff } else { Measure::Value },
            reporter: text(1).to_owned(),
            economy: text(2).to_owned(),
            partner: text(3).to_owned(),
            flow: Flow::of(text(4)).unwrap_or(Flow::Turnover),
            commodity: text(5).to_owned(),
            period,
            kind: FigureKind::of(text(6)).unwrap_or(FigureKind::Exact),
            value: number(0).unwrap_or(f64::NAN),
            high: number(1),
            scale: number(2).unwrap_or(1.0),
            currency: text(7).to_owned(),
            valuation: Valuation::of(text(8)).unwrap_or(Valuation::Unknown),
            kilograms: number(3),
            ancestry: text(9).to_owned(),
            source: source.to_owned(),
            published: published.to_owned(),
            claim: String::new(),
        }
    }
}
