#include "gateway/websocket/permessage_deflate.h"

#include <algorithm>

#include "gateway/http/chars.h"

namespace chatcore::gateway {
namespace {

constexpr std::string_view extension_name = "permessage-deflate";

struct Parameter {
    std::string_view name;
    std::string_view value;
    bool has_value = false;
};

/// Reads the grammar of Sec-WebSocket-Extensions (RFC 6455 section 9.1) from the front of a text.
class OfferReader {
public:
    explicit OfferReader(std::string_view text) : rest_(text) {}

    bool at_end() { return skip_space().empty(); }

    bool take(char c) {
        if (!skip_space().starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::optional<std::string_view> token() {
        const std::string_view text = skip_space();
        const auto end = std::find_if_not(text.begin(), text.end(), is_token_char);
        const auto size = static_cast<std::size_t>(end - text.begin());
        if (size == 0) return std::nullopt;
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    std::optional<Parameter> parameter() {
        const std::optional<std::string_view> name = token();
        if (!name) return std::nullopt;
        if (!take('=')) return Parameter{*name, {}, false};
        const bool quoted = take('"');
        const std::optional<std::string_view> value = token();  // a quoted one must be a token too
        if (!value || (quoted && !rest_.starts_with('"'))) return std::nullopt;
        if (quoted) rest_.remove_prefix(1);
        return Parameter{*name, *value, true};
    }

private:
    std::string_view skip_space() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
        return rest_;
    }

    std::string_view rest_;
};

/// 8 to 15 without leading zeros (RFC 7692 section 7.1.2.1), else nullopt.
std::optional<int> window_bits(std::string_view text) {
    if (text == "8" || text == "9") return text[0] - '0';
    if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5') {
        return 10 + text[1] - '0';
    }
    return std::nullopt;
}

/// One offer under examination.
struct Offer {
    DeflateAgreement agreement;
    bool valid = true;
    bool server_takeover_seen = false;
    bool client_takeover_seen = false;
    bool client_window_seen = false;
    int client_window_bits = 0;

    void add(const Parameter& parameter) {
        if (parameter.name == "server_no_context_takeover") {
            valid = valid && !parameter.has_value && !server_takeover_seen;
            server_takeover_seen = true;
        } else if (parameter.name == "client_no_context_takeover") {
            valid = valid && !parameter.has_value && !client_takeover_seen;
            client_takeover_seen = true;
        } else if (parameter.name == "server_max_window_bits") {
            const std::optional<int> bits = window_bits(parameter.value);
            valid = valid && bits && !agreement.server_window_asked;
            agreement.server_window_asked = true;
            agreement.server_window_bits = bits.value_or(15);
        } else if (parameter.name == "client_max_window_bits") {
            const std::optional<int> bits =
                parameter.has_value ? window_bits(parameter.value) : client_window_bits_max;
            valid = valid && bits && !client_window_seen;
            client_window_seen = true;
            client_window_bits = std::min(bits.value_or(15), client_window_bits_max);
        } else {
            valid = false;
        }
    }

    /// A client's context is taken over where it would have it so and can keep to our window: an
    /// answer may name one only where the offer has (section 7.1.2.2). All others can do without
    /// (section 7.1.1.2).
    DeflateAgreement agreed() const {
        DeflateAgreement agreed = agreement;
        if (!client_takeover_seen) agreed.client_window_bits = client_window_bits;
        return agreed;
    }
};

}  // namespace

std::string DeflateAgreement::header_value() const {
    std::string value(extension_name);
    value += "; server_no_context_takeover";
    if (client_window_bits == 0) {
        value += "; client_no_context_takeover";
    } else {
        value += "; client_max_window_bits=" + std::to_string(client_window_bits);
    }
    if (server_window_asked) {
        value += "; server_max_window_bits=" + std::to_string(server_window_bits);
    }
    return value;
}

DeflateChoice choose_deflate(std::string_view offers) {
    OfferReader reader(offers);
    DeflateChoice choice;
    const DeflateChoice malformed{.well_formed = false};
    while (!reader.at_end()) {
        if (reader.take(',')) continue;
        const std::optional<std::string_view> name = reader.token();
        if (!name) return malformed;
        Offer offer;
        offer.valid = *name == extension_name;
        while (reader.take(';')) {
            const std::optional<Parameter> parameter = reader.parameter();
            if (!parameter) return malformed;
            offer.add(*parameter);
        }
        if (!reader.at_end() && !reader.take(',')) return malformed;
        if (offer.valid && !choice.agreement) choice.agreement = offer.agreed();
    }
    return choice;
}

}  // namespace chatcore::gateway
