//! A folder of files of every kind, good and bad: each of them is in the report, as done, skipped,
//! failed or left out, with the reason. `BULLETIN_MIXED=2000 cargo test --release --test it mixed
//! -- --nocapture` says how long so many take, and how much memory.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Sentences of a story that no other number tells.
fn sentences(number: usize) -> [String; 3] {
    match number % 3 {
        0 => [
            format!(
                "The council of Velmar voted on Monday to close bridge {number} to lorries from 1 March."
            ),
            format!(
                "Engineers found cracks in {} of its girders during an inspection in January.",
                number + 2
            ),
            format!(
                "The mayor, Ada Moss, said that repairs of bridge {number} will take seven months."
            ),
        ],
        1 => [
            format!(
                "Velmar meclisi pazartesi günü {number} numaralı köprüyü 1 Mart'tan itibaren kamyonlara kapattı."
            ),
            format!("Mühendisler ocak ayındaki denetimde {} kirişte çatlak buldu.", number + 2),
            "Belediye Başkanı Işıl Şimşek, onarımın yedi ay süreceğini söyledi.".to_string(),
        ],
        _ => [
            format!(
                "Совет Вельмара в понедельник решил закрыть мост номер {number} для грузовиков с 1 марта."
            ),
            format!("Инженеры нашли трещины в {} балках во время проверки в январе.", number + 2),
            "Мэр Елена Странд заявила, что ремонт продлится семь месяцев.".to_string(),
        ],
    }
}

/// The file of a number: its name, and its bytes. 24 kinds come round and round.
fn file(number: usize) -> (String, Vec<u8>) {
    let title = ["Bridge", "Köprü", "Мост"][number % 3];
    let title = format!("{title} {number}");
    let lines = sentences(number / 24 * 3 + number % 3);
    let plain = format!("{title}\n\n{}\n", lines.join("\n\n"));
    let html: String = lines.iter().map(|line| format!("<p>{line}</p>")).collect();
    let escaped = html.replace('<', "&lt;");
    let json =
        serde_json::json!({"id": format!("r{number}"), "title": title, "text": lines.join("\n")});
    let named = |ending: &str, bytes: Vec<u8>| (format!("f{number:05}.{ending}"), bytes);
    let text = |ending: &str, text: String| named(ending, text.into_bytes());
    match number % 24 {
        0 => text("txt", plain),
        1 => text("md", format!("# {title}\n\n{}\n", lines.join("\n\n"))),
        2 => text("html", format!("<html><body><article><h1>{title}</h1>{html}</article></body></html>")),
        3 => text("rss", format!("<rss version='2.0'><channel><item><title>{title}</title><description>{escaped}</description></item></channel></rss>")),
        4 => text("atom", format!("<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>a{number}</id><title>{title}</title><content type='html'>{escaped}</content></entry></feed>")),
        5 => text("nitf", format!("<nitf><body><body.head><hedline><hl1>{title}</hl1></hedline></body.head><body.content>{html}</body.content></body></nitf>")),
        6 => text("newsml", format!("<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='u:{number}' version='1'><contentMeta><headline>{title}</headline></contentMeta><contentSet><inlineXML><html><body>{html}</body></html></inlineXML></contentSet></newsItem>")),
        7 => text("json", json.to_string()),
        8 => text("jsonl", format!("{json}\n{{\"title\": \"torn")),
        9 => text("eml", format!("From: a@wire.example\nSubject: {title}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{}\n", lines.join("\n\n"))),
        10 => text("wire", format!("vwa{:04} 4 i 93 vwa 0100\n\n{title} =\n\n   {}\n\n041015 GMT Mar 24\n", number % 10_000, lines.join("\n\n   "))),
        11 => named("txt.gz", gzip(plain.as_bytes())),
        12 => named("zip", zip(&[("a.txt", plain.as_bytes()), ("b.bin", b"\0\x01\x02\0")])),
        13 => text("txt", format!("KILL\n\nKill story {number}.\n\n{}\n", lines[0])),
        14 => text("txt", format!("{title}\n\nEMBARGOED UNTIL 00:01 GMT on 5 March 2099\n\n{}\n", lines.join("\n\n"))),
        15 => text("txt", "Closing prices\n\nABCD 12.50 +1.2%\nEFGH 48.06 -0.4%\nIJKL 1,204 +3.9%\nMNOP 7.82 0.0%\n".to_string()),
        16 => text("txt", String::new()),
        17 => text("txt", "%PDF-1.4\n1 0 obj".to_string()),
        18 => text("xml", "<?xml version='1.0'?><prices><a>1</a></prices>".to_string()),
        19 => named("zip", b"PK\x03\x04broken".to_vec()),
        20 => text("rss", "<rss version='2.0'><channel><title>Quiet</title></channel></rss>".to_string()),
        21 => text("txt", "Der Hafenrat von Ellerby hat am Dienstag beschlossen, die alte Brücke ab dem ersten März für Lastwagen zu sperren, nachdem Ingenieure Risse gefunden hatten.".to_string()),
        22 => text("docx", "PK".to_string()),
        _ => text("txt.part", plain),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Names of the files that a report speaks of.
fn told(out: &Path, report: &Value) -> BTreeSet<String> {
    let mut sources: Vec<String> = Vec::new();
    for list in ["failures", "left_out_files", "items"] {
        for entry in report[list].as_array().unwrap() {
            let source = entry["source"].as_str().map(str::to_string);
            // What is done has a document, which names its file.
            let document = || {
                let path = out.join(format!("{}.json", entry["id"].as_str().unwrap()));
                let text = std::fs::read(path).unwrap();
                let document: Value = serde_json::from_slice(&text).unwrap();
                document["article"]["source"].as_str().unwrap().to_string()
            };
            sources.push(source.unwrap_or_else(document));
        }
    }
    sources.into_iter().map(|source| source.split(": ").next().unwrap_or("").to_string()).collect()
}

#[test]
fn no_file_of_a_mixed_folder_is_lost() {
    let count: usize =
        std::env::var("BULLETIN_MIXED").ok().map_or(200, |count| count.parse().unwrap());
    let room = tempfile::tempdir().unwrap();
    let (input, out) = (room.path().join("in"), room.path().join("out"));
    std::fs::create_dir(&input).unwrap();
    for number in 0..count {
        let (name, bytes) = file(number);
        std::fs::write(input.join(name), bytes).unwrap();
    }
    let ran = Command::new(env!("CARGO_BIN_EXE_bulletin"))
        .args(["batch", "in", "--out", "out", "--profile", "starter", "--offline"])
        .args(["--progress", "none", "--dedupe", "mark"])
        .current_dir(room.path())
        .env("BULLETIN_CACHE", room.path().join("cache"))
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stderr));
    let report: Value =
        serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    let told = told(&out, &report);
    let lost: Vec<String> = (0..count)
        // A feed in which nothing has happened has no article, and is no failure.
        .filter(|number| number % 24 != 20)
        .map(|number| file(number).0)
        .filter(|name| !told.contains(name))
        .collect();
    assert_eq!(lost, Vec::<String>::new());
    let of_kinds = |kinds: &[usize]| (0..count).filter(|it| kinds.contains(&(it % 24))).count();
    // Thirteen kinds give a brief; a kill, an embargo, a table and a quiet feed are skipped.
    let briefed: Vec<usize> = (0..13).collect();
    assert_eq!(report["done"], of_kinds(&briefed), "{report:#}");
    assert_eq!(report["skipped"], of_kinds(&[13, 14, 15, 20]), "{report:#}");
    println!("{count} files: {}", report["effort"]);
}
