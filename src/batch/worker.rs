//! Lines of JSON in → one line of JSON out for each, in their order: the piece that GNU parallel,
//! Spark, Ray and the like put many of side by side.

use std::io::{BufRead, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::article::Reader;
use crate::article::admission::Admission;
use crate::batch::lines::{self, Line};
use crate::batch::made;
use crate::batch::run::{Results, Tasks};
use crate::batch::summaries::settle_results;
use crate::document::Document;
use crate::language::Language;

mod record;

use record::{Fault, Record};

/// How a worker works.
#[derive(Clone, Debug)]
pub struct WorkerOptions {
    /// Languages for records that name none.
    pub targets: Vec<Language>,
    /// Most records that are put before the model together.
    pub batch: usize,
    /// Longest time that a record waits for others to come.
    pub latency: Duration,
    /// Longest line, in bytes.
    pub line_limit: usize,
    /// How records are read.
    pub reader: Reader,
    /// Which are let in.
    pub admission: Admission,
}

/// How many records there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub done: usize,
    pub failed: usize,
}

/// How long the loop waits for a line before it looks whether it should stop.
const NAP: Duration = Duration::from_millis(100);

/// Answers every line of `input` but blank ones with one line on `output`, written out at once
/// after each batch. `now` is the clock by which lines wait for others. When `stop` says so, lines that were read are still answered, and no more
/// are read.
///
/// # Errors
/// When `input` cannot be read or `output` cannot be written. What is wrong with a line, or with
/// the work on it, is the answer to the line.
pub fn serve(
    input: impl BufRead + Send + 'static,
    output: &mut dyn Write,
    options: &WorkerOptions,
    tasks: &mut Tasks,
    now: &dyn Fn() -> Instant,
    stop: &dyn Fn() -> bool,
) -> Result<Tally> {
    let (sender, receiver) = sync_channel(options.batch);
    let limit = options.line_limit;
    // It may sit in a read for ever, so nobody waits for its end.
    thread::spawn(move || read_lines(input, limit, &sender));
    let mut tally = Tally::default();
    loop {
        let (batch, ended) = next_batch(&receiver, options, now, stop)?;
        let batch = batch.into_iter().map(|line| Record::read(line, options)).collect();
        for answer in answers(batch, options, tasks) {
            match answer.get("error") {
                Some(_) => tally.failed += 1,
                None => tally.done += 1,
            }
            serde_json::to_writer(&mut *output, &answer).context("cannot write the answer")?;
            output.write_all(b"\n").context("cannot write the answer")?;
        }
        output.flush().context("cannot write the answer")?;
        if ended {
            return Ok(tally);
        }
    }
}

fn read_lines(mut input: impl BufRead, limit: usize, sender: &SyncSender<std::io::Result<Line>>) {
    loop {
        let line = lines::next(&mut input, limit);
        let last = line.is_err();
        let Some(line) = line.transpose() else { return };
        if sender.send(line).is_err() || last {
            return;
        }
    }
}

/// Waits for a line, then for more of them until the batch is full or the time is up; lines that are there by then
/// come along. The second result says that none will follow.
fn next_batch(
    receiver: &Receiver<std::io::Result<Line>>,
    options: &WorkerOptions,
    now: &dyn Fn() -> Instant,
    stop: &dyn Fn() -> bool,
) -> Result<(Vec<Line>, bool)> {
    let mut batch: Vec<Line> = Vec::new();
    let mut full_at: Option<Instant> = None;
    loop {
        let stopping = stop();
        let left = full_at.map(|at| at.saturating_duration_since(now()));
        let wait = if stopping { Duration::ZERO } else { left.map_or(NAP, |left| left.min(NAP)) };
        match receiver.recv_timeout(wait) {
            Ok(line) => {
                let line = line.context("cannot read the next line")?;
                if !record::is_blank(&line) {
                    batch.push(line);
                    full_at.get_or_insert_with(|| now() + options.latency);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return Ok((batch, true)),
            Err(RecvTimeoutError::Timeout) if stopping => return Ok((batch, true)),
            Err(RecvTimeoutError::Timeout) if left == Some(Duration::ZERO) => {
                return Ok((batch, false));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if !stopping && batch.len() >= options.batch {
            return Ok((batch, false));
        }
    }
}

/// One answer for each record, in their order.
fn answers(batch: Vec<Record>, options: &WorkerOptions, tasks: &mut Tasks) -> Vec<Value> {
    let mut states: Vec<Result<Document, Fault>> = summaries(&batch, tasks);
    for to in Language::ALL {
        let wanted: Vec<usize> = (0..batch.len())
            .filter(|&index| {
                batch[index].targets(&options.targets).contains(&to)
                    && states[index].as_ref().is_ok_and(|document| {
                        document.article.language != to && !document.briefs.is_empty()
                    })
            })
            .collect();
        translations(&wanted, to, &mut states, tasks);
    }
    batch.into_iter().zip(states).map(|(record, state)| answer(record.id, state)).collect()
}

fn summaries(batch: &[Record], tasks: &mut Tasks) -> Vec<Result<Document, Fault>> {
    let articles: Vec<_> =
        batch.iter().filter_map(|record| record.article.as_ref().ok()).cloned().collect();
    let results = match articles.is_empty() {
        true => Vec::new(),
        false => call((tasks.summarise)(&articles, &mut |_| {}), articles.len()),
    };
    let mut results = results.into_iter();
    let state = |record: &Record| {
        let article = record.article.clone()?;
        let result = results.next().unwrap_or_else(|| Err(Fault::model("no answer".into())));
        Ok(made::document(article, result?))
    };
    batch.iter().map(state).collect()
}

fn translations(
    wanted: &[usize],
    to: Language,
    states: &mut [Result<Document, Fault>],
    tasks: &mut Tasks,
) {
    // One call has briefs of one language, as in a run over a folder.
    for from in Language::ALL {
        let is_from = |index: &&usize| {
            states[**index].as_ref().is_ok_and(|document| document.article.language == from)
        };
        let group: Vec<usize> = wanted.iter().filter(is_from).copied().collect();
        let documents: Vec<Document> =
            group.iter().filter_map(|&index| states[index].as_ref().ok().cloned()).collect();
        if documents.is_empty() {
            continue;
        }
        let results = call((tasks.translate)(to, &documents, &mut |_| {}), documents.len());
        for (&index, result) in group.iter().zip(results) {
            match (&mut states[index], result) {
                (Ok(document), Ok(made)) => made::put(document, made),
                (state, Err(fault)) => *state = Err(fault),
                (Err(_), Ok(_)) => {}
            }
        }
    }
}

/// Results of a call; when the call as a whole failed, each record gets the error.
fn call(results: Result<Results>, count: usize) -> Vec<Result<made::Made, Fault>> {
    match results.and_then(settle_results) {
        Ok(results) => results.into_iter().map(|result| result.map_err(Fault::model)).collect(),
        Err(error) => {
            let fault = Fault::internal(format!("{error:#}"));
            vec![Err(fault); count]
        }
    }
}

fn answer(id: Value, state: Result<Document, Fault>) -> Value {
    let document = state.and_then(|document| {
        serde_json::to_value(document).map_err(|error| Fault::internal(error.to_string()))
    });
    match document {
        Ok(Value::Object(fields)) => {
            let mut answer = serde_json::Map::new();
            answer.insert("id".to_string(), id);
            answer.extend(fields);
            Value::Object(answer)
        }
        Ok(other) => json!({ "id": id, "document": other }),
        Err(fault) => json!({ "id": id, "error": fault }),
    }
}

#[cfg(test)]
mod tests;
