//===- PreludeTest.cpp - The prelude is complete and consistent ------------===//
#include "Translate.h"

#include "seis/Frontend/Prelude.h"

#include "llvm/ADT/StringSet.h"
#include <gtest/gtest.h>

using namespace seis;
using namespace seis::test;

// The names of attributes.md, sections 1 and 3.3, that ship so far.
static const char *const attributes[] = {
    "fft", "ifft", "hilbert", "envelope", "inst-phase", "cos-inst-phase",
    "relative-amplitude-change", "amplitude-acceleration", "inst-frequency", "inst-bandwidth",
    "dominant-frequency", "frequency-change", "sweetness", "quality-factor", "response-phase",
    "response-frequency", "response-amplitude", "apparent-polarity", "convolve1d", "correlate1d",
    "convolve2d", "correlate2d", "convolve3d", "correlate3d", "phys-frequency",
    "weighted-frequency", "thin-bed", "phase-acceleration", "env-derivative",
    "env-second-derivative", "phys-bandwidth", "phys-q", "sweetness-sqrt", "rms",
    "median", "histogram-equalization", "trace-agc", "time-gain", "rescale-amplitude-range",
    "reflection-intensity", "phase-rotation", "gradient-dip-il", "gradient-dip-xl", "semblance",
    "gaussian", "gradient-magnitude", "convolution", "first-derivative", "second-derivative",
    "cwt-ricker", "cwt-ormsby", "convert-dtype", "rgb-blend", "lbp2d", "lbp3d", "lbp3d-unique",
    "energy", "log-energy", "agc", "similarity", "event-distance", "event-amplitude", "peakedness",
    "event-asymmetry", "steepness", "frequency-statistic", "spectral-amplitude", "cwt-morlet",
    "trapezoid", "arc-length", "prewitt", "laplacian", "farid5", "farid7", "position", "squeeze",
    "detrend", "perigram", "steered-statistic", "window-sum", "window-mean", "window-min",
    "window-max", "window-extreme", "window-variance", "window-std", "window-normalised-variance",
    "window-quantile", "variance"};

TEST(PreludeTest, HasEveryAttribute) {
  for (const char *name : attributes) {
    const PreludeEntry *e = findPreludeEntry(name);
    ASSERT_TRUE(e) << name;
    EXPECT_TRUE(e->isAttribute) << name;
    EXPECT_FALSE(e->formula.empty()) << name;
  }
}

TEST(PreludeTest, EveryAttributeTranslatesByItsNameAlone) {
  unsigned count = 0;
  for (const PreludeEntry &e : preludeEntries()) {
    if (!e.isAttribute)
      continue;
    ++count;
    for (bool f64 : {false, true}) {
      FrontendOptions options;
      options.f64 = f64;
      options.dtMs = 4; // designs need it
      const std::string &call = e.example.empty() ? e.name : e.example;
      Translation t(call, SourceItem::Call, options);
      ASSERT_TRUE(t.module) << e.name << '\n' << t.messages();
      auto func = t.func();
      EXPECT_EQ(func.getResultAttrOfType<mlir::StringAttr>(0, "seis.name").str(), e.name);
      EXPECT_EQ(func.getResultAttrOfType<mlir::StringAttr>(0, "seis.label").str(), e.label);
      EXPECT_EQ(t.messages().empty(), e.name != "dominant_frequency") << t.messages();
    }
  }
  EXPECT_GE(count, std::size(attributes));
}

TEST(PreludeTest, EverythingIsDescribed) {
  llvm::StringSet<> names;
  for (const PreludeEntry &e : preludeEntries()) {
    EXPECT_TRUE(names.insert(e.name).second) << e.name << " is there twice";
    EXPECT_FALSE(e.summary.empty()) << e.name;
    EXPECT_FALSE(e.family.empty()) << e.name;
    if (!e.isAttribute)
      continue;
    for (const PreludeParameter &p : e.parameters)
      if (!p.defaultText.empty())
        EXPECT_FALSE(p.description.empty()) << e.name << ": " << p.name;
  }
}

TEST(PreludeTest, FindsBothSpellingsAndNearNames) {
  EXPECT_EQ(findPreludeEntry("inst-phase"), findPreludeEntry("inst_phase"));
  EXPECT_EQ(findPreludeEntry("inst-fase"), nullptr);
  EXPECT_EQ(nearestPreludeName("inst-fase"), "inst_phase");
  EXPECT_EQ(findPreludeEntry("sweetness")->parameters[1].defaultText, "5 Hz");
}
