// io.cpp - Asks the installed seis_io for a file that is not there.
#include <seis_rt/seis_io.h>

#include <cstdio>

int main() {
  std::unique_ptr<seis::io::VolumeSource> source;
  seis::io::Status status = seis::io::openSource("/absent.npy", {}, source);
  std::printf("%s\n", status.message.c_str());
  return status.ok ? 1 : 0;
}
