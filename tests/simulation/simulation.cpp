#include "simulation.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "device.h"
#include "ledger.h"
#include "memory_tables.h"
#include "sim_node.h"

namespace chatcore::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Simulation {
public:
    Simulation(std::uint64_t seed, const Options& options)
        : setting_(seed, options.breach, options.tracing),
          ground_(setting_),
          ledger_(setting_, ground_.database, ground_.schedules, ground_.people,
                  ground_.consultations) {
        make_people();
        const std::size_t nodes = 1 + setting_.dice.below(3);
        for (std::size_t i = 0; i < nodes; ++i) {
            nodes_.push_back(std::make_unique<SimNode>(ground_, static_cast<int>(i)));
            nodes_.back()->start();
        }
    }

    Verdict run(int steps) {
        for (int i = 0; i < steps && !setting_.violation(); ++i) live_on();
        calm_down();
        if (!setting_.violation()) check();
        setting_.tally.messages = ground_.database->state().tables.messages.size();
        return {setting_.violation(), setting_.lines(), setting_.tally};
    }

private:
    void make_people() {
        const std::size_t count = 2 + setting_.dice.below(4);
        for (std::size_t i = 0; i < count; ++i) {
            Account account;
            account.email = fmt::format("p{}@example.org", i);
            account.profile.nickname = fmt::format("p{}", i);
            people_.push_back(*ledger_.truth().people().create(account));
        }
        for (UserId user : people_) {
            const std::size_t devices = 1 + setting_.dice.below(2);
            for (std::size_t i = 0; i < devices; ++i) {
                devices_.push_back(
                    std::make_unique<Device>(setting_, ledger_, user, people_,
                                             fmt::format("device {} of person {}", i, user.value)));
            }
        }
    }

    /// One step of the time in which things go wrong.
    void live_on() {
        ++setting_.tally.tasks;
        testing::Dice& dice = setting_.dice;
        if (setting_.trips(setting_.pace)) return use(*dice.one_of(devices_));
        const std::size_t choice = dice.below(1'000);
        if (choice < 640) {
            if (!setting_.scheduler.step()) pass_time(milliseconds{200});
        } else if (choice < 760) {
            ground_.network.step();
        } else if (choice < 950) {
            dice.one_of(devices_)->receive();
        } else if (choice < 985) {
            pass_time(milliseconds{1 + dice.below(100)});
        } else if (choice < 990) {
            pass_time(milliseconds{1 + dice.below(3'000)});
            // Some nights are slept through.
            if (dice.per_mille(150))
                setting_.wall_ahead += std::chrono::hours{24} * (1 + dice.below(40));
        } else if (choice < 996) {
            dice.one_of(devices_)->disconnect();
        } else if (choice < 997 && dice.per_mille(500)) {
            crash(*dice.one_of(nodes_));
        } else if (choice < 1'000) {
            SimNode& node = *dice.one_of(nodes_);
            if (!node.runs() && !node.dying()) node.start();
        }
        bury();
    }

    void use(Device& device) {
        if (device.connected()) return device.act();
        SimNode& node = *setting_.dice.one_of(nodes_);
        if (node.runs()) device.connect(node);
    }

    /// Time passes up to the next thing that is due, and no longer than this.
    void pass_time(milliseconds most) {
        const auto end = setting_.scheduler.now() + most;
        testing::Scheduler& scheduler = setting_.scheduler;
        if (const auto next = scheduler.next(); next < end) {
            scheduler.skip_to_next();
        } else {
            scheduler.advance(most);
        }
    }

    void crash(SimNode& node) {
        if (!node.runs() && !node.dying()) return;
        ++setting_.tally.crashes;
        node.crash();
        if (setting_.breach == Breach::loses_commits) {
            ground_.database->state().tables = snapshot_;
        }
    }

    /// Nodes that died in the middle of a task.
    void bury() {
        for (const auto& node : nodes_) {
            if (node->dying()) crash(*node);
            if (setting_.breach == Breach::loses_commits && setting_.tally.tasks % 64 == 0)
                snapshot_ = ground_.database->state().tables;
        }
    }

    /// Lets everything that is due happen, and so on until the time is over.
    void run_for(milliseconds duration) {
        const auto end = setting_.scheduler.now() + duration;
        while (!setting_.violation()) {
            bool busy = setting_.scheduler.step();
            busy = ground_.network.step() || busy;
            for (const auto& device : devices_) busy = device->receive() || busy;
            ++setting_.tally.tasks;
            if (busy) continue;
            if (setting_.scheduler.next() > end) break;
            setting_.scheduler.skip_to_next();
        }
        setting_.scheduler.advance(
            std::max(end - setting_.scheduler.now(), std::chrono::nanoseconds{0}));
    }

    void calm_down() {
        bury();  // whoever died in the last step
        setting_.faults = Faults{};
        setting_.trace("nothing goes wrong any more");
        for (const auto& node : nodes_) {
            if (!node->runs()) node->start();
        }
        run_for(seconds{15});  // longer than the journal tries again, and several sweeps
        for (const auto& device : devices_) {
            if (!device->connected()) device->connect(*setting_.dice.one_of(nodes_));
        }
        mend();
        // Nobody has said anything since: what was lost must have been looked for.
        for (const auto& device : devices_) device->check_copies();
        close();
        run_for(seconds{5});
    }

    void mend() {
        constexpr int rounds_max = 30;
        for (int round = 0; round < rounds_max && !setting_.violation(); ++round) {
            run_for(seconds{1});
            bool missing = false;
            for (const auto& device : devices_) missing = device->mend() || missing;
            if (!missing) break;
            if (round + 1 == rounds_max) setting_.violated("the devices do not come to rest");
        }
    }

    /// In every room somebody says a last word, so that every list is told once more.
    void close() {
        for (const auto& device : devices_) device->forget_total();
        for (RoomId room : ledger_.rooms_of(people_)) {
            for (const auto& device : devices_) {
                const auto member = ledger_.truth().rooms().member(room, device->user());
                if (!member || !*member || !(*member)->active || !device->follows(room)) continue;
                device->post_to(room);
                break;
            }
        }
    }

    void check() {
        ledger_.check_store(people_);
        ground_.consultations.check(ground_.database->state().tables);
        ground_.people.check_inboxes(ground_.database->state().tables);
        ground_.schedules.check(ground_.database->state().tables, ground_.clock->now());
        for (const auto& device : devices_) {
            device->check_copies();
            device->check_lists();
        }
        std::vector<int> lives;
        for (const auto& node : nodes_) lives.push_back(node->life());
        ledger_.check_calls(lives);
    }

    Setting setting_;
    Ground ground_;
    Ledger ledger_;
    std::vector<UserId> people_;
    std::vector<std::unique_ptr<Device>> devices_;
    std::vector<std::unique_ptr<SimNode>> nodes_;
    memory::Tables snapshot_;
};

}  // namespace

Verdict simulate(std::uint64_t seed, const Options& options) {
    Simulation simulation(seed, options);
    return simulation.run(options.steps);
}

}  // namespace chatcore::simulation
