#!/usr/bin/env bash
# chrF++ of a model of the registry in six directions, through bulletin itself: its first answers, as they are.
#   training/evaluate.sh SAMPLE MODEL [options of bulletin, such as --models FILE]
# SAMPLE.en, SAMPLE.tr and SAMPLE.ru hold the same sentences, one a line. $BULLETIN is the program.
set -euo pipefail
sample=$1 model=$2
shift 2
for pair in en-tr tr-en en-ru ru-en tr-ru ru-tr; do
    from=${pair%-*} to=${pair#*-}
    "${BULLETIN:-bulletin}" evaluate translation --quiet --first-answer --model "$model" --format json \
        --source "$sample.$from" --reference "$sample.$to" --from "$from" --to "$to" \
        ${TRANSLATIONS:+--translations "$TRANSLATIONS.$pair"} "$@" |
        python3 -c "import json, sys; print('$pair', json.dumps(json.load(sys.stdin)))"
done
