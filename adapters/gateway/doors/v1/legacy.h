#pragma once
// The legacy form of the social system, for the whole of /api/v1 and in one place: Exchange puts
// answers into their envelope, JsonWriter writes ids as texts, and this finds who has read the
// messages of an answer.

#include <functional>
#include <vector>

#include "chatcore/engine.h"

#include "gateway/http/exchange.h"
#include "gateway/json/writer.h"

namespace chatcore::gateway {

/// Threads: any, for different exchanges.
class LegacyForm {
public:
    /// The engine outlives this.
    explicit LegacyForm(Engine& engine) : engine_(engine) {}

    /// Finds up to where people have read in the rooms, by one query however many there are, and
    /// passes it on, on the exchange's shard. Where that cannot be found, nothing is: the answer
    /// itself is good.
    void find_marks(const ExchangePtr& exchange, std::vector<RoomId> rooms,
                    UniqueFunction<void(const ReadMarks&)> then) const;

private:
    Engine& engine_;
};

}  // namespace chatcore::gateway
