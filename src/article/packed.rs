//! gzip, Zstandard and ZIP → the files inside, each no larger than a limit, so that a small file
//! can never fill the memory. Impure: it reads streams, all of them of memory.

use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use zip::ZipArchive;

use super::{ArticleError, Format, Limits};

/// A file from an archive.
pub(super) struct Member {
    pub name: String,
    pub bytes: Result<Vec<u8>, ArticleError>,
}

/// The file in a gzip stream or a Zstandard frame.
///
/// # Errors
/// `Malformed` when it is broken or torn, `TooLarge` when it unpacks to more than the limit.
pub(super) fn unpack(
    format: &Format,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Vec<u8>, ArticleError> {
    match format {
        Format::Zstandard => {
            let mut rest = bytes;
            let mut unpacked = Vec::new();
            // Frames may follow one another.
            while !rest.is_empty() {
                let decoder =
                    StreamingDecoder::new(&mut rest).map_err(|error| broken("zstd", &error))?;
                unpacked.extend(limited(decoder, limits.unpacked, "zstd")?);
                if unpacked.len() as u64 > limits.unpacked {
                    return Err(ArticleError::TooLarge { limit: limits.unpacked });
                }
            }
            Ok(unpacked)
        }
        _ => limited(MultiGzDecoder::new(bytes), limits.unpacked, "gzip"),
    }
}

/// The files of a ZIP archive in its order; what they unpack to is taken off the bytes that are
/// `left`.
///
/// # Errors
/// `Malformed` when it is broken, `Binary` when it is an office document or a book, `TooLarge`
/// when it has too many files.
pub(super) fn members(
    bytes: &[u8],
    limits: &Limits,
    left: &mut u64,
) -> Result<Vec<Member>, ArticleError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken("ZIP", &error))?;
    let names = archive.file_names().filter_map(Result::ok);
    if let Some(kind) = document_kind(names.map(|name| name.to_string())) {
        return Err(ArticleError::Binary { kind });
    }
    if archive.len() > limits.members {
        let (count, most) = (archive.len(), limits.members);
        let reason = format!("it holds {count} files, and at most {most} are read");
        return Err(ArticleError::Malformed { format: "a ZIP archive", reason });
    }
    let mut members = Vec::new();
    for place in 0..archive.len() {
        let mut file = match archive.by_index(place) {
            Ok(file) => file,
            Err(error) => {
                let bytes = Err(broken("ZIP", &error));
                members.push(Member { name: format!("file {}", place + 1), bytes });
                continue;
            }
        };
        let named = file.name().map(|name| name.to_string());
        let name = named.unwrap_or_else(|_| format!("file {}", place + 1));
        if !file.is_file() || is_hidden(&name) {
            continue;
        }
        let bytes = limited(&mut file, limits.unpacked.min(*left), "ZIP");
        *left = left.saturating_sub(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64));
        members.push(Member { name, bytes });
    }
    Ok(members)
}

/// What desktops put beside the files.
fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

/// The kind of document that an archive is, by the names in it.
fn document_kind(names: impl Iterator<Item = String>) -> Option<&'static str> {
    let mut kind = None;
    for name in names {
        let found = match name.as_str() {
            "word/document.xml" => Some("a Word document (DOCX)"),
            "xl/workbook.xml" => Some("an Excel workbook (XLSX)"),
            "ppt/presentation.xml" => Some("a PowerPoint presentation (PPTX)"),
            "META-INF/container.xml" => Some("an EPUB book"),
            "META-INF/manifest.xml" => Some("an OpenDocument file"),
            "META-INF/MANIFEST.MF" => Some("a Java archive"),
            _ => None,
        };
        kind = kind.or(found);
    }
    kind
}

fn limited(reader: impl Read, limit: u64, format: &'static str) -> Result<Vec<u8>, ArticleError> {
    let mut bytes = Vec::new();
    reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| broken(format, &error))?;
    if bytes.len() as u64 > limit {
        return Err(ArticleError::TooLarge { limit });
    }
    Ok(bytes)
}

fn broken(format: &'static str, error: &dyn std::fmt::Display) -> ArticleError {
    ArticleError::Malformed { format, reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_come_out_and_bombs_do_not() {
        let limits = Limits { unpacked: 1000, ..Limits::default() };
        assert_eq!(unpack(&Format::Gzip, &gzip(b"text"), &limits).unwrap(), b"text");
        let two = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(unpack(&Format::Gzip, &two, &limits).unwrap(), b"one two");
        let bomb = gzip(&vec![b' '; 200_000]);
        let too_large = ArticleError::TooLarge { limit: 1000 };
        assert_eq!(unpack(&Format::Gzip, &bomb, &limits), Err(too_large.clone()));
        let frame = ruzstd::encoding::compress_to_vec(
            &b"zstd text"[..],
            ruzstd::encoding::CompressionLevel::Fastest,
        );
        assert_eq!(unpack(&Format::Zstandard, &frame, &limits).unwrap(), b"zstd text");
        let zeros = vec![0u8; 200_000];
        let bomb = ruzstd::encoding::compress_to_vec(
            &zeros[..],
            ruzstd::encoding::CompressionLevel::Fastest,
        );
        assert_eq!(unpack(&Format::Zstandard, &bomb, &limits), Err(too_large.clone()));
        for torn in [&gzip(b"some text")[..12], &frame[..8], b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd"]
        {
            let format = if torn[0] == 0x1f { Format::Gzip } else { Format::Zstandard };
            assert!(matches!(unpack(&format, torn, &limits), Err(ArticleError::Malformed { .. })));
        }
        let archive = zip(&[("a.txt", b"one"), (".x", b"no"), ("d/b.txt", &vec![b' '; 200_000])]);
        let found = members(&archive, &limits, &mut 4_000).unwrap();
        assert_eq!(found[0].name, "a.txt");
        assert_eq!(found[0].bytes.as_deref(), Ok(&b"one"[..]));
        assert_eq!(found[1].bytes, Err(too_large));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn documents_are_named() {
        let limits = Limits::default();
        let word = zip(&[("[Content_Types].xml", b""), ("word/document.xml", b"<w/>")]);
        let error = members(&word, &limits, &mut 4_000).err().unwrap().to_string();
        assert!(error.contains("Word document (DOCX)") && error.contains("export"), "{error}");
        assert!(members(b"PK\x03\x04", &limits, &mut 4_000).is_err());
        let many: Vec<String> = (0..30).map(|it| format!("{it}.txt")).collect();
        let files: Vec<(&str, &[u8])> = many.iter().map(|name| (&**name, &b"x"[..])).collect();
        let few = Limits { members: 20, ..limits };
        assert!(
            members(&zip(&files), &few, &mut 4_000)
                .err()
                .unwrap()
                .to_string()
                .contains("at most 20")
        );
    }
}
