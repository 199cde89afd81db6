//! Bytes of an `.spm` file → its pieces and settings.
//!
//! Message layout: `sentencepiece_model.proto` of <https://github.com/google/sentencepiece>.

use anyhow::{Context, Result, bail, ensure};

use super::protobuf::{Field, Fields};

/// A piece and what it is for.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelPiece {
    pub text: String,
    /// Natural log-probability in unigram models, minus the merge rank in BPE models.
    pub score: f32,
    pub kind: PieceKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    Normal,
    Unknown,
    Control,
    UserDefined,
    Unused,
    Byte,
}

impl PieceKind {
    /// The kind with this number, in `.spm` and in GGUF files alike.
    ///
    /// # Errors
    /// When the number is none of 1 to 6.
    pub fn numbered(number: i64) -> Result<Self> {
        Ok(match number {
            1 => PieceKind::Normal,
            2 => PieceKind::Unknown,
            3 => PieceKind::Control,
            4 => PieceKind::UserDefined,
            5 => PieceKind::Unused,
            6 => PieceKind::Byte,
            other => bail!("it is {other}; 1 to 6 were expected"),
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Unigram,
    BytePair,
}

/// How text is made ready. The defaults are the format's.
#[derive(Clone, Debug, PartialEq)]
pub struct NormaliserSpec {
    pub charsmap: Vec<u8>,
    pub add_dummy_prefix: bool,
    pub remove_extra_whitespaces: bool,
    pub escape_whitespaces: bool,
}

impl Default for NormaliserSpec {
    fn default() -> Self {
        Self {
            charsmap: Vec::new(),
            add_dummy_prefix: true,
            remove_extra_whitespaces: true,
            escape_whitespaces: true,
        }
    }
}

/// The parts of a model that encoding and decoding need.
#[derive(Clone, Debug)]
pub struct Model {
    pub pieces: Vec<ModelPiece>,
    pub algorithm: Algorithm,
    pub treat_whitespace_as_suffix: bool,
    pub byte_fallback: bool,
    /// What the unknown piece becomes when it is decoded.
    pub unknown_surface: String,
    pub normaliser: NormaliserSpec,
    pub denormaliser: Option<NormaliserSpec>,
}

impl Model {
    /// Reads a serialised `ModelProto`.
    ///
    /// # Errors
    /// When it is damaged or uses what is not supported; the message names the field.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let mut model = Self {
            pieces: Vec::new(),
            algorithm: Algorithm::Unigram,
            treat_whitespace_as_suffix: false,
            byte_fallback: false,
            unknown_surface: " \u{2047} ".to_string(),
            normaliser: NormaliserSpec::default(),
            denormaliser: None,
        };
        for field in Fields::of(bytes, "the model") {
            let field = field?;
            match field.number {
                1 => {
                    let index = model.pieces.len();
                    let piece = read_piece(&field).with_context(|| format!("piece {index}"))?;
                    model.pieces.push(piece);
                }
                2 => model.read_trainer_spec(&field)?,
                3 => model.normaliser = read_normaliser(&field, "normalizer_spec")?,
                5 => model.denormaliser = Some(read_normaliser(&field, "denormalizer_spec")?),
                _ => {}
            }
        }
        ensure!(!model.pieces.is_empty(), "the field 'pieces' is empty");
        Ok(model)
    }

    fn read_trainer_spec(&mut self, field: &Field<'_>) -> Result<()> {
        for field in Fields::of(field.bytes("trainer_spec")?, "'trainer_spec'") {
            let field = field?;
            match field.number {
                3 => {
                    self.algorithm = match field.number("model_type")? {
                        1 => Algorithm::Unigram,
                        2 => Algorithm::BytePair,
                        other => bail!(
                            "the field 'model_type' is {other}; 1 (unigram) and 2 (BPE) are supported"
                        ),
                    }
                }
                24 => {
                    self.treat_whitespace_as_suffix = field.truth("treat_whitespace_as_suffix")?;
                }
                35 => self.byte_fallback = field.truth("byte_fallback")?,
                44 => self.unknown_surface = field.text("unk_surface")?.to_string(),
                _ => {}
            }
        }
        Ok(())
    }
}

fn read_piece(field: &Field<'_>) -> Result<ModelPiece> {
    let mut piece = ModelPiece { text: String::new(), score: 0.0, kind: PieceKind::Normal };
    for field in Fields::of(field.bytes("pieces")?, "'pieces'") {
        let field = field?;
        match field.number {
            1 => piece.text = field.text("piece")?.to_string(),
            2 => piece.score = field.float("score")?,
            3 => {
                let number = i64::try_from(field.number("type")?)?;
                piece.kind = PieceKind::numbered(number).context("the field 'type'")?;
            }
            _ => {}
        }
    }
    ensure!(!piece.text.is_empty(), "the field 'piece' is empty");
    ensure!(!piece.score.is_nan(), "the field 'score' is not a number");
    Ok(piece)
}

fn read_normaliser(field: &Field<'_>, name: &str) -> Result<NormaliserSpec> {
    let mut spec = NormaliserSpec::default();
    for field in Fields::of(field.bytes(name)?, name) {
        let field = field?;
        match field.number {
            2 => spec.charsmap = field.bytes("precompiled_charsmap")?.to_vec(),
            3 => spec.add_dummy_prefix = field.truth("add_dummy_prefix")?,
            4 => spec.remove_extra_whitespaces = field.truth("remove_extra_whitespaces")?,
            5 => spec.escape_whitespaces = field.truth("escape_whitespaces")?,
            _ => {}
        }
    }
    Ok(spec)
}
