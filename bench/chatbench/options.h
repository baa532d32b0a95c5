#pragma once
// What a run is asked to do; `main.cpp` fills it from the command line, where each is described.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include "common/net.h"

namespace bench {

struct Options {
    Endpoint target{0x7f000001, 8080};
    bool raw = false;
    std::string door;  ///< empty: the native one, by its own broadcast
    unsigned threads = 1;
    std::string state_dir;
    std::string jwt_secret;
    std::int64_t first_user_id = 1;
    unsigned sign_up_threads = 8;
    pid_t server_pid = 0;
    std::string json_file;
    std::string label;
    bool quiet = false;
    bool setup_only = false;

    std::size_t rooms = 1;
    std::size_t members = 2;
    std::size_t senders = 1;
    bool devices = false;  ///< the members of a room are devices of a customer and a store's owner
    std::string host_key;
    std::size_t in_flight = 64;
    double rate = 0;
    double warmup_s = 1;
    double seconds = 5;
    std::uint64_t posts = 0;
    std::size_t payload_bytes = 128;

    std::size_t connections = 1000;
    std::size_t rooms_each = 10;
    double hold_s = 5;

    std::size_t users = 200;
    std::size_t history = 50;

    std::vector<std::string> plot_files;
    std::string plot_output;
    std::string plot_title;
};

/// For results.
inline std::string door_label(const Options& options) {
    return options.door.empty() ? "native" : options.door;
}

}  // namespace bench
