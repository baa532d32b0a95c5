#include "wire_floor/room.h"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

#include "common/frame.h"

namespace bench {
namespace {

// A member that is further behind than this is thrown out.
constexpr std::uint64_t behind_max = 64U << 20;
// The room's bytes are kept from growing beyond this while somebody is behind.
constexpr std::size_t tidy_above = 4U << 20;

ssize_t send_some(const Connection& connection, const char* bytes, std::size_t size) {
    return ::send(connection.fd.get(), bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

Written write_answers(Connection& connection) {
    if (connection.out.empty()) return Written::all;
    const ssize_t sent = send_some(connection, connection.out.data(), connection.out.size());
    if (sent < 0) return errno == EAGAIN ? Written::blocked : Written::failed;
    connection.out.erase(0, static_cast<std::size_t>(sent));
    return connection.out.empty() ? Written::all : Written::blocked;
}

void Room::join(Connection& connection) {
    connection.room = this;
    connection.sent = first_ + bytes_.size();
    members_.push_back(&connection);
}

void Room::leave(Connection& connection) {
    std::erase(members_, &connection);
    connection.room = nullptr;
}

void Room::append(std::string_view payload) {
    append_server_frame(bytes_, Opcode::text, payload);
}

Written Room::write(Connection& connection) {
    const std::uint64_t head = first_ + bytes_.size();
    if (connection.sent < head) {
        const auto at = static_cast<std::size_t>(connection.sent - first_);
        const ssize_t sent = send_some(connection, bytes_.data() + at, bytes_.size() - at);
        if (sent < 0) return errno == EAGAIN ? Written::blocked : Written::failed;
        connection.sent += static_cast<std::uint64_t>(sent);
        if (connection.sent < head) return Written::blocked;
    }
    return write_answers(connection);
}

void Room::write_all(std::vector<Connection*>& failed, std::vector<Connection*>& blocked) {
    due = false;
    for (Connection* member : members_) {
        if (member->waits_to_write) continue;
        const Written written = write(*member);
        if (written == Written::failed) failed.push_back(member);
        if (written == Written::blocked) blocked.push_back(member);
    }
    forget_what_all_have();
    const std::uint64_t head = first_ + bytes_.size();
    if (bytes_.size() < behind_max) return;
    for (Connection* member : members_) {
        if (head - member->sent > behind_max) failed.push_back(member);
    }
}

void Room::forget_what_all_have() {
    std::uint64_t least = first_ + bytes_.size();
    for (const Connection* member : members_) least = std::min(least, member->sent);
    const auto done = static_cast<std::size_t>(least - first_);
    // Moving the rest is worth its cost only when nothing, or much, is to be moved away.
    if (done < bytes_.size() && (bytes_.size() < tidy_above || done < bytes_.size() / 2)) return;
    bytes_.erase(0, done);
    first_ = least;
}

}  // namespace bench
