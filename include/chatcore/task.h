#pragma once
// A callable that is moved and called, never copied: what C++23 calls std::move_only_function.

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "chatcore/result.h"

namespace chatcore {

template <class Signature>
class UniqueFunction;

/// Owns a callable. Small ones (up to 48 bytes, nothrow movable) live inside, others on the heap.
/// An empty one must not be called. Threads: as the callable's own.
template <class R, class... Args>
class UniqueFunction<R(Args...)> {
public:
    UniqueFunction() = default;

    template <class F>
        requires(!std::is_same_v<std::decay_t<F>, UniqueFunction> &&
                 std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
    UniqueFunction(F&& callable) {
        using Callable = std::decay_t<F>;
        if constexpr (fits<Callable>) {
            ::new (static_cast<void*>(bytes_)) Callable(std::forward<F>(callable));
        } else {
            ::new (static_cast<void*>(bytes_)) Callable*(new Callable(std::forward<F>(callable)));
        }
        ops_ = &ops_for<Callable>;
    }

    UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
    UniqueFunction& operator=(UniqueFunction&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    ~UniqueFunction() { reset(); }

    explicit operator bool() const { return ops_ != nullptr; }
    R operator()(Args... args) { return ops_->call(bytes_, std::forward<Args>(args)...); }

private:
    static constexpr std::size_t inline_size = 48;
    template <class F>
    static constexpr bool fits =
        sizeof(F) <= inline_size && alignof(F) <= alignof(std::max_align_t) &&
        std::is_nothrow_move_constructible_v<F>;

    struct Ops {
        R (*call)(std::byte*, Args&&...);
        void (*move_to)(std::byte* from, std::byte* to) noexcept;
        void (*destroy)(std::byte*) noexcept;
    };

    template <class F>
    static F& at(std::byte* bytes) {
        if constexpr (fits<F>) {
            return *std::launder(reinterpret_cast<F*>(bytes));
        } else {
            return **std::launder(reinterpret_cast<F**>(bytes));
        }
    }

    template <class F>
    static constexpr Ops ops_for = {
        [](std::byte* bytes, Args&&... args) -> R {
            return at<F>(bytes)(std::forward<Args>(args)...);
        },
        [](std::byte* from, std::byte* to) noexcept {
            if constexpr (fits<F>) {
                ::new (static_cast<void*>(to)) F(std::move(at<F>(from)));
                at<F>(from).~F();
            } else {
                ::new (static_cast<void*>(to)) F*(&at<F>(from));
            }
        },
        [](std::byte* bytes) noexcept {
            if constexpr (fits<F>) {
                at<F>(bytes).~F();
            } else {
                delete &at<F>(bytes);
            }
        },
    };

    void take(UniqueFunction& other) noexcept {
        if (other.ops_ != nullptr) {
            other.ops_->move_to(other.bytes_, bytes_);
            ops_ = std::exchange(other.ops_, nullptr);
        }
    }
    void reset() {
        if (ops_ != nullptr) std::exchange(ops_, nullptr)->destroy(bytes_);
    }

    alignas(std::max_align_t) std::byte bytes_[inline_size];
    const Ops* ops_ = nullptr;
};

/// A piece of work for an Executor.
using Task = UniqueFunction<void()>;

/// What an asynchronous use case calls once, with its answer.
template <class T>
using Completion = UniqueFunction<void(Result<T>)>;

}  // namespace chatcore
