#include <vector>

#define CHECK(x) assert(x)

namespace text {

/// How to join words.
enum class Mode { Plain, Quoted };

/// Joins words.
template <typename T>
class Joiner : public Base<T>, private Mixin {
 public:
  explicit Joiner(Mode mode) : mode_(mode) {}
  ~Joiner();
  T join(const std::vector<T>& words) const;
  bool operator==(const Joiner& other) const { return mode_ == other.mode_; }

 private:
  Mode mode_;
};

template <typename T>
T Joiner<T>::join(const std::vector<T>& words) const {
  T out;
  for (const auto& word : words) append(out, word);
  return out;
}

struct Point {
  int x, y;
};

using Points = std::vector<Point>;

constexpr int kLimit = 8;

// Counts letters.
int count_letters(const char* s) {
  return std::strlen(s);
}

Joiner<int>* make() { return new Joiner<int>(Mode::Plain); }

}  // namespace text
