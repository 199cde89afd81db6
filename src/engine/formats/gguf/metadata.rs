//! The key-value part of a GGUF header, with typed access that names the key on error.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::reader::Reader;

/// A metadata value. Integers of every width are held as `i128`-safe `U64`/`I64`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    U64(u64),
    I64(i64),
    F64(f64),
    Bool(bool),
    String(String),
    Integers(Vec<i64>),
    Floats(Vec<f32>),
    Bools(Vec<bool>),
    Strings(Vec<String>),
}

impl Value {
    fn describe(&self) -> String {
        match self {
            Value::U64(value) => value.to_string(),
            Value::I64(value) => value.to_string(),
            Value::F64(value) => value.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::String(_) => "a string".into(),
            Value::Integers(_) | Value::Floats(_) | Value::Bools(_) | Value::Strings(_) => {
                "an array".into()
            }
        }
    }
}

/// All metadata of one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    values: BTreeMap<String, Value>,
}

/// Each `required` accessor fails with a message that names the key; each `optional_` one gives
/// `None` for an absent key and still fails on a value of the wrong kind.
impl Metadata {
    pub fn find(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// Sets `key`, as for models whose metadata come from another format.
    pub fn insert(&mut self, key: String, value: Value) {
        self.values.insert(key, value);
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    pub fn optional_u32(&self, key: &str) -> Result<Option<u32>> {
        let Some(value) = self.find(key) else { return Ok(None) };
        let number = match *value {
            Value::U64(number) => u32::try_from(number).ok(),
            Value::I64(number) => u32::try_from(number).ok(),
            _ => None,
        };
        number.map(Some).ok_or_else(|| wrong_kind(key, value, "a whole number below 2^32"))
    }

    pub fn u32(&self, key: &str) -> Result<u32> {
        required(key, self.optional_u32(key)?)
    }

    pub fn optional_f32(&self, key: &str) -> Result<Option<f32>> {
        match self.find(key) {
            None => Ok(None),
            Some(&Value::F64(number)) if number.is_finite() => Ok(Some(number as f32)),
            Some(value) => Err(wrong_kind(key, value, "a finite number")),
        }
    }

    pub fn f32(&self, key: &str) -> Result<f32> {
        required(key, self.optional_f32(key)?)
    }

    pub fn optional_bool(&self, key: &str) -> Result<Option<bool>> {
        match self.find(key) {
            None => Ok(None),
            Some(&Value::Bool(value)) => Ok(Some(value)),
            Some(value) => Err(wrong_kind(key, value, "true or false")),
        }
    }

    pub fn optional_string(&self, key: &str) -> Result<Option<&str>> {
        match self.find(key) {
            None => Ok(None),
            Some(Value::String(value)) => Ok(Some(value)),
            Some(value) => Err(wrong_kind(key, value, "a string")),
        }
    }

    pub fn string(&self, key: &str) -> Result<&str> {
        required(key, self.optional_string(key)?)
    }

    pub fn optional_strings(&self, key: &str) -> Result<Option<&[String]>> {
        match self.find(key) {
            None => Ok(None),
            Some(Value::Strings(values)) => Ok(Some(values)),
            Some(value) => Err(wrong_kind(key, value, "an array of strings")),
        }
    }

    pub fn strings(&self, key: &str) -> Result<&[String]> {
        required(key, self.optional_strings(key)?)
    }

    pub fn optional_floats(&self, key: &str) -> Result<Option<&[f32]>> {
        match self.find(key) {
            None => Ok(None),
            Some(Value::Floats(values)) => Ok(Some(values)),
            Some(value) => Err(wrong_kind(key, value, "an array of numbers")),
        }
    }

    pub fn optional_integers(&self, key: &str) -> Result<Option<&[i64]>> {
        match self.find(key) {
            None => Ok(None),
            Some(Value::Integers(values)) => Ok(Some(values)),
            Some(value) => Err(wrong_kind(key, value, "an array of whole numbers")),
        }
    }

    pub fn optional_bools(&self, key: &str) -> Result<Option<&[bool]>> {
        match self.find(key) {
            None => Ok(None),
            Some(Value::Bools(values)) => Ok(Some(values)),
            Some(value) => Err(wrong_kind(key, value, "an array of true and false")),
        }
    }
}

fn required<T>(key: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| anyhow!("the metadata key '{key}' is missing"))
}

fn wrong_kind(key: &str, value: &Value, expected: &str) -> anyhow::Error {
    anyhow!("the metadata key '{key}' is {}; {expected} was expected", value.describe())
}

/// Value type codes of the format.
mod code {
    pub const U8: u32 = 0;
    pub const I8: u32 = 1;
    pub const U16: u32 = 2;
    pub const I16: u32 = 3;
    pub const U32: u32 = 4;
    pub const I32: u32 = 5;
    pub const F32: u32 = 6;
    pub const BOOL: u32 = 7;
    pub const STRING: u32 = 8;
    pub const ARRAY: u32 = 9;
    pub const U64: u32 = 10;
    pub const I64: u32 = 11;
    pub const F64: u32 = 12;
}

pub(super) fn read(reader: &mut Reader<'_>, count: usize) -> Result<Metadata> {
    let mut values = BTreeMap::new();
    for index in 0..count {
        let key = reader.string(&format!("metadata key {index}"))?.to_string();
        let kind = reader.u32(&format!("the type of '{key}'"))?;
        let value = if kind == code::ARRAY {
            read_array(reader, &key)?
        } else {
            read_scalar(reader, kind, &key)?
        };
        if values.insert(key.clone(), value).is_some() {
            bail!("the metadata key '{key}' is there twice");
        }
    }
    Ok(Metadata { values })
}

fn read_scalar(reader: &mut Reader<'_>, kind: u32, key: &str) -> Result<Value> {
    Ok(match kind {
        code::U8 => Value::U64(u8::from_le_bytes(reader.array(key)?).into()),
        code::I8 => Value::I64(i8::from_le_bytes(reader.array(key)?).into()),
        code::U16 => Value::U64(u16::from_le_bytes(reader.array(key)?).into()),
        code::I16 => Value::I64(i16::from_le_bytes(reader.array(key)?).into()),
        code::U32 => Value::U64(u32::from_le_bytes(reader.array(key)?).into()),
        code::I32 => Value::I64(i32::from_le_bytes(reader.array(key)?).into()),
        code::F32 => Value::F64(f32::from_le_bytes(reader.array(key)?).into()),
        code::BOOL => Value::Bool(read_bool(reader, key)?),
        code::STRING => Value::String(reader.string(key)?.to_string()),
        code::U64 => Value::U64(u64::from_le_bytes(reader.array(key)?)),
        code::I64 => Value::I64(i64::from_le_bytes(reader.array(key)?)),
        code::F64 => Value::F64(f64::from_le_bytes(reader.array(key)?)),
        _ => bail!("the metadata key '{key}' has the unknown type {kind}"),
    })
}

fn read_bool(reader: &mut Reader<'_>, key: &str) -> Result<bool> {
    let [byte] = reader.array(key)?;
    ensure!(byte <= 1, "the metadata key '{key}' is neither true nor false");
    Ok(byte == 1)
}

fn read_array(reader: &mut Reader<'_>, key: &str) -> Result<Value> {
    let kind = reader.u32(key)?;
    let least_bytes = match kind {
        code::U8 | code::I8 | code::BOOL => 1,
        code::U16 | code::I16 => 2,
        code::U32 | code::I32 | code::F32 => 4,
        code::U64 | code::I64 | code::F64 | code::STRING => 8,
        code::ARRAY => bail!("the metadata key '{key}' is an array of arrays, which no model has"),
        _ => bail!("the metadata key '{key}' is an array of the unknown type {kind}"),
    };
    let count = reader.count(&format!("the length of '{key}'"), least_bytes)?;
    match kind {
        code::STRING => {
            let items = (0..count).map(|_| reader.string(key).map(str::to_string));
            Ok(Value::Strings(items.collect::<Result<_>>()?))
        }
        code::F32 | code::F64 => {
            let items = (0..count).map(|_| match read_scalar(reader, kind, key)? {
                Value::F64(number) => Ok(number as f32),
                _ => bail!("'{key}' holds no numbers"),
            });
            Ok(Value::Floats(items.collect::<Result<_>>()?))
        }
        code::BOOL => {
            Ok(Value::Bools((0..count).map(|_| read_bool(reader, key)).collect::<Result<_>>()?))
        }
        _ => {
            let items = (0..count).map(|_| match read_scalar(reader, kind, key)? {
                Value::I64(number) => Ok(number),
                Value::U64(number) => i64::try_from(number)
                    .with_context(|| format!("a number in '{key}' is too large")),
                _ => bail!("'{key}' holds no whole numbers"),
            });
            Ok(Value::Integers(items.collect::<Result<_>>()?))
        }
    }
}
