//! Delimited text, record by record, in bounded memory and with physical lines.
//!
//! A quote that is never closed would swallow the rest of a file into one record; here a record has a
//! most, and what goes beyond is reported where it began.

use std::io::Read;

/// The most bytes of a record. A quote that is still open after so much was forgotten.
const MOST: usize = 1 << 20;

/// What stops the reading of records.
#[derive(Debug)]
pub(crate) enum RecordError {
    /// The stream cannot be read further.
    Io { error: std::io::Error, after_line: u64 },
    /// A quote was opened in a field of the record on this line and not closed.
    Unclosed { line: u64, field: usize },
    /// A record without quotes is longer than any record can be.
    TooLong { line: u64 },
}

/// A record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    /// The physical line on which it begins, from 1.
    pub(crate) line: u64,
    /// Whether the file ends right behind it without a line end.
    pub(crate) is_cut: bool,
    bytes: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Record<'a> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a field without blanks around them; nothing behind the last.
    pub(crate) fn get(&self, index: usize) -> Option<&'a [u8]> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        Some(self.bytes[start..end].trim_ascii())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// The first field that holds a byte zero.
    pub(crate) fn field_with_nul(&self) -> Option<usize> {
        if !self.bytes.contains(&0) {
            return None;
        }
        (0..self.len()).find(|index| self.get(*index).is_some_and(|field| field.contains(&0)))
    }
}

/// Records of a stream.
pub(crate) struct Records<R> {
    reader: R,
    core: csv_core::Reader,
    input: Vec<u8>,
    at: usize,
    filled: usize,
    is_at_end: bool,
    last_was_line_end: bool,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(reader: R, delimiter: u8) -> Self {
        Self {
            reader,
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            input: vec![0; 1 << 17],
            at: 0,
            filled: 0,
            is_at_end: false,
            last_was_line_end: false,
            output: vec![0; 1 << 10],
            ends: vec![0; 128],
        }
    }

    /// The first bytes, to see what they look like; none are taken away but a byte order mark.
    pub(crate) fn begin(&mut self) -> Result<&[u8], RecordError> {
        self.fill()?;
        if self.input[self.at..self.filled].starts_with(b"\xef\xbb\xbf") {
            self.at += 3;
        }
        Ok(&self.input[self.at..self.filled])
    }

    fn fill(&mut self) -> Result<(), RecordError> {
        if self.at < self.filled || self.is_at_end {
            return Ok(());
        }
        loop {
            match self.reader.read(&mut self.input) {
                Ok(read) => {
                    (self.at, self.filled, self.is_at_end) = (0, read, read == 0);
                    return Ok(());
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(RecordError::Io { error, after_line: self.core.line().saturating_sub(1) });
                }
            }
        }
    }

    /// The next record; nothing at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, RecordError> {
        // Line ends before a record are passed over here, so that its line is where it begins.
        loop {
            self.fill()?;
            if self.is_at_end {
                return Ok(None);
            }
            match self.input[self.at] {
                b'\n' => self.core.set_line(self.core.line() + 1),
                b'\r' => {}
                _ => break,
            }
            self.at += 1;
        }
        let line = self.core.line();
        let (mut written, mut fields, mut quotes) = (0, 0, 0usize);
        loop {
            self.fill()?;
            let input = &self.input[self.at..self.filled];
            let (result, read, wrote, ended) =
                self.core.read_record(input, &mut self.output[written..], &mut self.ends[fields..]);
            quotes += input[..read].iter().filter(|byte| **byte == b'"').count();
            if read > 0 {
                self.last_was_line_end = matches!(input[read - 1], b'\n' | b'\r');
            }
            self.at += read;
            written += wrote;
            fields += ended;
            match result {
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull | csv_core::ReadRecordResult::OutputEndsFull
                    if written >= MOST || fields >= MOST =>
                {
                    return Err(if quotes % 2 == 1 {
                        RecordError::Unclosed { line, field: fields }
                    } else {
                        RecordError::TooLong { line }
                    });
                }
                csv_core::ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                csv_core::ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                csv_core::ReadRecordResult::Record => break,
                csv_core::ReadRecordResult::End => return Ok(None),
            }
        }
        let is_cut = self.is_at_end && !self.last_was_line_end;
        if is_cut && quotes % 2 == 1 {
            return Err(RecordError::Unclosed { line, field: fields.saturating_sub(1) });
        }
        // A record whose quote is open at the end of the file ends there with or without a line end.
        if self.is_at_end && quotes % 2 == 1 {
            return Err(RecordError::Unclosed { line, field: fields.saturating_sub(1) });
        }
        Ok(Some(Record { line, is_cut, bytes: &self.output[..written], ends: &self.ends[..fields] }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(u64, usize, bool)> {
        let mut records = Records::new(text.as_bytes(), b',');
        let mut seen = Vec::new();
        while let Some(record) = records.next().expect("records") {
            seen.push((record.line, record.len(), record.is_cut));
        }
        seen
    }

    #[test]
    fn records_know_their_physical_line() {
        let text = "a,b\r\n\"x\ny\",2\r\n\r\n3,4\n5,6";
        assert_eq!(lines(text), [(1, 2, false), (2, 2, false), (5, 2, false), (6, 2, true)]);
    }

    #[test]
    fn a_quote_left_open_is_found_where_it_was_opened() {
        let mut records = Records::new("a,b\n1,2\n3,\"4\n5,6\n".as_bytes(), b',');
        for _ in 0..2 {
            assert!(records.next().expect("good").is_some());
        }
        assert!(matches!(records.next(), Err(RecordError::Unclosed { line: 3, field: 1 })));
    }

    #[test]
    fn a_record_without_end_takes_no_more_than_its_most() {
        let endless = std::io::repeat(b'x');
        let mut records = Records::new(endless, b',');
        assert!(matches!(records.next(), Err(RecordError::TooLong { line: 1 })));
    }
}
