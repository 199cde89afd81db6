//! Bytes of a protobuf message → its fields, each with its number and value.
//!
//! Wire format: <https://protobuf.dev/programming-guides/encoding/>. Only what `.spm` files hold is
//! read; lengths are held against the bytes that are left.

use anyhow::{Context, Result, bail, ensure};

/// One field of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field<'a> {
    pub number: u64,
    pub value: Value<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Varint(u64),
    Fixed64,
    Bytes(&'a [u8]),
    Fixed32([u8; 4]),
}

impl<'a> Field<'a> {
    /// The value as text.
    ///
    /// # Errors
    /// When it is none; `name` is what the message calls the field.
    pub fn text(&self, name: &str) -> Result<&'a str> {
        std::str::from_utf8(self.bytes(name)?)
            .with_context(|| format!("the field '{name}' is not UTF-8"))
    }

    /// The value as bytes, for nested messages too.
    pub fn bytes(&self, name: &str) -> Result<&'a [u8]> {
        match self.value {
            Value::Bytes(bytes) => Ok(bytes),
            _ => bail!("the field '{name}' is not a string of bytes"),
        }
    }

    pub fn number(&self, name: &str) -> Result<u64> {
        match self.value {
            Value::Varint(number) => Ok(number),
            _ => bail!("the field '{name}' is not a whole number"),
        }
    }

    pub fn truth(&self, name: &str) -> Result<bool> {
        Ok(self.number(name)? != 0)
    }

    pub fn float(&self, name: &str) -> Result<f32> {
        match self.value {
            Value::Fixed32(bytes) => Ok(f32::from_le_bytes(bytes)),
            _ => bail!("the field '{name}' is not a number"),
        }
    }
}

/// The fields of `message` in their order.
pub struct Fields<'a> {
    rest: &'a [u8],
    name: &'a str,
}

impl<'a> Fields<'a> {
    /// `name` is what errors call the message.
    pub fn of(message: &'a [u8], name: &'a str) -> Self {
        Self { rest: message, name }
    }

    fn read(&mut self) -> Result<Field<'a>> {
        let tag = self.varint()?;
        let number = tag >> 3;
        ensure!(number > 0, "a field has the number 0");
        let value = match tag & 7 {
            0 => Value::Varint(self.varint()?),
            1 => {
                self.take(8)?;
                Value::Fixed64
            }
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            5 => {
                let bytes = self.take(4)?;
                Value::Fixed32([bytes[0], bytes[1], bytes[2], bytes[3]])
            }
            kind => bail!("field {number} has the wire type {kind}, which is not used"),
        };
        Ok(Field { number, value })
    }

    fn varint(&mut self) -> Result<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        bail!("a number takes more than ten bytes")
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8]> {
        let length = usize::try_from(length).ok().filter(|&length| length <= self.rest.len());
        let length = length.context("it is cut short")?;
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.read().with_context(|| format!("{} is damaged", self.name));
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}
