//! Tables as Parquet: columns of text and of numbers, with a null where a number is not known.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::failure::Failure;

/// A column, row by row.
pub(crate) enum Column<'t> {
    /// Text.
    Text(Vec<&'t str>),
    /// Numbers that are all known.
    Number(Vec<f64>),
    /// Numbers of which some are not known.
    MaybeNumber(Vec<Option<f64>>),
}

/// Rows in one part of the file.
const GROUP: usize = 1 << 20;

impl Column<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Text(rows) => rows.len(),
            Self::Number(rows) => rows.len(),
            Self::MaybeNumber(rows) => rows.len(),
        }
    }

    fn schema(&self, name: &str) -> String {
        match self {
            Self::Text(_) => format!("REQUIRED BYTE_ARRAY {name} (UTF8);"),
            Self::Number(_) => format!("REQUIRED DOUBLE {name};"),
            Self::MaybeNumber(_) => format!("OPTIONAL DOUBLE {name};"),
        }
    }
}

/// Writes named columns of one length to a file.
///
/// # Errors
/// Where the file cannot be written.
pub(crate) fn write(path: &Path, columns: &[(&str, Column<'_>)]) -> Result<(), Failure> {
    let broken = |error: &dyn std::fmt::Display| {
        Failure::new(format!("{} cannot be written: {error}", path.display()))
    };
    let file = File::create(path).map_err(|error| broken(&error))?;
    write_to(file, columns).map_err(|error| broken(&error))
}

fn write_to(file: File, columns: &[(&str, Column<'_>)]) -> Result<(), ParquetError> {
    let fields: Vec<String> = columns.iter().map(|(name, column)| column.schema(name)).collect();
    let schema = Arc::new(parse_message_type(&format!("message table {{ {} }}", fields.join(" ")))?);
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(WriterProperties::default()))?;
    let rows = columns.first().map_or(0, |(_, column)| column.len());
    for start in (0..rows).step_by(GROUP) {
        let range = start..rows.min(start + GROUP);
        let mut group = writer.next_row_group()?;
        for (_, column) in columns {
            let Some(mut out) = group.next_column()? else { break };
            match column {
                Column::Text(texts) => {
                    let texts: Vec<ByteArray> = texts[range.clone()]
                        .iter()
                        .map(|text| ByteArray::from(text.as_bytes().to_vec()))
                        .collect();
                    out.typed::<ByteArrayType>().write_batch(&texts, None, None)?;
                }
                Column::Number(numbers) => {
                    out.typed::<DoubleType>().write_batch(&numbers[range.clone()], None, None)?;
                }
                Column::MaybeNumber(numbers) => {
                    let numbers = &numbers[range.clone()];
                    let known: Vec<f64> = numbers.iter().flatten().copied().collect();
                    let levels: Vec<i16> = numbers.iter().map(|number| i16::from(number.is_some())).collect();
                    out.typed::<DoubleType>().write_batch(&known, Some(&levels), None)?;
                }
            }
            out.close()?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(())
}
