"""Brings the catalogues up to date with the texts of the source: `python -m locales.update`, or `--check` to only look.

Translations are kept; a text that changed a little keeps its old one, marked fuzzy, until someone has looked at it (remove
the mark then). The compiled `.mo` are what the app reads, so they are written next to the `.po` and belong in the repository:
`descent.mo` with everything, `player.mo` with what a script shows, since that half is sent to the browser.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from locales import LANGUAGES
from locales.texts import collect

FOLDER = Path(__file__).parent
COMMENT = "# Descent Lab: translations. `make locales` brings the entries up to date and compiles them."


class _Catalog(Catalog):
    """One without dates and versions in its header: the same texts always give the same file."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def file_of(language: str, folder: Path = FOLDER) -> Path:
    return folder / language / "LC_MESSAGES" / "descent.po"


def languages() -> list[str]:
    return [language for language in LANGUAGES if language != "en"]


def read(language: str, folder: Path = FOLDER) -> Catalog:
    """The catalogue as it is on disk; an empty one where there is none."""
    file = file_of(language, folder)
    return read_po(io.BytesIO(file.read_bytes()), locale=language) if file.exists() else Catalog(locale=language)


def merged(language: str, texts: dict[str, list[str]], folder: Path = FOLDER) -> Catalog:
    """Exactly these texts, with the translations on disk."""
    fresh = _Catalog(locale=language, header_comment=COMMENT, fuzzy=False)
    for text, files in texts.items():
        fresh.add(text, locations=[(file, 0) for file in files])
    known = read(language, folder)
    known.update(fresh)
    for message in fresh:
        if message.id:
            message.string, message.flags = known[message.id].string, known[message.id].flags
    return fresh


def compiled(catalog: Catalog) -> dict[str, bytes]:
    """The file of each domain: its name and what is in it."""
    player = _Catalog(locale=catalog.locale, fuzzy=False)
    for message in catalog:
        if message.id and any(file.endswith(".js") for file, _ in message.locations):
            player.add(message.id, message.string, flags=message.flags)
    return {"descent.mo": _mo(catalog), "player.mo": _mo(player)}


def _mo(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update(language: str, texts: dict[str, list[str]], folder: Path = FOLDER) -> list[str]:
    """Write both files of a language; returns what was dropped, with its translation, since nothing shows it now."""
    before, after = read(language, folder), merged(language, texts, folder)
    file = file_of(language, folder)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as handle:
        write_po(handle, after, width=0, include_lineno=False, ignore_obsolete=True, sort_by_file=True)
    for name, content in compiled(after).items():
        file.with_name(name).write_bytes(content)
    return [f"dropped: {m.id!r} = {m.string!r}" for m in before if m.id and m.id not in texts]


def problems(language: str, texts: dict[str, list[str]], folder: Path = FOLDER) -> list[str]:
    """Everything that keeps a language from being complete: missing, fuzzy and obsolete entries, a stale `.mo`."""
    catalog, file = read(language, folder), file_of(language, folder)
    messages = {m.id: m for m in catalog if m.id}
    lines = [f"missing: {text!r}" for text in texts if text not in messages or not messages[text].string]
    lines += [f"fuzzy: {text!r}" for text, message in messages.items() if message.fuzzy]
    lines += [f"obsolete: {text!r}" for text in [*messages, *catalog.obsolete] if text not in texts]
    for name, content in compiled(merged(language, texts, folder)).items():
        if not file.with_name(name).exists() or file.with_name(name).read_bytes() != content:
            lines.append(f"stale: {name} is not what `make locales` compiles from {file.name}")
    return lines


def main(arguments: list[str]) -> int:
    texts, check, complete = collect(), "--check" in arguments, True
    for language in languages():
        dropped = [] if check else update(language, texts)
        wrong = problems(language, texts)
        complete = complete and not wrong
        print(f"{language}: {len(texts)} texts", *dropped, *wrong, sep="\n  ")
    return int(check and not complete)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
