#include "gateway/http/router.h"

#include <optional>

namespace chatcore::gateway {

namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    if (path.starts_with('/')) path.remove_prefix(1);
    while (true) {
        const auto slash = path.find('/');
        segments.emplace_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

bool is_capture(const std::string& segment) {
    return segment.starts_with('{');
}

/// How specific a match is: literal segments count by how early they are. Nullopt: none.
std::optional<std::string> rank(const std::vector<std::string>& pattern,
                                const std::vector<std::string>& path) {
    std::string rank;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == "{*}") return rank + 'c';
        if (i >= path.size()) return std::nullopt;
        if (is_capture(pattern[i])) {
            if (path[i].empty()) return std::nullopt;
            rank += 'b';
        } else if (pattern[i] == path[i]) {
            rank += 'a';
        } else {
            return std::nullopt;
        }
    }
    if (pattern.size() != path.size()) return std::nullopt;
    return rank;
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, Login login, Handler handler,
                 BodyRule body, Pages pages) {
    routes_.push_back(Route{std::string(method), std::string(pattern), split(pattern), login,
                            std::move(handler), body, pages, door_});
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
    Match match;
    const std::vector<std::string> segments = split(path);
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    const Route* best = nullptr;
    std::string best_rank;
    std::string allowed;
    for (const Route& route : routes_) {
        const auto found = rank(route.segments, segments);
        if (!found) continue;
        if (route.method != wanted) {
            if (allowed.find(route.method) == std::string::npos)
                allowed += (allowed.empty() ? "" : ", ") + route.method;
            continue;
        }
        if (best == nullptr || *found < best_rank) {
            best = &route;
            best_rank = *found;
        }
    }
    if (best == nullptr) {
        match.allowed = std::move(allowed);
        return match;
    }
    match.handler = &best->handler;
    match.login = best->login;
    match.body = best->body;
    match.pages = best->pages;
    match.door = best->door;
    for (std::size_t i = 0; i < best->segments.size(); ++i) {
        if (best->segments[i] == "{*}") {
            std::string rest;
            for (std::size_t j = i; j < segments.size(); ++j)
                rest += (j > i ? "/" : "") + segments[j];
            match.captures.push_back(std::move(rest));
        } else if (is_capture(best->segments[i])) {
            match.captures.push_back(segments[i]);
        }
    }
    return match;
}

bool Router::serves(std::string_view path) const {
    const std::vector<std::string> segments = split(path);
    for (const Route& route : routes_) {
        if (rank(route.segments, segments)) return true;
    }
    return false;
}

std::vector<std::pair<std::string, std::string>> Router::routes() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const Route& route : routes_) all.emplace_back(route.method, route.pattern);
    return all;
}

}  // namespace chatcore::gateway
