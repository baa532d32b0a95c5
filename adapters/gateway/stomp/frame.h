#pragma once
// Frames of STOMP 1.0, 1.1 and 1.2 (stomp.github.io/stomp-specification-1.2.html) as values, and
// the words that decoder, encoder and session share.

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace chatcore::gateway::stomp {

enum class Version : std::uint8_t { v1_0, v1_1, v1_2 };

/// "1.2" for v1_2.
std::string_view name_of(Version version);

/// The highest version of a comma-separated `accept-version` that is spoken here. An absent header
/// means 1.0.
std::optional<Version> choose_version(std::optional<std::string_view> accept_version);

/// Header fields in the order of the frame. Where a name is repeated, the first one counts.
class Headers {
public:
    void clear() { fields_.clear(); }
    void add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }
    std::optional<std::string_view> find(std::string_view name) const;
    /// Empty where there is none.
    std::string_view value_of(std::string_view name) const { return find(name).value_or(""); }
    const std::vector<std::pair<std::string_view, std::string_view>>& fields() const {
        return fields_;
    }

private:
    std::vector<std::pair<std::string_view, std::string_view>> fields_;
};

/// A frame in its decoder's bytes, valid until the decoder's next call.
struct Frame {
    std::string_view command;
    Headers headers;
    std::string_view body;
};

/// What a client can do, and nothing else.
enum class Command : std::uint8_t {
    connect,  ///< CONNECT, and STOMP, which is the same
    send,
    subscribe,
    unsubscribe,
    ack,
    nack,
    begin,
    commit,
    abort,
    disconnect,
};

/// Nullopt for what no client sends.
std::optional<Command> command_of(std::string_view name);
/// Whether more bytes could make a command of it.
bool may_become_command(std::string_view begin);

/// The pace of heart-beats in both directions: milliseconds, 0 for none.
struct HeartBeats {
    int ours = 0;    ///< how often the peer hears from us, at least
    int theirs = 0;  ///< how often we hear from the peer, at least
};

/// What comes of the `heart-beat` header of a CONNECT ("can send, wants to hear") and of what this
/// side would do both ways. Absent: none. Nullopt where it is not two numbers.
std::optional<HeartBeats> agree(std::optional<std::string_view> header, int would_ms);

}  // namespace chatcore::gateway::stomp
