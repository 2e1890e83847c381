/*
 * Starts Java programs as `java` does, through the JVM's invocation interface and its own LauncherHelper, and keeps a
 * compiler warm. In one of four ways:
 *
 *   java run OUT STEM ARGUMENT...   what `java -cp OUT` would do, having found out which class has the main method
 *   java wait                       a JVM that does so when descriptor 3 tells it to
 *   java serve [once]               a JVM with javac in it, which compiles for whoever descriptor 3 brings (javac.c)
 *   java archive MODE FILE          writes an archive of the classes that `run` or `serve` takes, to start with
 *
 * A message to `wait` is: number of words, words, variables, each ended by a zero byte; it closes the descriptor, and
 * the process is the program from there on. A message to `serve` is a byte with a connection.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <jni.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CHANNEL_FD = 3,
    MESSAGE_MAX_BYTES = 300000,
    STACK_BYTES = 1024 * 1024,
    OPTIONS_MAX = 20,
    LAUNCHER_MODE_CLASS = 1,
    DEFECT = 71,
    FIRST_WARM_UPS = 3,
    WARM_UPS = 12,
    IDLE_MILLIS = 100,
    REFERENCES = 16,
    SERVER_MIB = 80, /* of the container's memory, beside programs and what warmMemoryMiB has for their own JVM */
    SMALLEST_MIB = 16,
};

#define JAR "/sandmill/ahead.jar"
#define AHEAD_OUT "/workspace/run/sandmill.out"

static int argument_count;
static char **arguments;
static JavaVM *vm;
static __thread JNIEnv *jni;

/* Words of a message, each ended by a zero byte, or of the command line. */
struct words {
    char *text;
    size_t bytes;
};

_Noreturn static void fail(const char *what) {
    fprintf(stderr, "Error: %s\n", what);
    exit(DEFECT);
}

static void must(bool fine, const char *what) {
    if (!fine) {
        if (jni != NULL && (*jni)->ExceptionCheck(jni)) {
            (*jni)->ExceptionDescribe(jni);
        }
        fail(what);
    }
}

/* The container's limit without the server's share; 0 where there is no limit to be found. */
static unsigned long long memory_mib(void) {
    FILE *limit = fopen("/sys/fs/cgroup/memory.max", "re");
    limit = limit == NULL ? fopen("/sys/fs/cgroup/memory/memory.limit_in_bytes", "re") : limit;
    unsigned long long mib = 0;
    if (limit != NULL) {
        mib = fscanf(limit, "%llu", &mib) == 1 ? mib >> 20 : 0;
        fclose(limit);
    }
    return mib == 0 || mib > 1 << 20 ? 0 : mib > SERVER_MIB + SMALLEST_MIB ? mib - SERVER_MIB : SMALLEST_MIB;
}

/* `javac` opens what javac keeps to itself. Whether an entry of the class path is a folder is asked once, at the JVM's start. */
static void create(const char *out, bool javac, const char *archive_to) {
    char class_path[4096];
    char archive[4096];
    char memory[64];
    int printed = snprintf(class_path, sizeof class_path, "-Djava.class.path=" JAR "%s%s", *out == '\0' ? "" : ":", out);
    must(printed > 0 && (size_t)printed < sizeof class_path, "the class path is too long");
    if (archive_to != NULL) {
        snprintf(archive, sizeof archive, "-XX:ArchiveClassesAtExit=%s", archive_to);
    } else {
        snprintf(archive, sizeof archive, "-XX:SharedArchiveFile=/sandmill/%s.jsa", javac ? "serve" : "run");
    }
    JavaVMOption options[OPTIONS_MAX] = {
        {.optionString = class_path},
        {.optionString = archive},
        {.optionString = (char *)"-XX:+UseSerialGC"},
        {.optionString = (char *)"-XX:TieredStopAtLevel=1"},
        {.optionString = (char *)"-XX:CICompilerCount=1"},
        {.optionString = (char *)"-XX:-UseDynamicNumberOfCompilerThreads"},
        {.optionString = (char *)"-XX:-UsePerfData"},
        {.optionString = (char *)"-Xss1m"},
        {.optionString = (char *)"-XX:MaxRAMPercentage=60"},
        {.optionString = (char *)"-Dsun.java.launcher=SUN_STANDARD"},
    };
    JavaVMInitArgs arguments_of_vm = {.version = JNI_VERSION_10, .options = options, .ignoreUnrecognized = JNI_FALSE};
    while (arguments_of_vm.nOptions < OPTIONS_MAX && options[arguments_of_vm.nOptions].optionString != NULL) {
        arguments_of_vm.nOptions++;
    }
    unsigned long long mib = memory_mib();
    if (mib > 0) {
        snprintf(memory, sizeof memory, "-XX:MaxRAM=%llum", mib);
        options[arguments_of_vm.nOptions++].optionString = memory;
    }
    if (javac) {
        options[arguments_of_vm.nOptions++].optionString = (char *)"--add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED";
        options[arguments_of_vm.nOptions++].optionString = (char *)"--add-exports=jdk.compiler/com.sun.tools.javac.main=ALL-UNNAMED";
        options[arguments_of_vm.nOptions++].optionString = (char *)"--add-opens=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED";
        /* Room for a compilation or two without a collection; what a large one took is given back by the next full one. */
        options[arguments_of_vm.nOptions++].optionString = (char *)"-Xmn24m";
        options[arguments_of_vm.nOptions++].optionString = (char *)"-XX:-ShrinkHeapInSteps";
    }
    if (JNI_CreateJavaVM(&vm, (void **)&jni, &arguments_of_vm) != JNI_OK) {
        fprintf(stderr, "Error: Could not create the Java Virtual Machine.\n");
        exit(1);
    }
}

static jclass find(const char *name) {
    jclass found = (*jni)->FindClass(jni, name);
    found = found == NULL ? NULL : (*jni)->NewGlobalRef(jni, found);
    must(found != NULL, name);
    return found;
}

static jmethodID method(jclass of, const char *name, const char *signature) {
    jmethodID id = (*jni)->GetStaticMethodID(jni, of, name, signature);
    must(id != NULL, name);
    return id;
}

static struct {
    jclass ahead, helper;
    jmethodID main_class, arguments, load;
} start;

/* True when the program's main method returned. As the JDK's own launcher does, so that errors and traces are the same. */
static bool start_class(const struct words *words) {
    jbyteArray bytes = (*jni)->NewByteArray(jni, (jsize)words->bytes);
    must(bytes != NULL, "no memory for the command");
    (*jni)->SetByteArrayRegion(jni, bytes, 0, (jsize)words->bytes, (const jbyte *)words->text);
    jstring name = (*jni)->CallStaticObjectMethod(jni, start.ahead, start.main_class, bytes);
    must(!(*jni)->ExceptionCheck(jni), "the class to start was not found");
    jobjectArray given = (*jni)->CallStaticObjectMethod(jni, start.ahead, start.arguments, bytes);
    must(!(*jni)->ExceptionCheck(jni), "the arguments could not be read");
    jclass main_class =
        (*jni)->CallStaticObjectMethod(jni, start.helper, start.load, JNI_TRUE, LAUNCHER_MODE_CLASS, name);
    jmethodID main_method = (*jni)->ExceptionCheck(jni) || main_class == NULL
                                ? NULL
                                : (*jni)->GetStaticMethodID(jni, main_class, "main", "([Ljava/lang/String;)V");
    if (main_method != NULL) {
        (*jni)->CallStaticVoidMethod(jni, main_class, main_method, given);
    }
    return !(*jni)->ExceptionCheck(jni) && main_method != NULL;
}

/*
 * What a program's start takes, looked for before its clock runs: the start of a class of ours that prints nothing. With
 * the same steps in every JVM the numbers that identity hashes come from are the same, too.
 */
static void look_ahead(void) {
    static char ours[] = "/sandmill\0dev.sandmill.launcher.Ahead";
    const struct words words = {ours, sizeof ours};
    start.ahead = find("dev/sandmill/launcher/Ahead");
    start.main_class = method(start.ahead, "mainClass", "([B)Ljava/lang/String;");
    start.arguments = method(start.ahead, "arguments", "([B)[Ljava/lang/String;");
    start.helper = find("sun/launcher/LauncherHelper");
    start.load = method(start.helper, "checkAndLoadMain", "(ZILjava/lang/String;)Ljava/lang/Class;");
    must((*jni)->PushLocalFrame(jni, REFERENCES) == 0, "no memory for references");
    must(start_class(&words), "nothing starts");
    (*jni)->PopLocalFrame(jni, NULL);
}

/* Threads that live on keep the JVM. */
static int run(const struct words *words) {
    int code = start_class(words) ? 0 : 1;
    (*vm)->DetachCurrentThread(vm);
    (*vm)->DestroyJavaVM(vm);
    return code;
}

/* Splits a message; the environment becomes its own, before any Java code has looked at it. */
static struct words take(char *message, ssize_t length) {
    char *end = message + length;
    char *at = message;
    unsigned long count = strtoul(at, NULL, 10);
    at += strlen(at) + 1;
    struct words words = {.text = at};
    for (unsigned long i = 0; i < count && at < end; i++) {
        at += strlen(at) + 1;
    }
    must(at <= end && count > 2, "a message without words");
    words.bytes = (size_t)(at - words.text);
    clearenv();
    for (; at < end; at += strlen(at) + 1) {
        putenv(at);
    }
    return words;
}

/* Everything after the program's own name and the word that says what to do. */
static struct words rest(const struct words *words) {
    size_t skipped = strlen(words->text) + 1;
    skipped += strlen(words->text + skipped) + 1;
    return (struct words){words->text + skipped, words->bytes - skipped};
}

static int wait_and_run(void) {
    fcntl(CHANNEL_FD, F_SETFD, FD_CLOEXEC);
    /* For the JVM to see a folder; it is not there for the program's files to meet. */
    must(mkdir(AHEAD_OUT, 0755) == 0, AHEAD_OUT);
    create(AHEAD_OUT, false, NULL);
    must(rmdir(AHEAD_OUT) == 0, AHEAD_OUT);
    look_ahead();
    /* Variables stay where they were read. */
    char *message = calloc(1, MESSAGE_MAX_BYTES + 1);
    must(message != NULL, "no memory for a message");
    must(write(CHANNEL_FD, "ready", 5) == 5, "nobody waits");
    ssize_t length = read(CHANNEL_FD, message, MESSAGE_MAX_BYTES);
    if (length <= 0) {
        exit(DEFECT);
    }
    close(CHANNEL_FD);
    struct words words = take(message, length);
    struct words given = rest(&words);
    return run(&given);
}

/* The next connection; -1 when nobody is there any more. */
static int take_connection(void) {
    char word;
    int connection = -1;
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof connection)];
    } control;
    struct iovec body = {&word, 1};
    struct msghdr message = {
        .msg_iov = &body, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    if (recvmsg(CHANNEL_FD, &message, MSG_CMSG_CLOEXEC) == 1 && message.msg_controllen >= sizeof control.header &&
        control.header.cmsg_type == SCM_RIGHTS) {
        memcpy(&connection, CMSG_DATA(&control.header), sizeof connection);
    }
    return connection;
}

static void warm_up(jclass compiler, int times) {
    for (int i = 0; i < times; i++) {
        (*jni)->CallStaticVoidMethod(jni, compiler, method(compiler, "warmUp", "()V"));
        must(!(*jni)->ExceptionCheck(jni), "no compiler");
    }
}

/*
 * Reads what comes over connections and writes to them, and nothing else: no file of its own may have a byte. Ends
 * without closing a connection whose compilation it should not outlive: so its end is seen when its memory is gone.
 */
static int serve(bool once) {
    fcntl(CHANNEL_FD, F_SETFD, FD_CLOEXEC);
    struct rlimit nothing = {0, 0};
    must(setrlimit(RLIMIT_FSIZE, &nothing) == 0, "no limit");
    create("", true, NULL);
    jclass compiler = find("dev/sandmill/launcher/Compiler");
    jclass descriptor = find("java/io/FileDescriptor");
    jmethodID make = (*jni)->GetMethodID(jni, descriptor, "<init>", "()V");
    jfieldID number = (*jni)->GetFieldID(jni, descriptor, "fd", "I");
    must(make != NULL && number != NULL, "this is no JDK 17");
    jmethodID compile = method(compiler, "serve", "(Ljava/io/FileDescriptor;Z)Z");
    if (!once) {
        warm_up(compiler, FIRST_WARM_UPS);
        must(write(CHANNEL_FD, "ready", 5) == 5, "nobody waits");
        /* Who waits long gets better at it, until the first program: then its time is others'. */
        struct pollfd message_comes = {.fd = CHANNEL_FD, .events = POLLIN};
        for (int i = FIRST_WARM_UPS; i < WARM_UPS && poll(&message_comes, 1, IDLE_MILLIS) == 0; i++) {
            warm_up(compiler, 1);
        }
    }
    for (;;) {
        int connection = take_connection();
        if (connection < 0) {
            return 0;
        }
        must((*jni)->PushLocalFrame(jni, REFERENCES) == 0, "no memory for references");
        jobject wrapped = (*jni)->NewObject(jni, descriptor, make);
        must(wrapped != NULL, "no memory for a connection");
        (*jni)->SetIntField(jni, wrapped, number, connection);
        jboolean goes_on = (*jni)->CallStaticBooleanMethod(jni, compiler, compile, wrapped, once);
        if ((*jni)->ExceptionCheck(jni) || !goes_on) {
            _exit(0);
        }
        (*jni)->PopLocalFrame(jni, NULL);
        close(connection);
    }
}

/* What programs are usually made of is in the archive of their JVM, too. */
static int archive(bool javac, const char *file) {
    create("", javac, file);
    if (javac) {
        warm_up(find("dev/sandmill/launcher/Compiler"), 1);
    } else {
        look_ahead();
        find("jdk/internal/loader/URLClassPath$FileLoader");
        find("jdk/internal/loader/URLClassPath$FileLoader$1");
        jclass sample = find("dev/sandmill/launcher/Sample");
        jobjectArray none = (*jni)->NewObjectArray(jni, 0, find("java/lang/String"), NULL);
        (*jni)->CallStaticVoidMethod(jni, sample, method(sample, "main", "([Ljava/lang/String;)V"), none);
        must(!(*jni)->ExceptionCheck(jni), "the sample does not run");
    }
    return (*vm)->DestroyJavaVM(vm) == JNI_OK ? 0 : DEFECT;
}

static int run_now(void) {
    struct words words = {calloc(1, MESSAGE_MAX_BYTES), 0};
    must(words.text != NULL, "no memory for the command");
    for (int i = 2; i < argument_count; i++) {
        size_t bytes = strlen(arguments[i]) + 1;
        must(words.bytes + bytes <= MESSAGE_MAX_BYTES, "the command is too long");
        memcpy(words.text + words.bytes, arguments[i], bytes);
        words.bytes += bytes;
    }
    create(arguments[2], false, NULL);
    look_ahead();
    return run(&words);
}

static void *begin(void *code) {
    const char *what = argument_count > 1 ? arguments[1] : "";
    int *ends_with = code;
    if (strcmp(what, "run") == 0 && argument_count > 3) {
        *ends_with = run_now();
    } else if (strcmp(what, "wait") == 0) {
        *ends_with = wait_and_run();
    } else if (strcmp(what, "serve") == 0) {
        *ends_with = serve(argument_count > 2);
    } else if (strcmp(what, "archive") == 0 && argument_count == 4) {
        *ends_with = archive(strcmp(arguments[2], "serve") == 0, arguments[3]);
    } else {
        fail("usage: java run OUT STEM ARGUMENT... | wait | serve [once] | archive run|serve FILE");
    }
    return NULL;
}

/* The JVM's main thread has the stack of any of its threads, not the process's. */
int main(int count, char **given) {
    argument_count = count;
    arguments = given;
    int code = DEFECT;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    must(pthread_create(&thread, &attributes, begin, &code) == 0, "no thread");
    pthread_join(thread, NULL);
    return code;
}
