/*
 * Starts Java programs as `java` does, through the JVM's invocation interface and its own LauncherHelper, in one of
 * four ways:
 *
 *   java compile OUT ENTRY SOURCE...   what javac would do
 *   java run OUT STEM ARGUMENT...      what `java -cp OUT` would do, having found out which class has the main method
 *   java wait                          a JVM with the compiler loaded, that does either when descriptor 3 tells it to
 *   java archive FILE                  writes an archive of the classes that this takes, for the others to start with
 *
 * A message on descriptor 3 is: number of words, words, variables, each ended by a zero byte. The answer to `compile`
 * is its exit code in decimal; `run` closes the descriptor, and the process is the program from there on.
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
#include <sys/stat.h>
#include <unistd.h>

enum {
    CHANNEL_FD = 3,
    MESSAGE_MAX_BYTES = 300000,
    STACK_BYTES = 1024 * 1024,
    OPTIONS_MAX = 16,
    LAUNCHER_MODE_CLASS = 1,
    DEFECT = 71,
    IDLE_MILLIS = 300,
    IDLE_WARM_UPS = 3,
};

#define JAR "/sandmill/ahead.jar"
#define ARCHIVE "/sandmill/ahead.jsa"
#define AHEAD_OUT "/workspace/run/sandmill.out"

static int argument_count;
static char **arguments;
static JavaVM *vm;
static __thread JNIEnv *jni;
static jclass ahead;

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

/* Whether an entry of the class path is a folder is asked once, at the JVM's start. */
static void create(const char *out, const char *archive_to) {
    char class_path[4096];
    char archive[4096];
    int printed = snprintf(class_path, sizeof class_path, "-Djava.class.path=" JAR "%s%s", *out == '\0' ? "" : ":", out);
    must(printed > 0 && (size_t)printed < sizeof class_path, "the class path is too long");
    snprintf(archive, sizeof archive, "%s=%s", archive_to == NULL ? "-XX:SharedArchiveFile" : "-XX:ArchiveClassesAtExit",
             archive_to == NULL ? ARCHIVE : archive_to);
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
    if (JNI_CreateJavaVM(&vm, (void **)&jni, &arguments_of_vm) != JNI_OK) {
        fprintf(stderr, "Error: Could not create the Java Virtual Machine.\n");
        exit(1);
    }
    ahead = (*jni)->FindClass(jni, "dev/sandmill/launcher/Ahead");
    ahead = ahead == NULL ? NULL : (*jni)->NewGlobalRef(jni, ahead);
    must(ahead != NULL, JAR " is not whole");
}

static jbyteArray bytes_of(const struct words *words) {
    jbyteArray bytes = (*jni)->NewByteArray(jni, (jsize)words->bytes);
    must(bytes != NULL, "no memory for the command");
    (*jni)->SetByteArrayRegion(jni, bytes, 0, (jsize)words->bytes, (const jbyte *)words->text);
    return bytes;
}

static jmethodID method(const char *name, const char *signature) {
    jmethodID id = (*jni)->GetStaticMethodID(jni, ahead, name, signature);
    must(id != NULL, name);
    return id;
}

static void warm_up(void) {
    (*jni)->CallStaticVoidMethod(jni, ahead, method("warmUp", "()V"));
    must(!(*jni)->ExceptionCheck(jni), "no compiler");
}

static int compile(const struct words *words) {
    jint code = (*jni)->CallStaticIntMethod(jni, ahead, method("compile", "([B)I"), bytes_of(words));
    must(!(*jni)->ExceptionCheck(jni), "the compiler failed");
    return (int)code;
}

/* As the JDK's own launcher does, so that errors, traces and threads that live on are treated the same. */
static int run(const struct words *words) {
    jstring name = (*jni)->CallStaticObjectMethod(jni, ahead, method("mainClass", "([B)Ljava/lang/String;"), bytes_of(words));
    must(!(*jni)->ExceptionCheck(jni), "the class to start was not found");
    jobjectArray given =
        (*jni)->CallStaticObjectMethod(jni, ahead, method("arguments", "([B)[Ljava/lang/String;"), bytes_of(words));
    must(!(*jni)->ExceptionCheck(jni), "the arguments could not be read");
    jclass helper = (*jni)->FindClass(jni, "sun/launcher/LauncherHelper");
    must(helper != NULL, "this is no JDK 17");
    jmethodID load = (*jni)->GetStaticMethodID(jni, helper, "checkAndLoadMain", "(ZILjava/lang/String;)Ljava/lang/Class;");
    must(load != NULL, "this is no JDK 17");
    jclass main_class = (*jni)->CallStaticObjectMethod(jni, helper, load, JNI_TRUE, LAUNCHER_MODE_CLASS, name);
    jmethodID main_method = (*jni)->ExceptionCheck(jni) || main_class == NULL
                                ? NULL
                                : (*jni)->GetStaticMethodID(jni, main_class, "main", "([Ljava/lang/String;)V");
    if (main_method != NULL) {
        (*jni)->CallStaticVoidMethod(jni, main_class, main_method, given);
    }
    int code = (*jni)->ExceptionCheck(jni) || main_method == NULL ? 1 : 0;
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

/* Until there is a program to run; its words. */
static void *prepare(void *of_the_program) {
    JavaVMAttachArgs attached = {.version = JNI_VERSION_10, .name = (char *)"launcher"};
    must((*vm)->AttachCurrentThread(vm, (void **)&jni, &attached) == JNI_OK, "no thread for the compiler");
    warm_up();
    must(write(CHANNEL_FD, "ready", 5) == 5, "nobody waits");
    /* Who waits long gets better at it; a message that comes meanwhile waits for tens of milliseconds. */
    struct pollfd message_comes = {.fd = CHANNEL_FD, .events = POLLIN};
    for (int i = 0; i < IDLE_WARM_UPS && poll(&message_comes, 1, IDLE_MILLIS) == 0; i++) {
        warm_up();
    }
    for (;;) {
        /* Variables stay where they were read. */
        char *message = calloc(1, MESSAGE_MAX_BYTES + 1);
        must(message != NULL, "no memory for a message");
        ssize_t length = read(CHANNEL_FD, message, MESSAGE_MAX_BYTES);
        if (length <= 0) {
            exit(DEFECT);
        }
        struct words words = take(message, length);
        struct words given = rest(&words);
        if (strcmp(words.text + strlen(words.text) + 1, "compile") != 0) {
            close(CHANNEL_FD);
            *(struct words *)of_the_program = given;
            (*vm)->DetachCurrentThread(vm);
            return NULL;
        }
        int code = compile(&given);
        char answer[16];
        int printed = snprintf(answer, sizeof answer, "%d", code);
        must(write(CHANNEL_FD, answer, (size_t)printed) == printed, "nobody waits for the compiler");
    }
}

static pthread_t thread_with_a_threads_stack(void *(*does)(void *), void *argument) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    must(pthread_create(&thread, &attributes, does, argument) == 0, "no thread");
    return thread;
}

/*
 * What is done ahead has a thread of its own: identity hashes, and with them the order of many a set, come from a
 * generator of the thread, which is so in the program's main thread what it is in a JVM that has just started.
 */
static int wait_and_do(void) {
    fcntl(CHANNEL_FD, F_SETFD, FD_CLOEXEC);
    /* For the JVM to see a folder; it is not there for the program's files to meet. */
    must(mkdir(AHEAD_OUT, 0755) == 0, AHEAD_OUT);
    create(AHEAD_OUT, NULL);
    must(rmdir(AHEAD_OUT) == 0, AHEAD_OUT);
    struct words of_the_program;
    pthread_join(thread_with_a_threads_stack(prepare, &of_the_program), NULL);
    return run(&of_the_program);
}

static void *begin(void *code) {
    const char *what = argument_count > 1 ? arguments[1] : "";
    struct words words = {calloc(1, MESSAGE_MAX_BYTES), 0};
    must(words.text != NULL, "no memory for the command");
    for (int i = 2; i < argument_count; i++) {
        size_t bytes = strlen(arguments[i]) + 1;
        must(words.bytes + bytes <= MESSAGE_MAX_BYTES, "the command is too long");
        memcpy(words.text + words.bytes, arguments[i], bytes);
        words.bytes += bytes;
    }
    int *ends_with = code;
    if (strcmp(what, "wait") == 0) {
        *ends_with = wait_and_do();
    } else if (strcmp(what, "archive") == 0 && argument_count == 3) {
        create("", arguments[2]);
        warm_up();
        *ends_with = (*vm)->DestroyJavaVM(vm) == JNI_OK ? 0 : DEFECT;
    } else if (strcmp(what, "compile") == 0 && argument_count > 4) {
        create("", NULL);
        *ends_with = compile(&words);
        (*vm)->DestroyJavaVM(vm);
    } else if (strcmp(what, "run") == 0 && argument_count > 3) {
        create(arguments[2], NULL);
        *ends_with = run(&words);
    } else {
        fail("usage: java compile OUT ENTRY SOURCE... | run OUT STEM ARGUMENT... | wait | archive FILE");
    }
    return NULL;
}

/* The JVM's main thread has the stack of any of its threads, not the process's. */
int main(int count, char **given) {
    argument_count = count;
    arguments = given;
    int code = DEFECT;
    pthread_join(thread_with_a_threads_stack(begin, &code), NULL);
    return code;
}
