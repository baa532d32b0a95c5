#pragma once
// What chatbench can do to a server. Each runs to its end and gives the result to print.

#include "chatbench/options.h"
#include "common/json.h"

namespace bench {

/// Fan-out: senders broadcast into their rooms, every attached connection counts what comes. With a
/// door they post instead, and all speak that door's protocol.
JsonObject run_broadcast(const Options& options);

/// Stored posts, from client to client: everybody posts into a room of two with so many in flight,
/// and each post is counted where the other one receives it.
JsonObject run_post(const Options& options);

/// Reads over HTTP: each person asks one thing after another, as fast as they are answered.
JsonObject run_reads(const Options& options);

/// Connections that do nothing, and the server's memory before and after they came.
JsonObject run_idle(const Options& options);

}  // namespace bench
