#pragma once
// Which handler serves which path. Filled once at start, read by all shards afterwards.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/exchange.h"
#include "gateway/link/door_figures.h"

namespace chatcore::gateway {

/// Called on the connection's shard; must not block.
using Handler = std::function<void(ExchangePtr)>;

/// Whether a route wants to know who asks: nobody in particular; the host, if it is the one;
/// a person; a person whose token may stand in the address as well, for what browsers fetch by
/// themselves; a person whose token may also be all of what `Basic` encodes, or stand in the body's
/// `auth`, as Serverpod's clients give it; a person who sells, or an admin; a person, or the host
/// for itself; an admin or the host.
enum class Login : std::uint8_t {
    none,
    host,
    required,
    required_or_in_query,
    required_in_any_form,
    seller,
    person_or_host,
    admin
};

/// Whose pages may ask a route and read its answers: this server's own, or anybody's (CORS, by
/// Admission). The latter is for what needs a token in each request, and no cookie.
enum class Pages : std::uint8_t { own, any };

/// What becomes of a request's body: it is read whole before the handler is called, or the handler
/// is called before it and takes it in pieces (Exchange::take_body), or refuses it.
enum class BodyRule : std::uint8_t { gathered, streamed };

class Router {
public:
    /// Whose the routes are that are added from now on, and whose pages may ask them; at first no
    /// door's, and our own. What is an admin's alone is for our own pages in any case.
    void begin(Door door, Pages pages = Pages::own) {
        door_ = door;
        pages_ = pages;
    }

    /// `pattern`: segments, of which `{name}` matches any one, and a last `{rest…}` spelled `{*}`
    /// all that follow. Literal segments win over captures. A capture is meant for a number, and
    /// `{name=text}` for any text: where only another method has a pattern, a path is an address at
    /// all, and so 405, if its captures are what they are meant for. Adding the same method and
    /// pattern twice is a programming error.
    void add(std::string_view method, std::string_view pattern, Login login, Handler handler,
             BodyRule body = BodyRule::gathered);
    /// A GET for anybody that tells how the node is: served on connections above the limit, too.
    void add_probe(std::string_view pattern, Handler handler);

    struct Match {
        const Handler* handler = nullptr;
        Login login = Login::none;
        BodyRule body = BodyRule::gathered;
        Pages pages = Pages::own;  ///< any where there is no such address
        Door door = Door::none;
        bool probe = false;
        std::vector<std::string> captures;
        std::string allowed;  ///< for 405: the methods that this path has, for the `Allow` header
    };
    /// HEAD is served by GET. Without a handler: 404 where `allowed` is empty, else 405.
    Match find(std::string_view method, std::string_view path) const;

    /// What pages of any origin may ask of a path, as lists of methods are written; empty: nothing.
    /// `method`: what one wants to ask.
    std::string methods_for_pages(std::string_view method, std::string_view path) const;

    /// Whether there is any route for the path.
    bool serves(std::string_view path) const;

    /// For documents: every route as (method, pattern), in the order added; captures as `{name}`.
    std::vector<std::pair<std::string, std::string>> routes() const;

private:
    struct Route {
        std::string method;
        std::string pattern;
        std::vector<std::string> segments;
        Login login;
        Handler handler;
        BodyRule body;
        Pages pages;
        Door door;
        bool probe = false;
    };
    std::vector<Route> routes_;
    Door door_ = Door::none;
    Pages pages_ = Pages::own;
};

}  // namespace chatcore::gateway
