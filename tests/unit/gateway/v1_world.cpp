#include "v1_world.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <simdjson.h>

#include "chatcore/adapters/memory_blobs.h"
#include "chatcore/adapters/memory_bus.h"
#include "chatcore/adapters/memory_store.h"
#include "chatcore/adapters/system_random.h"
#include "chatcore/adapters/thread_executor.h"

#include "gateway/doors/consultation/consultation.h"
#include "gateway/doors/marketplace/marketplace.h"
#include "gateway/doors/messenger/messenger.h"
#include "gateway/doors/storefront/storefront.h"
#include "gateway/doors/v1/v1.h"
#include "gateway/events/events.h"
#include "gateway/http/request_parser.h"

namespace chatcore::gateway::test {

namespace {

/// Hashes that take no time: what is tried here is the door, not the arithmetic.
class PlainHasher final : public PasswordHasher {
public:
    Result<std::string> hash(std::string_view password) override {
        return "plain:" + std::string(password);
    }
    bool verify(std::string_view password, std::string_view hash) override {
        return hash == "plain:" + std::string(password);
    }
};

class PlainDigest final : public Digest {
public:
    std::string digest(std::string_view bytes) override { return "digest:" + std::string(bytes); }
};

/// Tells files by what the tests begin them with.
class PlainFileTypes final : public FileTypes {
public:
    std::string type_of(std::string_view beginning) override {
        if (beginning.starts_with("\x89PNG")) return "image/png";
        if (beginning.starts_with("%PDF")) return "application/pdf";
        if (beginning.starts_with("PK\x03\x04")) return "application/zip";
        if (beginning.starts_with("<svg")) return "image/svg+xml";
        if (beginning.starts_with("<html")) return "text/html";
        return beginning.find('\0') == beginning.npos ? "text/plain" : "application/octet-stream";
    }
};

/// Where an exchange's answer arrives; a second one would be a mistake of the route.
class WaitingSink final : public ResponseSink {
public:
    void respond(Response response) override {
        const std::lock_guard lock(mutex_);
        ++times_;
        response_ = std::move(response);
        came_.notify_all();
    }
    void respond_streamed(Response response, StreamedBody body) override {
        streamed_ = std::make_shared<Streamed>(Streamed{std::move(response), std::move(body)});
        next_piece();
    }
    void respond_growing(Response head) override { grown_ = std::move(head); }
    void grow(SharedBytes piece) override { grown_.body += *piece; }
    void finish_growing() override { respond(std::move(grown_)); }
    void take_body(std::shared_ptr<BodySink> sink) override {
        // In pieces that are cut anywhere, as a network does it.
        constexpr std::size_t piece = 7'001;
        for (std::size_t at = 0; at < request_body.size(); at += piece)
            sink->piece(request_body.substr(at, piece));
        sink->complete();
    }
    void pause_body() override {}
    void resume_body() override {}
    /// For a route that streams it.
    std::string request_body;
    bool head_request = false;

    Response wait() {
        std::unique_lock lock(mutex_);
        REQUIRE(came_.wait_for(lock, std::chrono::seconds{20}, [&] { return times_ > 0; }));
        CHECK(times_ == 1);
        return std::move(*response_);
    }

private:
    struct Streamed {
        Response response;
        StreamedBody body;
    };
    void next_piece() {
        const auto left =
            static_cast<std::size_t>(streamed_->body.length) - streamed_->response.body.size();
        if (head_request || left == 0) return respond(std::move(streamed_->response));
        streamed_->body.source->next(std::min<std::size_t>(left, 5'000),
                                     [this](Result<std::string> piece) {
                                         REQUIRE(piece);
                                         REQUIRE_FALSE(piece->empty());
                                         streamed_->response.body += *piece;
                                         next_piece();
                                     });
    }

    std::shared_ptr<Streamed> streamed_;
    Response grown_;
    std::mutex mutex_;
    std::condition_variable came_;
    int times_ = 0;
    std::optional<Response> response_;
};

Request parsed(const std::string& method, const std::string& target, const std::string& body,
               const std::string& token, const DoorWorld::Headers& headers) {
    std::string bytes = fmt::format("{} {} HTTP/1.1\r\nHost: here\r\n", method, target);
    if (!token.empty()) bytes += fmt::format("Authorization: Bearer {}\r\n", token);
    for (const auto& [name, value] : headers) bytes += fmt::format("{}: {}\r\n", name, value);
    if (!body.empty()) bytes += fmt::format("Content-Length: {}\r\n", body.size());
    bytes += "\r\n" + body;
    RequestParser parser;
    std::string_view rest = bytes;
    ParseProgress progress = parser.feed(rest);
    while (progress.state == ParseState::head) {
        rest.remove_prefix(progress.consumed);
        progress = parser.feed(rest);
    }
    REQUIRE(progress.state == ParseState::complete);
    return parser.take_request();
}

template <class T>
std::optional<T> value_at(const std::string& body, std::string_view pointer) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    T found;
    if (parser.parse(body).get(root) != simdjson::SUCCESS) return std::nullopt;
    if (root.at_pointer(pointer).get(found) != simdjson::SUCCESS) return std::nullopt;
    if constexpr (std::is_same_v<T, simdjson::dom::element>) return T{};  // its document goes now
    return found;
}

}  // namespace

/// Tokens that mean nothing but their number; what they say is kept here.
class DoorWorld::CountedTokens final : public TokenSigner {
public:
    std::string sign(const AccessClaims& claims) override {
        const std::lock_guard lock(mutex_);
        std::string token = fmt::format("token-{}", issued_.size());
        issued_.emplace(token, claims);
        return token;
    }
    Result<AccessClaims> verify(std::string_view token, Timestamp now) override {
        const std::lock_guard lock(mutex_);
        const auto it = issued_.find(std::string(token));
        if (it == issued_.end()) return unexpected(ErrorCode::unauthenticated);
        if (it->second.expires_at <= now) return unexpected(ErrorCode::token_expired);
        return it->second;
    }

private:
    std::mutex mutex_;
    std::unordered_map<std::string, AccessClaims> issued_;
};

std::string Answer::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

std::string Answer::text(std::string_view pointer) const {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    std::string_view found;
    INFO(body << " at " << std::string(pointer));
    REQUIRE(parser.parse(body).get(root) == simdjson::SUCCESS);
    REQUIRE(root.at_pointer(pointer).get(found) == simdjson::SUCCESS);
    return std::string(found);
}

std::int64_t Answer::number(std::string_view pointer) const {
    INFO(body << " at " << std::string(pointer));
    const auto found = value_at<std::int64_t>(body, pointer);
    REQUIRE(found);
    return *found;
}

bool Answer::flag(std::string_view pointer) const {
    INFO(body << " at " << std::string(pointer));
    const auto found = value_at<bool>(body, pointer);
    REQUIRE(found);
    return *found;
}

std::size_t Answer::size(std::string_view pointer) const {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::dom::array found;
    INFO(body << " at " << std::string(pointer));
    REQUIRE(parser.parse(body).get(root) == simdjson::SUCCESS);
    REQUIRE(root.at_pointer(pointer).get(found) == simdjson::SUCCESS);
    return found.size();
}

bool Answer::has(std::string_view pointer) const {
    return value_at<simdjson::dom::element>(body, pointer).has_value();
}

bool Answer::is_null(std::string_view pointer) const {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::dom::element found;
    return parser.parse(body).get(root) == simdjson::SUCCESS &&
           root.at_pointer(pointer).get(found) == simdjson::SUCCESS && found.is_null();
}

bool is_refusal(const Answer& answer) {
    if (answer.header("Content-Type") != "application/json; charset=utf-8") return false;
    for (const char* member : {"/error/code", "/error/message", "/error/details"}) {
        if (!answer.has(member)) return false;
    }
    if (!answer.has("/error/requestId") ||
        answer.text("/error/requestId") != answer.header("X-Request-Id")) {
        return false;
    }
    const std::string code = answer.text("/error/code");
    // What was wrong with a member is told to people, too: which one, and what it is to be.
    if ((code == "malformed" || code == "invalid_value") && answer.has("/error/details/field")) {
        const std::string message = answer.text("/error/message");
        const std::string field = answer.text("/error/details/field");
        const std::string named = ": " + field + " must be ";
        if (field != "method" && message.find(named) == std::string::npos) return false;
    }
    for (int i = 0; i < error_code_count; ++i) {
        const auto known = static_cast<ErrorCode>(i);
        if (name_of(known) == code) return status_of(known) == answer.status;
    }
    return false;
}

void check_refusal(const Answer& answer, int status, std::string_view code,
                   std::string_view detail) {
    INFO(answer.body);
    CHECK(answer.status == status);
    REQUIRE(is_refusal(answer));
    CHECK(answer.text("/error/code") == code);
    if (detail.empty()) return;
    const char* name = code == "not_found"     ? "/error/details/what"
                       : code == "unavailable" ? "/error/details/part"
                                               : "/error/details/field";
    CHECK(answer.text(name) == detail);
}

Limits DoorWorld::calm() {
    Limits limits;
    limits.person_posts_per_s = 0;
    limits.person_changes_per_s = 0;
    limits.person_reports_per_min = 0;
    limits.receipt_interval = std::chrono::milliseconds{20};
    return limits;
}

DoorWorld::DoorWorld(Limits limits, const Outfit& outfit, Form form)
    : engine_(make_engine(limits, outfit)),
      shared_(new ServerShared{.engine = *engine_,
                               .options = {},
                               .router = {},
                               .legacy = LegacyForm(*engine_),
                               .admission = Admission(*engine_, router_, ""),
                               .instance = "node"}),
      legacy_(*engine_),
      admission_(*engine_, router_, host_key, form == Form::legacy ? &legacy_ : nullptr) {
    router_.begin(Door::v1, Pages::any);
    add_v1_routes(router_, *engine_);
    add_event_routes(router_, *shared_);
}

std::unique_ptr<Engine> DoorWorld::make_engine(const Limits& limits, const Outfit& outfit) {
    EngineParts parts;
    parts.store = std::make_unique<MemoryStoreFactory>();
    parts.bus = std::make_unique<MemoryBus>();
    parts.cache = std::make_unique<MemoryCache>(std::make_shared<MemoryCacheSpace>(clock_));
    parts.clock = std::make_unique<SystemClock>();
    parts.random = std::make_unique<SystemRandom>();
    parts.hasher = std::make_unique<PlainHasher>();
    auto tokens = std::make_unique<CountedTokens>();
    tokens_ = tokens.get();
    parts.signer = std::move(tokens);
    parts.digest = std::make_unique<PlainDigest>();
    for (int i = 0; i < 2; ++i) {
        parts.shards.push_back(std::make_unique<ThreadExecutor>("shard"));
        parts.readers.push_back(std::make_unique<ThreadExecutor>("reader"));
    }
    parts.writers.push_back(std::make_unique<ThreadExecutor>("writer"));
    parts.background = std::make_unique<ThreadExecutor>("background");
    parts.hashers.push_back(std::make_unique<ThreadExecutor>("hasher"));
    auto blobs = std::make_unique<MemoryBlobs>();
    blobs_ = blobs.get();
    parts.blobs = std::move(blobs);
    parts.file_types = std::make_unique<PlainFileTypes>();
    for (int i = 0; i < 2; ++i)
        parts.blob_workers.push_back(std::make_unique<ThreadExecutor>("blob"));
    EngineOptions options;
    options.limits = limits;
    options.attachments.types_denied = {"application/x-dosexec", "application/java-archive"};
    if (outfit) outfit(parts, options);
    Result<std::unique_ptr<Engine>> engine = Engine::start(std::move(parts), options);
    REQUIRE(engine);
    return std::move(*engine);
}

void DoorWorld::open_consultation_door() {
    router_.begin(Door::consultation, Pages::any);
    add_consultation_routes(router_, *engine_);
}

void DoorWorld::open_marketplace_door(Serverpod serverpod) {
    router_.begin(Door::marketplace, Pages::any);
    add_marketplace_routes(router_, *engine_, serverpod);
}
void DoorWorld::open_storefront_door() {
    router_.begin(Door::storefront, Pages::any);
    add_storefront_routes(router_, *engine_);
}
void DoorWorld::open_messenger_door() {
    router_.begin(Door::messenger, Pages::any);
    add_messenger_routes(router_, *engine_);
}

DoorWorld::~DoorWorld() = default;

Answer DoorWorld::ask(const std::string& method, const std::string& target, const std::string& body,
                      const std::string& token, const Headers& headers) {
    const int home = static_cast<int>(++asked_ % engine_->hub().shards());
    const auto sink = std::make_shared<WaitingSink>();
    sink->request_body = body;
    sink->head_request = method == "HEAD";
    auto exchange = std::make_shared<Exchange>(parsed(method, target, body, token, headers), home,
                                               fmt::format("test-{}", asked_), sink);
    exchange->client = client_;
    engine_->hub().executor(home).post([this, exchange = std::move(exchange)]() mutable {
        admission_.dispatch(std::move(exchange));
    });
    Response response = sink->wait();
    return {response.status, std::move(response.body), response.headers.fields()};
}

Person DoorWorld::sign_up(const std::string& nickname) {
    const std::string email = nickname + "@example.org";
    const Answer answer =
        ask("POST", "/api/v1/auth/signup",
            fmt::format(R"({{"email":"{}","password":"a password","nickname":"{}"}})", email,
                        nickname));
    REQUIRE(answer.status == 201);
    return {UserId{answer.number("/user/id")}, answer.text("/accessToken"),
            answer.text("/refreshToken"), email};
}

Person DoorWorld::sign_up_admin(const std::string& nickname) {
    Person person = sign_up(nickname);
    const Answer made = ask("PUT", fmt::format("/api/v1/admin/users/{}", person.id.value),
                            R"({"role":"admin"})", {}, {{"X-Chatd-Key", host_key}});
    REQUIRE(made.status == 200);
    const Answer in = ask("POST", "/api/v1/auth/login",
                          fmt::format(R"({{"email":"{}","password":"a password"}})", person.email));
    REQUIRE(in.status == 200);
    person.token = in.text("/accessToken");
    return person;
}

std::string DoorWorld::group(const Person& owner, std::initializer_list<Person> others,
                             const std::string& more) {
    std::string ids;
    for (const Person& other : others) {
        ids += fmt::format("{}{}", ids.empty() ? "" : ",", other.id.value);
    }
    const Answer answer = post(owner, "/chatrooms",
                               fmt::format(R"({{"title":"group","memberIds":[{}]{}}})", ids, more));
    REQUIRE(answer.status == 201);
    return std::to_string(answer.number("/id"));
}

std::int64_t DoorWorld::say(const Person& person, const std::string& room,
                            const std::string& content) {
    const Answer answer =
        post(person, "/messages/" + room, fmt::format(R"({{"content":"{}"}})", content));
    REQUIRE(answer.status == 201);
    return answer.number("/id");
}

void DoorWorld::let_time_pass() const {
    const Timestamp before = clock_.now();
    while (clock_.now() == before) std::this_thread::sleep_for(std::chrono::microseconds{200});
}

std::string DoorWorld::expired_token(UserId user) {
    const Timestamp now = clock_.now();
    return tokens_->sign(AccessClaims{.user = user,
                                      .role = UserRole::user,
                                      .family = {},
                                      .issued_at = now - std::chrono::hours{1},
                                      .expires_at = now - std::chrono::seconds{1}});
}

}  // namespace chatcore::gateway::test
