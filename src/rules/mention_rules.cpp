// Whom a message names.

#include <algorithm>

#include "rules/rules.h"

namespace chatcore::rules {

namespace {

/// Whether a range that the client gave stands at the place, or right behind its `@`.
bool is_taken(const std::vector<Mention>& given, const NamePlace& place) {
    return std::any_of(given.begin(), given.end(), [&](const Mention& mention) {
        return mention.start <= place.start + 1 && place.start < mention.start + mention.length;
    });
}

/// The longest choice that names somebody.
Result<std::optional<Mention>> named_at(Context& context, const Standing& standing,
                                        const NamePlace& place) {
    for (const NameChoice& choice : place.choices) {
        if (choice.folded == everybodys_name) {
            if (!leads(*standing.actor)) return std::optional<Mention>{};
            return std::optional{Mention{UserId{}, place.start, choice.length}};
        }
        Result<std::optional<UserId>> user =
            context.set.member_named(standing.room->id, choice.folded);
        if (!user) return unexpected(user.error());
        if (*user) return std::optional{Mention{**user, place.start, choice.length}};
    }
    return std::optional<Mention>{};
}

}  // namespace

Result<Mentioned> mentions_of(Context& context, const Change& change, const Standing& standing,
                              const std::vector<Mention>& given) {
    Mentioned named{.mentions = given, .refusal = {}};
    for (const Mention& mention : given) {
        Result<const Member*> member = context.set.member(standing.room->id, mention.user);
        if (!member) return unexpected(member.error());
        if (*member == nullptr || !(*member)->active) {
            named.refusal = refused(ErrorCode::invalid_value, "mentions");
            return named;
        }
    }
    for (const NamePlace& place : context.set.name_places(change)) {
        if (is_taken(given, place)) continue;
        Result<std::optional<Mention>> found = named_at(context, standing, place);
        if (!found) return unexpected(found.error());
        if (*found) named.mentions.push_back(**found);
    }
    if (!given.empty() && named.mentions.size() > given.size()) {
        std::stable_sort(named.mentions.begin(), named.mentions.end(),
                         [](const Mention& a, const Mention& b) { return a.start < b.start; });
    }
    return named;
}

}  // namespace chatcore::rules
