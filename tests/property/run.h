#pragma once
// One run: an engine, the model of it, and the dice that say what is done next. Each command is
// thrown with well-typed arguments, sound ones and unsound ones, done at both, and compared: the
// answer at once, all reads now and then and at the end.
// Long because every kind of command is a line here.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "property/model.h"
#include "unit/still_engine.h"

namespace chatcore::property {

struct Report {
    std::string failure;  ///< empty: none
    int done = 0;         ///< commands that were done
    int refused = 0;
    std::map<ErrorCode, int> codes;  ///< of the refused
    std::vector<std::string> trace;
};

class Run {
public:
    Run(std::uint64_t seed, contract::StoreSubject& subject);
    Report run(int commands);

private:
    // The dice.
    std::size_t draw(std::size_t below) { return engine_.dice().below(below); }
    bool once_in(std::size_t times) { return draw(times) == 0; }
    UserId anybody();
    /// Now and then somebody who does not exist.
    UserId somebody();
    RoomId any_room();
    MessageId any_message();
    std::string any_title();
    std::string any_content();
    std::optional<Context> any_context();
    Caller caller(UserId user) const { return {.user = user, .home = 0}; }

    // Commands: rooms.
    void open_direct();
    void create_groups();
    void delete_room();
    void join();
    void leave();
    void invite();
    void remove();
    void change_header();
    void change_notice();
    void change_role();
    void gag();
    void change_personal();
    void change_context();
    // Commands: messages.
    void post();
    void edit();
    void erase();
    void react();
    void pin();
    void pin(UserId user, MessageId id, bool pinned);
    /// More of a room than may be pinned.
    void pin_many();
    void forward();
    void bookmark();
    void read();
    // Commands: people.
    void request_friend();
    void answer_request();
    void end_friendship();
    void block();
    void read_inbox();

    // Comparing.
    void compare(UserId user);
    void compare_list(UserId user);
    void compare_rooms(UserId user, const Place& place);
    void compare_messages(UserId user, const Place& place);
    void compare_marks(UserId user, const Place& place);
    void compare_changes(UserId user, const Place& place);
    void compare_own(UserId user);
    void compare_people(UserId user);
    void compare_search(UserId user);
    void compare_view(UserId user, const Place& place, const RoomView& view);
    void compare_message(const Message& got, const Place& place, const Said& want, UserId viewer,
                         bool personal = true);
    std::vector<const Said*> visible(UserId user, const Place& place) const;

    ClientKey new_key();
    /// Why a content is refused whatever else is true.
    static Why wrong_content(const std::string& content);
    /// Why one does nothing to a message: it is not shown to them, or deleted.
    Why unmarkable(UserId user, MessageId id);
    /// The same, for what says something: behind a block nothing is said in a room of two.
    Why unsayable(UserId user, MessageId id);
    void open_a_place(const Room& room, const std::vector<UserId>& people);
    void command();
    void note(std::string line);
    void expect(bool holds, const std::string& what);
    template <class T>
    void expect_equal(const T& got, const T& want, const std::string& what) {
        expect(got == want, what);
    }
    /// Whether it was done; notes where that is not as it must be.
    template <class T>
    bool judge(const Result<T>& got, const Why& why) {
        return judged(got ? std::nullopt : std::optional(got.error()), why);
    }
    bool judged(const std::optional<Error>& error, const Why& why);
    /// Says what the next command does to the positions of a room.
    void watch(RoomId room) { watched_ = {room, engine_.head_of(room)}; }
    void moved(bool moves);

    test::StillEngine engine_;
    Model model_;
    Report report_;
    std::string doing_;
    std::pair<RoomId, Position> watched_;
    std::uint64_t keys_ = 0;
    std::vector<std::pair<UserId, PostRequest>> past_;  ///< posts under a key, to be sent again

    /// What somebody has read by asking for the changes since they last asked.
    struct Copy {
        Position at;
        std::map<MessageId, Message> messages;
        std::map<UserId, Member> members;
        std::optional<Room> room;
    };
    std::map<std::pair<UserId, RoomId>, Copy> copies_;
};

}  // namespace chatcore::property
