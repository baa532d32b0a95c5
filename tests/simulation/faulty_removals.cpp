#include "faulty_removals.h"

namespace chatcore::simulation {

Result<RegisteredContext> FaultyContextStore::put(const RegisteredContext& given) {
    if (fate_.write_fails()) return away();
    Result<RegisteredContext> now = inner_.put(given);
    if (fate_.end_unknown()) return unexpected(ErrorCode::timeout, "store", "commit unknown");
    return now;
}

Result<std::optional<RegisteredContext>> FaultyContextStore::find(const Context& context) {
    if (fate_.read_fails()) return away();
    return inner_.find(context);
}

Result<std::vector<RegisteredContext>> FaultyContextStore::registered(
    std::span<const Context> contexts) {
    if (fate_.read_fails()) return away();
    return inner_.registered(contexts);
}

Result<std::vector<Room>> FaultyContextStore::rooms(const Context& context, int limit) {
    if (fate_.read_fails()) return away();
    return inner_.rooms(context, limit);
}

Status FaultyContextStore::remove(const Context& context, Timestamp now) {
    if (fate_.write_fails()) return away();
    Status removed = inner_.remove(context, now);
    if (fate_.setting().breach == Breach::opens_the_removed)
        static_cast<void>(inner_.put({context, UserId{1}, "", "", now, now}));
    if (fate_.end_unknown()) return unexpected(ErrorCode::timeout, "store", "commit unknown");
    return removed;
}

Result<std::vector<RoomId>> FaultyRemovalStore::doomed(const std::optional<Context>& of,
                                                       int limit) {
    if (fate_.read_fails()) return away();
    Result<std::vector<RoomId>> rooms = inner_.doomed(of, limit);
    if (rooms && !rooms->empty() && fate_.setting().breach == Breach::spares_the_doomed)
        rooms->pop_back();
    return rooms;
}

Result<bool> FaultyRemovalStore::pending() {
    if (fate_.read_fails()) return away();
    return inner_.pending();
}

Result<bool> FaultyRemovalStore::clear(int rows_max) {
    if (fate_.write_fails()) return away();
    Result<bool> more = inner_.clear(rows_max);
    if (fate_.end_unknown()) return unexpected(ErrorCode::timeout, "store", "commit unknown");
    return more;
}

}  // namespace chatcore::simulation
