#!/usr/bin/env python3
"""The style of this project as a check: prints what does not hold, and fails if anything does.

usage: check_style.py [--root FOLDER] [--only RULE[,RULE]] [--clang-format PROGRAM]
Exit status: 0 clean, 1 findings, 77 skipped (layout without clang-format 19).
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

SKIPPED_FOLDERS = {"node_modules", "build", ".git", "dist", "corpus", "__pycache__", "web"}
PARTS = ["include", "src", "adapters", "apps", "bench", "examples", "tests"]
HEADER_LINES_MAX = 200
SOURCE_LINES_MAX = 500
COLUMNS_MAX = 120
PORT_METHODS_MAX = 8
PORT_FIELDS = ["Threads", "Blocking", "Lifetime", "Errors", "Checked by"]

# Folders of adapters/ that put adapters together and are known by none.
WIRING = {"embedded"}

# What the core must know nothing of: it is handed time, threads and everything with a library.
FORBIDDEN_IN_CORE = re.compile(
    r"^(asio|boost|sqlite3|libpq|postgresql|hiredis|librdkafka|rdkafka|openssl|simdjson|spdlog|prometheus|curl|crypt)"
    r"([/._-]|$)")
CHECK_FILE = re.compile(r"\b(?:unit|contract|simulation|integration|fuzz)/[\w/]+\.\w+")
CLOCK_READ = re.compile(r"\b(system_clock|steady_clock|high_resolution_clock)\s*::\s*now\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
# Put together here, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")


class Tree:
    def __init__(self, root):
        self.root = Path(root).resolve()
        self.findings = []
        self._texts = {}

    def files(self, *suffixes, under=PARTS):
        for part in under:
            for folder, folders, names in os.walk(self.root / part):
                folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS and not f.startswith("."))
                for name in sorted(names):
                    if name.endswith(suffixes):
                        yield Path(folder) / name

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = path.read_text(encoding="utf-8", errors="replace")
        return self._texts[path]

    def includes(self, path):
        for number, line in enumerate(self.text(path).splitlines(), 1):
            found = INCLUDE.match(line)
            if found:
                yield number, found.group(1), found.group(2)

    def find(self, path, line, what):
        name = path.relative_to(self.root) if path.is_absolute() else path
        self.findings.append(f"{name}:{line}: {what}")


def without_comments(text):
    """The code with comments blanked, line by line as before."""
    keep_lines = lambda found: re.sub(r"[^\n]", " ", found.group(0))
    return re.sub(r"//[^\n]*|/\*.*?\*/", keep_lines, text, flags=re.S)


def check_layers(tree):
    """The core knows no library, starts no thread and reads no clock."""
    for path in tree.files(".h", ".cpp", under=["include/chatcore", "src"]):
        for number, _, name in tree.includes(path):
            if FORBIDDEN_IN_CORE.match(name):
                tree.find(path, number, f"the core does not include <{name}>")
            if name == "thread":
                tree.find(path, number, "the core starts no threads; it is handed an Executor")
            if name.startswith("chatcore/adapters/"):
                tree.find(path, number, "the core does not know adapters")
        for number, line in enumerate(without_comments(tree.text(path)).splitlines(), 1):
            if CLOCK_READ.search(line):
                tree.find(path, number, "the core reads no clock; it is handed a Clock")


def check_adapters(tree):
    """No adapter includes another, neither its private nor its public headers; wiring the public ones."""
    home = tree.root / "adapters"
    if not home.is_dir():
        return
    owners = {}
    for adapter in sorted(p for p in home.iterdir() if p.is_dir()):
        public = adapter / "include"
        for header in public.rglob("*.h") if public.is_dir() else []:
            owners[header.relative_to(public).as_posix()] = adapter.name
    for path in tree.files(".h", ".cpp", under=["adapters"]):
        adapter = path.relative_to(home).parts[0]
        for number, quote, name in tree.includes(path):
            owner = owners.get(name)
            if owner is not None and owner != adapter and adapter not in WIRING:
                tree.find(path, number, f"the adapter {adapter} does not include the adapter {owner}")
            if quote != '"' or owner is not None or name.startswith("chatcore/"):
                continue
            near = (path.parent / name).resolve()
            if near.exists() and (home / adapter).resolve() not in near.parents:
                tree.find(path, number, f'"{name}" is outside the adapter {adapter}')
            elif not near.exists() and not any(
                    p.as_posix().endswith("/" + name) for p in (home / adapter).rglob("*.h")):
                tree.find(path, number, f'"{name}" is no header of the adapter {adapter}')


def check_ports(tree):
    """Ports are small, and say their five things in five places."""
    for path in tree.files(".h", under=["include/chatcore/ports"]):
        lines = tree.text(path).splitlines()
        opening = []
        for line in lines[1:]:
            if not line.startswith("//"):
                break
            opening.append(line)
        fields = {}
        order = []
        for line in opening:
            found = re.match(r"// (Threads|Blocking|Lifetime|Errors|Checked by):\s*(\S.*)$", line)
            if found:
                order.append(found.group(1))
                fields[found.group(1)] = found.group(2)
            elif order:
                fields[order[-1]] += " " + line[2:].strip()
        if not lines or lines[0] != "#pragma once" or order != PORT_FIELDS:
            tree.find(path, 2, "a port opens with the lines " + ", ".join(PORT_FIELDS))
        for name in CHECK_FILE.findall(fields.get("Checked by", "")):
            if not (tree.root / "tests" / name).is_file():
                tree.find(path, 6, f"is checked by tests/{name}, which is not there")
        code = without_comments(tree.text(path))
        for body in re.finditer(r"\bclass (\w+)[^;{]*\{", code):
            end = code.find("\n};", body.end())
            methods = code[body.end():end].count("= 0;")
            if methods > PORT_METHODS_MAX:
                line = code.count("\n", 0, body.start()) + 1
                tree.find(path, line, f"{body.group(1)} has {methods} methods, more than {PORT_METHODS_MAX}")


def check_lengths(tree):
    """Files and lines are short; a longer file says why at its top."""
    for path in tree.files(".h", ".cpp"):
        lines = tree.text(path).splitlines()
        most = HEADER_LINES_MAX if path.suffix == ".h" else SOURCE_LINES_MAX
        excused = any(line.startswith("// Long because") for line in lines[:15])
        if len(lines) > most and not excused:
            tree.find(path, len(lines), f"longer than {most} lines, and does not say `// Long because …`")
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX:
                tree.find(path, number, f"longer than {COLUMNS_MAX} columns")


def check_finished(tree):
    """Nothing is left for later without a place where it is kept."""
    kinds = (".h", ".cpp", ".py", ".cmake", ".ts", ".sh", ".sql", "CMakeLists.txt")
    for path in tree.files(*kinds, under=PARTS + ["cmake", "scripts", "docs"]):
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            if UNFINISHED.search(line):
                tree.find(path, number, "something is unfinished here")


def check_dead_files(tree):
    """Every source belongs to a target."""
    for path in tree.files(".cpp"):
        folder = path.parent
        listed = False
        while not listed and tree.root in [folder, *folder.parents]:
            name = path.relative_to(folder).as_posix()
            for listing in [folder / "CMakeLists.txt", *sorted(folder.glob("*.cmake"))]:
                listed = listed or (listing.is_file() and lists(tree.text(listing), name))
            folder = folder.parent
        if not listed and lists(all_cmake(tree), path.relative_to(tree.root).as_posix()):
            listed = True
        if not listed:
            tree.find(path, 1, "is in no CMakeLists.txt")


def all_cmake(tree):
    return "\n".join(tree.text(p) for p in tree.files("CMakeLists.txt", ".cmake", under=PARTS + ["cmake"]))


def lists(cmake, name):
    """Whether a word of the listing is the name; `${…}` within a word stands for a part of it."""
    for word in re.findall(r"[^\s()\"]+", re.sub(r"#[^\n]*", "", cmake)):
        if word == name or word.endswith("}/" + name):
            return True
        if "${" in word and word.endswith(".cpp"):
            pattern = r"[\w-]+".join(re.escape(part) for part in re.split(r"\$\{\w+\}", word))
            if re.fullmatch(pattern, name):
                return True
    return False


def check_layout(tree, program):
    """clang-format 19 would change nothing."""
    files = [str(p) for p in tree.files(".h", ".cpp")]
    failed = subprocess.run([program, "--dry-run", "--Werror", f"--style=file:{tree.root / '.clang-format'}", *files],
                            capture_output=True, text=True)
    for line in failed.stderr.splitlines():
        found = re.match(r"(.+?):(\d+):\d+: error: ", line)
        if found:
            tree.find(Path(found.group(1)), found.group(2), "is not laid out as clang-format does it")
    if failed.returncode != 0 and not tree.findings:
        tree.find(tree.root, 1, "clang-format failed: " + failed.stderr[:200])


def clang_format_19(asked):
    for name in [asked] if asked else ["clang-format-19", "clang-format"]:
        program = shutil.which(name)
        if program and " 19." in subprocess.run([program, "--version"], capture_output=True, text=True).stdout:
            return program
    return None


RULES = {
    "layers": check_layers,
    "adapters": check_adapters,
    "ports": check_ports,
    "lengths": check_lengths,
    "finished": check_finished,
    "dead_files": check_dead_files,
}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--root", default=Path(__file__).resolve().parents[2])
    arguments.add_argument("--only", default=",".join(RULES))
    arguments.add_argument("--clang-format", default="")
    given = arguments.parse_args()
    tree = Tree(given.root)
    skipped = False
    for rule in given.only.split(","):
        if rule == "layout":
            program = clang_format_19(given.clang_format)
            skipped = program is None
            if skipped:
                print("skipped: layout is decided by clang-format 19, which is not installed")
            else:
                check_layout(tree, program)
        else:
            RULES[rule](tree)
    for finding in tree.findings:
        print(finding)
    if tree.findings:
        print(f"{len(tree.findings)} findings")
        return 1
    return 77 if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
