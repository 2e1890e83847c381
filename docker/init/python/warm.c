/*
 * A warm Python, in C: forks when it is asked to. The child gets itself ready, waits for its program, drops every
 * right, and does with it what the interpreter does with `python3 main.py`: the same module __main__, the same
 * frames, tracebacks and codes, and the same end. Only where nothing is left that could tell the difference, the
 * interpreter's own clearing away of every module is not done, because the process ends anyway.
 *
 * For CPython 3.11 as Debian ships it: `tstate->cframe` is that version's.
 */
#define PY_SSIZE_T_CLEAN
#define _GNU_SOURCE
#include <Python.h>

#include "../src/confine.h"
#include "ending.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if PY_VERSION_HEX < 0x030b0000 || PY_VERSION_HEX >= 0x030c0000
#error "written for CPython 3.11"
#endif

enum {
    CHANNEL_FD = 3,
    MESSAGE_BYTES = 300000,
    WORDS_MAX = 8300,
    DEFECT = 71,
    NO_SUCH_FILE = 2,
    TAIL_BYTES = 65557, /* where the directory of a zip file may begin */
};
#define FOLDER "/workspace/run"

static char message[MESSAGE_BYTES];
static char *words[WORDS_MAX];
static PyObject *imported; /* names of the modules that the zygote imported for its programs */
static PyObject *environ_of_os;
static PyObject *environ_of_posix;
static PyObject *main_module;
static PyObject *loader_type;

_Noreturn static void fail(const char *what) {
    fprintf(stderr, "sandmill: the warm interpreter: %s: %s\n", what, strerror(errno));
    _exit(DEFECT);
}

static void must(bool fine, const char *what) {
    if (!fine) {
        if (PyErr_Occurred()) {
            PyErr_Print();
        }
        fail(what);
    }
}

static PyObject *got(PyObject *object, const char *what) {
    must(object != NULL, what);
    return object;
}

static void write_whole(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0, path);
}

/* Ends the process where nobody has a program for it any more. */
static size_t receive(int fds[3]) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(3 * sizeof(int))];
    } control;
    struct iovec body = {message, sizeof message};
    struct msghdr whole = {
        .msg_iov = &body, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    ssize_t length = recvmsg(CHANNEL_FD, &whole, MSG_CMSG_CLOEXEC);
    if (length <= 0) {
        _exit(0);
    }
    struct cmsghdr *header = CMSG_FIRSTHDR(&whole);
    must(length >= 4 && header != NULL && header->cmsg_len == CMSG_LEN(3 * sizeof(int)), "a message without pipes");
    memcpy(fds, CMSG_DATA(header), 3 * sizeof(int));
    const uint8_t *bytes = (const uint8_t *)message;
    size_t expected = (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
    must(expected <= sizeof message, "a message that is too long");
    size_t have = (size_t)length;
    while (have < expected) {
        ssize_t piece = recv(CHANNEL_FD, message + have, sizeof message - have, 0);
        if (piece <= 0) {
            _exit(0);
        }
        have += (size_t)piece;
    }
    return have;
}

/* uid, number of arguments, arguments, environment; each ended by a zero byte. */
static int split(size_t length) {
    int count = 0;
    for (size_t at = 4; at < length; at += strlen(message + at) + 1) {
        must(count < WORDS_MAX - 2 && memchr(message + at, 0, length - at) != NULL, "a message without an end");
        words[count++] = message + at;
    }
    words[count] = NULL;
    return count;
}

static void drop_rights(uid_t uid) {
    uid_t real, effective, saved;
    gid_t real_group, effective_group, saved_group;
    must(setresgid(uid, uid, uid) == 0 && setresuid(uid, uid, uid) == 0, "rights");
    must(getresuid(&real, &effective, &saved) == 0 && real == uid && effective == uid && saved == uid &&
             getresgid(&real_group, &effective_group, &saved_group) == 0 && real_group == uid &&
             effective_group == uid && saved_group == uid && getgroups(0, NULL) == 0,
         "rights that were not dropped");
    must(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "dumpable");
}

static void set_environment(char **variables) {
    clearenv();
    PyDict_Clear(environ_of_os);
    PyDict_Clear(environ_of_posix);
    for (; *variables != NULL; variables++) {
        const char *equals = strchr(*variables, '=');
        must(equals != NULL && putenv(*variables) == 0, "a variable");
        PyObject *name = got(PyBytes_FromStringAndSize(*variables, equals - *variables), "a variable");
        PyObject *value = got(PyBytes_FromString(equals + 1), "a variable");
        must(PyDict_SetItem(environ_of_os, name, value) == 0 && PyDict_SetItem(environ_of_posix, name, value) == 0,
             "a variable");
        Py_DECREF(name);
        Py_DECREF(value);
    }
}

/* A file of the program's own goes before a module of that name, which must not have been imported then. */
static bool hides_imported(void) {
    if (PySet_GET_SIZE(imported) == 0) {
        return false;
    }
    DIR *folder = opendir(".");
    must(folder != NULL, FOLDER);
    bool hides = false;
    struct dirent *entry;
    while (!hides && (entry = readdir(folder)) != NULL) {
        PyObject *stem = got(PyUnicode_DecodeFSDefaultAndSize(entry->d_name, (Py_ssize_t)strcspn(entry->d_name, ".")), "a name");
        hides = PySet_Contains(imported, stem) == 1;
        Py_DECREF(stem);
    }
    closedir(folder);
    return hides;
}

/* What the interpreter would not run as a plain source file: an archive, compiled code, or nothing that can be read. */
static bool is_source(const char *path) {
    static char tail[TAIL_BYTES];
    struct stat file;
    size_t length = strlen(path);
    if (strstr(path, "/.") != NULL || strstr(path, "//") != NULL ||
        (length > 4 && strcmp(path + length - 4, ".pyc") == 0)) {
        return false;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool plain = fd >= 0 && fstat(fd, &file) == 0 && S_ISREG(file.st_mode);
    if (plain) {
        off_t from = file.st_size > TAIL_BYTES ? file.st_size - TAIL_BYTES : 0;
        ssize_t read_bytes = pread(fd, tail, sizeof tail, from);
        char magic[2];
        plain = read_bytes >= 0 && memmem(tail, (size_t)read_bytes, "PK\5\6", 4) == NULL &&
                (pread(fd, magic, 2, 0) < 2 || memcmp(magic, "\xa7\x0d", 2) != 0);
    }
    if (fd >= 0) {
        close(fd);
    }
    return plain;
}

static void set_list(const char *name, char **items, Py_ssize_t count) {
    PyObject *list = got(PyList_New(count), name);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyList_SET_ITEM(list, i, got(PyUnicode_DecodeFSDefault(items[i]), name));
    }
    must(PySys_SetObject(name, list) == 0, name);
    Py_DECREF(list);
}

/* As `python3 FILE ARGUMENT...` has it. */
static void set_program(char **argv, Py_ssize_t count, const char *path) {
    set_list("orig_argv", argv, count);
    set_list("argv", argv + 1, count - 1);
    PyObject *search = PySys_GetObject("path");
    PyObject *folder = got(PyUnicode_DecodeFSDefaultAndSize(path, strrchr(path, '/') - path), "path");
    must(search != NULL && PyList_Check(search) && PyList_SetItem(search, 0, folder) == 0, "path");
    PyObject *names = PyModule_GetDict(main_module);
    PyObject *file = got(PyUnicode_DecodeFSDefault(path), "__file__");
    PyObject *loader = got(PyObject_CallFunction(loader_type, "sO", "__main__", file), "__loader__");
    must(PyDict_SetItemString(names, "__loader__", loader) == 0 && PyDict_SetItemString(names, "__file__", file) == 0 &&
             PyDict_SetItemString(names, "__cached__", Py_None) == 0,
         "__main__");
    Py_DECREF(loader);
    Py_DECREF(file);
}

/* The program's first frame has none before it. */
static void hide_own_frames(void) {
    PyThreadState *thread = PyThreadState_Get();
    thread->cframe->current_frame = NULL;
    thread->recursion_remaining = thread->recursion_limit;
}

_Noreturn static void run_program(char **argv, Py_ssize_t count) {
    static char path[sizeof FOLDER + 4096];
    int printed = snprintf(path, sizeof path, FOLDER "/%s", argv[1]);
    if (printed < 0 || (size_t)printed >= sizeof path || hides_imported() || !is_source(path)) {
        execv(argv[0], argv);
        fail(argv[0]);
    }
    set_program(argv, count, path);
    FILE *file = fopen(path, "rbe");
    must(file != NULL, path);
    PyObject *names = PyModule_GetDict(main_module);
    PyCompilerFlags flags = _PyCompilerFlags_INIT;
    hide_own_frames();
    Py_DECREF(main_module); /* it is the interpreter's alone */
    Py_CLEAR(environ_of_os);
    Py_CLEAR(environ_of_posix);
    ending_end(PyRun_FileExFlags(file, path, Py_file_input, names, names, 1, &flags));
}

_Noreturn static void become(void) {
    PyOS_AfterFork_Child();
    write_whole("/proc/self/oom_score_adj", "1000");
    must(confine(), "Landlock");
    must(setsid() >= 0 && setgroups(0, NULL) == 0, "a session of its own");
    int fds[3];
    size_t length = receive(fds);
    int count = split(length);
    char *end;
    unsigned long uid = count > 2 ? strtoul(words[0], &end, 10) : 0;
    long arguments = count > 2 ? strtol(words[1], &end, 10) : 0;
    must(uid > 0 && arguments >= 2 && arguments <= count - 2, "a message that makes no sense");
    for (int standard = 0; standard < 3; standard++) {
        must(dup2(fds[standard], standard) == standard, "pipes");
    }
    must(close_range(3, INT_MAX, 0) == 0, "descriptors");
    drop_rights((uid_t)uid);
    umask(022);
    must(chdir(FOLDER) == 0, FOLDER);
    set_environment(words + 2 + arguments);
    words[2 + arguments] = NULL;
    run_program(words + 2, arguments);
}

static PyObject *serve(PyObject *self, PyObject *names) {
    (void)self;
    imported = Py_NewRef(names);
    must(ending_frozen(), "nothing is frozen");
    must(confine_prepare(), "Landlock");
    must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "dumpable");
    must(send(CHANNEL_FD, "ready", 5, MSG_NOSIGNAL) == 5, "nobody waits");
    for (;;) {
        char asked[16];
        if (recv(CHANNEL_FD, asked, sizeof asked, 0) <= 0) {
            _exit(0);
        }
        PyOS_BeforeFork();
        pid_t child = fork();
        if (child == 0) {
            become();
        }
        PyOS_AfterFork_Parent();
        must(child > 0, "fork");
        int status;
        struct rusage usage;
        while (wait4(child, &status, 0, &usage) < 0) {
            must(errno == EINTR, "wait4");
        }
        char answer[64];
        int printed = snprintf(answer, sizeof answer, "%d %ld", status, usage.ru_maxrss);
        must(send(CHANNEL_FD, answer, (size_t)printed, MSG_NOSIGNAL) == printed, "nobody waits");
    }
}

/* The module that the program is to find, before it is known which. */
static PyObject *prepare(PyObject *self, PyObject *environments) {
    (void)self;
    if (!PyArg_ParseTuple(environments, "O!O!O:prepare", &PyDict_Type, &environ_of_os, &PyDict_Type, &environ_of_posix,
                          &loader_type)) {
        return NULL;
    }
    Py_INCREF(environ_of_os);
    Py_INCREF(environ_of_posix);
    Py_INCREF(loader_type);
    main_module = PyModule_New("__main__");
    PyObject *annotations = PyDict_New();
    PyObject *builtins = PyImport_ImportModule("builtins");
    if (main_module == NULL || annotations == NULL || builtins == NULL ||
        PyModule_AddObject(main_module, "__annotations__", annotations) != 0 ||
        PyModule_AddObject(main_module, "__builtins__", builtins) != 0 ||
        PyDict_SetItemString(PyImport_GetModuleDict(), "__main__", main_module) != 0 || !ending_prepare()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"prepare", prepare, METH_VARARGS, "Makes what every program finds."},
    {"serve", serve, METH_O, "Forks programs, for ever."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "warm", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_warm(void) { return PyModule_Create(&definition); }
