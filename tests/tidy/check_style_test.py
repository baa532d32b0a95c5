#!/usr/bin/env python3
"""Shows that each style check can fail: over a small good tree with one thing wrong at a time."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import check_style  # noqa: E402

LAYOUT = (Path(__file__).resolve().parents[2] / ".clang-format").read_text()
LATER = "TO" + "DO"

PORT = """#pragma once
// Threads:   any thread,
//            really.
// Blocking:  no.
// Lifetime:  outlives the Engine.
// Errors:    none.
// Checked by: unit/clock_test.cpp

class Clock {
public:
    virtual ~Clock() = default;
    virtual int now() const = 0;
};
"""

GOOD = {
    "include/chatcore/ports/clock.h": PORT,
    "src/CMakeLists.txt": "chatcore_library(core SOURCES engine.cpp rules/post.cpp)\n",
    "src/engine.cpp": '#include "chatcore/ports/clock.h"\n// steady_clock::now() is not for us\n',
    "src/rules/post.cpp": "#include <string>\n",
    "adapters/memory/CMakeLists.txt": "chatcore_library(memory SOURCES store.cpp)\n",
    "adapters/memory/include/chatcore/adapters/store.h": "#pragma once\n",
    "adapters/memory/rows.h": "#pragma once\n",
    "adapters/memory/store.cpp": '#include "chatcore/adapters/store.h"\n\n#include <thread>\n\n#include "rows.h"\n',
    "adapters/sqlite/CMakeLists.txt": "chatcore_library(sqlite SOURCES db.cpp)\n",
    "adapters/sqlite/db.cpp": "#include <sqlite3.h>\n",
    "adapters/sqlite/more.cmake": "list(APPEND more ${CMAKE_CURRENT_LIST_DIR}/rows/more.cpp)\n",
    "adapters/sqlite/rows/more.cpp": "",
    "adapters/embedded/CMakeLists.txt": "chatcore_library(embedded SOURCES embedded.cpp)\n",
    "adapters/embedded/embedded.cpp": '#include "chatcore/adapters/store.h"\n',
    "tests/unit/CMakeLists.txt": "foreach(name clock)\n  chatcore_test(unit SOURCES ${name}_test.cpp)\nendforeach()\n",
    "tests/unit/clock_test.cpp": "int main() {}\n",
}


def findings(changes, rule):
    """What the script says of the good tree with files changed or (None) taken away."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**GOOD, **changes}.items():
            if text is not None:
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        (Path(folder) / ".clang-format").write_text(LAYOUT)
        tree = check_style.Tree(folder)
        if rule == "layout":
            program = check_style.clang_format_19("")
            if program is None:
                raise unittest.SkipTest("clang-format 19 is not installed")
            check_style.check_layout(tree, program)
        else:
            check_style.RULES[rule](tree)
        return tree.findings


class EachCheckCanFail(unittest.TestCase):
    def expect(self, rule, changes, place):
        found = findings(changes, rule)
        self.assertTrue(any(line.startswith(place) for line in found), f"{rule}: {place} not in {found}")

    def test_the_good_tree_is_good(self):
        for rule in ["layers", "adapters", "ports", "lengths", "finished", "dead_files"]:
            self.assertEqual(findings({}, rule), [], rule)

    def test_layers(self):
        for header in ["asio.hpp", "asio/ip/tcp.hpp", "sqlite3.h", "libpq-fe.h", "postgresql/libpq-fe.h",
                       "hiredis/hiredis.h",
                       "librdkafka/rdkafkacpp.h", "openssl/evp.h", "simdjson.h", "spdlog/spdlog.h",
                       "prometheus/counter.h", "curl/curl.h", "thread", "chatcore/adapters/store.h"]:
            self.expect("layers", {"src/engine.cpp": f"#include <{header}>\n"}, "src/engine.cpp:1:")
            self.expect("layers", {"include/chatcore/x.h": f"#pragma once\n#  include <{header}>\n"},
                        "include/chatcore/x.h:2:")
        for clock in ["std::chrono::system_clock::now()", "steady_clock :: now()", "Clock = steady_clock::now"]:
            self.expect("layers", {"src/engine.cpp": f"\nauto x = {clock};\n"}, "src/engine.cpp:2:")

    def test_adapters(self):
        for name in ["chatcore/adapters/store.h", "../memory/rows.h", "rows.h"]:
            self.expect("adapters", {"adapters/sqlite/db.cpp": f'#include "{name}"\n'}, "adapters/sqlite/db.cpp:1:")
        self.expect("adapters", {"adapters/embedded/embedded.cpp": '#include "../memory/rows.h"\n'},
                    "adapters/embedded/")
        self.expect("adapters", {"adapters/embedded/include/chatcore/adapters/all.h": "#pragma once\n",
                                 "adapters/memory/store.cpp": '#include "chatcore/adapters/all.h"\n'},
                    "adapters/memory/store.cpp:1:")

    def test_ports(self):
        place = "include/chatcore/ports/clock.h"
        for field in ["Threads", "Blocking", "Lifetime", "Errors", "Checked by"]:
            self.expect("ports", {place: PORT.replace(f"// {field}:", "//")}, place)
        self.expect("ports", {place: PORT.replace("\n// Blocking", " Blocking")}, place)
        self.expect("ports", {place: PORT.replace("#pragma once\n", "#pragma once\n\n")}, place)
        self.expect("ports", {"tests/unit/clock_test.cpp": None}, place)
        method = "    virtual int now() const = 0;\n"
        self.assertEqual(findings({place: PORT.replace(method, method * 8)}, "ports"), [])
        self.expect("ports", {place: PORT.replace(method, method * 9)}, place + ":9:")

    def test_lengths(self):
        line = "int x;\n"
        for name, most in [("src/rules/post.cpp", 500), ("adapters/memory/rows.h", 200)]:
            self.assertEqual(findings({name: line * most}, "lengths"), [])
            self.expect("lengths", {name: line * (most + 1)}, name)
            self.assertEqual(findings({name: "// Long because it is a table.\n" + line * most}, "lengths"), [])
            self.expect("lengths", {name: line * most + "// Long because it is a table.\n"}, name)
        self.assertEqual(findings({"src/engine.cpp": "//" + "한" * 118 + "\n"}, "lengths"), [])
        self.expect("lengths", {"src/engine.cpp": "//" + "x" * 119 + "\n"}, "src/engine.cpp:1:")

    def test_finished(self):
        for name in ["src/engine.cpp", "src/CMakeLists.txt", "tests/x.py", "scripts/x.sh"]:
            for word in [LATER, "FIX" + "ME", "XX" + "X", "HA" + "CK"]:
                self.expect("finished", {name: f"\n# {word}: more\n"}, name + ":2:")

    def test_dead_files(self):
        for name in ["src/other.cpp", "src/rules/other.cpp", "adapters/memory/engine.cpp", "tests/unit/clock.cpp",
                     "tests/other/clock_test.cpp"]:
            self.expect("dead_files", {name: ""}, name)
        only_in_a_comment = "chatcore_library(core SOURCES rules/post.cpp) # engine.cpp\n"
        self.expect("dead_files", {"src/CMakeLists.txt": only_in_a_comment}, "src/engine.cpp")

    def test_layout(self):
        self.assertEqual(findings({}, "layout"), [])
        self.expect("layout", {"src/engine.cpp": "\nint   x ;\n"}, "src/engine.cpp:2:")


if __name__ == "__main__":
    unittest.main()
