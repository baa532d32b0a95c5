#include "common/texts.h"

#include <cstdint>
#include <random>
#include <string_view>

namespace bench {

std::vector<std::string> make_texts(std::size_t count, std::size_t bytes) {
    // Letters about as often as in English, so that common pairs are common.
    constexpr std::string_view letters =
        "eeeeeeeeeeeetttttttttaaaaaaaaoooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrrddddllllcccuuummwwffgg"
        "yyppbbvkjxqz";
    std::mt19937_64 dice(20261121);
    std::vector<std::string> texts(count);
    for (std::string& text : texts) {
        while (text.size() < bytes) {
            if (!text.empty()) text += ' ';
            const std::size_t length = 2 + dice() % 7;
            for (std::size_t i = 0; i < length; ++i) text += letters[dice() % letters.size()];
        }
        text.resize(bytes);
        if (!text.empty()) text.back() = 'e';
    }
    return texts;
}

}  // namespace bench
