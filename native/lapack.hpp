// The Fortran routines of BLAS and LAPACK that the kernels call, one line each, for float and double:
// lapack::gesdd<T>('S', m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, iwork, &info).
// Scalars are given by value, arrays and outputs by pointer; the hidden string lengths that gfortran expects are added
// here. LAPACK is called directly, because Debian's OpenBLAS carries no LAPACKE. Its integers are 32-bit: extents are
// checked before they get here.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace lowrank::lapack {

using blasint = int;

// The size that a routine asks for, which it tells as a T. A float beyond 2²⁴ may have been rounded down.
template <class T>
std::int64_t workspaceSize(T size) {
  return static_cast<std::int64_t>(size < T(1 << 24) ? size : std::nextafter(size, std::numeric_limits<T>::max()));
}

// Turns a value into the address that Fortran wants, and passes a pointer on.
template <class P>
class Argument {
  using Value = std::remove_const_t<std::remove_pointer_t<P>>;
  Value value_{};
  P pointer_;

 public:
  template <class A, std::enable_if_t<std::is_arithmetic_v<A>, int> = 0>
  Argument(A value) : value_(static_cast<Value>(value)), pointer_(&value_) {}
  template <class A>
  Argument(A* pointer) : pointer_(pointer) {}
  Argument(std::nullptr_t) : pointer_(nullptr) {}
  Argument(const Argument&) = delete;
  operator P() const { return pointer_; }
};

// The type of a routine that returns R: its parameters, then one length for each character argument (at most four).
template <class R, int Lengths, class... P>
struct Signature;
template <class R, class... P>
struct Signature<R, 0, P...> {
  using type = R(P...);
};
template <class R, class... P>
struct Signature<R, 1, P...> {
  using type = R(P..., std::size_t);
};
template <class R, class... P>
struct Signature<R, 2, P...> {
  using type = R(P..., std::size_t, std::size_t);
};
template <class R, class... P>
struct Signature<R, 3, P...> {
  using type = R(P..., std::size_t, std::size_t, std::size_t);
};
template <class R, class... P>
struct Signature<R, 4, P...> {
  using type = R(P..., std::size_t, std::size_t, std::size_t, std::size_t);
};

template <class R, class... P>
struct Routine {
  static constexpr int lengths = (0 + ... + (std::is_same_v<P, const char*> ? 1 : 0));
  using type = typename Signature<R, lengths, P...>::type;
  type* address;

  R operator()(const Argument<P>&... arguments) const {
    if constexpr (lengths == 0) return address(arguments...);
    if constexpr (lengths == 1) return address(arguments..., 1);
    if constexpr (lengths == 2) return address(arguments..., 1, 1);
    if constexpr (lengths == 3) return address(arguments..., 1, 1, 1);
    if constexpr (lengths == 4) return address(arguments..., 1, 1, 1, 1);
  }
};

// LOWRANK_ROUTINE(returned type, name, parameter types…): declares sname_ and dname_, and name<T> that calls one of
// them.
#define LOWRANK_ROUTINE(R, name, ...)                                    \
  template <class T>                                                     \
  using name##_routine = Routine<R, __VA_ARGS__>;                        \
  extern "C" name##_routine<float>::type s##name##_;                     \
  extern "C" name##_routine<double>::type d##name##_;                    \
  template <class T>                                                     \
  inline constexpr name##_routine<T> name{};                             \
  template <>                                                            \
  inline constexpr name##_routine<float> name<float>{&s##name##_};       \
  template <>                                                            \
  inline constexpr name##_routine<double> name<double>{&d##name##_};

using Char = const char*;
using Int = const blasint*;
using Info = blasint*;
template <class T>
using In = const T*;
template <class T>
using Out = T*;

// BLAS
LOWRANK_ROUTINE(void, gemm, Char, Char, Int, Int, Int, In<T>, In<T>, Int, In<T>, Int, In<T>, Out<T>, Int)
LOWRANK_ROUTINE(void, gemv, Char, Int, Int, In<T>, In<T>, Int, In<T>, Int, In<T>, Out<T>, Int)
LOWRANK_ROUTINE(void, syrk, Char, Char, Int, Int, In<T>, In<T>, Int, In<T>, Out<T>, Int)
LOWRANK_ROUTINE(void, trmm, Char, Char, Char, Char, Int, Int, In<T>, In<T>, Int, Out<T>, Int)
LOWRANK_ROUTINE(void, trmv, Char, Char, Char, Int, In<T>, Int, Out<T>, Int)
LOWRANK_ROUTINE(void, trsm, Char, Char, Char, Char, Int, Int, In<T>, In<T>, Int, Out<T>, Int)
LOWRANK_ROUTINE(void, trsv, Char, Char, Char, Int, In<T>, Int, Out<T>, Int)

// isamax, idamax: the letter of the type stands second, so that this one is written out.
template <class T>
using iamax_routine = Routine<blasint, Int, In<T>, Int>;
extern "C" iamax_routine<float>::type isamax_;
extern "C" iamax_routine<double>::type idamax_;
template <class T>
inline constexpr iamax_routine<T> iamax{};
template <>
inline constexpr iamax_routine<float> iamax<float>{&isamax_};
template <>
inline constexpr iamax_routine<double> iamax<double>{&idamax_};

// LAPACK, alphabetically
LOWRANK_ROUTINE(void, bdsdc, Char, Char, Int, Out<T>, Out<T>, Out<T>, Int, Out<T>, Int, Out<T>, Info, Out<T>, Info,
                Info)
LOWRANK_ROUTINE(void, gelsd, Int, Int, Int, Out<T>, Int, Out<T>, Int, Out<T>, In<T>, Info, Out<T>, Int, Info, Info)
LOWRANK_ROUTINE(void, gelsy, Int, Int, Int, Out<T>, Int, Out<T>, Int, Info, In<T>, Info, Out<T>, Int, Info)
LOWRANK_ROUTINE(void, geqp3, Int, Int, Out<T>, Int, Out<blasint>, Out<T>, Out<T>, Int, Info)
LOWRANK_ROUTINE(void, geqrt3, Int, Int, Out<T>, Int, Out<T>, Int, Info)
LOWRANK_ROUTINE(void, gesdd, Char, Int, Int, Out<T>, Int, Out<T>, Out<T>, Int, Out<T>, Int, Out<T>, Int, Info, Info)
LOWRANK_ROUTINE(void, gesvd, Char, Char, Int, Int, Out<T>, Int, Out<T>, Out<T>, Int, Out<T>, Int, Out<T>, Int, Info)
LOWRANK_ROUTINE(void, getrf, Int, Int, Out<T>, Int, Info, Info)
LOWRANK_ROUTINE(void, lacn2, Int, Out<T>, Out<T>, Info, Out<T>, Info, Info)
LOWRANK_ROUTINE(void, larfg, Int, Out<T>, Out<T>, Int, Out<T>)
LOWRANK_ROUTINE(void, lauum, Char, Int, Out<T>, Int, Info)
LOWRANK_ROUTINE(void, orgqr, Int, Int, Int, Out<T>, Int, In<T>, Out<T>, Int, Info)
LOWRANK_ROUTINE(void, potrf, Char, Int, Out<T>, Int, Info)
LOWRANK_ROUTINE(void, stedc, Char, Int, Out<T>, Out<T>, Out<T>, Int, Out<T>, Int, Info, Int, Info)
LOWRANK_ROUTINE(void, sterf, Int, Out<T>, Out<T>, Info)
LOWRANK_ROUTINE(void, sytrd, Char, Int, Out<T>, Int, Out<T>, Out<T>, Out<T>, Out<T>, Int, Info)
LOWRANK_ROUTINE(void, sytrf, Char, Int, Out<T>, Int, Info, Out<T>, Int, Info)
LOWRANK_ROUTINE(void, sytrs, Char, Int, Int, In<T>, Int, Int, Out<T>, Int, Info)
LOWRANK_ROUTINE(void, trcon, Char, Char, Char, Int, In<T>, Int, Out<T>, Out<T>, Info, Info)
LOWRANK_ROUTINE(void, trtri, Char, Char, Int, Out<T>, Int, Info)

}  // namespace lowrank::lapack
