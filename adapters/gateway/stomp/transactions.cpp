#include "gateway/stomp/transactions.h"

#include <utility>

namespace chatcore::gateway::stomp {

namespace {

std::size_t bytes_of(const HeldSend& send) {
    return send.destination.size() + send.receipt.size() + send.body.size();
}

}  // namespace

Transactions::Begun Transactions::begin(std::string_view name) {
    if (has(name)) return Begun::twice;
    if (held_.size() >= open_max) return Begun::too_many;
    held_.emplace(name, std::vector<HeldSend>{});
    return Begun::yes;
}

Transactions::Held Transactions::hold(std::string_view name, HeldSend send) {
    const auto it = held_.find(name);
    if (it == held_.end()) return Held::unknown;
    const std::size_t bytes = bytes_of(send);
    if (sends_ >= sends_max || bytes_ + bytes > bytes_max) return Held::too_much;
    ++sends_;
    bytes_ += bytes;
    it->second.push_back(std::move(send));
    return Held::yes;
}

std::optional<std::vector<HeldSend>> Transactions::end(std::string_view name) {
    const auto it = held_.find(name);
    if (it == held_.end()) return std::nullopt;
    std::vector<HeldSend> sends = std::move(it->second);
    held_.erase(it);
    sends_ -= sends.size();
    for (const HeldSend& send : sends) bytes_ -= bytes_of(send);
    return sends;
}

}  // namespace chatcore::gateway::stomp
