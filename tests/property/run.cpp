#include "property/run.h"

namespace chatcore::property {

namespace {

constexpr int people = 6;
constexpr int rooms_max = 14;

}  // namespace

Run::Run(std::uint64_t seed, contract::StoreSubject& subject) : engine_(seed, subject) {
    for (int i = 1; i <= people; ++i) {
        const std::string nickname = fmt::format("p{}", i);
        const UserId user = engine_.person(nickname);
        model_.everybody.push_back(user);
        model_.nicknames[user] = nickname;
    }
}

Report Run::run(int commands) {
    for (int i = 0; i < commands && report_.failure.empty(); ++i) {
        command();
        // What waits to be written, notifications for one, is written before the next.
        engine_.pass(std::chrono::milliseconds{60 + draw(3)});
        if (once_in(12) && report_.failure.empty()) compare(anybody());
    }
    doing_ = "looking at everything";
    engine_.pass(std::chrono::seconds{31});  // whom one may know is kept for so long
    for (const UserId user : model_.everybody) {
        if (report_.failure.empty()) compare(user);
        if (report_.failure.empty()) compare_people(user);
    }
    return std::move(report_);
}

void Run::command() {
    const std::size_t rooms = model_.places.size();
    if (rooms < 2 || (rooms < rooms_max && once_in(25))) {
        if (once_in(2)) return open_direct();
        return create_groups();
    }
    using Command = void (Run::*)();
    struct Weighted {
        Command command;
        std::size_t weight;
    };
    static constexpr Weighted weighted[] = {
        {&Run::post, 60},
        {&Run::edit, 14},
        {&Run::erase, 10},
        {&Run::react, 16},
        {static_cast<void (Run::*)()>(&Run::pin), 16},
        {&Run::forward, 10},
        {&Run::bookmark, 10},
        {&Run::read, 14},
        {&Run::open_direct, 5},
        {&Run::create_groups, 1},
        {&Run::delete_room, 1},
        {&Run::join, 12},
        {&Run::leave, 12},
        {&Run::invite, 14},
        {&Run::remove, 10},
        {&Run::change_header, 8},
        {&Run::change_notice, 6},
        {&Run::change_role, 10},
        {&Run::gag, 8},
        {&Run::change_personal, 6},
        {&Run::change_context, 1},
        {&Run::request_friend, 10},
        {&Run::answer_request, 8},
        {&Run::end_friendship, 2},
        {&Run::block, 5},
        {&Run::read_inbox, 3},
    };
    std::size_t all = 0;
    for (const Weighted& one : weighted) all += one.weight;
    std::size_t thrown = draw(all);
    for (const Weighted& one : weighted) {
        if (thrown < one.weight) return (this->*one.command)();
        thrown -= one.weight;
    }
}

UserId Run::anybody() {
    return engine_.dice().one_of(model_.everybody);
}

UserId Run::somebody() {
    return once_in(40) ? UserId{4'711} : anybody();
}

RoomId Run::any_room() {
    if (model_.places.empty() || once_in(60)) return RoomId{7'000'000};
    auto it = model_.places.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(draw(model_.places.size())));
    // What is deleted stays so, and most of the time something else is asked for.
    if (it->second.deleted && !once_in(6)) it = model_.places.begin();
    return it->first;
}

MessageId Run::any_message() {
    for (int tries = 0; tries < 3; ++tries) {
        const Place* place = model_.place(any_room());
        if (place == nullptr || place->said.empty()) continue;
        const std::vector<Said>& said = place->said;
        // The last ones more often, so that what one does meets what another has done.
        const std::size_t back =
            draw(once_in(2) ? std::min<std::size_t>(said.size(), 4) : said.size());
        return said[said.size() - 1 - back].id;
    }
    return MessageId{7'000'001};
}

std::string Run::any_title() {
    switch (draw(12)) {
        case 0:
            return " \t ";
        case 1:
            return std::string(101, 'x');
        case 2:
            return "a\nb";
        case 3:
            return "\xC3";
        default:
            return fmt::format("Gruppe {}", draw(4));
    }
}

std::string Run::any_content() {
    static constexpr const char* words[] = {"hello", "안녕하세요 세계", "GRÜSSE", "x", "東京都"};
    std::string content = fmt::format("{} {}", words[draw(std::size(words))], draw(5));
    switch (draw(30)) {
        case 0:
            return "";
        case 1:
            return "\u200B \u3164";  // nothing to see
        case 2:
            return std::string(1'001, 'y');
        case 3:
            return "bad \xED\xA0\x80";
        case 4: {
            std::string long_one;  // 1,000 code points, 3,000 bytes
            for (int i = 0; i < 1'000; ++i) long_one += "가";
            return long_one;
        }
        case 5:
        case 6:
            return content + " @all";
        case 7:
        case 8:
        case 9:
        case 10:
            return content + " @" + model_.nicknames[anybody()];
        default:
            return content;
    }
}

std::optional<Context> Run::any_context() {
    switch (draw(8)) {
        case 0:
            return Context{"No Type", "1"};
        case 1:
        case 2:
            return Context{"product", std::to_string(draw(2))};
        default:
            return std::nullopt;
    }
}

void Run::note(std::string line) {
    doing_ = std::move(line);
    report_.trace.push_back(doing_);
}

void Run::expect(bool holds, const std::string& what) {
    if (holds || !report_.failure.empty()) return;
    report_.failure = doing_ + ": " + what;
}

bool Run::judged(const std::optional<Error>& error, const Why& why) {
    std::string wanted;
    for (const ErrorCode code : why) wanted += fmt::format(" {}", name_of(code));
    if (!error) {
        ++report_.done;
        expect(why.empty(), "is done, and must be refused:" + wanted);
        return true;
    }
    ++report_.refused;
    ++report_.codes[error->code];
    expect(why.contains(error->code),
           fmt::format("is refused with {} ({}), and must be {}", name_of(error->code),
                       error->detail, why.empty() ? "done" : "refused with one of" + wanted));
    return false;
}

void Run::moved(bool moves) {
    const Position head = engine_.head_of(watched_.first);
    if (moves) {
        expect(head > watched_.second, "a change must take a position");
    } else {
        expect(head == watched_.second, "what changes nothing must take no position");
    }
}

}  // namespace chatcore::property
