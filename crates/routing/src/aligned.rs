//! Arrays that begin where a line of the cache begins.
//!
//! With 8 lanes an arc of the hierarchy is exactly one line of 64 bytes. An allocator puts large arrays 16 bytes
//! behind a line's beginning, so that every arc would lie in two.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use bytemuck::{Pod, Zeroable, cast_slice, cast_slice_mut};

/// A line of the cache, on all processors that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line([u32; 16]);

/// A boxed slice of `T`, which is made of numbers of 32 bits, on lines of its own.
#[derive(Debug, Clone)]
pub(crate) struct Aligned<T> {
    lines: Vec<Line>,
    /// Numbers of 32 bits in use.
    numbers: usize,
    of: PhantomData<T>,
}

impl<T: Pod> Aligned<T> {
    /// `count` values all of whose bits are 0.
    pub(crate) fn zeroed(count: usize) -> Self {
        const { assert!(size_of::<T>().is_multiple_of(4) && align_of::<T>() == 4) };
        let numbers = count * (size_of::<T>() / 4);
        Self { lines: vec![Line([0; 16]); numbers.div_ceil(16)], numbers, of: PhantomData }
    }
}

impl<T: Pod> Deref for Aligned<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        cast_slice(&cast_slice::<Line, u32>(&self.lines)[..self.numbers])
    }
}

impl<T: Pod> DerefMut for Aligned<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        cast_slice_mut(&mut cast_slice_mut::<Line, u32>(&mut self.lines)[..self.numbers])
    }
}
