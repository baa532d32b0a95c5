#pragma once
// SEND frames that wait for their transaction's COMMIT. Threads: the loop's.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatcore::gateway::stomp {

struct HeldSend {
    std::string destination;
    std::string receipt;
    std::string body;
};

class Transactions {
public:
    enum class Begun : std::uint8_t { yes, twice, too_many };
    enum class Held : std::uint8_t { yes, unknown, too_much };

    Begun begin(std::string_view name);
    bool has(std::string_view name) const { return find(name) != held_.end(); }
    Held hold(std::string_view name, HeldSend send);
    /// Ends it, and gives what it held; nullopt where none of that name was begun.
    std::optional<std::vector<HeldSend>> end(std::string_view name);

private:
    // Of one connection.
    static constexpr std::size_t open_max = 16;
    static constexpr std::size_t sends_max = 256;
    static constexpr std::size_t bytes_max = 1024 * 1024;

    using Map = std::map<std::string, std::vector<HeldSend>, std::less<>>;
    Map::const_iterator find(std::string_view name) const { return held_.find(name); }

    Map held_;
    std::size_t sends_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace chatcore::gateway::stomp
