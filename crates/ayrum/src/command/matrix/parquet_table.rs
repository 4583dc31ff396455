//! A matrix as Parquet: one row a pair, and a null where there is no way.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::Row;
use crate::failure::Failure;

const SCHEMA: &str = "message matrix {
    REQUIRED BYTE_ARRAY from (UTF8);
    REQUIRED BYTE_ARRAY to (UTF8);
    OPTIONAL DOUBLE km;
    REQUIRED DOUBLE from_snap_km;
    REQUIRED DOUBLE to_snap_km;
}";

/// Rows in one part of the file.
const GROUP: usize = 1 << 20;

/// Writes the rows to a file.
pub(super) fn write(path: &Path, rows: &[Row<'_>]) -> Result<(), Failure> {
    let broken = |error: &dyn std::fmt::Display| {
        Failure::new(format!("{} cannot be written: {error}", path.display()))
    };
    let file = File::create(path).map_err(|error| broken(&error))?;
    write_to(file, rows).map_err(|error| broken(&error))
}

fn write_to(file: File, rows: &[Row<'_>]) -> Result<(), ParquetError> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties = Arc::new(WriterProperties::default());
    let mut writer = SerializedFileWriter::new(file, schema, properties)?;
    for rows in rows.chunks(GROUP) {
        let mut group = writer.next_row_group()?;
        let mut number = 0;
        while let Some(mut column) = group.next_column()? {
            match number {
                0 | 1 => {
                    let name = |row: &Row<'_>| {
                        if number == 0 { &row.from.name } else { &row.to.name }.as_bytes().to_vec()
                    };
                    let names: Vec<ByteArray> = rows.iter().map(|row| ByteArray::from(name(row))).collect();
                    column.typed::<ByteArrayType>().write_batch(&names, None, None)?;
                }
                2 => {
                    let known: Vec<f64> = rows.iter().filter_map(|row| row.km).collect();
                    let levels: Vec<i16> = rows.iter().map(|row| i16::from(row.km.is_some())).collect();
                    column.typed::<DoubleType>().write_batch(&known, Some(&levels), None)?;
                }
                _ => {
                    let snap = |row: &Row<'_>| if number == 3 { row.from.snap_km } else { row.to.snap_km };
                    let snaps: Vec<f64> = rows.iter().map(snap).collect();
                    column.typed::<DoubleType>().write_batch(&snaps, None, None)?;
                }
            }
            column.close()?;
            number += 1;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(())
}
