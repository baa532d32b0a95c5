// Runs a fuzzer's entry point over the files of a corpus folder and over short mutations of each,
// so that every build, with any compiler, repeats what fuzzing has found.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    std::size_t inputs = 0;
    std::mt19937_64 random(1);
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(file)), {});
            LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
            ++inputs;
            for (int round = 0; round < 2000 && !bytes.empty(); ++round) {
                std::vector<std::uint8_t> mutated = bytes;
                for (std::uint64_t flips = 1 + random() % 4; flips > 0; --flips) {
                    mutated[random() % mutated.size()] = static_cast<std::uint8_t>(random());
                }
                if (random() % 4 == 0) mutated.resize(random() % (mutated.size() + 1));
                LLVMFuzzerTestOneInput(mutated.data(), mutated.size());
            }
        }
    }
    std::printf("%zu corpus files, each with 2000 mutations\n", inputs);
    return inputs > 0 ? 0 : 1;
}
