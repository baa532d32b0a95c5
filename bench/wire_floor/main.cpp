// wire_floor: the upper bound by which a server is judged on this machine. See server.h.

#include <cstdio>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "wire_floor/server.h"

int main(int argc, char** argv) {
    CLI::App app("Writes ready-made bytes to WebSocket connections, gathered per tick");
    std::string listen = "127.0.0.1:0";
    std::uint32_t threads = 1;
    app.add_option("--listen", listen, "host:port; port 0 picks one and prints it")
        ->capture_default_str();
    app.add_option("--threads", threads)
        ->check(CLI::Range(1U, bench::reactors_max))
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    auto endpoint = bench::parse_endpoint(listen);
    if (!endpoint) bench::die(fmt::format("--listen {}: no address and port", listen));
    const bench::Fd listener = bench::listen_at(*endpoint);
    if (!listener) bench::die(fmt::format("cannot listen at {}", listen));
    fmt::print("listening on {}\n", bench::to_string(*endpoint));
    std::fflush(stdout);

    bench::Shared shared;
    for (std::uint32_t i = 0; i < threads; ++i) {
        shared.reactors.push_back(
            std::make_unique<bench::Reactor>(shared, i, i == 0 ? listener.get() : -1));
    }
    std::vector<std::jthread> running;
    for (std::uint32_t i = 1; i < threads; ++i) {
        running.emplace_back([&reactor = *shared.reactors[i]] { reactor.run(); });
    }
    shared.reactors[0]->run();
}
