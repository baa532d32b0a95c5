#pragma once
// Chat within one process and one SQLite file: the parts of an engine, put together, and a way to
// wait for what it answers. For hosts that want no more than that; one that does takes the adapters
// one by one.

#include <future>
#include <string>
#include <utility>

#include "chatcore/engine.h"

namespace chatcore {

/// All that Engine::start needs, over the database file at `path` (made if it is not there) with
/// the machine's time, chance and threads. People are the accounts of the store, unless the host
/// puts its own `directory` in. No log-ins: the host knows who is who. Throws std::system_error
/// where the machine has no thread to give.
EngineParts embedded_parts(std::string path);

/// Calls `ask` with a completion, and waits for its answer. Not from a completion or any other task
/// of the engine's: what it waits for would wait for it.
///
///     Result<Message> posted = wait_for<Message>([&](Completion<Message> done) {
///         engine.messages().post(caller, request, std::move(done));
///     });
template <class T, class Ask>
Result<T> wait_for(Ask ask) {
    std::promise<Result<T>> answer;
    ask(Completion<T>([&answer](Result<T> result) { answer.set_value(std::move(result)); }));
    return answer.get_future().get();
}

}  // namespace chatcore
