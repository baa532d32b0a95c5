#pragma once
// A blocking HTTP/1.1 client for signing people up and the like: one connection, kept alive, opened
// again when the server ends it.

#include <string>
#include <string_view>

#include "common/net.h"

namespace bench {

struct HttpReply {
    int status = 0;  ///< 0 where the server could not be reached or did not answer in HTTP
    std::string body;
};

class HttpClient {
public:
    explicit HttpClient(const Endpoint& target) : target_(target) {}
    /// Posts a JSON body, as whom the token names where there is one. Tried once more on a fresh
    /// connection where a kept one turns out to be closed.
    HttpReply post(std::string_view path, std::string_view json, std::string_view token = {});
    /// Puts a JSON body as the host application's server, whose key that is; tried twice likewise.
    HttpReply put_as_host(std::string_view path, std::string_view json, std::string_view key);

private:
    /// `who`: the header, with its line's end, that says who asks; empty: nobody.
    HttpReply send(std::string_view method, std::string_view path, std::string_view json,
                   std::string_view who);
    HttpReply exchange(std::string_view request);
    bool read_more(std::string& bytes);

    Endpoint target_;
    Fd fd_;
};

}  // namespace bench
