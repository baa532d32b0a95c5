#include "chatbench/people.h"

#include <atomic>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "chatbench/http.h"
#include "common/digest.h"
#include "common/json.h"

namespace bench {
namespace {

// A token that ends within this is renewed before the run.
constexpr std::int64_t token_reserve_s = 900;
constexpr std::int64_t made_token_valid_s = 86'400;

std::string file_of(const Options& options) {
    return options.state_dir.empty() ? std::string{} : options.state_dir + "/people.txt";
}

std::vector<Person> read_people(const std::string& file, std::size_t count) {
    std::vector<Person> found;
    std::ifstream in(file);
    Person person;
    while (found.size() < count && in >> person.id >> person.expires_s >> person.token) {
        found.push_back(person);
    }
    return found;
}

void write_people(const std::string& file, const std::vector<Person>& people) {
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    std::ofstream out(file, std::ios::trunc);
    for (const Person& p : people) out << fmt::format("{} {} {}\n", p.id, p.expires_s, p.token);
    if (!out.flush()) die(fmt::format("cannot write {}", file));
}

Person person_of(const HttpReply& reply, std::int64_t now_s) {
    const auto id = json_integer(reply.body, {"user", "id"});
    const std::string_view token = json_text(reply.body, {"accessToken"});
    if (reply.status / 100 != 2 || !id || token.empty()) {
        die(fmt::format("sign-up or log-in was answered {} {}", reply.status, reply.body));
    }
    const std::int64_t valid_s = json_integer(reply.body, {"expiresIn"}).value_or(3600);
    return {*id, std::string(token), now_s + valid_s};
}

Person enter(HttpClient& http, std::size_t number, bool known) {
    const std::string login =
        fmt::format(R"({{"email":"p{}@bench.example","password":"chatbench-{}"}})", number, number);
    const std::int64_t now_s = std::time(nullptr);
    if (!known) {
        const HttpReply reply = http.post(
            "/api/v1/auth/signup",
            fmt::format(R"({},"nickname":"p{}"}})", login.substr(0, login.size() - 1), number));
        // Signed up by an earlier run whose file is gone.
        if (reply.status != 409) return person_of(reply, now_s);
    }
    return person_of(http.post("/api/v1/auth/login", login), now_s);
}

void sign_up(const Options& options, std::vector<Person>& all, std::size_t known) {
    std::atomic<std::size_t> next = 0;
    std::atomic<std::size_t> done = 0;
    std::vector<std::size_t> wanted;
    const std::int64_t now_s = std::time(nullptr);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i >= known || all[i].expires_s < now_s + token_reserve_s) wanted.push_back(i);
    }
    if (wanted.empty()) return;
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < options.sign_up_threads; ++t) {
        threads.emplace_back([&] {
            HttpClient http(options.target);
            for (std::size_t at = next++; at < wanted.size(); at = next++) {
                all[wanted[at]] = enter(http, wanted[at], wanted[at] < known);
                ++done;
            }
        });
    }
    while (done < wanted.size()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        if (!options.quiet)
            fmt::print(stderr, "\rsigning up {} of {} ", done.load(), wanted.size());
    }
    if (!options.quiet) fmt::print(stderr, "\r{:50}\r", "");
}

}  // namespace

std::string make_token(std::string_view secret, std::int64_t user_id, std::int64_t now_s,
                       std::int64_t valid_s) {
    const std::string claims =
        fmt::format(R"({{"sub":"{}","iat":{},"exp":{},"jti":"bench-{}-{}"}})", user_id, now_s,
                    now_s + valid_s, user_id, now_s);
    std::string token = base64_url(R"({"alg":"HS256","typ":"JWT"})") + "." + base64_url(claims);
    const auto signature = hmac_sha256(secret, token);
    token += '.';
    token += base64_url({reinterpret_cast<const char*>(signature.data()), signature.size()});
    return token;
}

std::vector<Person> people(const Options& options, std::size_t count) {
    std::vector<Person> all;
    if (options.raw || !options.jwt_secret.empty()) {
        const std::int64_t now_s = std::time(nullptr);
        for (std::size_t i = 0; i < count; ++i) {
            const std::int64_t id = options.first_user_id + static_cast<std::int64_t>(i);
            all.push_back({id,
                           options.raw
                               ? std::string("raw")
                               : make_token(options.jwt_secret, id, now_s, made_token_valid_s),
                           now_s + made_token_valid_s});
        }
        return all;
    }
    const std::string file = file_of(options);
    if (!file.empty()) all = read_people(file, SIZE_MAX);
    const std::size_t known = all.size();
    if (all.size() < count) all.resize(count);
    sign_up(options, all, known);
    if (!file.empty()) write_people(file, all);
    all.resize(count);
    return all;
}

}  // namespace bench
