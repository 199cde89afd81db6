"""Writes tests/fixtures/chat_templates.json: what published Jinja chat templates make of conversations.

usage: chat_templates.py SOURCES_FOLDER OUT.json

SOURCES_FOLDER holds the files named in TEMPLATES. The templates belong to their makers and are not kept
here; each is known by its SHA-256. Rendering is that of transformers 5
(`utils/chat_template_utils.py`): a sandboxed environment with trim_blocks and lstrip_blocks.
Needs jinja2.

llm_family.json    https://github.com/xorbitsai/inference (Apache-2.0), commit
                   7ecec16b63383e18e4af790c4b522fb7d79f7e77, xinference/model/llm/llm_family.json: the
                   chat templates of the models as that project keeps them
hy-mt2-7b.jinja    `tokenizer.chat_template` of the GGUF file of tencent/Hy-MT2-7B-GGUF, as quoted in
                   https://github.com/Sooobeo/damodaran, scripts/model-comparison (its SHA-256 is stated in
                   run_hymt.py beside that of the file's header)
translategemma.jinja  chat_template.jinja of google/translategemma-4b-it at
                   10042cb0e6e7fdce748996a71dc3dc432a4e0c89, in a public copy that keeps ten languages of
                   its table; Turkish and Russian are put back here with the names that the whole table has

Not found in any public source: the Jinja template of EuroLLM (its model card shows a whole prompt).
"""
import hashlib
import json
import pathlib
import sys

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

FAMILIES = "llm_family.json"
# Our name, file, entry of a JSON file, SHA-256 of the template, variables beside the messages.
TEMPLATES = [
    ("qwen3", FAMILIES, "qwen3", "87a2728cb8dc9fe424d624542f6060ec05a1d285ebbec578bb078900e33396b5", {"enable_thinking": False}),
    ("chatml", FAMILIES, "Qwen3-Instruct", "40c21f34cf67d8c760ef72f8ad3ae5afad514299d4b06e91dd9a8d705af7b541", {}),
    ("gemma", FAMILIES, "gemma-3-it", "7de1c58e208eda46e9c7f86397df37ec49883aeece39fb961e0a6b24088dd3c4", {"bos_token": "<bos>"}),
    ("llama3", FAMILIES, "llama-3-instruct", "b61f26f00f0da37e3c1226882393a6e54bfc1e505b6a7516f2bf963577b7ace6", {}),
    ("hunyuan", FAMILIES, "Hy-MT2-1.8B", "b7491ec0e9c869dfce20f2176758099bf248d979dd05530ede99deb21698acee", {}),
    ("hunyuan-large", "hy-mt2-7b.jinja", None, "788ac16c5d7bfefc28655928ad524c8f378a44cb24d24fb125d6a5859b167677", {}),
]
TRANSLATE_GEMMA = ("translategemma.jinja", "cbc2ec83ec221493c8b661fffa9717143f999bb9da33658136de498fc2746712")

SYSTEMS = [None, "Be brief.", " Kısa yaz.\n"]
USERS = [" Hi there. ", "İlk satır.\n\nSon satır.", "Привет, мир!\n", "{{ 1 + 1 }} {% raw %}"]
TEXTS = ["The mayor said no.", "Kar yağdı.\n\nYollar kapandı."]
LANGUAGES = {"en": "English", "tr": "Turkish", "ru": "Russian"}


def environment():
    def refuse(message):
        raise jinja2.TemplateError(message)

    made = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    made.globals["raise_exception"] = refuse
    return made


def checked(text, expected):
    found = hashlib.sha256(text.encode()).hexdigest()
    if found != expected:
        sys.exit(f"the template has SHA-256 {found} instead of {expected}")
    return text


def load(folder, name, entry):
    text = (folder / name).read_text(encoding="utf-8")
    if entry is None:
        return text
    return next(model["chat_template"] for model in json.loads(text) if model["model_name"] == entry)


def conversations(source, variables):
    template = environment().from_string(source)
    for system in SYSTEMS:
        for user in USERS:
            messages = [{"role": "system", "content": system}] if system is not None else []
            messages.append({"role": "user", "content": user})
            text = template.render(messages=messages, add_generation_prompt=True, **variables)
            yield {"system": system, "user": user, "text": text}


def translations(source):
    known = '    "en": "English",\n'
    template = environment().from_string(source.replace(known, known + '    "tr": "Turkish",\n    "ru": "Russian",\n'))
    for source_code in LANGUAGES:
        for target_code in LANGUAGES:
            for text in TEXTS if source_code != target_code else []:
                content = {"type": "text", "source_lang_code": source_code, "target_lang_code": target_code, "text": text}
                messages = [{"role": "user", "content": [content]}]
                rendered = template.render(messages=messages, add_generation_prompt=True, bos_token="<bos>")
                yield {"source": source_code, "target": target_code, "text": text, "rendered": rendered}


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    written = {"conversations": {}, "translate_gemma": []}
    for name, file, entry, digest, variables in TEMPLATES:
        source = checked(load(folder, file, entry), digest)
        written["conversations"][name] = {"sha256": digest, "cases": list(conversations(source, variables))}
    file, digest = TRANSLATE_GEMMA
    written["translate_gemma"] = list(translations(checked(load(folder, file, None), digest)))
    out.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


main()
