//===- PreludeTest.cpp - The prelude is complete and consistent ------------===//
#include "Translate.h"

#include "seis/Frontend/Prelude.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <gtest/gtest.h>

using namespace seis;
using namespace seis::test;

// The names of attributes.md, sections 1, 2, 3.1 and 3.3.
// clang-format off
static const char *const attributes[] = {
    "fft", "ifft", "hilbert", "envelope", "inst-phase", "cos-inst-phase",
    "relative-amplitude-change", "amplitude-acceleration", "inst-frequency", "inst-bandwidth",
    "dominant-frequency", "frequency-change", "sweetness", "quality-factor", "response-phase",
    "response-frequency", "response-amplitude", "apparent-polarity", "convolve1d", "correlate1d",
    "convolve2d", "correlate2d", "convolve3d", "correlate3d", "phys-frequency",
    "weighted-frequency", "thin-bed", "phase-acceleration", "env-derivative",
    "env-second-derivative", "phys-bandwidth", "phys-q", "sweetness-sqrt", "rms", "median",
    "histogram-equalization", "trace-agc", "time-gain", "rescale-amplitude-range",
    "reflection-intensity", "phase-rotation", "gradient-dip-il", "gradient-dip-xl", "semblance",
    "gaussian", "gradient-magnitude", "convolution", "first-derivative", "second-derivative",
    "cwt-ricker", "cwt-ormsby", "convert-dtype", "rgb-blend", "lbp2d", "lbp3d", "lbp3d-unique",
    "energy", "log-energy", "agc", "similarity", "event-distance", "event-amplitude", "peakedness",
    "event-asymmetry", "steepness", "frequency-statistic", "spectral-amplitude", "cwt-morlet",
    "trapezoid", "arc-length", "prewitt", "laplacian", "farid5", "farid7", "position", "squeeze",
    "detrend", "perigram", "steered-statistic", "window-sum", "window-mean", "window-min",
    "window-max", "window-extreme", "window-variance", "window-std", "window-normalised-variance",
    "window-quantile", "variance", "deriche", "recursive-gaussian", "gst", "dip", "azimuth",
    "dip-il", "dip-xl", "gst-kroon", "gst-2d-dip-il", "gst-2d-dip-xl", "gst-3d-dip", "gst-3d-azm",
    "gst-discontinuity", "chaos", "eig-complex", "energy-ratio", "curvature-mean",
    "curvature-gaussian", "curvature-max", "curvature-min", "curvature-most-positive",
    "curvature-most-negative", "curvature-kmax", "curvedness", "shape-index", "linearity",
    "planarity", "isotropy", "cline", "cplane", "lowpass", "highpass", "bandpass",
    "relative-impedance", "smooth", "prewitt-mean", "glcm-levels", "glcm-base", "glcm-contrast",
    "glcm-dissimilarity", "glcm-homogeneity", "glcm-asm", "glcm-energy", "glcm-mean",
    "glcm-variance", "glcm-std", "glcm-entropy", "glcm-correlation", "glcm3d-contrast",
    "glcm3d-dissimilarity", "glcm3d-homogeneity", "glcm3d-asm", "glcm3d-energy", "glcm3d-mean",
    "glcm3d-variance", "glcm3d-std", "glcm3d-entropy", "glcm3d-correlation"};
// clang-format on

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

// What attributes are made of is a family of its own, after all others, and can be described too.
TEST(PreludeTest, HelpersAreApart) {
  llvm::StringMap<bool> holdsAttributes;
  bool behind = false;
  for (const PreludeEntry &e : preludeEntries()) {
    auto [family, isNew] = holdsAttributes.try_emplace(e.family, e.isAttribute);
    EXPECT_EQ(family->second, e.isAttribute) << e.family << " mixes attributes and functions";
    EXPECT_FALSE(behind && e.family != "helper") << e.name << " comes after helpers";
    behind |= e.family == "helper";
  }
  for (const char *name :
       {"dx", "box", "extreme-of", "cosine-taper", "zero-phase", "glcm-offset"}) {
    const PreludeEntry *e = findPreludeEntry(name);
    ASSERT_TRUE(e) << name;
    EXPECT_EQ(e->family, "helper") << name;
    EXPECT_FALSE(e->isAttribute || e->definition.empty()) << name;
  }
}

// `names` is read by scripts: "SYSTEM NAME, SYSTEM NAME", systems in one order, none empty.
TEST(PreludeTest, NamesElsewhereHaveOneForm) {
  const llvm::StringRef systems[] = {"d2geo", "dasf-seismic", "predecessor", "opendtect"};
  unsigned count[std::size(systems)] = {};
  for (const PreludeEntry &e : preludeEntries()) {
    if (e.names.empty())
      continue;
    EXPECT_TRUE(e.isAttribute) << e.name;
    llvm::SmallVector<llvm::StringRef> parts;
    llvm::StringRef(e.names).split(parts, ", ");
    size_t last = 0;
    for (llvm::StringRef part : parts) {
      auto [system, name] = part.split(' ');
      size_t at = llvm::find(systems, system) - systems;
      ASSERT_LT(at, std::size(systems)) << e.name << ": " << part.str();
      EXPECT_GE(at, last) << e.name << ": " << part.str();
      EXPECT_TRUE(!name.empty() && name == name.trim() && !name.contains(','))
          << e.name << ": " << part.str();
      last = at;
      ++count[at];
    }
  }
  EXPECT_EQ(count[2], 40u); // the operators of the predecessor, attributes.md section 1
  EXPECT_GE(count[0], 45u);
  EXPECT_EQ(count[1], 14u);
  EXPECT_GE(count[3], 70u);
}

TEST(PreludeTest, FindsBothSpellingsAndNearNames) {
  EXPECT_EQ(findPreludeEntry("inst-phase"), findPreludeEntry("inst_phase"));
  EXPECT_EQ(findPreludeEntry("inst-fase"), nullptr);
  EXPECT_EQ(nearestPreludeName("inst-fase"), "inst_phase");
  EXPECT_EQ(findPreludeEntry("sweetness")->parameters[1].defaultText, "5 Hz");
}
