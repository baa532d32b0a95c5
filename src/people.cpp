#include "chatcore/people.h"

#include "chatcore/rules/picture_rules.h"
#include "chatcore/text.h"

#include "node.h"

namespace chatcore {

void People::find(Caller caller, UserId user, Completion<Profile> done) {
    node_.ask<Profile>(
        caller.home,
        [this, user](Store& store) -> Result<Profile> {
            Status status;
            std::vector<Profile> found = node_.profiles.find(store, {&user, 1}, status);
            if (!status) return unexpected(status.error());
            if (found.empty()) return unexpected(ErrorCode::not_found, "user");
            return std::move(found.front());
        },
        std::move(done));
}

void People::me(Caller caller, Completion<Account> done) {
    node_.ask<Account>(
        caller.home,
        [caller](Store& store) -> Result<Account> {
            Result<std::optional<Account>> found = store.people().find(caller.user);
            if (!found) return unexpected(found.error());
            if (!*found) return unexpected(ErrorCode::not_found, "user");
            return std::move(**found);
        },
        std::move(done));
}

void People::search(Caller caller, std::string query, UserId after, int limit,
                    Completion<Page<Profile>> done) {
    const bool sound = text::valid(query) && limit >= 1 && limit <= 100;
    if (!sound) {
        node_.answer<Page<Profile>>(
            caller.home, std::move(done),
            unexpected(ErrorCode::malformed, text::valid(query) ? "limit" : "query"));
        return;
    }
    node_.ask<Page<Profile>>(
        caller.home,
        [query = text::fold(text::trimmed(query)), after,
         limit](Store& store) -> Result<Page<Profile>> {
            if (query.empty()) return Page<Profile>{};
            return store.people().search(query, after, limit);
        },
        std::move(done));
}

Status People::check(const ProfileRequest& request) const {
    if (request.nickname) {
        if (!text::valid(*request.nickname)) return unexpected(ErrorCode::malformed, "nickname");
        if (text::blank(*request.nickname)) return unexpected(ErrorCode::empty, "nickname");
        if (text::has_controls(*request.nickname))
            return unexpected(ErrorCode::invalid_value, "nickname");
        if (text::code_points(*request.nickname) >
            static_cast<std::size_t>(node_.limits.nickname_code_points_max)) {
            return unexpected(ErrorCode::too_long, "nickname");
        }
    }
    if (request.profile_image_url) {
        Status status = check_picture_url(*request.profile_image_url, "profileImageUrl");
        if (!status) return status;
    }
    if (request.status_text) {
        if (!text::valid(*request.status_text))
            return unexpected(ErrorCode::malformed, "statusText");
        if (text::code_points(*request.status_text) > 200)
            return unexpected(ErrorCode::too_long, "statusText");
    }
    return {};
}

void People::update(Caller caller, ProfileRequest request, Completion<Account> done) {
    if (Status status = check(request); !status) {
        node_.answer<Account>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    node_.ask_writer<Account>(
        caller.home,
        [this, caller, request = std::move(request)](Store& store) -> Result<Account> {
            Result<std::optional<Account>> found = store.people().find(caller.user);
            if (!found) return unexpected(found.error());
            if (!*found) return unexpected(ErrorCode::not_found, "user");
            Profile& profile = (*found)->profile;
            if (request.nickname) profile.nickname = text::trimmed(*request.nickname);
            if (request.profile_image_url) profile.profile_image_url = *request.profile_image_url;
            if (request.status_text) profile.status_text = *request.status_text;
            if (Status status = store.people().update_profile(profile); !status)
                return unexpected(status.error());
            node_.profiles.forget(caller.user);
            return std::move(**found);
        },
        std::move(done));
}

}  // namespace chatcore
