//===- DiagnosticsTest.cpp - Printing of messages --------------------------===//
#include "Translate.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace seis;

namespace {
struct Source {
  SourceMgr sources;
  StringRef text;
  DiagnosticSink sink{sources};

  explicit Source(StringRef content) {
    unsigned id = sources.AddNewSourceBuffer(MemoryBuffer::getMemBufferCopy(content, "f"), SMLoc());
    text = sources.getMemoryBuffer(id)->getBuffer();
  }
  SMRange range(size_t begin, size_t end) const {
    return {SMLoc::getFromPointer(text.data() + begin), SMLoc::getFromPointer(text.data() + end)};
  }
  std::string print(bool color = false) const {
    std::string out;
    raw_string_ostream os(out);
    sink.print(os, color);
    return out;
  }
};
} // namespace

TEST(DiagnosticsTest, ShowsLineAndCaretRange) {
  Source s("one\ntwo three\n");
  s.sink.error(s.range(8, 13), "bad").note("because");
  EXPECT_EQ(s.print(), "f:2:5: error: bad\ntwo three\n    ^~~~~\nf:2:5: note: because\n");
}

TEST(DiagnosticsTest, PrintsInSourceOrderAndOnce) {
  Source s("ab");
  s.sink.error(s.range(1, 2), "second");
  s.sink.warning(s.range(0, 1), "first");
  s.sink.error(s.range(1, 2), "second");
  EXPECT_EQ(s.print(), "f:1:1: warning: first\nab\n^\nf:1:2: error: second\nab\n ^\n");
}

// The caret of a range that goes on in the next line stops at the end of its own.
TEST(DiagnosticsTest, CutsRangesAtTheLine) {
  Source s("abc\ndef");
  s.sink.error(s.range(1, 6), "long");
  EXPECT_EQ(s.print(), "f:1:2: error: long\nabc\n ^~\n");
}

TEST(DiagnosticsTest, PointsBehindTheLastCharacter) {
  Source s("ab");
  s.sink.error(s.range(2, 2), "end");
  EXPECT_EQ(s.print(), "f:1:3: error: end\nab\n  ^\n");
}

TEST(DiagnosticsTest, ShowsAWindowOfLongLines) {
  Source s(std::string(100000, 'x'));
  s.sink.error(s.range(50000, 50003), "here");
  std::string text = s.print();
  EXPECT_LT(text.size(), 500u);
  EXPECT_NE(text.find("f:1:50001: error: here\n...xxx"), std::string::npos);
  EXPECT_NE(text.find("^~~\n"), std::string::npos);
}

// One column a character: UTF-8 stays, what cannot be printed does not.
TEST(DiagnosticsTest, ReplacesWhatCannotBePrinted) {
  Source s("\xc3\xa4\t\x01\xff z");
  s.sink.error(s.range(6, 7), "z");
  EXPECT_EQ(s.print(), "f:1:7: error: z\n\xc3\xa4 ?? z\n     ^\n");
}

TEST(DiagnosticsTest, CountsWhatItDoesNotKeep) {
  Source s(std::string(1000, 'x'));
  for (unsigned i = 0; i < 150; ++i)
    s.sink.error(s.range(i, i + 1), "no");
  EXPECT_TRUE(s.sink.isFull());
  EXPECT_EQ(s.sink.diagnostics().size(), DiagnosticSink::maxErrors);
  EXPECT_NE(s.print().find("50 more errors are not shown"), std::string::npos);
}

TEST(DiagnosticsTest, ColoursOnlyWhenAsked) {
  Source s("x");
  s.sink.error(s.range(0, 1), "red");
  EXPECT_EQ(s.print().find('\033'), std::string::npos);
  EXPECT_NE(s.print(true).find("\033[1;31merror:\033[0m red"), std::string::npos);
}
