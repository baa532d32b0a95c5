#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chatcore/adapters/system_random.h"

#include "data_dir.h"
#include "key_file.h"

using namespace chatcore;
using namespace chatcore::chatd;

namespace {

/// A folder of its own, gone at the end.
struct Scratch {
    std::filesystem::path path;

    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "chatd-data-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Scratch() { std::filesystem::remove_all(path); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
};

unsigned mode_of(const std::filesystem::path& path) {
    struct stat what{};
    REQUIRE(::stat(path.c_str(), &what) == 0);
    return what.st_mode & 0777u;
}

}  // namespace

TEST_CASE("the folder is made, for its owner alone") {
    const Scratch scratch;
    const auto path = scratch.path / "deep" / "data";
    REQUIRE(DataDir::open(path.string()));
    CHECK(mode_of(path) == 0700);
}

TEST_CASE("a file in the folder's place is told as such") {
    const Scratch scratch;
    const auto path = scratch.path / "data";
    std::ofstream(path) << "x";
    const Result<DataDir> opened = DataDir::open(path.string());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().cause.ends_with("is not a folder"));
}

TEST_CASE("a folder is locked by one at a time, and free again at the end") {
    const Scratch scratch;
    Result<DataDir> second = DataDir::open(scratch.path.string());
    REQUIRE(second);
    CHECK(DataDir::look_at_lock(scratch.path.string()));
    CHECK(std::filesystem::is_empty(scratch.path));
    {
        Result<DataDir> first = DataDir::open(scratch.path.string());
        REQUIRE(first);
        REQUIRE(first->lock());
        const Status refused = second->lock();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().cause == "the data folder " + scratch.path.string() +
                                           " is in use by another chatd (process " +
                                           std::to_string(::getpid()) + ")");
        const Status looked = DataDir::look_at_lock(scratch.path.string());
        REQUIRE_FALSE(looked);
        CHECK(looked.error() == refused.error());
    }
    CHECK(DataDir::look_at_lock(scratch.path.string()));
    CHECK(second->lock());
}

TEST_CASE("a folder in place of a key file is told") {
    const Scratch scratch;
    const Result<std::string> read = KeyFile(scratch.path.string()).read();
    REQUIRE_FALSE(read);
    CHECK(read.error().cause ==
          "the key file " + scratch.path.string() + " cannot be read: Is a directory");
}

TEST_CASE("the secret is made once, kept, and readable by its owner alone") {
    const Scratch scratch;
    SystemRandom random;
    Result<DataDir> folder = DataDir::open(scratch.path.string());
    REQUIRE(folder);
    const Result<std::string> made = folder->jwt_secret(random);
    REQUIRE(made);
    CHECK(made->size() == 64);
    CHECK(made->find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(mode_of(scratch.path / "jwt_secret") == 0600);
    const Result<std::string> kept = folder->jwt_secret(random);
    REQUIRE(kept);
    CHECK(*kept == *made);

    int files = 0;  // no draft is left behind
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(scratch.path)) {
        ++files;
    }
    CHECK(files == 1);
}

TEST_CASE("a secret that is cut off is refused rather than replaced") {
    const Scratch scratch;
    SystemRandom random;
    Result<DataDir> folder = DataDir::open(scratch.path.string());
    REQUIRE(folder);
    std::ofstream(scratch.path / "jwt_secret") << "abc\n";
    const Result<std::string> secret = folder->jwt_secret(random);
    REQUIRE_FALSE(secret);
    CHECK(secret.error().cause.find("holds no secret") != std::string::npos);
}

TEST_CASE("what only reads makes neither the folder nor the secret") {
    const Scratch scratch;
    const auto path = scratch.path / "data";
    const Result<DataDir> missing = DataDir::find(path.string());
    REQUIRE_FALSE(missing);
    CHECK(missing.error().cause == "there is no data folder " + path.string());
    CHECK_FALSE(std::filesystem::exists(path));

    Result<DataDir> folder = DataDir::open(path.string());
    REQUIRE(folder);
    const Result<std::string> none = folder->kept_jwt_secret();
    REQUIRE_FALSE(none);
    CHECK(none.error().cause.find("there is no secret yet") != std::string::npos);
    CHECK(std::filesystem::is_empty(path));
    SystemRandom random;
    const Result<std::string> made = folder->jwt_secret(random);
    const Result<std::string> kept = folder->kept_jwt_secret();
    REQUIRE(made);
    REQUIRE(kept);
    CHECK(*kept == *made);
}
