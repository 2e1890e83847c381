#pragma once

#include <Python.h>
#include <stdbool.h>

/* Once, before any fork and before the collector's objects are frozen. False with an exception set. */
bool ending_prepare(void);

/* Once, after they were. */
bool ending_frozen(void);

/* Ends the process as the interpreter does after a program, whose result or exception is given. */
_Noreturn void ending_end(PyObject *result);
