#pragma once
// What one I/O thread owns: its Asio context, the buffers that all of its connections share, and
// the list of them. Threads: everything but `io` belongs to the loop's thread.

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "chatcore/adapters/gateway.h"

#include "gateway/link/door_figures.h"
#include "gateway/link/session_table.h"
#include "gateway/net/connection_table.h"
#include "gateway/net/readiness.h"
#include "gateway/websocket/frame_decoder.h"
#include "gateway/websocket/inflater.h"

namespace chatcore::gateway {

class Connection;

using SteadyTime = std::chrono::steady_clock::time_point;

struct Loop {
    explicit Loop(int number);

    /// One read of a connection. Larger saves calls under load, and stays within the second-level
    /// cache.
    static constexpr std::size_t read_bytes = 128 * 1024;

    const int index;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
    std::thread thread;

    std::vector<char> storage;
    std::span<char> read_buffer() { return {storage.data(), read_bytes}; }
    Inflater inflater;
    ConnectionTable connections;
    SessionTable sessions;
    DoorCounts doors;
    Readiness readiness;
    asio::steady_timer second{io};  ///< goes off once a second, for all time limits of connections
    SteadyTime now = std::chrono::steady_clock::now();
    std::string http_date;
};

struct IoThreads::Body {
    std::vector<std::unique_ptr<Loop>> loops;
};

}  // namespace chatcore::gateway
