#pragma once
// The canonical HTTP door over a real engine on memory adapters, asked without sockets: requests
// are parsed, routed, let in and answered as an HTTP session does it.

#include <atomic>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chatcore/adapters/gateway.h"
#include "chatcore/adapters/memory_blobs.h"
#include "chatcore/adapters/memory_cache.h"
#include "chatcore/adapters/system_clock.h"
#include "chatcore/engine.h"

#include "gateway/doors/v1/legacy.h"
#include "gateway/http/admission.h"
#include "gateway/http/router.h"
#include "gateway/http/session.h"

namespace chatcore::gateway::test {

/// An answer, read by JSON pointers (RFC 6901). Reading what is not there fails the test.
struct Answer {
    int status = 0;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;

    std::string header(std::string_view name) const;
    std::string text(std::string_view pointer) const;
    std::int64_t number(std::string_view pointer) const;
    bool flag(std::string_view pointer) const;
    std::size_t size(std::string_view pointer) const;
    /// Whether there is a value, be it null.
    bool has(std::string_view pointer) const;
    bool is_null(std::string_view pointer) const;
};

struct Person {
    UserId id;
    std::string token;
    std::string refresh_token;
    std::string email;
};

/// Fails the test unless the answer is this refusal in the documented shape. `detail`: the value of
/// `details.field` (`what` for not_found, `part` for unavailable); empty: not looked at.
void check_refusal(const Answer& answer, int status, std::string_view code,
                   std::string_view detail = {});
/// Whether an answer of 400 and above has the documented shape and the status of its code.
bool is_refusal(const Answer& answer);

class DoorWorld {
public:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    /// Changes the engine's parts and options before it starts.
    using Outfit = std::function<void(EngineParts&, EngineOptions&)>;

    enum class Form : std::uint8_t { canonical, legacy };

    /// Rates are off, and read marks gather for 20 ms only, unless `limits` says otherwise.
    explicit DoorWorld(Limits limits = calm(), const Outfit& outfit = {},
                       Form form = Form::canonical);
    ~DoorWorld();
    static Limits calm();
    static constexpr const char* host_key = "the key of the host";

    Answer ask(const std::string& method, const std::string& target, const std::string& body = {},
               const std::string& token = {}, const Headers& headers = {});
    /// From where requests come from now on; empty: not known.
    void come_from(const std::string& address) {
        client_ = address.empty() ? IpAddress{} : IpAddress::parse(address).value();
    }
    Answer get(const Person& person, const std::string& target) {
        return ask("GET", "/api/v1" + target, {}, person.token);
    }
    Answer post(const Person& person, const std::string& target, const std::string& body = {}) {
        return ask("POST", "/api/v1" + target, body, person.token);
    }
    Answer put(const Person& person, const std::string& target, const std::string& body) {
        return ask("PUT", "/api/v1" + target, body, person.token);
    }
    Answer del(const Person& person, const std::string& target, const std::string& body = {}) {
        return ask("DELETE", "/api/v1" + target, body, person.token);
    }

    Person sign_up(const std::string& nickname);
    Person sign_up_admin(const std::string& nickname);
    /// A group that the first one owns; its id as text, as it stands in paths.
    std::string group(const Person& owner, std::initializer_list<Person> others,
                      const std::string& more = {});
    /// Posts a text and gives the message's id.
    std::int64_t say(const Person& person, const std::string& room, const std::string& content);
    /// A token of the person that ended a second ago.
    std::string expired_token(UserId user);

    /// Waits until the clock shows another millisecond, since lists are ordered by time.
    void let_time_pass() const;

    /// Opens the front door of consultations beside it.
    void open_consultation_door();
    /// And those of the marketplace, of stores, and of the messenger.
    void open_marketplace_door(Serverpod serverpod = Serverpod::index);
    void open_storefront_door();
    void open_messenger_door();

    Engine& engine() { return *engine_; }
    MemoryBlobs& blobs() { return *blobs_; }
    const Router& router() const { return router_; }

private:
    class CountedTokens;

    std::unique_ptr<Engine> make_engine(const Limits& limits, const Outfit& outfit);

    SystemClock clock_;
    CountedTokens* tokens_ = nullptr;  // the engine's
    MemoryBlobs* blobs_ = nullptr;     // the engine's
    std::unique_ptr<Engine> engine_;
    Router router_;
    std::unique_ptr<ServerShared> shared_;  // of what is no plain request; never asked here
    LegacyForm legacy_;
    Admission admission_;
    std::int64_t asked_ = 0;
    IpAddress client_;
};

}  // namespace chatcore::gateway::test
