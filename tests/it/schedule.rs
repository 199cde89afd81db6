//! Continuous batching on tiny models of every family: whatever is shared, cut up, guessed or
//! delayed, each request gets the tokens that it gets alone.

use bulletin::internals::engine::decoder::KeyValueType;
use bulletin::internals::engine::device::{Compute, DeviceChoice};
use bulletin::internals::engine::schedule::{Cost, Limits, PrefixSharing, Speculation};
use bulletin::internals::engine::{
    DecoderEngine, Engine, Event, Request, RequestError, Sampling, Setup,
};
use bulletin::internals::language::Language;
use bulletin::internals::models::ChatTemplate;

use crate::support::{fixture, request, tokens};

const FAMILIES: [&str; 5] = ["llama", "qwen2", "qwen3", "gemma3", "hunyuan-dense"];

fn engine(family: &str) -> DecoderEngine {
    engine_with(family, KeyValueType::F16)
}

fn engine_with(family: &str, key_value_type: KeyValueType) -> DecoderEngine {
    let path = fixture(&format!("families/{family}.gguf"));
    let compute = Compute::new(DeviceChoice::Cpu, 2).unwrap();
    let setup = Setup { key_value_type, ..Setup::with_memory(16 << 20) };
    DecoderEngine::load(family, &path, ChatTemplate::None, compute, setup).unwrap()
}

/// Sixteen requests of different lengths and languages, many of which begin alike.
fn requests() -> Vec<Request> {
    let instruction =
        "Say in one sentence what the report says, in the language of the report.\n\n";
    let openings = ["The council voted.", "Kar yağdı.", "Мост закрыт.", "R"];
    (0..16)
        .map(|index| {
            let text = openings[index % 4].repeat(1 + index % 3);
            let shared = if index % 5 == 4 { "" } else { instruction };
            request(&format!("{shared}{text}"), 3 + index % 4)
        })
        .collect()
}

fn alone(engine: &DecoderEngine, requests: &[Request]) -> Vec<Vec<u32>> {
    let single = |request| tokens(engine, std::slice::from_ref(request)).remove(0);
    requests.iter().map(single).collect()
}

/// `items` in an order that a multiplier coprime to 16 gives, and the order itself.
fn shuffled(items: &[Request], multiplier: usize) -> (Vec<usize>, Vec<Request>) {
    let order: Vec<usize> =
        (0..items.len()).map(|index| index * multiplier % items.len()).collect();
    let moved = order.iter().map(|&index| items[index].clone()).collect();
    (order, moved)
}

#[test]
fn batches_of_any_size_and_order_give_what_single_requests_give() {
    for family in FAMILIES {
        let engine = engine(family);
        let requests = requests();
        let single = alone(&engine, &requests);
        for count in [1, 2, 7, 16] {
            let batch = tokens(&engine, &requests[..count]);
            assert_eq!(batch, single[..count], "{family}, batch of {count}");
        }
        for multiplier in [15, 7, 5] {
            let (order, moved) = shuffled(&requests, multiplier);
            let expected: Vec<_> = order.iter().map(|&index| single[index].clone()).collect();
            assert_eq!(tokens(&engine, &moved), expected, "{family}, order {order:?}");
        }
    }
}

#[test]
fn settings_of_the_schedule_do_not_change_results() {
    for family in FAMILIES {
        let mut engine = engine(family);
        let requests = &requests()[..9];
        let plain = Limits {
            prefix_sharing: PrefixSharing::Off,
            speculation: Speculation::Off,
            step_rows: 4096,
            ..engine.limits().clone()
        };
        engine.set_limits(plain.clone());
        let expected = tokens(&engine, requests);
        let lookup = |draft| Speculation::PromptLookup { draft, rows: usize::MAX };
        let sharing = Limits { prefix_sharing: PrefixSharing::On, ..plain.clone() };
        let variants = [
            ("prefix sharing", sharing.clone()),
            ("chunks of three", Limits { step_rows: 3, ..plain.clone() }),
            ("chunks of 33", Limits { step_rows: 33, ..sharing.clone() }),
            ("two at a time", Limits { running: 2, ..sharing.clone() }),
            ("drafts of one", Limits { speculation: lookup(1), ..plain.clone() }),
            ("drafts of six", Limits { speculation: lookup(6), step_rows: 19, ..sharing.clone() }),
            ("little memory", Limits { cached_tokens: 256, ..sharing }),
        ];
        for (what, limits) in variants {
            engine.set_limits(limits);
            assert_eq!(tokens(&engine, requests), expected, "{family}: {what}");
        }
    }
}

#[test]
fn keys_and_values_in_bytes_are_the_same_in_every_batch() {
    for family in FAMILIES {
        let mut engine = engine_with(family, KeyValueType::Q8);
        let requests = requests();
        let single = alone(&engine, &requests);
        assert_eq!(tokens(&engine, &requests), single, "{family}");
        engine.set_limits(Limits { step_rows: 21, running: 3, ..engine.limits().clone() });
        assert_eq!(tokens(&engine, &requests), single, "{family}, in chunks");
    }
}

fn cost(engine: &DecoderEngine, requests: &[Request]) -> Cost {
    engine.generate_with_cost(requests, &mut |_| {}).1
}

/// Counts passes over the weights, which do not depend on the machine.
#[test]
fn a_batch_of_sixteen_costs_fewer_passes_and_rows_than_sixteen_runs() {
    for family in FAMILIES {
        let mut engine = engine(family);
        let requests = requests();
        let single: Vec<Cost> =
            requests.iter().map(|request| cost(&engine, std::slice::from_ref(request))).collect();
        let steps: usize = single.iter().map(|cost| cost.steps).sum();
        let rows: usize = single.iter().map(|cost| cost.rows).sum();
        let batch = cost(&engine, &requests);
        println!("{family}: {batch:?} against {steps} steps and {rows} rows");
        assert!(batch.steps * 4 < steps, "{family}: {batch:?} against {steps} steps");
        assert!(batch.rows * 4 < rows * 3, "{family}: {batch:?} against {rows} rows");
        let limits = Limits { prefix_sharing: PrefixSharing::Off, ..engine.limits().clone() };
        engine.set_limits(limits);
        assert_eq!(cost(&engine, &requests).rows, rows, "{family}: nothing shared, nothing saved");
    }
}

/// Candidates and second attempts have one prompt, which is read once, page or no page: each of the others
/// computes its last token alone.
#[test]
fn equal_prompts_are_read_once() {
    for family in FAMILIES {
        for kind in [KeyValueType::F16, KeyValueType::Q8] {
            let engine = engine_with(family, kind);
            for text in ["The council voted on it.", &"Kar yağdı, yollar kapandı. ".repeat(3)] {
                let mut requests = vec![request(text, 5); 4];
                for (seed, request) in (1..).zip(&mut requests[1..]) {
                    let (temperature, top_k, top_p, min_p) = (0.8, None, None, Some(0.08));
                    request.options.sampling =
                        Sampling::Random { temperature, top_k, top_p, min_p, seed };
                }
                let single = alone(&engine, &requests);
                assert_eq!(tokens(&engine, &requests), single, "{family}, {kind:?}");
                let one = cost(&engine, &requests[..1]);
                let prompt = engine.encode(&requests[0].input).len();
                let read = cost(&engine, &requests).rows - 4 * (one.rows - prompt);
                assert_eq!(read, prompt + 3, "{family}: a prompt of {prompt} tokens");
            }
        }
    }
}

#[test]
fn a_text_that_repeats_is_guessed_ahead_in_fewer_passes() {
    // A random model falls into a loop sooner or later, which drafts from its own text follow.
    let mut engine = engine("gemma3");
    let requests = [request("The council voted. The council voted.", 96)];
    let plain = cost(&engine, &requests);
    let expected = tokens(&engine, &requests);
    let speculation = Speculation::PromptLookup { draft: 4, rows: 8 };
    engine.set_limits(Limits { speculation, ..engine.limits().clone() });
    let guessed = cost(&engine, &requests);
    println!("{plain:?} without drafts, {guessed:?} with them");
    assert_eq!(tokens(&engine, &requests), expected);
    assert!(guessed.steps < plain.steps, "{guessed:?} against {plain:?}");
}

#[test]
fn guesses_stop_where_a_step_has_rows_enough() {
    let mut engine = engine("gemma3");
    // Sixteen that end together: at no time are there few.
    let requests: Vec<Request> = (0..16).map(|_| request("The council voted. The", 32)).collect();
    let plain = cost(&engine, &requests);
    let speculation = Speculation::PromptLookup { draft: 4, rows: 8 };
    engine.set_limits(Limits { speculation, ..engine.limits().clone() });
    let guessed = cost(&engine, &requests);
    assert!(guessed.rows - plain.rows <= 4 * 4, "{guessed:?} against {plain:?}");
}

/// Each head sees only the rows that want it, whoever else is in the step.
#[test]
fn requests_in_several_languages_share_steps() {
    for family in ["gemma3", "llama"] {
        let engine = engine(family);
        let mut requests = requests();
        let scripts =
            [None, Some(Language::English), Some(Language::Turkish), Some(Language::Russian)];
        for (index, request) in requests.iter_mut().enumerate() {
            request.options.script = scripts[index / 2 % 4];
        }
        let single = alone(&engine, &requests);
        assert_eq!(tokens(&engine, &requests), single, "{family}");
        for (request, tokens) in requests.iter().zip(&single) {
            let Some(language) = request.options.script else { continue };
            let allowed = engine.tokenizer().allowed_tokens(language.into());
            assert!(tokens.iter().all(|token| allowed.binary_search(token).is_ok()), "{family}");
        }
    }
}

#[test]
fn no_tokens_are_made_where_none_are_asked_for() {
    let engine = engine("qwen2");
    assert!(tokens(&engine, &[request("Rain", 0), request("Snow", 2)])[0].is_empty());
}

#[test]
fn requests_that_cannot_fit_fail_alone_and_say_why() {
    let mut engine = engine("qwen3");
    engine.set_limits(Limits { cached_tokens: 128, ..engine.limits().clone() });
    let batch =
        [request("Rain", 4), request(&"word ".repeat(40), 4), request(&"word ".repeat(200), 4)];
    let mut finished = Vec::new();
    let results = engine.generate(&batch, &mut |event| {
        if let Event::Finished(index) = event {
            finished.push(index);
        }
    });
    assert_eq!(results[0].as_ref().unwrap().tokens, tokens(&engine, &batch[..1])[0]);
    let memory = results[1].as_ref().unwrap_err().to_string();
    assert!(memory.contains("--kv-memory") && memory.contains("128"), "{memory}");
    assert!(matches!(results[2], Err(RequestError::TooLong { context: 512, .. })), "{results:?}");
    finished.sort_unstable();
    assert_eq!(finished, [0, 1, 2]);
}

#[test]
fn no_state_is_left_between_calls() {
    let engine = engine("hunyuan-dense");
    let requests = requests();
    let first = engine.generate(&requests, &mut |_| {});
    engine.generate(&[request("Something else altogether", 40)], &mut |_| {});
    assert_eq!(engine.generate(&requests, &mut |_| {}), first);
    assert!(engine.generate(&[], &mut |_| {}).is_empty());
}

#[test]
fn sampled_requests_are_the_same_in_every_batch() {
    let engine = engine("llama");
    let mut requests = requests();
    for (seed, request) in (0..).zip(&mut requests) {
        request.options.sampling = Sampling::Random {
            temperature: 0.8,
            top_k: Some(30),
            top_p: Some(0.95),
            min_p: Some(0.01),
            seed,
        };
    }
    assert_eq!(tokens(&engine, &requests), alone(&engine, &requests));
}
