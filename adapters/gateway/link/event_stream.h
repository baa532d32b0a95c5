#pragma once
// Server-sent events (HTML Living Standard, section 9.2): an answer that grows, as a way to one
// client for whole text messages. Clients come back by themselves when it ends, and so are told why
// by an event `bye` before that.
//
// It lives in its loop's table of sessions until it ends. Threads: the loop's.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/exchange.h"
#include "gateway/link/message_link.h"
#include "gateway/link/session_table.h"

namespace chatcore::gateway {

struct ServerShared;

class EventStream final : public MessageLink,
                          public CarriedSession,
                          public AnswerWatcher,
                          public std::enable_shared_from_this<EventStream> {
public:
    /// Of a request whose answer it becomes. Nullptr, and answered, where there is nothing to wait
    /// for: a HEAD is told of the head alone.
    static std::shared_ptr<EventStream> of(ServerShared& shared, ExchangePtr exchange);
    EventStream(ServerShared& shared, ExchangePtr exchange);
    ~EventStream() override;

    /// Once, before anything else; the door is told of its end by closed().
    void open(std::unique_ptr<MessageDoor> door) { door_ = std::move(door); }
    const Exchange& exchange() const { return *exchange_; }

    /// Begins the answer with how long clients shall wait before they come back.
    void begin();
    /// Answers with the error instead, which is the end.
    void refuse(const Error& error);

    Framing framing() const override { return Framing::event_stream; }
    /// Dropped before begin() and after the end.
    void send(SharedBytes framed) override;
    void flush() override;
    /// Nothing: a client that does not read is cut off.
    void drop_queue() override {}
    /// `event: bye` with `{code,reason}`, and the end; before begin() the error of that code and
    /// reason (4001 with the name of why the token is not accepted).
    void close(std::uint16_t code, std::string_view reason) override;
    bool is_closing() const override { return stage_ == Stage::ended; }
    Loop& loop() override { return loop_; }

    void second_passed(SteadyTime now) override;
    void leaving() override;
    void closed() override { end(); }
    void client_gone() override { end(); }

private:
    enum class Stage : std::uint8_t { waiting, begun, ended };

    /// end(), when nobody is on the stack who would come back to the door.
    void end_later();
    void end();

    Loop& loop_;
    ExchangePtr exchange_;
    const std::string name_;
    std::unique_ptr<MessageDoor> door_;
    SteadyTime pinged_at_;
    Stage stage_ = Stage::waiting;
};

}  // namespace chatcore::gateway
