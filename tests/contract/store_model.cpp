// Long because every kind of change and every read is drawn, done and compared in one place.

#include "contract/store_model.h"

#include <algorithm>
#include <random>

#include "contract/store_oracle.h"

namespace chatcore::contract {
namespace {

constexpr int people = 7;

/// One run: two stores, one oracle, and the dice.
class Model {
public:
    Model(const StoreSubjectFactory& reference, const StoreSubjectFactory& tested, ModelRun run,
          Findings& findings)
        : run_(run),
          findings_(findings),
          reference_(reference, findings),
          tested_(tested, findings),
          dice_(run.seed) {}

    void run() {
        for (int i = 1; i <= people; ++i) make_a_person(UserId{i});
        for (step_ = 0; step_ < run_.steps && findings_.clean(); ++step_) {
            if (oracle_.rooms().empty() || draw(25) == 0) open_a_room();
            if (draw(6) == 0) upload();
            apply_a_batch();
            if (draw(15) == 0) clear_uploads();
            if (draw(3) == 0) compare_an_upload();
            if (draw(40) == 0) change_a_context();
            if (draw(5) == 0) clear_some();
            if (draw(4) == 0) compare_a_room(any_room());
            if (draw(10) == 0) compare_a_person(person());
            if (draw(6) == 0) turn_a_bookmark();
            if (draw(40) == 0) rename(person());
            if (draw(12) == 0) block_somebody();
            if (draw(120) == 0) {
                reference_.restart();
                tested_.restart();
            }
        }
        for (RoomId room : oracle_.rooms()) compare_a_room(room);
        for (int i = 1; i <= people; ++i) compare_a_person(UserId{i});
    }

private:
    std::uint64_t draw(std::uint64_t below) { return dice_() % below; }
    UserId person() { return UserId{static_cast<std::int64_t>(1 + draw(people))}; }
    RoomId any_room() { return oracle_.rooms()[draw(oracle_.rooms().size())]; }
    void expect(bool holds, const std::string& what) {
        findings_.expect(holds, what + " (seed " + std::to_string(run_.seed) + ", step " +
                                    std::to_string(step_) + ")");
    }
    Timestamp now() {
        now_ += std::chrono::milliseconds(draw(3));  // equal times too
        return now_;
    }

    /// Both stores' answers to the same call, which must be equal.
    template <class Call>
    auto both(const char* what, Call call) {
        auto ours = call(reference_.store());
        auto theirs = call(tested_.store());
        bool same = ours.has_value() == theirs.has_value();
        if (same) {
            same =
                ours.has_value() ? equal(*ours, *theirs) : ours.error().code == theirs.error().code;
        }
        expect(same, std::string(what) + " answers alike in both stores");
        return ours;
    }
    template <class Call>
    void compare(const char* what, Call call) {
        static_cast<void>(both(what, call));
    }
    template <class T>
    static bool equal(const T& left, const T& right) {
        return left == right;
    }
    /// Of a call without a value: that it was done.
    static Result<bool> done(const Status& status) {
        if (!status) return unexpected(status.error());
        return true;
    }
    static bool equal(const RoomMoves& left, const RoomMoves& right) {
        return left.moves == right.moves && left.cursor == right.cursor;
    }

    void make_a_person(UserId user) {
        Account account;
        account.profile.nickname = a_nickname();
        account.email = std::to_string(user.value) + "@example.org";
        const auto made =
            both("create", [&](Store& store) { return store.people().create(account); });
        expect(made && *made == user, "people have the ids of the oracle");
        oracle_.called(user, account.profile.nickname);
    }
    std::string a_nickname() {
        static constexpr const char* nicknames[] = {"ari", "bora", "bora kim", "소나", "x"};
        return nicknames[draw(std::size(nicknames))];
    }
    void rename(UserId user) {
        Profile profile;
        profile.id = user;
        profile.nickname = a_nickname();
        for (StoreWorld* world : {&reference_, &tested_})
            world->done(world->store().people().update_profile(profile), "a person is renamed");
        oracle_.called(user, profile.nickname);
    }
    /// Names nobody, somebody or everybody.
    std::string any_address() {
        switch (draw(8)) {
            case 0:
                return " @all";
            case 1:
                return " @bora kim too";
            case 2:
            case 3:
                return " @" + a_nickname();
            default:
                return "";
        }
    }
    void turn_a_bookmark() {
        const UserId user = person();
        const MessageId message = any_message(any_room());
        const auto turned = both("toggle_bookmark", [&](Store& store) {
            return store.personal().toggle_bookmark(user, message, 1'000);
        });
        expect(turned.has_value() == oracle_.markable(user, message),
               "who may put a bookmark equals a recount");
        if (turned) oracle_.turned(user, message);
    }

    void open_a_room() {
        const Timestamp at = now();
        const UserId opener = person();
        if (draw(2) == 0) {
            const UserId other = person();
            if (other == opener) return;
            std::optional<Context> context;
            if (draw(2) == 0) context = Context{"product", std::to_string(draw(3))};
            if (draw(5) == 0) context = Context{"consultation", std::to_string(draw(60))};
            if (draw(5) == 0) {
                NewConsultation asked{opener, other, draw(2) == 0 ? "" : "talk",
                                      draw(2) == 0 ? std::optional(at) : std::nullopt};
                if (draw(2) == 0) {
                    asked.key.emplace().bytes[0] = static_cast<std::uint8_t>(draw(4));
                    asked.digest = draw(2);
                }
                auto made = both("open_consultation",
                                 [&](Store& store) { return store.open_consultation(asked, at); });
                if (made && made->created) oracle_.opened(made->room, {opener, other});
                return;
            }
            const DirectKey key = DirectKey::of(opener, other, context);
            auto opened = both("open_direct",
                               [&](Store& store) { return store.open_direct(key, opener, at); });
            if (opened) oracle_.opened(opened->room, {opener, other});
            return;
        }
        NewGroup group;
        group.owner = opener;
        group.title = "group " + std::to_string(step_);
        group.open = draw(2) == 0;
        if (draw(3) == 0) group.image_url = any_picture();
        if (draw(3) == 0) {
            group.open = true;
            group.image_url.clear();
            group.context = Context{"product", std::to_string(draw(3))};
            auto shared =
                both("open_shared", [&](Store& store) { return store.open_shared(group, at); });
            if (!shared) return;
            expect(!oracle_.deleted_before(shared->room.id), "a shared group stands");
            oracle_.opened(shared->room, {opener});
            return;
        }
        if (draw(3) == 0) group.context = Context{"team", std::to_string(draw(3))};
        for (int i = 1; i <= people; ++i) {
            if (UserId{i} != opener && draw(3) == 0) group.members.push_back(UserId{i});
        }
        auto room = both("open_group", [&](Store& store) { return store.open_group(group, at); });
        std::vector<UserId> first = group.members;
        first.push_back(opener);
        if (room) oracle_.opened(*room, first);
        if (!room && !group.context)
            expect(!oracle_.may_picture(group.image_url, opener), "a sound group is made");
    }

    AttachmentId any_upload() {
        const auto recent = static_cast<std::int64_t>(draw(12));
        const AttachmentId drawn{std::max<std::int64_t>(uploads_ - recent, 1)};
        // What deleted rooms showed is told of once they are cleared, at a time of the store's own.
        return oracle_.settled(drawn) ? drawn : AttachmentId{uploads_ + 1};
    }

    std::string any_picture() {
        switch (draw(4)) {
            case 0:
                return "";
            case 1:
                return "https://pictures.example/a.png";
            default:
                return attachment_url(any_upload());
        }
    }

    void upload() {
        Upload made;
        made.id = AttachmentId{++uploads_};
        made.uploader = person();
        made.name = "file " + std::to_string(draw(9));
        made.size_bytes = static_cast<std::int64_t>(draw(1'000'000));
        made.content_type = "image/png";
        made.created_at = now();
        made.unused_until = made.created_at + std::chrono::milliseconds(draw(400));
        compare("create", [&](Store& store) { return done(store.attachments().create(made)); });
        oracle_.uploaded(made.id, made.uploader);
    }

    void clear_uploads() {
        const int limit = static_cast<int>(1 + draw(8));
        const Timestamp at = now();
        auto gone =
            both("condemn", [&](Store& store) { return store.attachments().condemn(at, limit); });
        if (!gone) return;
        for (AttachmentId id : *gone) {
            expect(oracle_.uses(id) == 0, "what a message shows is not condemned");
            oracle_.condemned(id);
        }
        if (draw(2) == 0 && !gone->empty()) gone->pop_back();
        if (draw(4) == 0) gone->push_back(any_upload());
        compare("forget", [&](Store& store) { return done(store.attachments().forget(*gone)); });
    }

    void compare_an_upload() {
        const AttachmentId id = any_upload();
        const UserId viewer = person();
        compare("find an upload",
                [&](Store& store) { return store.attachments().find(id, std::nullopt); });
        auto found = both("find an upload",
                          [&](Store& store) { return store.attachments().find(id, viewer); });
        if (!found) return;
        expect(found->has_value() == oracle_.may_have(id, viewer),
               "who may have an upload equals a recount");
        if (*found)
            expect((**found).uses == oracle_.uses(id), "the uses of an upload equal a recount");
    }

    /// Registers what rooms are about, or removes it, with the rooms that this dooms.
    void change_a_context() {
        const Context context{draw(2) == 0 ? "product" : "team", std::to_string(draw(3))};
        const Timestamp at = now();
        if (draw(2) == 0) {
            const RegisteredContext given{context, person(), "t", "", at, at};
            compare("put", [&](Store& store) { return store.contexts().put(given); });
        } else {
            compare("remove", [&](Store& store) -> Result<bool> {
                if (Status status = store.contexts().remove(context, at); !status)
                    return unexpected(status.error());
                return true;
            });
        }
        compare("find a context", [&](Store& store) { return store.contexts().find(context); });
        const Context several[] = {{"team", "0"}, context, {"product", "1"}};
        compare("registered", [&](Store& store) { return store.contexts().registered(several); });
        if (draw(3) == 0) return;  // deleted some other time, if so
        const auto of = draw(2) == 0 ? std::optional{context} : std::nullopt;
        auto doomed = both("doomed", [&](Store& store) { return store.removals().doomed(of, 5); });
        if (!doomed) return;
        std::vector<Change> deletions;
        for (RoomId room : *doomed)
            deletions.push_back({room, UserId{}, now(), std::nullopt, DeleteRoom{true}});
        apply(deletions);
    }

    void clear_some() {
        const int rows = static_cast<int>(1 + draw(40));
        compare("pending", [](Store& store) { return store.removals().pending(); });
        compare("clear", [rows](Store& store) { return store.removals().clear(rows); });
        compare("totals", [](Store& store) { return store.oversight().totals(); });
    }

    void block_somebody() {
        const SocialChange change{person(), now(), SetBlock{person(), draw(3) != 0}};
        const auto& block = std::get<SetBlock>(change.what);
        auto outcome = both("a block", [&](Store& store) -> Result<bool> {
            auto done = store.social().apply(change);
            if (!done) return unexpected(done.error());
            return done->changed;
        });
        if (!outcome) return expect(block.other == change.actor, "who may be blocked is");
        oracle_.set_block(change.actor, block.other, block.present);
        auto set =
            both("block_set", [&](Store& store) { return store.social().block_set(change.actor); });
        if (!set) return;
        for (int i = 1; i <= people; ++i) {
            const bool in = std::binary_search(set->blocked.begin(), set->blocked.end(), UserId{i});
            expect(in == oracle_.blocks(change.actor, UserId{i}), "blocks equal a recount");
        }
        auto moves = both("blocks_moved_since", [&](Store& store) {
            return store.social().blocks_moved_since(blocks_moved_, 2);
        });
        if (moves) blocks_moved_ = moves->cursor;
    }

    MessageId any_message(RoomId room) {
        const std::vector<MessageId> ids = oracle_.messages(room);
        if (ids.empty() || draw(12) == 0) return MessageId{static_cast<std::int64_t>(draw(500))};
        return ids[draw(10) == 0 ? draw(ids.size()) : ids.size() - 1 - draw(ids.size() / 4 + 1)];
    }

    PostMessage any_post(RoomId room) {
        if (!posts_.empty() && draw(12) == 0) {
            PostMessage again = posts_[draw(posts_.size())];
            if (draw(3) == 0) ++again.digest;
            return again;
        }
        PostMessage post;
        post.key = reference_.new_key();
        post.digest = dice_();
        post.content = "text " + std::to_string(draw(1'000)) + any_address();
        post.type = static_cast<MessageType>(draw(4));
        if (draw(4) == 0) post.parent = any_message(room);
        if (draw(6) == 0) post.attachments = {{"/u", "n", 5, "image/png"}};
        while (draw(3) == 0)
            post.attachments.push_back({attachment_url(any_upload()), "n", 5, "image/png"});
        if (draw(8) == 0) post.forwarded_from = Original{any_message(room), room, person(), "o"};
        if (draw(6) == 0) post.mentions = {{person(), 0, 3}};
        if (draw(6) == 0) post.metadata = R"({"x":1})";
        posts_.push_back(post);
        return post;
    }

    RoomChange any_change(RoomId room) {
        if (draw(150) == 0) return DeleteRoom{draw(2) == 0};
        if (oracle_.consultation(room) != nullptr && draw(3) == 0) return any_step(room);
        switch (draw(26)) {
            case 0:
                return EditMessage{any_message(room),
                                   "edit " + std::to_string(draw(9)) + any_address()};
            case 1:
            case 2:
                return DeleteMessage{any_message(room)};
            case 3:
            case 4:
                return JoinRoom{};
            case 5:
                return LeaveRoom{.silent = draw(2) == 0};
            case 6: {
                InviteMembers invite{{person()}};
                const UserId second = person();
                if (second != invite.users.front()) invite.users.push_back(second);
                if (draw(4) == 0) invite.role = static_cast<MemberRole>(draw(2));
                return invite;
            }
            case 7:
                return RemoveMember{person(), draw(4) == 0};
            case 8:
                if (draw(3) != 0) return RenameRoom{{}, any_picture()};
                return RenameRoom{"title " + std::to_string(draw(4))};
            case 9:
            case 10:
            case 11: {
                const auto nudge = static_cast<std::int64_t>(draw(3)) - 1;
                const bool whole = draw(4) == 0;
                return MoveReadPointer{Position{whole ? id_max : any_message(room).value + nudge}};
            }
            case 12:
            case 13: {
                static constexpr const char* emojis[] = {"👍", "🎉", "🔥"};
                return SetReaction{any_message(room), emojis[draw(3)], draw(3) != 0};
            }
            case 14:
            case 15:
                return SetPin{any_message(room), draw(3) != 0};
            case 16:
                return SetNotice{draw(3) == 0 ? "" : "notice " + std::to_string(draw(3))};
            case 17:
                return any_standing();
            default:
                return any_post(room);
        }
    }

    RoomChange any_step(RoomId room) {
        if (draw(4) == 0) {
            const Position said =
                draw(4) == 0 ? position_of(any_message(room)) : oracle_.consultation(room)->said_at;
            return CompleteConsultation{said, draw(6) == 0};
        }
        StepConsultation step{draw(2) == 0 ? ConsultationStep::approve
                                           : static_cast<ConsultationStep>(draw(3))};
        if (draw(3) == 0) step.scheduled_at = now();
        return step;
    }

    RoomChange any_standing() {
        switch (draw(4)) {
            case 0:
                return SetRole{person(), static_cast<MemberRole>(draw(3))};
            case 1:
                return GagMember{person(), draw(2) == 0 ? std::optional(now()) : std::nullopt};
            default: {
                SetPersonal personal;
                if (draw(2) == 0) personal.favorite = draw(2) == 0;
                if (draw(2) == 0) personal.muted = draw(2) == 0;
                return personal;
            }
        }
    }

    void apply_a_batch() {
        std::vector<Change> changes;
        const std::uint64_t count = draw(6) == 0 ? draw(30) : 1 + draw(4);
        const RoomId busy = any_room();
        for (std::uint64_t i = 0; i < count; ++i) {
            RoomId room = draw(2) == 0 ? busy : any_room();
            if (draw(100) == 0) room = RoomId{1'000'000};
            changes.push_back(
                {room, person(), now(), std::nullopt,
                 room.value == 1'000'000 ? RoomChange{JoinRoom{}} : any_change(room)});
        }
        apply(changes);
    }

    void apply(const std::vector<Change>& changes) {
        const std::int64_t number = ++batches_;
        auto outcomes =
            both("apply", [&](Store& store) { return store.apply({9, number, false, changes}); });
        if (!outcomes) return;
        for (std::size_t i = 0; i < outcomes->size(); ++i) {
            const auto wrong = oracle_.heard(changes[i], (*outcomes)[i]);
            expect(!wrong, "change " + std::to_string(i) + " of kind " +
                               std::to_string(changes[i].what.index()) + " " + wrong.value_or(""));
        }
        if (draw(10) == 0) {
            compare("a retried apply",
                    [&](Store& store) { return store.apply({9, number, true, changes}); });
        }
    }

    void compare_a_room(RoomId room) {
        auto header = both("find", [&](Store& store) { return store.rooms().find(room); });
        if (!header || !*header) return expect(false, "an opened room is found");
        expect((**header).deleted_at.has_value() == oracle_.deleted(room),
               "what is deleted equals a recount");
        expect((**header).participant_count == oracle_.participants(room),
               "participants equal a recount");
        const std::vector<MessageId> said = oracle_.messages(room);
        expect((**header).last_seq == static_cast<std::int64_t>(said.size()),
               "last_seq equals a recount");
        auto members = both(
            "members", [&](Store& store) { return store.rooms().members(room, UserId{}, 100); });
        if (members) {
            for (const Member& member : members->items) {
                const bool owns = oracle_.owner(room) == member.user;
                expect(member.active == oracle_.active(room, member.user) &&
                           (member.role == MemberRole::owner) == owns &&
                           (member.role == MemberRole::admin) == oracle_.admin(room, member.user),
                       "who is in and who owns equal a recount");
            }
        }
        expect((**header).totals == oracle_.totals(room), "the totals equal a recount");
        const auto* held = oracle_.consultation(room);
        expect((held != nullptr) == (**header).consultation.has_value() &&
                   (held == nullptr || (held->state == (**header).consultation->state &&
                                        held->said_at == (**header).consultation->said_at)),
               "the state of a consultation equals a recount");
        std::vector<UserId> everybody;
        for (int i = 1; i <= people; ++i) everybody.push_back(UserId{i});
        compare("read_standings",
                [&](Store& store) { return store.rooms().read_standings(room, everybody); });
        const RoomId several[] = {room, any_room(), RoomId{1'000'000}};
        const UserId someone = person();
        compare("standings",
                [&](Store& store) { return store.messages().standings(someone, several, {}); });
        compare_marks(room);
        compare_history(room, said);
        compare_pages(room);
        compare_changes(room);
    }

    void compare_marks(RoomId room) {
        auto pins =
            both("pins", [&](Store& store) { return store.messages().pins(room, std::nullopt); });
        const auto viewer = draw(2) == 0 ? std::optional{person()} : std::nullopt;
        compare("pins of a viewer",
                [&](Store& store) { return store.messages().pins(room, viewer); });
        if (pins) {
            expect(pins->size() == oracle_.pins(room), "pins equal a recount");
            expect(pins->size() <= 3, "and never pass their limit");
        }
        SearchQuery query{.text = draw(2) == 0 ? "t " + std::to_string(draw(99)) : "edit"};
        if (draw(2) == 0) query.room = room;
        if (draw(4) == 0) query.sender = person();
        if (draw(4) == 0) query.type = static_cast<MessageType>(draw(4));
        query.limit = static_cast<int>(1 + draw(5));
        const auto searcher = draw(2) == 0 ? std::optional{person()} : std::nullopt;
        compare("search", [&](Store& store) { return store.search().messages(query, searcher); });
        const MessageId before = draw(2) == 0 ? MessageId{id_max} : any_message(room);
        const int limit = static_cast<int>(1 + draw(4));
        auto threads = both("threads", [&](Store& store) {
            return store.messages().threads(room, before, limit, viewer);
        });
        if (threads && !threads->items.empty()) {
            const MessageId root = threads->items[draw(threads->items.size())].root.id;
            const MessageId after = draw(2) == 0 ? MessageId{} : any_message(room);
            compare("replies", [&](Store& store) {
                return store.messages().replies(root, after, limit, viewer);
            });
        }
    }

    void compare_pages(RoomId room) {
        PageQuery query{.room = room, .page = static_cast<std::int64_t>(1 + draw(4))};
        query.limit = static_cast<int>(1 + draw(6));
        for (int type = 0; type < 4; ++type) {
            if (draw(3) == 0) query.types.push_back(static_cast<MessageType>(type));
        }
        const auto viewer = draw(3) == 0 ? std::optional{person()} : std::nullopt;
        compare("page", [&](Store& store) { return store.messages().page(query, viewer); });
    }

    void compare_consultations(UserId user) {
        ConsultationQuery query{.limit = static_cast<int>(1 + draw(3))};
        if (draw(2) == 0) query.state = static_cast<ConsultationState>(draw(6));
        std::size_t listed = 0;
        for (;;) {
            const auto page = both("of_person", [&](Store& store) {
                return store.consultations().of_person(user, query);
            });
            if (!page) return;
            listed += page->items.size();
            if (!page->has_more()) break;
            query.before = page->items.back().id;
        }
        std::size_t mine = 0;
        std::size_t active = 0;
        for (const RoomId room : oracle_.rooms()) {
            const auto* held = oracle_.consultation(room);
            if (held == nullptr) continue;
            active += is_active(*held) ? 1 : 0;
            mine += held->is_party(user) && (!query.state || held->state == *query.state) ? 1 : 0;
        }
        expect(listed == mine, "a person's consultations equal a recount");
        const auto all =
            both("active", [](Store& store) { return store.consultations().active({}, 1'000); });
        expect(all && all->size() == active, "active consultations equal a recount");
        const RoomId after = any_room();
        compare("some active ones",
                [&](Store& store) { return store.consultations().active(after, 2); });
    }

    void compare_own(UserId user) {
        compare_consultations(user);
        const auto unread =
            both("unread", [&](Store& store) { return store.personal().unread(user, 1'000); });
        if (unread) {
            expect(unread->mentions == oracle_.unread_mentions(user),
                   "unread mentions equal a recount");
            std::int64_t total = 0;
            for (RoomId room : oracle_.rooms())
                total += oracle_.active(room, user) ? oracle_.unread(room, user) : 0;
            expect(unread->total == total, "the unread total equals a recount");
        }
        const auto all = both("bookmarks", [&](Store& store) {
            return store.personal().bookmarks(user, {.limit = 1'000});
        });
        if (all) {
            std::vector<MessageId> ids;
            for (const Message& message : all->items) ids.push_back(message.id);
            expect(ids == oracle_.bookmarks(user), "bookmarks equal a recount");
            std::vector<MessageId> asked = ids;
            for (int i = 0; i < 3; ++i) asked.push_back(any_message(any_room()));
            compare("bookmarked_among",
                    [&](Store& store) { return store.personal().bookmarked_among(user, asked); });
        }
        BookmarkQuery query{.text = draw(2) == 0 ? "t " + std::to_string(draw(99)) : ""};
        if (draw(2) == 0) query.room = any_room();
        query.limit = static_cast<int>(1 + draw(3));
        query.before = BookmarkId{static_cast<std::int64_t>(draw(2) == 0 ? 0 : draw(60))};
        compare("a cut of bookmarks",
                [&](Store& store) { return store.personal().bookmarks(user, query); });
    }

    void compare_history(RoomId room, const std::vector<MessageId>& said) {
        HistoryQuery query{.room = room, .limit = static_cast<int>(1 + draw(20))};
        const Position place = position_of(any_message(room));
        switch (draw(4)) {
            case 0:
                query.before = place;
                break;
            case 1:
                query.after = place;
                break;
            case 2:
                query.around = place;
                break;
            default:
                break;
        }
        if (draw(3) == 0) query.type = static_cast<MessageType>(draw(4));
        query.replies = draw(4) != 0;
        const auto viewer = draw(2) == 0 ? std::optional{person()} : std::nullopt;
        compare("history", [&](Store& store) { return store.messages().history(query, viewer); });
        for (int i = 0; i < 3 && !said.empty(); ++i) {
            const MessageId id = said[draw(said.size())];
            auto found =
                both("message", [&](Store& store) { return store.messages().find(id, viewer); });
            const bool may =
                !viewer || (oracle_.active(room, *viewer) && !oracle_.hidden(room, *viewer, id));
            expect(found && found->has_value() == may, "who may read equals a recount");
            const UserId behind = draw(2) == 0 ? UserId{} : person();
            compare("readers", [&](Store& store) {
                return store.receipts().readers(id, behind, static_cast<int>(1 + id.value % 4),
                                                viewer);
            });
            const int most = static_cast<int>(1 + id.value % 6);
            compare("read pointers", [&](Store& store) {
                std::vector<RoomId> rooms{room};
                if (room.value > 1) rooms.insert(rooms.begin(), RoomId{room.value - 1});
                return store.receipts().read_pointers(rooms, viewer.value_or(behind), most);
            });
            const MessageId above = any_message(room);
            compare("senders", [&](Store& store) {
                return store.receipts().senders(room, above, id, static_cast<int>(id.value % 9));
            });
        }
    }

    void compare_changes(RoomId room) {
        const int limit = static_cast<int>(1 + draw(8));
        const auto viewer = draw(2) == 0 ? std::optional{person()} : std::nullopt;
        Position since{draw(3) == 0 ? 0 : static_cast<std::int64_t>(draw(400))};
        for (int pages = 0; pages < 6; ++pages) {
            auto page = both("changes", [&](Store& store) {
                return store.messages().changes(room, since, limit, viewer);
            });
            if (!page || !page->has_more) return;
            since = page->next;
        }
    }

    void compare_rooms_about(RoomListQuery query) {
        const Context context{draw(2) == 0 ? "product" : "team", std::to_string(draw(3))};
        const int limit = static_cast<int>(1 + draw(6));
        compare("rooms of a context",
                [&](Store& store) { return store.contexts().rooms(context, limit); });
        const UserId user = person();
        query.skip = static_cast<std::int64_t>(draw(4));
        compare("a list from a place",
                [&](Store& store) { return store.rooms().list(user, query); });
        std::vector<Readership> readers;
        std::vector<std::int64_t> counted;
        for (int i = 0; i < 4; ++i) {
            const Readership reader = readers.emplace_back(Readership{any_room(), person()});
            counted.push_back(oracle_.knows(reader.room, reader.user)
                                  ? oracle_.unread(reader.room, reader.user)
                                  : 0);
        }
        const auto told = both("unread of several",
                               [&](Store& store) { return store.receipts().unread(readers); });
        if (told) expect(*told == counted, "what several have not read equals a recount");
    }

    void compare_a_person(UserId user) {
        compare_own(user);
        RoomListQuery query{.limit = static_cast<int>(1 + draw(5)), .unread_only = draw(3) == 0};
        query.favorites_only = draw(5) == 0;
        if (draw(4) == 0) query.context = Context{"product", std::to_string(draw(3))};
        if (draw(8) == 0) query.context = Context{"product", ""};
        if (draw(4) == 0) query.kind = static_cast<RoomKind>(draw(2));
        compare_rooms_about(query);
        for (int pages = 0; pages < 100; ++pages) {
            auto page = both("list", [&](Store& store) { return store.rooms().list(user, query); });
            if (!page) return;
            for (const RoomView& view : page->items) {
                expect(view.unread_count == oracle_.unread(view.room.id, user),
                       "unread in a list equals a recount");
            }
            if (!page->has_more()) break;
            query.cursor = page->next_cursor;
        }
        auto memberships = both("memberships", [&](Store& store) {
            return store.rooms().memberships(user, RoomId{}, 1'000);
        });
        if (memberships) {
            std::int64_t heard = 0;
            for (RoomId room : oracle_.rooms())
                heard += oracle_.active(room, user) || oracle_.lingers(room, user) ? 1 : 0;
            expect(static_cast<std::int64_t>(memberships->size()) == heard,
                   "memberships equal a recount");
            for (const Membership& membership : *memberships) {
                expect((membership.left == Position{}) == oracle_.active(membership.room, user),
                       "who has left equals a recount");
                expect(membership.unread_count() == oracle_.unread(membership.room, user),
                       "unread in the index equals a recount");
            }
        }
        auto moves = both("moved_since", [&](Store& store) {
            return store.rooms().moved_since(moved_, static_cast<int>(1 + step_ % 9));
        });
        if (moves) moved_ = moves->cursor;
        const RoomId room = any_room();
        compare("view", [&](Store& store) { return store.rooms().view(room, user); });
        compare("member", [&](Store& store) { return store.rooms().member(room, user); });
    }

    ModelRun run_;
    Findings& findings_;
    StoreWorld reference_;
    StoreWorld tested_;
    StoreOracle oracle_;
    std::mt19937_64 dice_;
    std::vector<PostMessage> posts_;
    Timestamp now_{std::chrono::milliseconds{1'761'280'530'000}};
    std::int64_t moved_ = 0;
    std::int64_t uploads_ = 0;
    std::int64_t batches_ = 0;
    std::int64_t blocks_moved_ = 0;
    int step_ = 0;
};

}  // namespace

Findings check_against_model(const StoreSubjectFactory& reference,
                             const StoreSubjectFactory& tested, const ModelRun& run) {
    Findings findings;
    findings.begin("as the model");
    try {
        Model(reference, tested, run, findings).run();
    } catch (const Abandoned&) {
        // What was missing is among the findings.
    }
    return findings;
}

}  // namespace chatcore::contract
