#pragma once
// Who the people of outside tokens are here. A person who was found is known by the token for half
// a minute, so that a request asks neither the store nor, a second time, the key; a disabled or
// demoted person's tokens are forgotten at once on every node that hears of it, and within that
// half minute on the others. Threads: any; one lock, held for a look-up.

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "chatcore/accounts.h"
#include "chatcore/ports/outside_tokens.h"
#include "chatcore/ports/store.h"

#include "node.h"

namespace chatcore {

class OutsidePeople {
public:
    OutsidePeople(Node& node, OutsideTokens& tokens, Digest& digest, OutsideOptions options)
        : node_(node), tokens_(tokens), digest_(digest), options_(options) {}

    /// What a token is known to say; nullopt where it must be looked at.
    std::optional<AccessClaims> known(std::string_view token) const;
    /// Looks at it, finds the person, or makes them if so configured.
    void find(int home, std::string_view token, Completion<AccessClaims> done);
    void forget(UserId user);

    /// Stands for all outside tokens of a person where log-ins have their family. None of our own
    /// is like it, since those are hexadecimal.
    static std::string family_of(UserId user);
    /// Whose such a family is.
    static std::optional<UserId> person_of(const std::string& family);

private:
    struct Known {
        AccessClaims claims;
        Timestamp until;
    };
    /// What is looked for on its way.
    struct Search {
        int home = 0;
        std::string digest;
        OutsideClaims claims;
        Completion<AccessClaims> done;
    };

    Result<AccountKey> key_of(const OutsideClaims& claims) const;
    Result<Account> make(Store& store, const AccountKey& key, const OutsideClaims& claims) const;
    Result<AccessClaims> accept(const Search& search, const Account& account);

    static constexpr std::chrono::seconds known_for{30};

    Node& node_;
    OutsideTokens& tokens_;
    Digest& digest_;
    const OutsideOptions options_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Known> known_;  ///< by the token's digest
};

}  // namespace chatcore
