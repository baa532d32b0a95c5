#include "gateway/http/router.h"

#include <algorithm>
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

constexpr std::string_view text_mark = "=text}";

bool is_capture(const std::string& segment) {
    return segment.starts_with('{');
}

bool is_number(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether the captures of a pattern that matches are what they are meant for.
bool is_meant(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    for (std::size_t i = 0; i < pattern.size() && pattern[i] != "{*}"; ++i) {
        const bool for_number = is_capture(pattern[i]) && !pattern[i].ends_with(text_mark);
        if (for_number && !is_number(path[i])) return false;
    }
    return true;
}

std::string_view served_by(std::string_view method) {
    return method == "HEAD" ? "GET" : method;
}

void list_method(std::string& methods, const std::string& method) {
    if (methods.find(method) == methods.npos) methods += (methods.empty() ? "" : ", ") + method;
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
                 BodyRule body) {
    std::string shown(pattern);
    for (auto at = shown.find(text_mark); at != shown.npos; at = shown.find(text_mark))
        shown.replace(at, text_mark.size(), "}");
    const Pages pages = login == Login::admin ? Pages::own : pages_;
    routes_.push_back(Route{std::string(method), std::move(shown), split(pattern), login,
                            std::move(handler), body, pages, door_});
}

void Router::add_probe(std::string_view pattern, Handler handler) {
    add("GET", pattern, Login::none, std::move(handler));
    routes_.back().probe = true;
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
    Match match;
    const std::vector<std::string> segments = split(path);
    const std::string_view wanted = served_by(method);
    const Route* best = nullptr;
    std::string best_rank;
    std::string allowed;
    bool for_pages = false;
    for (const Route& route : routes_) {
        const auto found = rank(route.segments, segments);
        if (!found) continue;
        if (route.method != wanted) {
            if (!is_meant(route.segments, segments)) continue;
            list_method(allowed, route.method);
            for_pages = for_pages || route.pages == Pages::any;
            continue;
        }
        if (best == nullptr || *found < best_rank) {
            best = &route;
            best_rank = *found;
        }
    }
    if (best == nullptr) {
        match.pages = for_pages || allowed.empty() ? Pages::any : Pages::own;
        match.allowed = std::move(allowed);
        return match;
    }
    match.handler = &best->handler;
    match.login = best->login;
    match.body = best->body;
    match.pages = best->pages;
    match.door = best->door;
    match.probe = best->probe;
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

std::string Router::methods_for_pages(std::string_view method, std::string_view path) const {
    const std::vector<std::string> segments = split(path);
    const std::string_view wanted = served_by(method);
    std::string methods;
    for (const Route& route : routes_) {
        if (route.pages != Pages::any || !rank(route.segments, segments)) continue;
        if (route.method == wanted || is_meant(route.segments, segments))
            list_method(methods, route.method);
    }
    return methods;
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
