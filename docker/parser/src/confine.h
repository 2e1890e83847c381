// Takes away from this process what a parse does not need.
#ifndef CONFINE_H
#define CONFINE_H

#include <stddef.h>

// From now on the process can read its input, write its output and end; another call of the system ends it. Memory beyond
// what is mapped already is `spare` bytes. Returns NULL, or what could not be taken away.
const char *confine(size_t spare);

#endif
