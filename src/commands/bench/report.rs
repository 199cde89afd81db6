//! Measurements → the JSON and the table of `bulletin bench`.

use bulletin::internals::engine::measure::Measurement;
use bulletin::internals::engine::measure::ceiling::Ceiling;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::super::progress::size_text;
use super::forecast::Forecast;

/// What is known of one model after it was measured.
#[derive(Clone, Debug)]
pub struct ModelReport {
    pub model: String,
    pub device: String,
    pub threads: usize,
    /// The longest prompt's.
    pub prompt_tokens: usize,
    pub new_tokens: usize,
    pub repetitions: usize,
    /// Until a first token came out.
    pub load_seconds: f64,
    pub peak_memory_bytes: Option<u64>,
    /// Whether it translates sentence by sentence.
    pub sentences: bool,
    /// One for each batch size.
    pub measurements: Vec<Measurement>,
}

impl ModelReport {
    pub fn prefill(&self) -> f64 {
        self.measurements[0].prefill_tokens_per_second.median
    }

    pub fn decode(&self) -> f64 {
        self.measurements[0].decode_tokens_per_second.median
    }
}

fn sentences_per_second(measurement: &Measurement) -> f64 {
    measurement.batch as f64 / measurement.seconds.median
}

/// The rates of the first batch size by themselves, then all measurements with their spread.
impl Serialize for ModelReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("model", &self.model)?;
        map.serialize_entry("device", &self.device)?;
        map.serialize_entry("threads", &self.threads)?;
        map.serialize_entry("prompt_tokens", &self.prompt_tokens)?;
        map.serialize_entry("new_tokens", &self.new_tokens)?;
        map.serialize_entry("batch", &self.measurements[0].batch)?;
        map.serialize_entry("repetitions", &self.repetitions)?;
        map.serialize_entry("load_seconds", &self.load_seconds)?;
        map.serialize_entry("prefill_tokens_per_second", &self.prefill())?;
        map.serialize_entry("decode_tokens_per_second", &self.decode())?;
        if self.sentences {
            let rate = sentences_per_second(&self.measurements[0]);
            map.serialize_entry("sentences_per_second", &rate)?;
        }
        map.serialize_entry("peak_memory_bytes", &self.peak_memory_bytes)?;
        map.serialize_entry("measurements", &self.measurements)?;
        map.end()
    }
}

/// A block for each model, then the ceiling and what to expect.
pub fn write_text(
    models: &[ModelReport],
    ceiling: Option<&Ceiling>,
    forecast: Option<&Forecast>,
) -> String {
    let mut text = String::new();
    for model in models {
        let memory = model.peak_memory_bytes.map_or_else(|| "unknown".to_string(), size_text);
        text += &format!(
            "{} on {}\n  load         {:.2} s\n  peak memory  {memory}\n",
            model.model, model.device, model.load_seconds
        );
        text += &format!(
            "  {} prompt tokens, {} new ones, median of {} (least to most)\n",
            model.prompt_tokens, model.new_tokens, model.repetitions
        );
        for measurement in &model.measurements {
            text += &line(measurement, model.sentences);
        }
    }
    if let Some(ceiling) = ceiling {
        text += &format!(
            "at most here\n  memory read  {:.1} GB/s\n  integers     {:.0} GOP/s\n  floats       {:.0} GOP/s\n",
            ceiling.read_bytes_per_second / 1e9,
            ceiling.integer_operations_per_second / 1e9,
            ceiling.float_operations_per_second / 1e9
        );
    }
    if let Some(forecast) = forecast {
        text += &forecast.words();
    }
    text
}

fn line(measurement: &Measurement, sentences: bool) -> String {
    let (prefill, decode) =
        (measurement.prefill_tokens_per_second, measurement.decode_tokens_per_second);
    let mut line = format!(
        "  batch {:<6} prefill {:.0} tokens/s ({:.0} to {:.0}), decode {:.1} tokens/s ({:.1} to {:.1})",
        measurement.batch,
        prefill.median,
        prefill.min,
        prefill.max,
        decode.median,
        decode.min,
        decode.max
    );
    if sentences {
        line += &format!(", {:.1} sentences/s", sentences_per_second(measurement));
    }
    line + "\n"
}

#[cfg(test)]
pub(super) mod tests {
    use bulletin::internals::engine::measure::Spread;

    use super::*;

    pub fn report(model: &str, prefill: f64, decode: f64) -> ModelReport {
        let spread = |median: f64| Spread { min: median / 2.0, median, max: median * 2.0 };
        ModelReport {
            model: model.into(),
            device: "cpu (2 threads)".into(),
            threads: 2,
            prompt_tokens: 512,
            new_tokens: 64,
            repetitions: 3,
            load_seconds: 0.25,
            peak_memory_bytes: Some(300_000_000),
            sentences: false,
            measurements: vec![Measurement {
                batch: 4,
                prefill_tokens_per_second: spread(prefill),
                decode_tokens_per_second: spread(decode),
                seconds: spread(2.0),
            }],
        }
    }

    #[test]
    fn json_has_the_rates_in_front_and_the_spread_behind() {
        let value = serde_json::to_value(report("a", 500.0, 60.0)).unwrap();
        assert_eq!(value["prefill_tokens_per_second"], 500.0);
        assert_eq!(value["decode_tokens_per_second"], 60.0);
        assert_eq!(value["load_seconds"], 0.25);
        assert_eq!(value["peak_memory_bytes"], 300_000_000);
        assert_eq!(value["measurements"][0]["decode_tokens_per_second"]["max"], 120.0);
        assert!(value.get("sentences_per_second").is_none());
        let sentences = ModelReport { sentences: true, ..report("a", 500.0, 60.0) };
        assert_eq!(serde_json::to_value(sentences).unwrap()["sentences_per_second"], 2.0);
    }

    #[test]
    fn the_text_names_everything() {
        let ceiling = Ceiling {
            read_bytes_per_second: 35e9,
            integer_operations_per_second: 800e9,
            float_operations_per_second: 200e9,
        };
        insta::assert_snapshot!(
            write_text(&[report("a", 500.0, 60.0)], Some(&ceiling), None),
            @r"
        a on cpu (2 threads)
          load         0.25 s
          peak memory  300 MB
          512 prompt tokens, 64 new ones, median of 3 (least to most)
          batch 4      prefill 500 tokens/s (250 to 1000), decode 60.0 tokens/s (30.0 to 120.0)
        at most here
          memory read  35.0 GB/s
          integers     800 GOP/s
          floats       200 GOP/s
        "
        );
    }
}
