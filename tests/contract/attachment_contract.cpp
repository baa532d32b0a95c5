#include "contract/attachment_contract.h"

#include <algorithm>

namespace chatcore::contract {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

Upload upload_of(StoreWorld& world, UserId uploader, std::int64_t id) {
    Upload upload;
    upload.id = AttachmentId{id};
    upload.uploader = uploader;
    upload.name = "고양이 cat.png";
    upload.size_bytes = 5'000'000'000;
    upload.content_type = "image/png";
    upload.created_at = world.tick();
    upload.unused_until = upload.created_at + hours{24};
    return upload;
}

Upload kept(StoreWorld& world, UserId uploader, std::int64_t id) {
    const Upload upload = upload_of(world, uploader, id);
    world.done(world.store().attachments().create(upload), "an upload is kept");
    return upload;
}

std::optional<Upload> seen(StoreWorld& world, AttachmentId id, std::optional<UserId> viewer) {
    return world.value(world.store().attachments().find(id, viewer), "find");
}

/// A post that shows what was uploaded under these ids, and says nonsense about it.
PostMessage showing(StoreWorld& world, std::vector<std::int64_t> ids) {
    PostMessage post = world.text("look");
    for (const std::int64_t id : ids)
        post.attachments.push_back({attachment_url(AttachmentId{id}), "lie.exe", 1, "text/lie"});
    return post;
}

Message shown(StoreWorld& world, RoomId room, UserId actor, std::vector<std::int64_t> ids) {
    return world.state<Message>(
        world.applied(room, actor, showing(world, std::move(ids))).states.front());
}

void kept_as_made(StoreWorld& world) {
    const Upload upload = kept(world, ari, 4'000'000'000'000'000);
    world.expect(seen(world, upload.id, ari) == upload, "an upload is kept as it was made");
    world.expect(seen(world, upload.id, std::nullopt) == upload, "the engine finds it too");
    world.expect(!seen(world, upload.id, bora), "others do not");
    world.expect(!seen(world, AttachmentId{5}, ari), "what there is not is not found");
    const Status twice =
        world.store().attachments().create(upload_of(world, bora, upload.id.value));
    world.expect(!twice && twice.error().code == ErrorCode::conflict, "an id is given once");
    world.restart();
    world.expect(seen(world, upload.id, ari) == upload, "uploads outlive a restart");
}

void posts_show(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const Upload upload = kept(world, ari, 100);
    const Message message = shown(world, room, ari, {100});
    world.require(message.attachments.size() == 1, "the message has its attachment");
    const Attachment& attachment = message.attachments.front();
    world.expect(attachment.name == upload.name && attachment.size_bytes == upload.size_bytes &&
                     attachment.content_type == upload.content_type &&
                     attachment.url == attachment_url(upload.id),
                 "what is known of the file counts, not what the post says");
    world.expect(world.message(message.id) == message, "and is kept so");
    const auto now = seen(world, upload.id, bora);
    world.require(now.has_value(), "members of the room find it");
    world.expect(now->uses == 1 && !now->unused_until && !now->condemned, "it is in use");
    world.expect(!seen(world, upload.id, chan), "others do not");
    world.applied(room, bora, LeaveRoom{});
    world.expect(!seen(world, upload.id, bora), "nor does who has left");
    world.applied(room, ari, LeaveRoom{});
    world.expect(seen(world, upload.id, ari).has_value(), "the uploader always does");
    world.applied(room, bora, JoinRoom{});
    world.restart();
    world.expect(seen(world, upload.id, bora).has_value(), "who is in again finds it again");
}

void strangers_show_nothing(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora, chan});
    kept(world, ari, 100);
    const auto refuses = [&](UserId actor, std::vector<std::int64_t> ids) {
        return world.refused(world.apply(room, actor, showing(world, std::move(ids))),
                             ErrorCode::not_found);
    };
    world.expect(refuses(bora, {100}), "what somebody else has uploaded may not be posted");
    world.expect(refuses(ari, {100, 101}), "nor what there is not");
    world.expect(seen(world, AttachmentId{100}, ari)->uses == 0, "a refused post shows nothing");
    shown(world, room, ari, {100});
    world.expect(refuses(bora, {100}), "not even where it was shown already");
    PostMessage foreign = world.text("elsewhere");
    foreign.attachments = {{"https://example.org/a.png", "a.png", 7, "image/png"}};
    const Message said = world.state<Message>(world.applied(room, bora, foreign).states.front());
    world.expect(said.attachments == foreign.attachments, "addresses elsewhere stay as they are");
    const RoomId other = world.group(bora, {chan});
    world.expect(
        world.refused(world.apply(other, ari, showing(world, {100})), ErrorCode::not_a_member),
        "and only who is in a room posts there");
}

void forwards_show(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const RoomId other = world.group(bora, {chan});
    kept(world, ari, 100);
    const Message first = shown(world, room, ari, {100});
    PostMessage forward = showing(world, {100});
    forward.forwarded_from = Original{first.id, room, ari, "look"};
    const Message second = world.state<Message>(world.applied(other, bora, forward).states.front());
    world.expect(second.attachments == first.attachments, "a forward shows what the first did");
    world.expect(seen(world, AttachmentId{100}, chan).has_value(), "to those it was forwarded to");
    world.applied(room, ari, DeleteMessage{first.id});
    world.expect(seen(world, AttachmentId{100}, chan)->uses == 1,
                 "and goes on when the first is deleted");
    world.applied(other, bora, DeleteMessage{second.id});
    forward.key = world.new_key();
    world.expect(world.refused(world.apply(other, bora, forward), ErrorCode::already_deleted),
                 "what no message shows any more is not forwarded");
}

void deletions_end(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    kept(world, ari, 100);
    kept(world, ari, 101);
    const Message both = shown(world, room, ari, {100, 101, 100});
    world.expect(seen(world, AttachmentId{100}, ari)->uses == 1,
                 "a message that names a file twice shows it once");
    const Message again = shown(world, room, ari, {101});
    world.applied(room, ari, DeleteMessage{both.id});
    world.expect(!seen(world, AttachmentId{100}, bora) && !seen(world, AttachmentId{100}, ari),
                 "what no message shows any more is found by nobody");
    world.expect(world.refused(world.apply(room, ari, showing(world, {100})), ErrorCode::not_found),
                 "and may not be posted again");
    const auto left = seen(world, AttachmentId{101}, bora);
    world.expect(left && left->uses == 1, "what another message shows stays");
    // In one batch, too, it is counted one after the other.
    const Outcome posted = world
                               .apply({world.change(room, ari, showing(world, {101})),
                                       world.change(room, ari, DeleteMessage{again.id})})
                               .front();
    world.applied(posted);
    world.expect(seen(world, AttachmentId{101}, bora)->uses == 1, "over a batch as well");
    const auto gone = world.value(world.store().attachments().condemn(world.now(), 10), "condemn");
    world.expect(gone == std::vector{AttachmentId{100}}, "what was shown is cleared away at once");
}

void repeated_posts(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    kept(world, ari, 100);
    const Change change = world.change(room, ari, showing(world, {100}));
    world.applied(world.value(world.try_batch(500, false, {change})).front());
    const auto again = world.value(world.try_batch(500, true, {change}));
    world.expect(std::holds_alternative<Replayed>(again.front()), "a batch is tried again");
    const auto twice = world.value(world.try_batch(501, false, {change}));
    world.expect(std::holds_alternative<DuplicateOf>(twice.front()), "and the post repeated");
    world.expect(seen(world, AttachmentId{100}, ari)->uses == 1, "it is one message that shows it");
}

void cleared_away(StoreWorld& world) {
    AttachmentStore& store = world.store().attachments();
    const RoomId room = world.group(ari, {bora});
    const Upload early = kept(world, ari, 300);
    const Upload late = kept(world, ari, 200);
    kept(world, ari, 100);
    shown(world, room, ari, {100});
    const auto condemn = [&](Timestamp now, int limit) {
        return world.value(store.condemn(now, limit), "condemn");
    };
    world.expect(condemn(*early.unused_until - milliseconds{1}, 10).empty(),
                 "nothing is cleared away before its time");
    world.expect(condemn(*early.unused_until, 10) == std::vector{early.id},
                 "then what is unused is, and nothing else");
    world.expect(!seen(world, early.id, ari), "nobody finds it any more");
    world.expect(world.refused(world.apply(room, ari, showing(world, {300})), ErrorCode::not_found),
                 "nor may it be posted");
    const Timestamp far = *late.unused_until + hours{1'000};
    world.expect(condemn(far, 1) == std::vector{early.id},
                 "what was condemned is given again until it is forgotten, the oldest first");
    world.expect(condemn(far, 10) == std::vector{early.id, late.id}, "and the others behind it");
    const AttachmentId some[] = {early.id, AttachmentId{100}, AttachmentId{999}};
    world.done(store.forget(some), "they are forgotten");
    world.expect(!seen(world, early.id, std::nullopt), "what was condemned is gone");
    world.expect(seen(world, AttachmentId{100}, bora).has_value(), "and nothing else");
    world.restart();
    world.expect(world.value(world.store().attachments().condemn(far, 10)) == std::vector{late.id},
                 "what was not forgotten is given after a restart too");
}

void rooms_are_deleted(StoreWorld& world) {
    const RoomId room = world.group(ari, {bora});
    const RoomId other = world.group(ari, {chan});
    kept(world, ari, 500);
    kept(world, ari, 501);
    shown(world, room, ari, {500, 501, 500});
    const Message first = shown(world, room, ari, {501});
    shown(world, other, ari, {501});
    world.applied(room, ari, DeleteMessage{first.id});
    world.applied(room, ari, DeleteRoom{});
    for (int i = 0; i < 100 && world.value(world.store().removals().pending()); ++i)
        world.value(world.store().removals().clear(100));
    const auto gone = seen(world, AttachmentId{500}, std::nullopt);
    world.expect(gone && gone->uses == 0 && gone->condemned,
                 "what only a deleted room showed is cleared away with it");
    const auto left = seen(world, AttachmentId{501}, std::nullopt);
    world.expect(left && left->uses == 1 && !left->condemned, "what another shows stays");
    world.expect(!seen(world, AttachmentId{501}, bora) && seen(world, AttachmentId{501}, chan),
                 "for those who are there");
}

std::string picture(std::int64_t id) {
    return attachment_url(AttachmentId{id});
}

void rooms_have_pictures(StoreWorld& world) {
    for (const std::int64_t id : {100, 101, 102}) kept(world, ari, id);
    const RoomId room = world.group(ari, {bora});
    world.applied(room, ari, RenameRoom{{}, picture(100)});
    const auto now = seen(world, AttachmentId{100}, bora);
    world.require(now.has_value(), "the picture of a room is seen by its members");
    world.expect(now->uses == 1 && !now->unused_until && !now->condemned, "it is in use");
    world.expect(!seen(world, AttachmentId{100}, chan), "others do not see it");
    const Timestamp far = world.now() + hours{1'000};
    const auto cleared = world.value(world.store().attachments().condemn(far, 1), "condemn");
    world.expect(cleared == std::vector{AttachmentId{101}}, "nor is it cleared away");
    const Message message = shown(world, room, ari, {102});
    world.applied(room, ari, RenameRoom{{}, picture(102)});
    world.expect(!seen(world, AttachmentId{100}, ari), "it ends when another takes its place");
    world.applied(room, ari, DeleteMessage{message.id});
    world.expect(seen(world, AttachmentId{102}, bora).has_value(),
                 "what a message has shown stays as long as it is a picture");
    world.applied(room, bora, LeaveRoom{});
    world.restart();
    world.expect(seen(world, AttachmentId{102}, bora).has_value(),
                 "who has left sees the room's header, and so its picture");
    world.applied(room, ari, RemoveMember{bora});
    world.expect(!seen(world, AttachmentId{102}, bora), "who was put out does not");
    world.applied(room, ari, DeleteRoom{});
    const auto gone = seen(world, AttachmentId{102}, std::nullopt);
    world.expect(gone && gone->uses == 0 && gone->condemned, "it ends with its room");
}

void groups_begin_with_pictures(StoreWorld& world) {
    kept(world, ari, 100);
    NewGroup group;
    group.owner = ari;
    group.title = "with a picture";
    group.open = true;
    group.image_url = picture(100);
    const NewGroup both[] = {group, group};
    const auto made = world.value(world.store().open_groups(both, world.tick()), "two groups");
    world.expect(seen(world, AttachmentId{100}, chan).has_value(),
                 "the picture of an open group is seen by who may find it");
    world.applied(made[0].id, ari, RenameRoom{{}, ""});
    const auto left = seen(world, AttachmentId{100}, chan);
    world.expect(left && left->uses == 1, "one of two that have it is as good as both");
    group.owner = bora;
    const Position before = world.room(made[1].id).head;
    world.expect(world.refuses(world.store().open_group(group, world.tick()), ErrorCode::not_found),
                 "what is somebody else's is no picture of a new group");
    world.expect(
        seen(world, AttachmentId{100}, chan)->uses == 1 && world.room(made[1].id).head == before,
        "and nothing is made then");
}

void strangers_picture_nothing(StoreWorld& world) {
    Upload text = upload_of(world, ari, 100);
    text.content_type = "text/plain";
    world.done(world.store().attachments().create(text), "a text is uploaded");
    kept(world, bora, 101);
    const RoomId room = world.group(ari, {bora});
    const auto refuses = [&](std::int64_t id, ErrorCode code) {
        return world.refused(world.apply(room, ari, RenameRoom{{}, picture(id)}), code);
    };
    world.expect(refuses(100, ErrorCode::invalid_value), "what is no image is no picture");
    world.expect(refuses(101, ErrorCode::not_found), "nor what somebody else has uploaded");
    world.expect(refuses(102, ErrorCode::not_found), "nor what there is not");
    world.expect(world.room(room).image_url.empty() &&
                     seen(world, AttachmentId{101}, std::nullopt)->uses == 0,
                 "a refused picture is in no use");
    world.applied(room, ari, SetRole{bora, MemberRole::admin});
    world.applied(room, bora, RenameRoom{{}, picture(101)});
    world.expect(
        std::holds_alternative<Unchanged>(world.apply(room, ari, RenameRoom{{}, picture(101)})) &&
            std::holds_alternative<Applied>(
                world.apply(room, ari, RenameRoom{"New", picture(101)})),
        "what is there already may be said again by anybody who leads");
    world.expect(seen(world, AttachmentId{101}, ari)->uses == 1, "and counts once");
}

void people_have_pictures(StoreWorld& world) {
    PeopleStore& people = world.store().people();
    Account account;
    account.profile.nickname = "ari";
    account.email = "ari@example.org";
    const UserId id = world.value(people.create(account), "a person is made");
    kept(world, id, 100);
    kept(world, UserId{id.value + 1}, 101);
    Profile profile = account.profile;
    profile.id = id;
    profile.profile_image_url = picture(101);
    const Status refused = people.update_profile(profile);
    world.expect(!refused && refused.error().code == ErrorCode::not_found,
                 "what somebody else has uploaded is no picture of a person");
    profile.profile_image_url = picture(100);
    world.done(people.update_profile(profile), "one's own is");
    world.done(people.update_profile(profile), "said again, too");
    const UserId stranger{id.value + 9};
    world.restart();
    const auto now = seen(world, AttachmentId{100}, stranger);
    world.expect(now && now->uses == 1 && !now->unused_until,
                 "a person's picture is seen by everybody");
    profile.profile_image_url.clear();
    world.done(world.store().people().update_profile(profile), "it is taken away");
    const auto gone = seen(world, AttachmentId{100}, std::nullopt);
    world.expect(gone && gone->uses == 0 && gone->condemned, "and ends with that");
}

constexpr Clause<StoreSubjectFactory> clauses[] = {
    {"uploads are kept", in_world<kept_as_made>},
    {"a post shows what its sender has uploaded", in_world<posts_show>},
    {"nobody shows what is another's", in_world<strangers_show_nothing>},
    {"a forward shows what the first did", in_world<forwards_show>},
    {"deletions end it", in_world<deletions_end>},
    {"a repeated post shows it once", in_world<repeated_posts>},
    {"what is unused is cleared away", in_world<cleared_away>},
    {"deleted rooms show nothing", in_world<rooms_are_deleted>},
    {"a room has an upload as its picture", in_world<rooms_have_pictures>},
    {"a group begins with a picture", in_world<groups_begin_with_pictures>},
    {"nobody's picture is another's upload", in_world<strangers_picture_nothing>},
    {"a person has an upload as their picture", in_world<people_have_pictures>},
};

}  // namespace

Findings check_attachment_contract(const StoreSubjectFactory& make) {
    return check_all<StoreSubjectFactory>(clauses, make);
}

}  // namespace chatcore::contract
