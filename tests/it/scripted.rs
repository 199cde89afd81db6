//! The program with scripted answers instead of models, and the inputs that go with them.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder with inputs and a script; everything that a test writes stays in it.
pub struct Desk {
    pub folder: TempDir,
}

pub const ENGLISH: &str = "Ellerby to close its swing bridge\n\n\
    The harbour council of Ellerby voted on Tuesday to close the old swing bridge to lorries from \
    1 March. Engineers found cracks in two of its nine iron girders during an inspection in \
    January.\n\n\
    Council leader Mara Whitlock said cars and buses may still cross at walking pace. Repairs \
    will cost 3.2 million pounds and take about seven months.\n";

pub const TURKISH: &str = "Yeşilköy'de yeni okul açılıyor\n\n\
    Yeşilköy Belediyesi çarşamba günü 600 öğrencilik yeni okulun 12 Eylül'de açılacağını \
    duyurdu. Okulda 24 derslik ve bir kütüphane bulunuyor.\n\n\
    Belediye Başkanı Selin Aktaş, öğrencilerin okula ücretsiz otobüsle taşınacağını, bunun \
    için dört otobüs kiralandığını söyledi.\n";

/// Answers to the articles above and to the sentences of their briefs.
pub const SCRIPT: &str = r#"{"name": "scripted", "rules": [
{"contains": ["Summarize the news article", "harbour council"], "answers": ["Ellerby closes swing bridge to lorries\nThe harbour council of Ellerby voted on Tuesday to close the old swing bridge to lorries from 1 March after engineers found cracks in two of its nine girders. Cars and buses may still cross at walking pace, council leader Mara Whitlock said, and repairs will take about seven months."]},
{"contains": ["Haber: Yeşilköy'de"], "answers": [" Yeşilköy'de yeni okul açılıyor\nÖzet: Yeşilköy Belediyesi, 24 derslikli ve 600 öğrencilik yeni okulun 12 Eylül'de açılacağını çarşamba günü duyurdu. Belediye Başkanı Selin Aktaş, öğrencilerin okula ücretsiz otobüsle taşınacağını söyledi."]},
{"contains": ["English: Ellerby closes swing bridge to lorries\nTurkish:"], "answers": [" Ellerby köprüyü kamyonlara kapatıyor"]},
{"contains": ["English: The harbour council", "\nTurkish:"], "answers": [" Ellerby liman meclisi, mühendislerin dokuz kirişin ikisinde çatlak bulmasının ardından eski köprüyü 1 Mart'tan itibaren kamyonlara kapatma kararı aldı."]},
{"contains": ["English: Cars and buses", "\nTurkish:"], "answers": [" Meclis başkanı Mara Whitlock, otomobil ve otobüslerin hâlâ yavaşça geçebileceğini ve onarımın yaklaşık yedi ay süreceğini söyledi."]},
{"contains": ["English: Ellerby closes swing bridge to lorries\nRussian:"], "answers": [" Эллерби закрывает мост для грузовиков"]},
{"contains": ["English: The harbour council", "\nRussian:"], "answers": [" Портовый совет Эллерби решил закрыть старый мост для грузовиков с 1 марта после того, как инженеры нашли трещины в двух из девяти балок."]},
{"contains": ["English: Cars and buses", "\nRussian:"], "answers": [" Легковые машины и автобусы смогут проезжать с малой скоростью, сказала глава совета Мара Уитлок, ремонт займёт около семи месяцев."]},
{"contains": ["English: The bridge closed on Monday.\nTurkish:"], "answers": [" Köprü pazartesi günü kapandı."]},
{"contains": ["English: It rained all day.\nTurkish:"], "answers": [" Bütün gün yağmur yağdı."]},
{"contains": ["Say hello"], "answers": ["Hello there"]}
]}"#;

/// The registry without its drafts: scripted answers are no worse than people's.
fn models() -> String {
    let registry = std::fs::read_to_string(repository().join("models.toml")).unwrap();
    registry.replace("quality = \"draft\"\n", "")
}

impl Desk {
    /// A folder with `article.txt`, `makale.txt` and the script above.
    pub fn new() -> Self {
        Self::with_script(SCRIPT)
    }

    pub fn with_script(script: &str) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.put("script.json", script);
        desk.put("models.toml", models());
        desk.put("article.txt", ENGLISH);
        desk.put("makale.txt", TURKISH);
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The program in this folder, with an empty home and without the network.
    pub fn program(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("bulletin"));
        command.current_dir(self.folder.path()).env_clear();
        command.env("HOME", self.folder.path().join("home")).env("HF_HUB_OFFLINE", "1");
        command
    }

    /// The program with scripted answers, and the profile whose models write everything, where the
    /// arguments name none.
    pub fn scripted(&self, arguments: &[&str]) -> Command {
        let mut command = self.program();
        command.args(arguments).args(["--scripted-engine", "script.json"]);
        let has_registry =
            arguments.first().is_some_and(|command| !["extract", "completions"].contains(command));
        if has_registry && !arguments.contains(&"--models") {
            command.args(["--models", "models.toml"]);
        }
        command.args(drafts(arguments));
        command
    }

    /// Runs with scripted answers.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.scripted(arguments).output().unwrap())
    }

    /// Names of the files in the folder, without those that a desk begins with.
    pub fn written(&self) -> Vec<String> {
        let begun = ["script.json", "models.toml", "article.txt", "makale.txt"];
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| !begun.contains(&name.as_str()))
            .collect();
        names.sort();
        names
    }
}

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl From<std::process::Output> for Ran {
    fn from(output: std::process::Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Exit code, standard output and standard error, for snapshots.
    pub fn shown(&self) -> String {
        format!("exit {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// What makes models write everything: nothing where the command has no profile, or the arguments
/// choose one or bring a registry of their own.
pub fn drafts(arguments: &[&str]) -> &'static [&'static str] {
    const WITH_PROFILE: [&str; 5] = ["summarise", "summarize", "translate", "batch", "worker"];
    let chosen = arguments.iter().any(|one| ["--profile", "--models"].contains(one));
    let has_profile = arguments.first().is_some_and(|command| WITH_PROFILE.contains(command));
    if has_profile && !chosen { &["--profile", "drafts"] } else { &[] }
}

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
