//! Columns of a Parquet file as a table: only those that are asked for are read.

use std::path::Path;

use gravity::{Finding, Roles, Table};
use parquet::basic::{LogicalType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::failure::Failure;

/// A column as it lies in the file.
enum Cells {
    Numbers(Vec<f64>),
    Texts(Vec<String>),
}

/// Reads the columns of `roles`.
pub(super) fn read(path: &Path, name: &str, roles: &Roles) -> Result<(Table, Vec<Finding>), Failure> {
    let shown = path.display().to_string();
    let broken = |error: ParquetError| {
        Failure::new(format!("{shown} cannot be read: {error}"))
            .hint("Parquet without compression or with Snappy is read; .csv and .csv.gz too")
    };
    let file = std::fs::File::open(path)
        .map_err(|error| Failure::new(format!("{shown} cannot be read: {error}")))?;
    let reader = SerializedFileReader::new(file).map_err(broken)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let names: Vec<String> = schema.columns().iter().map(|column| column.path().string()).collect();
    let rows = usize::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
    let mut table = Table::new(name, rows);
    let mut findings = Vec::new();
    for (column, role) in roles {
        let Some(index) = names.iter().position(|own| own == column) else {
            return Err(Failure::new(format!("`{name}` has no column `{column}`"))
                .hint(format!("its columns are {}", names.join(", "))));
        };
        let kind = schema.column(index);
        let plain = !matches!(kind.logical_type_ref(), Some(LogicalType::Decimal { .. }));
        if !plain || kind.max_rep_level() > 0 {
            return Err(Failure::new(format!("column `{column}` of {shown} holds lists or decimals"))
                .hint("numbers (integer, float, double), booleans and texts are read"));
        }
        match cells(&reader, index, rows).map_err(broken)? {
            Some(Cells::Numbers(numbers)) => table = table.with_numbers(column, numbers)?,
            Some(Cells::Texts(texts)) => {
                let (with, more) = table.with_cells(column, texts, *role)?;
                table = with;
                findings.extend(more);
            }
            None => {
                return Err(Failure::new(format!(
                    "column `{column}` of {shown} is of type {}",
                    kind.physical_type()
                ))
                .hint("numbers (integer, float, double), booleans and texts are read"));
            }
        }
    }
    Ok((table, findings))
}

/// A column over all row groups; nothing for a type that is not read.
fn cells(reader: &dyn FileReader, index: usize, rows: usize) -> Result<Option<Cells>, ParquetError> {
    let groups = 0..reader.num_row_groups();
    let kind = reader.metadata().file_metadata().schema_descr().column(index).physical_type();
    let mut numbers = Vec::new();
    let mut texts = Vec::new();
    match kind {
        Type::BYTE_ARRAY => texts.reserve(rows),
        Type::BOOLEAN | Type::INT32 | Type::INT64 | Type::FLOAT | Type::DOUBLE => numbers.reserve(rows),
        Type::INT96 | Type::FIXED_LEN_BYTE_ARRAY => return Ok(None),
    }
    for group in groups {
        let group = reader.get_row_group(group)?;
        let count = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        match group.get_column_reader(index)? {
            ColumnReader::BoolColumnReader(mut own) => {
                each(&mut own, count, |value| {
                    numbers.push(value.map_or(f64::NAN, |value| f64::from(u8::from(*value))));
                })?;
            }
            ColumnReader::Int32ColumnReader(mut own) => {
                each(&mut own, count, |value| {
                    numbers.push(value.map_or(f64::NAN, |value| f64::from(*value)));
                })?;
            }
            ColumnReader::Int64ColumnReader(mut own) => {
                each(&mut own, count, |value| numbers.push(value.map_or(f64::NAN, |value| *value as f64)))?;
            }
            ColumnReader::FloatColumnReader(mut own) => {
                each(&mut own, count, |value| {
                    numbers.push(value.map_or(f64::NAN, |value| f64::from(*value)));
                })?;
            }
            ColumnReader::DoubleColumnReader(mut own) => {
                each(&mut own, count, |value| numbers.push(value.copied().unwrap_or(f64::NAN)))?;
            }
            ColumnReader::ByteArrayColumnReader(mut own) => {
                each(&mut own, count, |value| {
                    texts.push(value.map_or_else(String::new, |value| {
                        String::from_utf8_lossy(value.data()).into_owned()
                    }));
                })?;
            }
            _ => return Ok(None),
        }
    }
    Ok(Some(if kind == Type::BYTE_ARRAY { Cells::Texts(texts) } else { Cells::Numbers(numbers) }))
}

/// Calls `of` for each of `rows` values of a column, with nothing where the value is missing.
fn each<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    mut of: impl FnMut(Option<&T::T>),
) -> Result<(), ParquetError> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let mut done = 0;
    while done < rows {
        levels.clear();
        values.clear();
        let (read, ..) = reader.read_records(rows - done, Some(&mut levels), None, &mut values)?;
        if read == 0 {
            return Err(ParquetError::General(format!("the column ends after {done} of {rows} rows")));
        }
        if levels.is_empty() {
            // A column that cannot be missing has no levels.
            values.iter().for_each(|value| of(Some(value)));
        } else {
            let most = levels.iter().copied().max().unwrap_or(0).max(1);
            let mut values = values.iter();
            levels.iter().for_each(|level| of(if *level == most { values.next() } else { None }));
        }
        done += read;
    }
    Ok(())
}
