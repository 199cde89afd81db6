//! What the program, the integration tests and the benchmarks need besides the public types, under the paths that
//! it has in the library. It is no interface: it changes without notice. What is not named here and nobody uses
//! is found by the compiler.

pub mod analysis {
    pub mod analysed {
        pub use crate::analysis::analysed::AnalysedArticle;
    }
}
pub mod article {
    pub use crate::article::{
        Article, ArticleError, FieldMap, Format, Limits, Reader, decode, read,
    };
    pub mod admission {
        pub use crate::article::admission::{Admission, Embargoed, NotNews};
    }
}
pub mod batch {
    pub mod finish {
        pub use crate::batch::finish::merge;
    }
    pub mod lock {
        pub use crate::batch::lock::{LockPolicy, release};
    }
    pub mod near {
        pub use crate::batch::near::Dedupe;
    }
    pub mod progress {
        pub use crate::batch::progress::{Progress, ProgressMode};
    }
    pub mod report {
        pub use crate::batch::report::Report;
    }
    pub mod rules {
        pub use crate::batch::rules::VERSION;
    }
    pub mod run {
        pub use crate::batch::run::{BatchOptions, Failed, SideFormat, run};
    }
    pub mod scan {
        pub use crate::batch::scan::ScanOptions;
    }
    pub mod shard {
        pub use crate::batch::shard::{RunnerVariables, Shard};
    }
    pub mod since {
        pub use crate::batch::since::parse;
    }
    pub mod store {
        pub use crate::batch::store::Store;
    }
    pub mod watch {
        pub use crate::batch::watch::run;
    }
    pub mod worker {
        pub use crate::batch::worker::{WorkerOptions, serve};
    }
}
pub mod brief {
    pub mod extractive {
        pub use crate::brief::extractive::{Options, brief};
    }
}
pub mod checks {
    pub use crate::checks::{Checker, assess_sentence};
    pub mod adequacy {
        pub use crate::checks::adequacy::Quality;
    }
    pub mod benchmark {
        pub use crate::checks::benchmark::{mistakes, outcomes, scores, table};
    }
    pub mod registry {
        pub use crate::checks::registry::{CHECKS, Measure, Subject};
    }
}
pub mod comparison {
    pub use crate::comparison::Report;
}
pub mod document {
    pub use crate::document::{
        Brief, BriefPath, BriefSentence, Check, Document, Evidence, Finding, Origin, SCHEMA,
        Severity, Strictness,
    };
    pub mod form {
        pub use crate::document::form::{Length, Style};
    }
}
pub mod engine {
    pub use crate::engine::{
        DEFAULT_KEY_VALUE_BYTES, DecoderEngine, Engine, Event, Generation, GenerationOptions,
        Input, KeyValueMemory, LoadOptions, OnLoop, Progress, Request, RequestError, Sampling,
        Setup, Stage, StopReason, load, load_file, open_adapter, own_chat_template,
    };
    pub mod chat_template {
        pub use crate::engine::chat_template::{encode, recognise};
    }
    pub mod classifier {
        pub use crate::engine::classifier::{EntailmentFiles, EntailmentModel, EntailmentScores};
    }
    pub mod decoder {
        pub use crate::engine::decoder::{Adapter, Cache, KeyValueType, Pages, RopeTable};
        pub mod attention {
            pub use crate::engine::decoder::attention::{
                LayerInput, Segment, attend, prepare_and_store,
            };
        }
        pub mod config {
            pub use crate::engine::decoder::config::{
                Activation, BlockNorm, DecoderConfig, HeadNorm, LayerAttention, Rope, RopeLayout,
            };
        }
    }
    pub mod device {
        pub use crate::engine::device::{Compute, DeviceChoice, GraphicsMemory, default_threads};
    }
    pub mod formats {
        pub mod gguf {
            pub use crate::engine::formats::gguf::{GgufFile, TensorType};
        }
    }
    pub mod kernels {
        pub use crate::engine::kernels::{
            Activations, Level, Matrix, Precision, ThreadPool, describe, gelu_tanh_glu,
            log_sum_exp, multiply, rms_norm, swiglu,
        };
    }
    pub mod measure {
        pub use crate::engine::measure::{
            Measurement, Spread, Workload, forget_peak_memory, measure, measure_sentences,
            peak_memory_bytes, read_prompts, spread_prompts,
        };
        pub mod ceiling {
            pub use crate::engine::measure::ceiling::{Ceiling, ceiling};
        }
    }
    pub mod schedule {
        pub use crate::engine::schedule::{Cost, Limits, PrefixSharing, Speculation};
    }
    pub mod scripted {
        pub use crate::engine::scripted::Scripted;
    }
    pub mod seq2seq {
        pub use crate::engine::seq2seq::{Seq2SeqEngine, Seq2SeqFiles, Seq2SeqOptions};
    }
    pub mod tokenizer {
        pub use crate::engine::tokenizer::{
            MarianFiles, MarianTokenizer, SentencePiece, Special, T5Tokenizer, Tokenizer,
        };
    }
}
pub mod evaluation {
    pub use crate::evaluation::Score;
    pub mod bleu {
        pub use crate::evaluation::bleu::bleu;
    }
    pub mod chrf {
        pub use crate::evaluation::chrf::chrf;
    }
}
pub mod files {
    pub use crate::files::write_atomically;
}
pub mod language {
    pub use crate::language::{Detected, Language, detect};
}
pub mod models {
    pub use crate::models::{
        AdapterFiles, Architecture, ChatTemplate, EXTRACTIVE, Licence, ModelEntry, ModelFiles,
        Network, Places, Presence, Profile, Progress, Registry, Store, cached, find_pip, obtain,
        presence,
    };
}
pub mod newsroom {
    pub use crate::newsroom::{
        Config, Form, Keep, Kept, Newsroom, TextOptions, TranslationOptions, Window, cut,
        same_language,
    };
    pub mod memory {
        pub use crate::newsroom::memory::{Memory, memory};
    }
}
pub mod output {
    pub use crate::output::{Format, Paper, harmless, render};
    pub mod extract {
        pub use crate::output::extract::{json, markdown, text};
    }
    pub mod html {
        pub use crate::output::html::{Overview, article, end, start};
    }
    pub mod markdown {
        pub use crate::output::markdown::render;
    }
    pub mod text {
        pub use crate::output::text::{finding, render};
    }
}
pub mod prompt {
    pub use crate::prompt::{Kind, Prompt, Prompts};
}
pub mod translation {
    pub mod carry {
        pub use crate::translation::carry::{Arrived, Load, carry};
    }
    pub mod glossary {
        pub use crate::translation::glossary::Glossary;
    }
    pub mod judge {
        pub use crate::translation::judge::Judge;
    }
    pub mod layout {
        pub use crate::translation::layout::Cut;
    }
    pub mod legs {
        pub use crate::translation::legs::{Task, translate};
    }
    pub mod route {
        pub use crate::translation::route::{Leg, Route};
    }
    pub mod translator {
        pub use crate::translation::translator::{Effort, Translator};
    }
}
