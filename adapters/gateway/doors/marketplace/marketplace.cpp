#include "gateway/doors/marketplace/marketplace.h"

#include <algorithm>

#include <fmt/format.h>

#include "gateway/doors/marketplace/methods.h"

namespace chatcore::gateway {

namespace marketplace {

namespace {

const Method* method_named(std::string_view name) {
    for (const std::span<const Method> group : {room_methods(), message_methods()}) {
        const auto it = std::find_if(group.begin(), group.end(),
                                     [name](const Method& method) { return method.name == name; });
        if (it != group.end()) return &*it;
    }
    return nullptr;
}

/// What a browser asks before it lets a page of another origin call, as Serverpod's own server
/// answers it.
void preflight(const ExchangePtr& exchange) {
    exchange->add_header("Access-Control-Allow-Headers",
                         "Content-Type, Authorization, Accept, User-Agent, X-Requested-With");
    exchange->add_header("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
    exchange->respond(Response{});
}

/// Serverpod's own way: the method stands in the body.
void call_by_body(Engine& engine, const ExchangePtr& exchange, Form form) {
    const Call call(engine, exchange, form);
    std::string name;
    {
        v1::Input in(*exchange, v1::Body::required);
        name = in.body().required_text("method");
        if (const Status sound = in.status(); !sound) return call.fail(sound.error());
    }
    const Method* method = method_named(name);
    if (method == nullptr) return call.fail_method(name);
    Arguments arguments(*exchange);
    method->run(call, arguments);
}

}  // namespace

}  // namespace marketplace

void add_marketplace_routes(Router& router, Engine& engine, Serverpod serverpod) {
    using namespace marketplace;
    for (const std::span<const Method> group : {room_methods(), message_methods()}) {
        for (const Method& method : group) {
            const Handler run = [&engine, &method](const ExchangePtr& exchange) {
                const Call call(engine, exchange, Form{});
                Arguments arguments(*exchange);
                method.run(call, arguments);
            };
            const std::string address = fmt::format("/chat/{}", method.name);
            router.add("POST", address, Login::required_in_any_form, run);
            if (method.reads) router.add("GET", address, Login::required_in_any_form, run);
        }
    }
    if (serverpod == Serverpod::off) return;
    const Form form{.serverpod = true, .by_index = serverpod == Serverpod::index};
    router.add("OPTIONS", "/chat", Login::none, preflight);
    router.add(
        "POST", "/chat", Login::required_in_any_form,
        [&engine, form](const ExchangePtr& exchange) { call_by_body(engine, exchange, form); });
    // The same with the method in the address as well. Those that there are have their own routes,
    // and what is left is refused as Serverpod's clients can read it.
    router.add("OPTIONS", "/chat/{method}", Login::none, preflight);
    router.add("POST", "/chat/{method}", Login::none, [&engine, form](const ExchangePtr& exchange) {
        Call(engine, exchange, form).fail_method(exchange->captures[0]);
    });
}

}  // namespace chatcore::gateway
