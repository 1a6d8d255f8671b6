// The one function of libgfortran that OpenBLAS's LAPACK calls: LAPACK joins strings when it asks ILAENV for a block
// size. libgfortran.a cannot go into a shared object, and the shared library would be one more thing to install.
#include <cstddef>
#include <cstring>

extern "C" void _gfortran_concat_string(std::size_t length, char* out, std::size_t length1, const char* text1,
                                        std::size_t length2, const char* text2) {
  if (length1 >= length) {
    std::memcpy(out, text1, length);
    return;
  }
  std::memcpy(out, text1, length1);
  const std::size_t rest = length - length1;
  if (length2 >= rest) {
    std::memcpy(out + length1, text2, rest);
    return;
  }
  std::memcpy(out + length1, text2, length2);
  std::memset(out + length1 + length2, ' ', rest - length2);
}
