#pragma once
// One HTTP request and the way to its answer. A handler may answer at once or later, on the
// connection's shard: that is where completions of the core run when they are given `home()`.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/domain/user.h"
#include "chatcore/error.h"
#include "chatcore/hub.h"

#include "gateway/http/body_streams.h"
#include "gateway/http/http_error.h"
#include "gateway/http/ip_address.h"
#include "gateway/http/request.h"
#include "gateway/http/response.h"

namespace chatcore::gateway {

class JsonWriter;

/// Is told what becomes of a client whose answer is long in coming.
class AnswerWatcher {
public:
    virtual ~AnswerWatcher() = default;
    /// The client has gone before the end of the answer, or does not read it, and was cut off. The
    /// last call; nothing may be answered from within it.
    virtual void client_gone() = 0;
};

/// Where an answer goes. Implemented by the HTTP session.
class ResponseSink {
public:
    virtual ~ResponseSink() = default;
    virtual void respond(Response response) = 0;
    /// `response` without its body, then the streamed one.
    virtual void respond_streamed(Response response, StreamedBody body) = 0;
    /// `watcher` is told of the client of the request in hand, until that is answered.
    virtual void watch(std::weak_ptr<AnswerWatcher> /*watcher*/) {}
    virtual bool client_has_gone() const { return false; }
    /// `head` without its body, which then comes by grow(), flush() and finish_growing().
    virtual void respond_growing(Response head) = 0;
    virtual void grow(SharedBytes piece) = 0;
    virtual void flush() {}
    virtual void finish_growing() = 0;
    /// Hands over the body of a request whose route streams it, from now on.
    virtual void take_body(std::shared_ptr<BodySink> sink) = 0;
    /// No more pieces for now, but for what was read already; and on again.
    virtual void pause_body() = 0;
    virtual void resume_body() = 0;
    /// The response that follows refuses the request; for the log. `user` 0: not known.
    virtual void refused(const Error& /*error*/, std::string_view /*request_id*/, UserId /*user*/) {
    }
};

class LegacyForm;

/// Threads: the connection's shard. An exchange that is dropped without an answer answers 503.
class Exchange {
public:
    Exchange(Request taken, int home, std::string request_id, std::weak_ptr<ResponseSink> sink)
        : request(std::move(taken)),
          request_id_(std::move(request_id)),
          home_(home),
          sink_(std::move(sink)) {}
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    Request request;
    /// What the pattern's `{…}` segments matched, in order.
    std::vector<std::string> captures;
    /// Who asks; user 0 where the route needs no login.
    Caller caller;
    /// What they are, where a person asks.
    UserRole role = UserRole::user;
    /// Of the token that they showed: the log-in it is of, and when it ends. Without one, where the
    /// host speaks for them, an answer may take as long as it likes.
    std::string token_family = {};
    std::optional<Timestamp> token_ends_at = {};
    /// When the request came, where it belongs to a session and sessions are spread over loops: one
    /// that had to move may be handled after another that came later.
    std::chrono::steady_clock::time_point came_at{};
    /// Where the request comes from; none for what is no IP connection.
    IpAddress client;
    /// Where the answer takes the legacy form of the social system; else nullptr.
    const LegacyForm* legacy = nullptr;

    int home() const { return home_; }
    const std::string& request_id() const { return request_id_; }

    /// A header of the answer, whichever it will be.
    void add_header(std::string_view name, std::string_view value) { headers_.add(name, value); }

    /// Only the first answer counts.
    void respond(Response response);
    void respond_streamed(Response response, StreamedBody body);
    /// Begins an answer that grows for as long as its handler likes: pieces are queued by grow(),
    /// and sent by flush(). A client that does not read is cut off when more than a connection's
    /// limit waits. The handler minds the time, and that the server may be going away.
    void respond_growing(Response head);
    void grow(SharedBytes piece);
    void flush();
    void finish_growing();
    /// Has the watcher told when the client goes before it is answered, or before the end of what
    /// grows.
    void watch(std::weak_ptr<AnswerWatcher> watcher);
    /// Whether the client has gone, even where nobody was told yet. Asks the kernel.
    bool client_has_gone() const;
    /// `body` as JsonWriter wrote it; it gets its envelope here.
    void respond_json(int status, std::string body);
    /// The body in the form of the answer, for those who respond by themselves.
    std::string formed(std::string body) const;
    /// `{"error":{code,message,details,requestId}}` with the status of the code.
    void respond_error(const Error& error);
    /// The same for what HTTP itself refuses: status and headers are those of `response`, and
    /// `message` says more than the code's own sentence.
    void respond_refusal(Response response, ErrorCode code, std::string_view message);

    /// `{"error":`, in the form of the answer; the error and one closing brace are left to write.
    void begin_refusal(JsonWriter& out) const;

    // Of a route that streams the request's body. Answering before it has come in whole refuses the
    // rest of it, and ends the connection.
    void take_body(std::shared_ptr<BodySink> sink);
    void pause_body();
    void resume_body();

private:
    void add_headers(Response& response) const;

    std::string request_id_;
    HeaderList headers_;
    int home_;
    std::weak_ptr<ResponseSink> sink_;
    bool answered_ = false;
    bool growing_ = false;
};

/// Shared by the handler and the completions it starts.
using ExchangePtr = std::shared_ptr<Exchange>;

/// The status that the API gives each code.
int status_of(ErrorCode code);
/// The code of what is no HTTP: `too_large` or `malformed`.
ErrorCode code_of(HttpError error);

}  // namespace chatcore::gateway
