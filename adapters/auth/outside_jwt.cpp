#include "chatcore/adapters/outside_jwt.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <simdjson.h>

#include "jws.h"
#include "jwt_json.h"
#include "verifying_key.h"

namespace chatcore {

namespace {

namespace dom = simdjson::dom;
using jws::VerifyingKey;

constexpr std::size_t person_bytes_max = 254;

Unexpected unauthenticated(std::string cause) {
    return unexpected(ErrorCode::unauthenticated, "token", std::move(cause));
}
Unexpected no_set(std::string cause) {
    return unexpected(ErrorCode::invalid_value, "key", std::move(cause));
}

/// The member as a text; empty where it is not there, or is none.
std::string_view text_in(const dom::object& object, std::string_view name) {
    std::string_view text;
    return object[name].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

/// Whether a key of a set is there to check signatures (RFC 7517 sections 4.2 and 4.3).
bool is_for_signatures(const dom::object& key) {
    const std::string_view use = text_in(key, "use");
    if (!use.empty() && use != "sig") return false;
    dom::array operations;
    if (key["key_ops"].get(operations) != simdjson::SUCCESS) return true;
    for (const dom::element operation : operations) {
        std::string_view name;
        if (operation.get(name) == simdjson::SUCCESS && name == "verify") return true;
    }
    return false;
}

/// nullopt for a key of another kind than ours.
std::optional<Result<VerifyingKey>> key_of(const dom::object& key) {
    const std::string_view type = text_in(key, "kty");
    const auto bytes = [&](const char* name) {
        return jws::decode(text_in(key, name)).value_or(std::string());
    };
    if (type == "RSA") return VerifyingKey::of_rsa(bytes("n"), bytes("e"));
    if (type == "EC" && text_in(key, "crv") == "P-256")
        return VerifyingKey::of_p256(bytes("x"), bytes("y"));
    return std::nullopt;
}

/// What a token says before its signature is looked at: only by which key it claims to be signed.
struct Header {
    std::string algorithm;
    std::optional<std::string> key_id;
};

std::optional<Header> header_of(const dom::object& object) {
    Header header;
    int algorithms = 0;
    for (const auto [name, value] : object) {
        std::string_view text;
        if (name == "crit") return std::nullopt;
        if (name == "alg") {
            if (++algorithms > 1 || value.get(text) != simdjson::SUCCESS) return std::nullopt;
            header.algorithm = text;
        } else if (name == "kid") {
            if (header.key_id || value.get(text) != simdjson::SUCCESS) return std::nullopt;
            header.key_id = text;
        }
    }
    return algorithms == 1 ? std::optional(std::move(header)) : std::nullopt;
}

/// The claims that are read, each at most once.
class Claims {
public:
    Claims(const OutsideJwtOptions& options, const dom::object& payload) : options_(options) {
        for (const auto [name, value] : payload) sound_ = sound_ && take(name, value);
    }

    bool sound() const { return sound_ && claims_.person.size() > 0 && expires_at_; }
    bool from_issuer() const { return options_.issuer.empty() || issued_by_; }
    bool for_audience() const { return options_.audience.empty() || meant_for_; }
    Timestamp expires_at() const { return *expires_at_ + options_.leeway; }
    bool begun(Timestamp now) const {
        return !not_before_ || now + options_.leeway >= *not_before_;
    }
    OutsideClaims take_claims() && {
        claims_.issued_at = issued_at_.value_or(Timestamp{});
        claims_.expires_at = expires_at();
        return std::move(claims_);
    }

private:
    bool take(std::string_view name, const dom::element& value) {
        // One claim may serve twice: a person's name for a nickname.
        bool well = true;
        if (name == options_.person_claim) well = once(person_seen_) && person(value);
        if (well && !options_.nickname_claim.empty() && name == options_.nickname_claim)
            well = once(nickname_seen_) && nickname(value);
        if (well && !options_.role_claim.empty() && name == options_.role_claim)
            well = once(role_seen_) && roles(value);
        if (!well) return false;
        if (name == "exp") return time(value, expires_at_);
        if (name == "nbf") return time(value, not_before_);
        if (name == "iat") return time(value, issued_at_);
        if (name == "iss") return once(issuer_seen_) && issuer(value);
        if (name == "aud") return once(audience_seen_) && audience(value);
        if (name == "email_verified") return once(verified_seen_) && verified(value);
        return true;
    }

    static bool once(bool& seen) { return !std::exchange(seen, true); }
    static bool time(const dom::element& value, std::optional<Timestamp>& into) {
        if (into) return false;
        into = jws::time_of(value);
        return into.has_value();
    }
    bool person(const dom::element& value) {
        std::string_view text;
        std::int64_t number = 0;
        if (value.get(text) == simdjson::SUCCESS) {
            claims_.person = text;
        } else if (value.get(number) == simdjson::SUCCESS) {
            claims_.person = std::to_string(number);
        }
        return !claims_.person.empty() && claims_.person.size() <= person_bytes_max;
    }
    bool nickname(const dom::element& value) {
        std::string_view text;
        if (value.get(text) == simdjson::SUCCESS) claims_.nickname = text;
        return true;
    }
    bool roles(const dom::element& value) {
        const auto one = [&](const dom::element& element) {
            std::string_view text;
            if (element.get(text) != simdjson::SUCCESS) return;
            const std::optional<UserRole> role = jws::role_of(text);
            if (role && (!claims_.role || *role > *claims_.role)) claims_.role = role;
        };
        dom::array list;
        if (value.get(list) != simdjson::SUCCESS) {
            one(value);
        } else {
            for (const dom::element element : list) one(element);
        }
        return true;
    }
    bool issuer(const dom::element& value) {
        std::string_view text;
        if (value.get(text) != simdjson::SUCCESS) return false;
        issued_by_ = text == options_.issuer;
        return true;
    }
    bool audience(const dom::element& value) {
        std::string_view text;
        if (value.get(text) == simdjson::SUCCESS) {
            meant_for_ = text == options_.audience;
            return true;
        }
        dom::array list;
        if (value.get(list) != simdjson::SUCCESS) return false;
        for (const dom::element element : list) {
            if (element.get(text) != simdjson::SUCCESS) return false;
            meant_for_ = meant_for_ || text == options_.audience;
        }
        return true;
    }
    bool verified(const dom::element& value) {
        bool flag = false;
        std::string_view text;
        const bool yes = (value.get(flag) == simdjson::SUCCESS && flag) ||
                         (value.get(text) == simdjson::SUCCESS && text == "true");
        claims_.email_unverified = !yes;
        return true;
    }

    const OutsideJwtOptions& options_;
    OutsideClaims claims_;
    std::optional<Timestamp> expires_at_;
    std::optional<Timestamp> not_before_;
    std::optional<Timestamp> issued_at_;
    bool sound_ = true;
    bool issued_by_ = false;
    bool meant_for_ = false;
    bool person_seen_ = false;
    bool nickname_seen_ = false;
    bool role_seen_ = false;
    bool issuer_seen_ = false;
    bool audience_seen_ = false;
    bool verified_seen_ = false;
};

}  // namespace

/// One key, or those of a set by their ids.
struct OutsideJwt::Keys {
    std::optional<VerifyingKey> only;
    std::map<std::string, VerifyingKey, std::less<>> by_id;

    const VerifyingKey* find(const Header& header) const {
        if (only) return &*only;
        if (!header.key_id) return nullptr;
        const auto it = by_id.find(*header.key_id);
        return it == by_id.end() ? nullptr : &it->second;
    }
};

OutsideJwt::OutsideJwt(KeyKind kind, std::shared_ptr<const Keys> keys, OutsideJwtOptions options)
    : kind_(kind), options_(std::move(options)), keys_(std::move(keys)) {}
OutsideJwt::~OutsideJwt() = default;

Result<std::shared_ptr<const OutsideJwt::Keys>> OutsideJwt::read(KeyKind kind,
                                                                 std::string_view text) {
    auto keys = std::make_shared<Keys>();
    if (kind != KeyKind::key_set) {
        Result<VerifyingKey> key =
            kind == KeyKind::secret ? VerifyingKey::of_secret(text) : VerifyingKey::of_pem(text);
        if (!key) return unexpected(key.error());
        keys->only = std::move(*key);
        return std::shared_ptr<const Keys>(std::move(keys));
    }
    if (text.size() > key_set_bytes_max) return no_set("it is larger than 1 MiB");
    dom::parser parser;
    dom::object root;
    dom::array set;
    if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS ||
        root["keys"].get(set) != simdjson::SUCCESS)
        return no_set("it is no JSON object with a list of keys");
    for (const dom::element element : set) {
        dom::object object;
        if (element.get(object) != simdjson::SUCCESS) return no_set("a key is no object");
        const std::string id(text_in(object, "kid"));
        if (id.empty() || !is_for_signatures(object)) continue;
        std::optional<Result<VerifyingKey>> key = key_of(object);
        if (!key) continue;
        if (!*key) return no_set("the key " + id + ": " + key->error().cause);
        const std::string_view algorithm = text_in(object, "alg");
        if (!algorithm.empty() && algorithm != (*key)->algorithm()) continue;
        if (!keys->by_id.emplace(id, std::move(**key)).second)
            return no_set("two keys have the kid " + id);
    }
    if (keys->by_id.empty()) return no_set("it has no key with a kid for RS256 or ES256");
    return std::shared_ptr<const Keys>(std::move(keys));
}

Result<std::unique_ptr<OutsideJwt>> OutsideJwt::create(KeyKind kind, std::string_view keys,
                                                       OutsideJwtOptions options) {
    Result<std::shared_ptr<const Keys>> known = read(kind, keys);
    if (!known) return unexpected(known.error());
    return std::unique_ptr<OutsideJwt>(new OutsideJwt(kind, std::move(*known), std::move(options)));
}

Status OutsideJwt::set_keys(std::string_view keys) {
    Result<std::shared_ptr<const Keys>> known = read(kind_, keys);
    if (!known) return unexpected(known.error());
    const std::lock_guard lock(mutex_);
    keys_ = std::move(*known);
    return {};
}

Result<OutsideClaims> OutsideJwt::verify(std::string_view token, Timestamp now) {
    if (token.size() > token_bytes_max) return unauthenticated("it is too long");
    const std::optional<jws::Parts> parts = jws::Parts::of(token);
    if (!parts) return unauthenticated("it has not three parts");
    thread_local dom::parser parser(token_bytes_max);
    std::optional<Header> header;
    if (const auto object = jws::read_object(parser, parts->header)) header = header_of(*object);
    if (!header) return unauthenticated("the header is of no use");
    std::shared_ptr<const Keys> keys;
    {
        const std::lock_guard lock(mutex_);
        keys = keys_;
    }
    const VerifyingKey* key = keys->find(*header);
    if (key == nullptr) return unauthenticated("it names none of the keys");
    if (header->algorithm != key->algorithm())
        return unauthenticated("its algorithm is not that of the key");
    if (!key->verify(parts->signing_input, parts->signature))
        return unauthenticated("the signature is wrong");
    const std::optional<dom::object> payload = jws::read_object(parser, parts->payload);
    if (!payload) return unauthenticated("the payload is no JSON object");
    Claims claims(options_, *payload);
    if (!claims.sound()) return unauthenticated("a claim is missing, twice or of no use");
    if (!claims.from_issuer()) return unauthenticated("it is from another issuer");
    if (!claims.for_audience()) return unauthenticated("it is for another audience");
    if (!claims.begun(now)) return unauthenticated("it is not valid yet");
    if (now >= claims.expires_at()) return unexpected(ErrorCode::token_expired, "token");
    return std::move(claims).take_claims();
}

}  // namespace chatcore
