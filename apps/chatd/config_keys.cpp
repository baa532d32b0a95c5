#include "config_keys.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "address.h"
#include "gateway/http/ip_address.h"

namespace chatcore::chatd {

namespace {

using enum ValueKind;

constexpr std::int64_t mebibyte = 1'048'576;

// name, kind, default, least, greatest, choices, planned, sentence, secret
constexpr std::array keys = std::to_array<ConfigKey>({
    {"listen", address, "127.0.0.1:8080", 0, 0, "", "",
     "Where HTTP and WebSocket are served; port 0 picks a free one and prints it."},
    {"data_dir", text, "./chatd-data", 0, 0, "", "",
     "The folder of the database, the signing secret and the lock; made if it is not there."},
    {"trusted_proxies", text, "", 0, 0, "", "",
     "Addresses and networks of proxies whose X-Forwarded-For is believed, with commas between: "
     "10.0.0.0/8, 2001:db8::1."},
    {"auth.jwt_secret", text, "", 0, 0, "", "",
     "Signs access tokens (HS256), at least 32 bytes. Without one, a secret is made at the first "
     "start and kept in the data folder.",
     true},
    {"auth.host_key", text, "", 0, 0, "", "",
     "What the host application's own server shows in X-Chatd-Key, at least 16 bytes: it may do "
     "what an admin may, and act as a person named in X-Chatd-User.",
     true},
    {"auth.access_hours", integer, "24", 1, 720, "", "", "How long an access token is good."},
    {"auth.refresh_days", integer, "30", 1, 365, "", "", "How long a refresh token is good."},
    {"auth.bcrypt_cost", integer, "10", 4, 16, "", "",
     "How slow a password is to hash: each step doubles it; 10 is about 50 ms."},
    {"auth.outside.secret", text, "", 0, 0, "", "",
     "Takes tokens of somebody else's identity provider, signed with this secret (HS256), at least "
     "32 bytes.",
     true},
    {"auth.outside.public_key_file", text, "", 0, 0, "", "",
     "The same by a public key: RSA (RS256) or EC on P-256 (ES256), in PEM. Read again when it "
     "changes, and at SIGHUP."},
    {"auth.outside.jwks_file", text, "", 0, 0, "", "",
     "The same by a JWK Set, of which tokens name a key by kid. Read again as above."},
    {"auth.outside.issuer", text, "", 0, 0, "", "",
     "What an outside token's iss must be; without one it is not looked at."},
    {"auth.outside.audience", text, "", 0, 0, "", "",
     "What an outside token's aud must be, or hold; without one it is not looked at."},
    {"auth.outside.leeway_s", integer, "60", 0, 600, "", "",
     "By how many seconds the provider's clock may differ from ours."},
    {"auth.outside.person_claim", text, "sub", 0, 0, "", "",
     "The claim of an outside token that says who it is of."},
    {"auth.outside.person_by", choice, "external_id", 0, 0, "external_id email id", "",
     "What that claim is: the account's external id, its email, or its id."},
    {"auth.outside.nickname_claim", text, "name", 0, 0, "", "",
     "The claim with the nickname, for accounts that are made; empty: none."},
    {"auth.outside.role_claim", text, "", 0, 0, "", "",
     "The claim with the role, or a list of roles, which raises the account's own for requests "
     "with the token; empty: none."},
    {"auth.outside.admins", boolean, "false", 0, 0, "", "",
     "Whether the role of an outside token may make an admin."},
    {"auth.outside.create", boolean, "false", 0, 0, "", "",
     "Whether who is not known gets an account at first sight."},
    {"store.kind", choice, "sqlite", 0, 0, "sqlite memory", "postgres",
     "Where messages are kept; memory forgets everything at the end."},
    {"store.sqlite.path", text, "", 0, 0, "", "",
     "The database file; without it, chatd.db in the data folder."},
    {"store.sqlite.synchronous", choice, "full", 0, 0, "full normal", "",
     "What an acknowledged message survives: full, a loss of power; normal, the end of the "
     "process."},
    {"store.migrate", boolean, "true", 0, 0, "", "",
     "Brings a database of an older version up to date when it is opened; else `chatd migrate` "
     "does."},
    {"store.readers", integer, "2", 1, 64, "", "", "Workers that read the store."},
    {"journal.kind", choice, "direct", 0, 0, "direct", "kafka", "How changes get to the store."},
    {"bus.kind", choice, "memory", 0, 0, "memory", "redis-pubsub redis-stream postgres",
     "How events get to other nodes; memory is for a single one."},
    {"cache.kind", choice, "memory", 0, 0, "memory", "redis", "Where presence is kept."},
    {"blob.kind", choice, "file", 0, 0, "file memory", "s3",
     "Where uploaded files are kept; with store.kind = memory they are in memory too."},
    {"blob.path", text, "", 0, 0, "", "",
     "The folder of uploaded files; without it, blobs in the data folder."},
    {"blob.workers", integer, "4", 1, 64, "", "", "Workers that read and write uploaded files."},
    {"attachments.types_allowed", text, "", 0, 0, "", "",
     "The kinds of files that may be uploaded, such as image/* application/pdf; without it, all."},
    {"attachments.types_denied", text, "", 0, 0, "", "",
     "Those that may not, such as application/x-dosexec; counts above what is allowed."},
    {"consultation.time_zone", text, "Asia/Seoul", 0, 0, "", "",
     "Whose clock transcripts and the consultation front door show; empty is UTC."},
    {"consultation.template_file", text, "", 0, 0, "", "",
     "The layout of transcripts (docs/consultations.md); without it, the Korean one."},
    {"consultation.archive_name", text, "archive/chat_{requestIdx}_final.txt", 0, 0, "", "",
     "Where the transcript of a consultation that has ended is kept, among the blobs."},
    {"consultation.snapshot_name", text, "temp/chat_{requestIdx}_snapshot_{time}.txt", 0, 0, "", "",
     "Where snapshots are kept while one goes on; {time} is yyyyMMddHHmmss."},
    {"consultation.hot_key", text, "chat:room:{requestIdx}", 0, 0, "", "",
     "The list in the cache that has the messages while one goes on."},
    {"consultation.hot_hours", integer, "36", 1, 8'760, "", "",
     "How long that list lives after the last message."},
    {"consultation.idle_hours", integer, "60", 1, 8'760, "", "",
     "How long nothing may be said, and the time agreed on be past, before one is closed."},
    {"consultation.snapshot_minutes", integer, "5", 0, 1'440, "", "",
     "How often snapshots are written; 0 is never."},
    {"consultation.clean_minutes", integer, "10", 0, 1'440, "", "",
     "How often is looked for what is idle, and for snapshots that were left; 0 is never."},
    {"doors.consultation.enabled", boolean, "true", 0, 0, "", "",
     "Serves the front door of consultations, /api/chat and /api/consultations, and theirs over "
     "STOMP."},
    {"doors.marketplace.enabled", boolean, "true", 0, 0, "", "",
     "Serves the front door of the marketplace, /chat."},
    {"doors.marketplace.serverpod", choice, "index", 0, 0, "off index name", "",
     "Serves Serverpod's clients at POST /chat: with enumerations by index, as those of versions 1 "
     "and 2 know them, or by name."},
    {"doors.messenger.enabled", boolean, "true", 0, 0, "", "",
     "Serves the front door of the messenger, /api/auth and /api/rooms, its own over STOMP, and "
     "/actuator."},
    {"doors.social.enabled", boolean, "true", 0, 0, "", "",
     "Serves what clients of the social system send and subscribe to over STOMP."},
    {"doors.sockjs.enabled", boolean, "true", 0, 0, "", "",
     "Serves SockJS at /ws/chat and /ws, for clients that WebSockets do not get through to."},
    {"doors.sockjs.websocket", boolean, "true", 0, 0, "", "",
     "Lets clients of SockJS try WebSockets first."},
    {"doors.sockjs.cookie_needed", boolean, "false", 0, 0, "", "",
     "Sets the cookie JSESSIONID, for balancers that keep clients at their node by it."},
    {"doors.sockjs.response_bytes_max", integer, "131072", 4'096, 1'024 * mebibyte, "", "",
     "How much a streaming answer of SockJS carries before it ends, and the client asks anew."},
    {"doors.sockjs.client_url", text, "", 0, 0, "", "",
     "The address of the script of SockJS's iframe page, beginning with / or http; without it, our "
     "own."},
    {"doors.storefront.enabled", boolean, "true", 0, 0, "", "",
     "Serves the front door of stores and their customers, /user and /seller, and their "
     "Socket.IO."},
    {"doors.storefront.socketio", boolean, "true", 0, 0, "", "",
     "Serves their clients of Socket.IO, /socket.io, where that front door is open."},
    {"limits.attachment_bytes", integer, "104857600", 1, 1'024 * 1'024 * mebibyte, "", "",
     "The largest file that may be uploaded."},
    {"limits.attachment_unused_hours", integer, "24", 1, 8'760, "", "",
     "How long a file is kept that was uploaded and is shown nowhere."},
    {"limits.person_downloads", integer, "32", 0, 1'000'000, "", "",
     "Files that one person fetches at once from a node; 0 is off."},
    {"limits.person_posts_per_s", integer, "10", 0, 1'000'000, "", "",
     "Posts of one person a second; 0 is off."},
    {"limits.room_posts_per_s", integer, "0", 0, 1'000'000, "", "",
     "Posts in one room a second, of all its people; 0 is off."},
    {"limits.person_changes_per_s", integer, "10", 0, 1'000'000, "", "",
     "Edits, reactions, pins, titles, notices, rooms opened, joining, leaving, inviting, removing, "
     "roles, friend requests and blocks of one person a second, together; 0 is off."},
    {"limits.person_reports_per_min", integer, "10", 0, 1'000'000, "", "",
     "Reports of one person a minute; 0 is off."},
    {"limits.typing_per_s", integer, "1", 0, 1'000, "", "",
     "How often a second it is told that one person types in one room, or what they do there; 0 is "
     "off."},
    {"limits.account_log_ins_failed", integer, "5", 0, 1'000'000, "", "",
     "Log-ins of one account that may fail in 15 minutes before the next ones wait; 0 is off."},
    {"limits.address_log_ins_failed", integer, "20", 0, 1'000'000, "", "",
     "The same from one address (of IPv6, one network of 64 bits); 0 is off."},
    {"limits.address_connects_per_s", integer, "0", 0, 1'000'000, "", "",
     "Connections that one address may begin a second; trusted proxies always may. 0 is off."},
    {"limits.content_code_points_max", integer, "1000", 1, 65'536, "", "",
     "The longest message, in code points."},
    {"limits.receipts_told_members_max", integer, "100", 0, 100'000, "", "",
     "Rooms with more members are not told who has read what."},
    {"limits.presence_told_members_max", integer, "100", 0, 100'000, "", "",
     "Rooms with more members are not told who comes and goes."},
    {"limits.recommendation_depth", integer, "3", 2, 6, "", "",
     "How many friendships away people are recommended."},
    {"limits.connections_max", integer, "0", 0, 10'000'000, "", "",
     "Connections at once; 0 is as many as the descriptor limit leaves."},
    {"limits.outbound_bytes_max", integer, "1048576", 16'384, 1'024 * mebibyte, "", "",
     "Bytes that may wait for one slow reader before it is disconnected."},
    {"limits.request_body_bytes_max", integer, "1048576", 1'024, 1'024 * mebibyte, "", "",
     "The largest body of an HTTP request."},
    {"limits.message_bytes_max", integer, "1048576", 1'024, 1'024 * mebibyte, "", "",
     "The largest WebSocket message."},
    {"doors.social.legacy", boolean, "false", 0, 0, "", "",
     "Answers under /api/v1 take the legacy form of the social system; with X-Chatd-Form: "
     "canonical they do not."},
    {"log.level", choice, "info", 0, 0, "debug info warning error", "",
     "What is below is not logged; read again at SIGHUP."},
    {"log.format", choice, "auto", 0, 0, "auto text json", "",
     "auto: text on a terminal, JSON otherwise."},
    {"io.threads", integer, "0", 0, 256, "", "",
     "Threads that serve connections; 0 is one for each core."},
    {"bench.broadcast", boolean, "false", 0, 0, "", "",
     "Enables the benchmark's unstored broadcast. Not for a server that people use."},
});

std::vector<std::string_view> words_of(std::string_view list) {
    std::vector<std::string_view> words;
    while (!list.empty()) {
        const std::size_t space = std::min(list.find(' '), list.size());
        words.push_back(list.substr(0, space));
        list.remove_prefix(std::min(space + 1, list.size()));
    }
    return words;
}

bool has_word(std::string_view list, std::string_view word) {
    const auto words = words_of(list);
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Levenshtein's distance: letters to add, drop or change.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

std::optional<std::string> objection_to_integer(const ConfigKey& key, std::string_view value) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool whole = error == std::errc{} && end == value.data() + value.size();
    if (whole && number >= key.least && number <= key.greatest) return std::nullopt;
    return fmt::format("\"{}\" is not a whole number from {} to {}", value, key.least,
                       key.greatest);
}

std::optional<std::string> objection_to_choice(const ConfigKey& key, std::string_view value) {
    if (has_word(key.choices, value)) return std::nullopt;
    const std::string choices = fmt::format("{}", fmt::join(words_of(key.choices), ", "));
    if (has_word(key.planned, value)) {
        return fmt::format("\"{}\" is not in this build, which has only: {}", value, choices);
    }
    return fmt::format("\"{}\" is none of: {}", value, choices);
}

std::optional<std::string> objection_to_networks(std::string_view value) {
    for (const std::string& network : split_list(value)) {
        if (!gateway::IpNetwork::parse(network))
            return fmt::format("\"{}\" is no address and no network (as in 10.0.0.0/8)", network);
    }
    return std::nullopt;
}

/// What would match nothing would refuse, or let in, every file.
std::optional<std::string> objection_to_media_types(std::string_view value) {
    const auto is_name = [](std::string_view name) {
        static constexpr std::string_view signs = "!#$&-^_.+";
        return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            return plain || signs.find(c) != signs.npos;
        });
    };
    for (const std::string& type : split_list(value)) {
        const std::size_t slash = std::min(type.find('/'), type.size());
        const std::string_view top = std::string_view(type).substr(0, slash);
        const std::string_view sub =
            std::string_view(type).substr(std::min(slash + 1, type.size()));
        if (type != "*/*" && (!is_name(top) || (sub != "*" && !is_name(sub)))) {
            return fmt::format(
                "\"{}\" is no media type in small letters (as in image/* application/pdf)", type);
        }
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::string> split_list(std::string_view list) {
    std::vector<std::string> items;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find_first_of(", \t"), list.size());
        if (end > 0) items.emplace_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return items;
}

std::span<const ConfigKey> config_keys() {
    return keys;
}

const ConfigKey* find_key(std::string_view name) {
    const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.name == name; });
    return key == keys.end() ? nullptr : &*key;
}

std::string_view nearest_key(std::string_view name) {
    if (name.size() > 100) return {};
    std::string_view nearest;
    std::size_t least = std::max<std::size_t>(3, name.size() / 3 + 1);
    for (const ConfigKey& key : keys) {
        // What is missing before a dot is as near as a letter or two: jwt_secret,
        // person_posts_per_s.
        const std::size_t dot = key.name.rfind('.');
        const std::string_view last = dot == key.name.npos ? key.name : key.name.substr(dot + 1);
        const std::size_t d = std::min(distance(name, key.name), distance(name, last) + 1);
        if (d < least) {
            least = d;
            nearest = key.name;
        }
    }
    return nearest;
}

std::string environment_name(const ConfigKey& key) {
    std::string name = "CHATD_";
    for (const char c : key.name) {
        name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return name;
}

std::optional<std::string> objection(const ConfigKey& key, std::string_view value) {
    switch (key.kind) {
        case integer:
            return objection_to_integer(key, value);
        case choice:
            return objection_to_choice(key, value);
        case boolean:
            if (value == "true" || value == "false") return std::nullopt;
            return fmt::format("\"{}\" is neither true nor false", value);
        case address:
            if (parse_address(value)) return std::nullopt;
            return fmt::format(
                "\"{}\" is not of the form host:port (as in 127.0.0.1:8080 or [::1]:8080)", value);
        case text:
            break;
    }
    if (value.find('\0') != value.npos) return "it holds a NUL character";
    if (key.name == "data_dir" && value.empty()) return "it must name a folder";
    if (key.name == "auth.host_key" && !value.empty() && value.size() < 16) {
        return "a host key needs at least 16 bytes";
    }
    if (key.name == "auth.outside.person_claim" && value.empty()) return "it must name a claim";
    if (key.name == "trusted_proxies") return objection_to_networks(value);
    if (key.name.starts_with("attachments.types_")) return objection_to_media_types(value);
    const bool secret = key.name == "auth.jwt_secret" || key.name == "auth.outside.secret";
    if (secret && !value.empty() && value.size() < 32) {
        return "a secret needs at least 32 bytes (RFC 7518 section 3.2)";
    }
    return std::nullopt;
}

std::string range_of(const ConfigKey& key) {
    switch (key.kind) {
        case integer:
            return fmt::format("{} to {}", key.least, key.greatest);
        case choice:
            return fmt::format("{}", fmt::join(words_of(key.choices), ", "));
        case boolean:
            return "true, false";
        case address:
            return "host:port";
        case text:
            return "text";
    }
    return "";
}

std::string markdown_table() {
    std::string table = "| key | values | default | what |\n|---|---|---|---|\n";
    for (const ConfigKey& key : keys) {
        table += fmt::format("| `{}` | {} | {} | {} |\n", key.name, range_of(key),
                             key.fallback.empty() ? "none" : fmt::format("`{}`", key.fallback),
                             key.sentence);
    }
    return table;
}

}  // namespace chatcore::chatd
