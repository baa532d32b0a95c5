#include "gateway/doors/v1/legacy.h"

#include <utility>

namespace chatcore::gateway {

void LegacyForm::find_marks(const ExchangePtr& exchange, std::vector<RoomId> rooms,
                            UniqueFunction<void(const ReadMarks&)> then) const {
    if (rooms.empty()) return then({});
    engine_.receipts().pointers(exchange->caller, std::move(rooms),
                                [then = std::move(then)](Result<ReadMarks> marks) mutable {
                                    then(marks ? *marks : ReadMarks{});
                                });
}

}  // namespace chatcore::gateway
