#pragma once
// Writes the frames that a server sends to the end of a string, in place.

#include <cstddef>
#include <string>
#include <string_view>

#include "gateway/stomp/frame.h"

namespace chatcore::gateway::stomp {

/// Writes one frame: command, headers, then body(), whose length need not be known before.
class FrameWriter {
public:
    /// Escapes header texts as the version asks; `Version::v1_0` for CONNECTED, which has none.
    FrameWriter(std::string& out, Version version, std::string_view command);

    FrameWriter& header(std::string_view name, std::string_view value);
    /// The same, of a text that needs no escaping.
    FrameWriter& plain(std::string_view name, std::string_view value);
    FrameWriter& number(std::string_view name, std::int64_t value);

    /// Ends a frame that has no body.
    void end();
    /// The body, and the frame's end. `content-length` is written with it, for bodies may hold NUL.
    void body(std::string_view text, std::string_view content_type);

    /// The same in parts that are put together later: a header line, and what comes behind the
    /// last.
    static void append_header(std::string& out, Version version, std::string_view name,
                              std::string_view value) {
        FrameWriter(out, version).header(name, value);
    }
    static void append_body(std::string& out, std::string_view text,
                            std::string_view content_type) {
        FrameWriter(out, Version::v1_0).body(text, content_type);
    }

private:
    FrameWriter(std::string& out, Version version) : out_(out), version_(version) {}
    void escape(std::string_view text);

    std::string& out_;
    const Version version_;
};

}  // namespace chatcore::gateway::stomp
