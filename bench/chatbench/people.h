#pragma once
// The people that a run plays: signed up over HTTP, logged in again where their token has run out,
// or made up where the signing secret is known. Kept in a file, so that a second run against the
// same server starts at once.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chatbench/options.h"

namespace bench {

struct Person {
    std::int64_t id = 0;
    std::string token;
    std::int64_t expires_s = 0;  ///< Unix time
};

/// The first `count` people of this server. Ends the program, saying why, where the server refuses.
std::vector<Person> people(const Options& options, std::size_t count);

/// An HS256 token for a person whose account exists (`sub`, `iat`, `exp`, `jti`).
std::string make_token(std::string_view secret, std::int64_t user_id, std::int64_t now_s,
                       std::int64_t valid_s);

}  // namespace bench
