#include "chatcore/contexts.h"

#include "context_rules.h"
#include "node.h"
#include "remover.h"

namespace chatcore {

namespace {

Status check(const Caller& caller, const Context& context) {
    if (!caller.is_admin) return unexpected(ErrorCode::forbidden);
    if (!is_sound(context)) return unexpected(ErrorCode::invalid_value, "context");
    return {};
}

Status check(const ContextRequest& request, const Limits& limits) {
    if (!text::valid(request.title)) return unexpected(ErrorCode::malformed, "title");
    if (text::has_controls(request.title)) return unexpected(ErrorCode::invalid_value, "title");
    if (text::code_points(request.title) > static_cast<std::size_t>(limits.title_code_points_max))
        return unexpected(ErrorCode::too_long, "title");
    if (request.metadata.size() > limits.metadata_bytes_max)
        return unexpected(ErrorCode::too_long, "metadata");
    return {};
}

}  // namespace

void Contexts::put(Caller caller, Context context, ContextRequest request,
                   Completion<RegisteredContext> done) {
    Status status = check(caller, context);
    if (status) status = check(request, node_.limits);
    if (!status) {
        node_.answer<RegisteredContext>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    node_.ask_writer<RegisteredContext>(
        caller.home,
        [this, context = std::move(context),
         request = std::move(request)](Store& store) mutable -> Result<RegisteredContext> {
            Result<bool> exist = node_.profiles.exist(store, {&request.owner, 1});
            if (!exist) return unexpected(exist.error());
            if (!*exist) return unexpected(ErrorCode::not_found, "user");
            const Timestamp now = node_.clock.now();
            return store.contexts().put({.context = std::move(context),
                                         .owner = request.owner,
                                         .title = text::trimmed(request.title),
                                         .metadata = std::move(request.metadata),
                                         .created_at = now,
                                         .updated_at = now});
        },
        std::move(done));
}

void Contexts::find(Caller caller, Context context, Completion<RegisteredContext> done) {
    node_.ask<RegisteredContext>(
        caller.home,
        [context = std::move(context)](Store& store) -> Result<RegisteredContext> {
            Result<std::optional<RegisteredContext>> found = store.contexts().find(context);
            if (!found) return unexpected(found.error());
            if (!*found) return unexpected(ErrorCode::not_found, "context");
            return std::move(**found);
        },
        std::move(done));
}

void Contexts::remove(Caller caller, Context context, Completion<std::int64_t> done) {
    if (Status status = check(caller, context); !status) {
        node_.answer<std::int64_t>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    node_.pool.write([this, caller, context = std::move(context),
                      done = std::move(done)](Store& store) mutable {
        if (Status removed = store.contexts().remove(context, node_.clock.now()); !removed) {
            node_.answer<std::int64_t>(caller.home, std::move(done), unexpected(removed.error()));
            return;
        }
        remover_.delete_rooms(std::move(context), caller.home, std::move(done));
    });
}

}  // namespace chatcore
