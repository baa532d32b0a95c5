// chatbench: drives a chatd, or the wire floor it is judged by, and measures what comes of it.
// README.md tells how.

#include <algorithm>
#include <cstdio>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "chatbench/fleet.h"
#include "chatbench/options.h"
#include "chatbench/plot.h"
#include "chatbench/workloads.h"

namespace {

void add_common(CLI::App& app, bench::Options& options, std::string& target) {
    app.add_option("--target", target, "host:port of the server")->capture_default_str();
    app.add_flag("--raw", options.raw, "the server is wire_floor: no accounts, rooms not kept");
    app.add_option("--threads", options.threads, "generator threads")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    app.add_option("--state", options.state_dir, "folder for people and rooms of this server");
    app.add_option("--jwt-secret", options.jwt_secret, "make tokens instead of signing people up");
    app.add_option("--first-user-id", options.first_user_id,
                   "with --jwt-secret: the first account");
    app.add_option("--sign-up-threads", options.sign_up_threads)
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    app.add_option("--server-pid", options.server_pid, "measure this process's CPU and memory");
    app.add_option("--json", options.json_file,
                   "write the result here instead of to standard output");
    app.add_option("--label", options.label, "a name for this run in results and pictures");
    app.add_flag("--quiet", options.quiet, "no progress on the terminal");
    app.add_flag("--setup-only", options.setup_only, "sign up and open rooms, then stop");
}

void add_door(CLI::App& app, bench::Options& options, const std::string& what) {
    app.add_option("--door", options.door, what)
        ->check(CLI::IsMember({"native", "stomp", "stomp-own", "socketio"}));
}

void add_timing(CLI::App& app, bench::Options& options) {
    app.add_option("--warmup", options.warmup_s, "seconds before measuring")
        ->check(CLI::Range(0.0, 3600.0))
        ->capture_default_str();
    app.add_option("--seconds", options.seconds, "seconds of measuring")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    app.add_option("--payload-bytes", options.payload_bytes, "bytes of payload or content")
        ->check(CLI::Range(34, 60000))
        ->capture_default_str();
    app.add_option("--in-flight", options.in_flight, "closed loop: unanswered messages of a sender")
        ->check(CLI::Range(1, 65536))
        ->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Load generator for chatd");
    app.require_subcommand(1);
    bench::Options options;
    std::string target = "127.0.0.1:8080";

    auto* broadcast =
        app.add_subcommand("broadcast", "fan-out, unstored (bench.broadcast = true) or by a door");
    add_common(*broadcast, options, target);
    add_timing(*broadcast, options);
    broadcast->add_option("--rooms", options.rooms)->check(CLI::Range(1, 20000));
    broadcast->add_option("--members", options.members)->check(CLI::Range(1, 19000));
    broadcast->add_option("--senders", options.senders, "of each room")->check(CLI::Range(1, 1000));
    broadcast->add_option("--rate", options.rate, "open loop: deliveries/s to offer; 0 is closed");
    broadcast->add_flag("--devices", options.devices,
                        "the members of a room are devices of two people: a store and a customer");
    broadcast
        ->add_option("--host-key", options.host_key, "with --devices: the server's auth.host_key")
        ->envname("CHATD_AUTH_HOST_KEY");
    add_door(*broadcast, options, "post, stored, through this door instead of broadcasting");

    auto* post = app.add_subcommand("post", "stored posts, counted at the receiver");
    add_common(*post, options, target);
    add_timing(*post, options);
    post->add_option("--senders", options.senders, "people, two to a room")
        ->check(CLI::Range(2, 19000));
    post->add_option("--posts", options.posts, "send so many instead of for --seconds");

    auto* idle = app.add_subcommand("idle", "connections that only wait, and what they cost");
    add_common(*idle, options, target);
    add_door(*idle, options, "the protocol that the connections speak");
    idle->add_option("--connections", options.connections)->check(CLI::Range(1, 19900));
    idle->add_option("--rooms-each", options.rooms_each)->check(CLI::Range(1, 100));
    idle->add_option("--hold", options.hold_s, "seconds to hold them")
        ->check(CLI::Range(0.0, 86400.0));

    auto* reads = app.add_subcommand("reads", "reads over HTTP, one after another by each person");
    add_common(*reads, options, target);
    reads->add_option("--users", options.users)
        ->check(CLI::Range(10, 10000))
        ->capture_default_str();
    reads->add_option("--rooms-each", options.rooms_each)->check(CLI::Range(1, 100));
    reads->add_option("--history", options.history, "messages in each room")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    reads->add_option("--warmup", options.warmup_s, "seconds before measuring");
    reads->add_option("--seconds", options.seconds, "seconds of measuring");

    auto* draw = app.add_subcommand("plot", "draw results as SVG");
    draw->add_option("files", options.plot_files)->required()->check(CLI::ExistingFile);
    draw->add_option("-o,--output", options.plot_output)->required();
    draw->add_option("--title", options.plot_title);

    CLI11_PARSE(app, argc, argv);
    const auto endpoint = bench::parse_endpoint(target);
    if (!endpoint) bench::die(fmt::format("--target {}: no address and port", target));
    options.target = *endpoint;
    options.quiet = options.quiet || ::isatty(STDERR_FILENO) == 0;
    if (*broadcast && options.senders > options.members) {
        bench::die("there are more --senders than --members in a room");
    }
    if (*broadcast && options.rooms * options.members > 19900) {
        bench::die("a process may have 20,000 descriptors: rooms times members is too much");
    }

    if (*broadcast && options.devices && options.raw) {
        bench::die("wire_floor has no people: --devices is not for --raw");
    }

    if (*draw) {
        std::ofstream out(options.plot_output, std::ios::trunc);
        out << bench::plot(options.plot_files, options.plot_title);
        if (!out.flush()) bench::die(fmt::format("cannot write {}", options.plot_output));
        return 0;
    }
    const bench::JsonObject result = *broadcast ? bench::run_broadcast(options)
                                     : *post    ? bench::run_post(options)
                                     : *reads   ? bench::run_reads(options)
                                                : bench::run_idle(options);
    bench::write_json(options, result);
    return 0;
}
