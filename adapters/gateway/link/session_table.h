#pragma once
// Sessions that outlive the connections which carry them: those of SockJS and Engine.IO, whose
// clients come back with one request after the other. Each lives on one loop, the one that its name
// gives, and a connection that brings a request for it moves there first (HttpSession), so a
// session never meets another thread. Threads: the loop's.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chatcore::gateway {

class CarriedSession {
public:
    virtual ~CarriedSession() = default;
    /// About once a second.
    virtual void second_passed(std::chrono::steady_clock::time_point now) = 0;
    /// The server is going away: say so, and end.
    virtual void leaving() = 0;
    /// The server is gone. The last call.
    virtual void closed() = 0;
};

class SessionTable {
public:
    /// False, and nothing is done, where there is one of that name.
    bool add(std::string name, std::shared_ptr<CarriedSession> session) {
        return sessions_.try_emplace(std::move(name), std::move(session)).second;
    }
    /// nullptr where there is none.
    std::shared_ptr<CarriedSession> find(const std::string& name) const {
        const auto found = sessions_.find(name);
        return found == sessions_.end() ? nullptr : found->second;
    }
    /// The session may still return from what it is in, if the caller holds it.
    void remove(const std::string& name) { sessions_.erase(name); }
    std::size_t count() const { return sessions_.size(); }

    /// Calls `work` with each that is there now; they may go meanwhile.
    template <class Work>
    void for_each(Work work) const {
        std::vector<std::shared_ptr<CarriedSession>> all;
        all.reserve(sessions_.size());
        for (const auto& [name, session] : sessions_) all.push_back(session);
        for (const auto& session : all) work(*session);
    }

private:
    std::unordered_map<std::string, std::shared_ptr<CarriedSession>> sessions_;
};

/// The loop, of so many, that sessions of that name live on. The same on every call.
inline int loop_of_session(std::string_view name, int loops) {
    return static_cast<int>(std::hash<std::string_view>{}(name) % static_cast<std::size_t>(loops));
}

}  // namespace chatcore::gateway
