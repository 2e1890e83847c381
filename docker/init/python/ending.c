/*
 * The end of a Python program. Exit functions, threads that are waited for and streams are as Python's own end has
 * them. What comes then, the clearing of every module, takes longer than most programs; it is done when the program
 * left something that could notice, and otherwise the process simply ends.
 *
 * Could notice: whatever has a finalizer (`__del__`, open files, suspended generators and coroutines), a weak
 * reference with a callback, a thread, an object of a type that is not known here. Each such object is tracked by the
 * collector, and what was there before the program is not among what the collector lists, because it was frozen.
 */
#define PY_SSIZE_T_CLEAN
#define _GNU_SOURCE
#include "ending.h"

#include <signal.h>
#include <stdint.h>
#include <unistd.h>

enum { KNOWN = 512, FLUSH_FAILED = 120 };

static PyObject *run_exit_functions;
static PyObject *list_objects;
static PyObject *unfreeze;
static PyObject *count_frozen;
static long frozen_before;
static PyObject *collector;
static PyObject *collector_debug;
static PyObject *collector_callbacks;
static bool collector_was_there; /* for the modules that were imported ahead */
static PyObject *first_streams[2];
static destructor python_dealloc;   /* of every class that is written in Python */
static destructor python_finalizer; /* of those that have __del__ */

/* Types of extension modules by the names that they give themselves; `.` at the end: all of that module. */
static const char *const harmless_names[] = {
    "functools.", "itertools.", "operator.", "collections.", "_collections.", "re.", "_sre.",
    "_struct.", "Struct", "_random.", "random.", "_json.", "_abc.", "_abc_data", "_csv.",
    "decimal.", "datetime.", "array.", "_thread.lock", "_thread.RLock", "_thread._local",
    "_thread._localdummy", "zlib.", "_hashlib.", "_blake2.", "_md5.", "_sha1.", "_sha256.",
    "_sha512.", "_sha3.", "_queue.", "_bisect.", "_heapq.", "_contextvars.", "ast.", "_ast.",
    "types.", "numpy.", "pandas.", "_typing.", "typing.", "_operator.", "unicodedata.",
    "contextvars.", NULL,
};

static struct {
    PyTypeObject *type;
    bool harmless;
} known[KNOWN];

static bool is_harmless_name(const char *name) {
    for (const char *const *harmless = harmless_names; *harmless != NULL; harmless++) {
        size_t length = strlen(*harmless);
        if ((*harmless)[length - 1] == '.' ? strncmp(name, *harmless, length) == 0 : strcmp(name, *harmless) == 0) {
            return true;
        }
    }
    return false;
}

/* Types of the interpreter itself have names without a module; those with finalizers are found before. */
static bool decide(PyTypeObject *type) {
    if (type->tp_finalize != NULL || type->tp_del != NULL) {
        return false;
    }
    while (type->tp_dealloc == python_dealloc) {
        type = type->tp_base;
    }
    if (type->tp_finalize != NULL || type->tp_del != NULL) {
        return false;
    }
    return (type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0 && strchr(type->tp_name, '.') == NULL
        ? true
        : is_harmless_name(type->tp_name);
}

/* The module of the function, where it is one of Python's own that keeps books about weak references. */
static bool keeps_books(PyObject *callback) {
    if (callback == NULL || PyCFunction_Check(callback)) {
        return true;
    }
    if (!PyFunction_Check(callback)) {
        return false;
    }
    PyObject *module = PyFunction_GET_MODULE(callback);
    const char *name = module != NULL && PyUnicode_Check(module) ? PyUnicode_AsUTF8(module) : NULL;
    return name != NULL && (strcmp(name, "weakref") == 0 || strcmp(name, "_weakrefset") == 0 || strcmp(name, "functools") == 0);
}

static bool is_harmless(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    if (PyType_Check(object)) {
        PyTypeObject *class = (PyTypeObject *)object;
        if (class->tp_finalize == python_finalizer && !PyType_IS_GC(class)) {
            return false; /* its objects are not listed */
        }
    }
    if (PyWeakref_CheckRefExact(object)) {
        return keeps_books(((PyWeakReference *)object)->wr_callback);
    }
    if (PyWeakref_Check(object) && !keeps_books(((PyWeakReference *)object)->wr_callback)) {
        return false;
    }
    size_t at = ((uintptr_t)type >> 5) % KNOWN;
    if (known[at].type != type) {
        known[at].type = type;
        known[at].harmless = decide(type);
    }
    return known[at].harmless;
}

/* The program froze objects itself, and means it. */
static bool froze_more(void) {
    PyObject *frozen = PyObject_CallNoArgs(count_frozen);
    bool more = frozen == NULL || PyLong_AsLong(frozen) > frozen_before;
    Py_XDECREF(frozen);
    return more;
}

static bool was_told_otherwise(void) {
    PyObject *flags = PyObject_CallNoArgs(collector_debug);
    bool told = flags == NULL || PyLong_AsLong(flags) != 0 || PyList_GET_SIZE(collector_callbacks) != 0 || froze_more();
    Py_XDECREF(flags);
    return told;
}

/* True when nothing is left that could notice how the process ends. */
static bool goes_unnoticed(void) {
    PyThreadState *thread = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
    if (PyThreadState_Next(thread) != NULL) {
        return false;
    }
    /* Who imports the collector may have told it to do otherwise, or to hide objects. */
    bool collector_is_there = PyDict_GetItem(PyImport_GetModuleDict(), collector) != NULL;
    if (collector_is_there && (!collector_was_there || was_told_otherwise())) {
        return false;
    }
    PyObject *objects = PyObject_CallNoArgs(list_objects);
    if (objects == NULL) {
        return false;
    }
    bool unnoticed = true;
    for (Py_ssize_t i = 0; unnoticed && i < PyList_GET_SIZE(objects); i++) {
        unnoticed = is_harmless(PyList_GET_ITEM(objects, i));
    }
    Py_DECREF(objects);
    return unnoticed;
}

static bool flush(const char *name, PyObject *first) {
    PyObject *stream = PySys_GetObject(name);
    if (stream != first) {
        return false;
    }
    PyObject *closed = PyObject_GetAttrString(stream, "closed");
    bool open = closed == Py_False;
    Py_XDECREF(closed);
    PyObject *done = open ? PyObject_CallMethod(stream, "flush", NULL) : NULL;
    Py_XDECREF(done);
    return done != NULL;
}

/* The interpreter's own flushing reports what goes wrong here; it tries again. */
static bool flush_streams(void) {
    bool flushed = flush("stdout", first_streams[0]) && flush("stderr", first_streams[1]);
    PyErr_Clear();
    return flushed;
}

static void wait_for_threads(void) {
    PyObject *name = PyUnicode_FromString("threading");
    PyObject *threading = name == NULL ? NULL : PyImport_GetModule(name);
    Py_XDECREF(name);
    if (threading == NULL) {
        PyErr_Clear();
        return;
    }
    PyObject *done = PyObject_CallMethod(threading, "_shutdown", NULL);
    if (done == NULL) {
        PyErr_WriteUnraisable(threading);
    }
    Py_XDECREF(done);
    Py_DECREF(threading);
}

_Noreturn static void end(int code, bool interrupted) {
    wait_for_threads();
    Py_MakePendingCalls();
    PyErr_Clear();
    PyObject *done = PyObject_CallNoArgs(run_exit_functions);
    Py_XDECREF(done);
    PyErr_Clear();
    if (!flush_streams() || !goes_unnoticed()) {
        PyErr_Clear();
        /* Modules in circles are for the collector to find; of large ones that were imported ahead, that takes too long. */
        if (!collector_was_there && !froze_more()) {
            Py_XDECREF(PyObject_CallNoArgs(unfreeze));
        }
        Py_DECREF(first_streams[0]); /* what they hold is written when they go */
        Py_DECREF(first_streams[1]);
        if (Py_FinalizeEx() < 0) {
            code = FLUSH_FAILED;
        }
    }
    if (interrupted) {
        signal(SIGINT, SIG_DFL);
        kill(getpid(), SIGINT);
        code = SIGINT + 128;
    }
    exit(code);
}

/* As PyErr_Print does with SystemExit, but for the end. */
static int exit_code(void) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    fflush(stdout);
    int code = 0;
    if (value != NULL && PyExceptionInstance_Check(value)) {
        PyObject *given = PyObject_GetAttrString(value, "code");
        if (given != NULL) {
            Py_SETREF(value, given);
        }
    }
    if (value != NULL && PyLong_Check(value)) {
        code = (int)PyLong_AsLong(value);
    } else if (value != NULL && value != Py_None) {
        PyObject *stream = PySys_GetObject("stderr");
        PyErr_Clear();
        if (stream != NULL && stream != Py_None) {
            PyFile_WriteObject(value, stream, Py_PRINT_RAW);
        } else {
            PyObject_Print(value, stderr, Py_PRINT_RAW);
            fflush(stderr);
        }
        PySys_WriteStderr("\n");
        code = 1;
    }
    PyErr_Clear();
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return code;
}

static void flush_quietly(const char *name) {
    PyObject *stream = PySys_GetObject(name);
    if (stream != NULL) {
        PyObject *done = PyObject_CallMethod(stream, "flush", NULL);
        if (done == NULL) {
            PyErr_Clear();
        }
        Py_XDECREF(done);
    }
}

/* Whatever exception there is stays. */
static void flush_after_program(void) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    flush_quietly("stderr");
    flush_quietly("stdout");
    PyErr_Restore(type, value, traceback);
}

bool ending_frozen(void) {
    PyObject *frozen = PyObject_CallNoArgs(count_frozen);
    frozen_before = frozen == NULL ? 0 : PyLong_AsLong(frozen);
    Py_XDECREF(frozen);
    collector_was_there = PyDict_GetItem(PyImport_GetModuleDict(), collector) != NULL;
    return frozen_before > 0;
}

void ending_end(PyObject *result) {
    flush_after_program();
    if (result != NULL) {
        Py_DECREF(result);
        end(0, false);
    }
    if (PyErr_ExceptionMatches(PyExc_SystemExit)) {
        end(exit_code(), false);
    }
    bool interrupted = PyErr_ExceptionMatches(PyExc_KeyboardInterrupt);
    PyErr_Print();
    end(1, interrupted);
}

static PyObject *part_of(const char *module_name, const char *name) {
    PyObject *module = PyImport_ImportModule(module_name);
    PyObject *part = module == NULL ? NULL : PyObject_GetAttrString(module, name);
    Py_XDECREF(module);
    return part;
}

/* What every class written in Python has in common, and those with a finalizer, is not exported: a class tells. */
static bool learn_python_types(void) {
    PyObject *globals = PyDict_New();
    PyObject *done = globals == NULL ? NULL
                                     : PyRun_String("class Sample:\n    def __del__(self):\n        pass\n", Py_file_input,
                                                    globals, globals);
    PyObject *sample = done == NULL ? NULL : PyDict_GetItemString(globals, "Sample");
    if (sample != NULL) {
        python_dealloc = ((PyTypeObject *)sample)->tp_dealloc;
        python_finalizer = ((PyTypeObject *)sample)->tp_finalize;
    }
    Py_XDECREF(done);
    Py_XDECREF(globals);
    return python_finalizer != NULL;
}

bool ending_prepare(void) {
    run_exit_functions = part_of("atexit", "_run_exitfuncs");
    list_objects = part_of("gc", "get_objects");
    unfreeze = part_of("gc", "unfreeze");
    count_frozen = part_of("gc", "get_freeze_count");
    collector_debug = part_of("gc", "get_debug");
    collector_callbacks = part_of("gc", "callbacks");
    collector = PyUnicode_InternFromString("gc");
    first_streams[0] = PySys_GetObject("stdout");
    first_streams[1] = PySys_GetObject("stderr");
    if (run_exit_functions == NULL || list_objects == NULL || collector == NULL || collector_debug == NULL ||
        collector_callbacks == NULL || count_frozen == NULL || unfreeze == NULL || first_streams[0] == NULL ||
        first_streams[1] == NULL || !learn_python_types()) {
        return false;
    }
    Py_INCREF(first_streams[0]);
    Py_INCREF(first_streams[1]);
    return true;
}
