#pragma once
// Bodies that are too large to be held: taken and given in pieces, each side at its own pace.
// Threads: the connection's shard.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "chatcore/task.h"

namespace chatcore::gateway {

/// Takes a request's body as it comes in. Going without `complete` means that it ended before its
/// end: the client has gone, or was refused.
class BodySink {
public:
    virtual ~BodySink() = default;
    /// The next piece, of at most what one read of the connection brings.
    virtual void piece(std::string bytes) = 0;
    /// There is no more. The last call.
    virtual void complete() = 0;
};

/// Gives an answer's body.
class BodySource {
public:
    virtual ~BodySource() = default;
    /// The next piece: 1 to `size_max` bytes. Asked again only when that is answered; an error
    /// cuts the connection, since the head of the answer has promised more.
    virtual void next(std::size_t size_max, Completion<std::string> done) = 0;
};

/// The body of an answer whose length is known.
struct StreamedBody {
    std::int64_t length = 0;
    std::unique_ptr<BodySource> source;  ///< not asked for HEAD, nor for a length of 0
};

}  // namespace chatcore::gateway
