#include "chatcore/adapters/magic_file_types.h"

#include <mutex>

#include <magic.h>

namespace chatcore {

namespace {

constexpr std::string_view unknown = "application/octet-stream";

/// Compressed files are what they are, whatever is in them; and no program is run, no file opened.
constexpr int how = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TOKENS;

struct CloseMagic {
    void operator()(magic_t magic) const { ::magic_close(magic); }
};

}  // namespace

struct MagicFileTypes::State {
    std::mutex mutex;
    std::unique_ptr<magic_set, CloseMagic> magic;
};

MagicFileTypes::MagicFileTypes(std::unique_ptr<State> state) : state_(std::move(state)) {}
MagicFileTypes::~MagicFileTypes() = default;

Result<std::unique_ptr<MagicFileTypes>> MagicFileTypes::load() {
    auto state = std::make_unique<State>();
    state->magic.reset(::magic_open(how));
    if (!state->magic) return unexpected(ErrorCode::unavailable, "magic");
    if (::magic_load(state->magic.get(), nullptr) != 0) {
        const char* const why = ::magic_error(state->magic.get());
        return unexpected(ErrorCode::unavailable, "magic", why == nullptr ? "" : why);
    }
    return std::unique_ptr<MagicFileTypes>(new MagicFileTypes(std::move(state)));
}

std::string MagicFileTypes::type_of(std::string_view beginning) {
    if (beginning.empty()) return std::string(unknown);
    const std::scoped_lock lock(state_->mutex);
    const char* const type =
        ::magic_buffer(state_->magic.get(), beginning.data(), beginning.size());
    if (type == nullptr) return std::string(unknown);
    std::string found = type;
    // Of some it says two, the first of which is the better one.
    found.resize(std::min(found.find_first_of("; \\\n"), found.size()));
    const bool is_type = found.find('/') != found.npos && found.find("inode/") != 0;
    return is_type ? found : std::string(unknown);
}

}  // namespace chatcore
