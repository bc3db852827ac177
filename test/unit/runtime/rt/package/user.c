/* user.c - Opens the object it is given, with the installed headers alone. */
#include <seis_rt/seis_rt.h>

#include <stdio.h>

int main(int argc, char **argv) {
  seis_rt_module *module = NULL;
  char message[256];
  if (argc < 2 || seis_rt_open(argv[1], &module, message, sizeof message) != SEIS_OK) {
    fprintf(stderr, "%s\n", message);
    return 1;
  }
  printf("%s %s\n", seis_rt_version(), seis_rt_entry(module, 0)->name);
  seis_rt_close(module);
  return 0;
}
