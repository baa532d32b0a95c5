#include "contract/blob_contract.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

namespace chatcore::contract {
namespace {

/// A store and the few words that the clauses are written in.
class BlobWorld {
public:
    BlobWorld(const BlobFactory& make, Findings& findings)
        : findings_(findings), subject_(make()) {}

    BlobStore& blobs() { return subject_->blobs(); }
    void restart() { subject_->restart(); }
    bool expect(bool holds, std::string_view what) { return findings_.expect(holds, what); }

    std::unique_ptr<BlobUpload> begin(const std::string& name) {
        auto upload = blobs().begin(name);
        expect(upload.has_value(), "a put begins");
        return upload ? std::move(*upload) : nullptr;
    }
    void put(const std::string& name, std::string_view bytes) {
        const auto upload = begin(name);
        if (!upload) return;
        expect(upload->append(bytes).has_value(), "a piece is taken");
        expect(upload->commit().has_value(), "a put is committed");
    }
    /// All of it; `-` where there is none.
    std::string all(const std::string& name) {
        auto bytes = blobs().read(name, 0, 1 << 20);
        return bytes ? *bytes : "-";
    }
    std::optional<std::int64_t> size(const std::string& name) {
        auto size = blobs().size(name);
        expect(size.has_value(), "a size is told, or that there is none");
        return size ? *size : std::nullopt;
    }
    std::vector<std::string> names(const std::string& prefix, const std::string& after = {},
                                   int limit = 1'000) {
        auto page = blobs().list(prefix, after, limit);
        expect(page.has_value(), "blobs are listed");
        std::vector<std::string> names;
        if (!page) return names;
        for (const BlobInfo& blob : page->items) names.push_back(blob.name);
        return names;
    }

private:
    Findings& findings_;
    std::unique_ptr<BlobSubject> subject_;
};

template <void (*Check)(BlobWorld&)>
void in_world(const BlobFactory& make, Findings& findings) {
    BlobWorld world(make, findings);
    Check(world);
}

/// Bytes of every value, none of which repeats its neighbours.
std::string bytes_of(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t state = 12'345;
    for (char& byte : bytes) {
        state = state * 1'664'525U + 1'013'904'223U;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

void put_in_pieces(BlobWorld& world) {
    const std::string bytes = bytes_of(300'000);
    const auto upload = world.begin("archive/one.bin");
    if (!upload) return;
    for (std::size_t at = 0; at < bytes.size(); at += 70'001)
        world.expect(upload->append(std::string_view(bytes).substr(at, 70'001)).has_value(),
                     "each piece is taken");
    world.expect(upload->append({}).has_value(), "an empty piece is no error");
    world.expect(upload->commit().has_value(), "and the put committed");
    world.expect(world.all("archive/one.bin") == bytes, "all pieces are there, in order");
    world.expect(world.size("archive/one.bin") == 300'000, "and its size");
    world.put("empty", "");
    world.expect(world.size("empty") == 0 && world.all("empty").empty(), "a blob may be empty");
}

void seen_whole_or_not(BlobWorld& world) {
    auto upload = world.begin("a/half");
    if (!upload) return;
    world.expect(upload->append("half of it").has_value(), "a piece is taken");
    world.expect(!world.size("a/half"), "before the commit there is none");
    world.expect(world.all("a/half") == "-", "nor can it be read");
    world.expect(world.names("").empty(), "nor is it listed");
    upload.reset();
    world.expect(!world.size("a/half"), "without a commit there never is");
    world.put("a/half", "before");
    auto next = world.begin("a/half");
    if (!next) return;
    world.expect(next->append("after").has_value(), "another is put in its place");
    world.expect(world.all("a/half") == "before", "until it is committed the old one stays");
    world.expect(next->commit().has_value(), "then it is committed");
    world.expect(world.all("a/half") == "after" && world.size("a/half") == 5,
                 "and then there is the new one, and nothing of the old");
}

void puts_do_not_meet(BlobWorld& world) {
    const auto one = world.begin("same");
    const auto other = world.begin("same");
    if (!one || !other) return;
    for (int i = 0; i < 3; ++i) {
        world.expect(one->append("1").has_value() && other->append("22").has_value(),
                     "two puts of one name go on at once");
    }
    world.expect(one->commit().has_value() && world.all("same") == "111", "one is committed");
    world.expect(other->commit().has_value() && world.all("same") == "222222",
                 "and the later commit counts");
}

void ranges(BlobWorld& world) {
    world.put("r", "0123456789");
    const auto read = [&](std::int64_t offset, std::size_t size) {
        auto bytes = world.blobs().read("r", offset, size);
        return bytes ? *bytes : "-";
    };
    world.expect(read(0, 4) == "0123" && read(4, 4) == "4567", "it is read in pieces");
    world.expect(read(8, 4) == "89", "the last of which is shorter");
    world.expect(read(10, 4).empty() && read(1'000'000'000'000, 4).empty(),
                 "behind the end there is nothing");
    const auto none = world.blobs().read("none", 0, 4);
    world.expect(!none && none.error().code == ErrorCode::not_found, "what there is not is told");
}

void removed(BlobWorld& world) {
    world.put("folder/deep/one", "1");
    world.put("folder/two", "2");
    world.expect(world.blobs().remove("folder/deep/one").has_value(), "a blob is removed");
    world.expect(!world.size("folder/deep/one") && world.all("folder/deep/one") == "-",
                 "and then there is none");
    world.expect(world.size("folder/two") == 1, "its neighbours stay");
    world.expect(world.blobs().remove("folder/deep/one").has_value() &&
                     world.blobs().remove("never").has_value(),
                 "removing what there is not is no error");
    world.put("folder/deep", "a name that was a folder's");
    world.expect(world.size("folder/deep") == 26, "a folder that is empty leaves its name free");
    // Refused or not, it must not harm the other.
    auto below = world.blobs().begin("folder/two/later");
    if (below && (*below)->append("x")) static_cast<void>((*below)->commit());
    world.expect(world.all("folder/two") == "2", "a name below another's harms it not");
}

void listed(BlobWorld& world) {
    const std::vector<std::string> names = {"a-b", "a/1",       "a/2/x", "a/2/y", "a/20",
                                            "a/3", "archive/1", "b",     "temp/1"};
    for (auto it = names.rbegin(); it != names.rend(); ++it) world.put(*it, *it);
    world.expect(world.names("") == names, "all are listed, by the bytes of their names");
    world.expect(world.names("a/2") == std::vector<std::string>{"a/2/x", "a/2/y", "a/20"},
                 "a prefix need not end with a folder");
    world.expect(world.names("a/2/") == std::vector<std::string>{"a/2/x", "a/2/y"}, "but may");
    world.expect(world.names("c").empty() && world.names("a/9/").empty(), "some fit none");
    std::vector<std::string> paged;
    std::string after;
    for (int pages = 0; pages < 10; ++pages) {
        auto page = world.blobs().list("a", after, 2);
        if (!page || page->items.empty()) break;
        world.expect(page->items.size() <= 2, "a page has at most so many");
        for (const BlobInfo& blob : page->items) {
            paged.push_back(blob.name);
            world.expect(blob.size_bytes == static_cast<std::int64_t>(blob.name.size()),
                         "sizes are told with the names");
        }
        if (!page->has_more) break;
        after = page->items.back().name;
    }
    world.expect(paged == std::vector<std::string>(names.begin(), names.begin() + 7),
                 "pages go on behind the last name, and leave none out");
    auto full = world.blobs().list("temp/", {}, 1);
    world.expect(full && full->items.size() == 1 && !full->has_more,
                 "a page that is just full says that it is the last");
}

void names_are_checked(BlobWorld& world) {
    const std::string long_segment(201, 'a');
    std::string long_name = "a";
    while (long_name.size() <= 512) long_name += "/aaaaaaaaa";
    for (const std::string& name :
         std::vector<std::string>{"",        "/",    "/a",   "a/",         "a//b",
                                  ".",       "..",   "../a", "a/../b",     "a/..",
                                  ".hidden", "a/.b", "a b",  "a\\b",       std::string("a\0b", 3),
                                  "한",      "a\n",  "~",    long_segment, long_name}) {
        const auto begun = world.blobs().begin(name);
        world.expect(!begun && begun.error().code == ErrorCode::invalid_value,
                     "what is no name begins no put");
        world.expect(!world.blobs().read(name, 0, 1) && !world.blobs().size(name) &&
                         !world.blobs().remove(name),
                     "and is not looked for");
    }
    world.expect(!world.blobs().list("../", {}, 10), "nor is what begins no name");
    const std::string longest = std::string(200, 'a') + '/' + std::string(200, 'Z');
    world.put(longest, "x");
    world.put("a.b-c_D.9", "y");
    world.expect(world.size(longest) == 1 && world.size("a.b-c_D.9") == 1,
                 "what is one is one, to its longest");
}

void restarts(BlobWorld& world) {
    world.put("kept/one", "1");
    auto upload = world.begin("kept/two");
    if (!upload) return;
    world.expect(upload->append(bytes_of(100'000)).has_value(), "a piece is taken");
    // Let go of without its destructor's help, as a killed process does.
    static std::vector<std::unique_ptr<BlobUpload>> of_the_dead;
    of_the_dead.push_back(std::move(upload));
    world.restart();
    world.expect(world.all("kept/one") == "1", "what was committed outlives a restart");
    world.expect(world.names("") == std::vector<std::string>{"kept/one"},
                 "what was not is nowhere");
    world.put("kept/two", "again");
    world.expect(world.all("kept/two") == "again", "and may be put anew");
}

void several_at_once(BlobWorld& world) {
    constexpr int threads = 4;
    constexpr int rounds = 25;
    std::atomic<int> wrong{0};
    const auto work = [&](int number) {
        const std::string mine = "shared/" + std::to_string(number);
        const std::string bytes = bytes_of(static_cast<std::size_t>(1'000 * (number + 1)));
        for (int i = 0; i < rounds; ++i) {
            auto upload = world.blobs().begin(mine + "/x");
            const bool put = upload && (*upload)->append(bytes) && (*upload)->commit();
            auto read = world.blobs().read(mine + "/x", 0, bytes.size() + 1);
            if (!put || !read || *read != bytes) ++wrong;
            // The folder goes with it, while others make theirs beside it.
            if (!world.blobs().remove(mine + "/x") || !world.blobs().list("shared/", {}, 100))
                ++wrong;
        }
    };
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) running.emplace_back(work, i);
    for (std::thread& thread : running) thread.join();
    world.expect(wrong == 0, "threads put, read, list and remove at once");
    world.expect(world.names("").empty(), "and nothing is left");
}

constexpr std::array<Clause<BlobFactory>, 9> clauses = {{
    {"a put in pieces", in_world<put_in_pieces>},
    {"a blob is seen whole or not at all", in_world<seen_whole_or_not>},
    {"puts of one name", in_world<puts_do_not_meet>},
    {"ranges", in_world<ranges>},
    {"removing", in_world<removed>},
    {"listing", in_world<listed>},
    {"names", in_world<names_are_checked>},
    {"restarts", in_world<restarts>},
    {"several at once", in_world<several_at_once>},
}};

}  // namespace

Findings check_blob_contract(const BlobFactory& make) {
    return check_all(clauses, make);
}

}  // namespace chatcore::contract
