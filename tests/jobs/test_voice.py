"""What a command tells, to programs and to people."""

from __future__ import annotations

import io
import json
import sys

from jobs.voice import Voice


def events(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_program_hears_events_and_the_log_has_the_words(capsys):
    voice = Voice("augment", events=True)
    voice.event("start", total=2)
    voice.say("two to go")
    voice.warn("one is damaged")
    voice.count("1 of 2")
    voice.done("made 2", made=2)
    said = capsys.readouterr()
    assert events(said.out) == [
        {"event": "start", "total": 2},
        {"event": "message", "text": "two to go"},
        {"event": "done", "made": 2},
    ]
    assert said.err == "augment: two to go\naugment: one is damaged\n"


def test_a_person_hears_words_alone(capsys):
    voice = Voice("augment", events=False)
    voice.event("start", total=2)
    voice.say("two to go")
    voice.count("1 of 2")
    voice.done("made 2", made=2)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("made 2\n", "augment: two to go\n")


def test_wrong_input_is_one_line_and_exit_code_2(capsys):
    assert Voice("train", events=True).refused(ValueError("give a folder")) == 2
    said = capsys.readouterr()
    assert events(said.out) == [{"event": "error", "message": "give a folder"}]
    assert said.err == "train: give a folder\n"


def test_only_the_first_of_several_processes_speaks(capsys):
    voice = Voice("train", events=True, silent=True)
    voice.say("here")
    voice.done("made", made=1)
    assert voice.refused("no") == 2
    said = capsys.readouterr()
    assert said.out + said.err == ""


def test_a_terminal_s_count_is_replaced_and_never_runs_into_the_next_line(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    voice = Voice("predict", events=False)
    voice.count("1 of 3")
    voice.count("2 of 3")
    voice.warn("a.jpg: damaged")
    assert screen.getvalue() == "\r1 of 3 \r2 of 3 \npredict: a.jpg: damaged\n"
