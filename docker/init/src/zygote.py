# A warm Python. Imported as sitecustomize, so the interpreter is whole but for its program. It forks when it is
# asked to; the child gets itself ready, waits for its program, drops every right, and by returning lets the
# interpreter go on to run the program as always: __main__, tracebacks, SystemExit and shutdown are Python's own.
# Whatever goes wrong before that ends the process.
import os
import sys


# Copies every page that is still shared with the parent now, rather than one by one while the program is waited for.
# Older kernels refuse that; then the pages are copied when they are written to.
def own_pages(madvise):
    populate_write = 23
    maps = os.open("/proc/self/maps", os.O_RDONLY)
    text = b""
    while part := os.read(maps, 65536):
        text += part
    os.close(maps)
    for line in text.splitlines():
        span, rights = line.split(None, 2)[:2]
        if rights == b"rw-p":
            start, end = (int(part, 16) for part in span.split(b"-"))
            madvise(start, end - start, populate_write)


def wait_and_become():
    known = set(sys.modules)
    import gc
    import _socket
    from ctypes import CDLL, c_int, c_size_t, c_void_p

    libc = CDLL(None)
    prctl = libc.prctl
    madvise = libc.madvise
    madvise.argtypes = [c_void_p, c_size_t, c_int]
    set_dumpable = 4
    prctl(set_dumpable, 0, 0, 0, 0)
    channel = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET, 0, 3)
    for name in [name for name in sys.modules if name not in known]:
        del sys.modules[name]
    # What is there before the program is left out of the collections at its end, and so stays shared.
    gc.collect()
    gc.freeze()
    channel.send(b"ready")
    while True:
        if not channel.recv(16):
            os._exit(0)
        child = os.fork()
        if child == 0:
            break
        _, status, usage = os.wait4(child, 0)
        channel.send(b"%d %d" % (status, usage.ru_maxrss))

    score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    os.write(score, b"1000")
    os.close(score)
    os.setsid()
    os.setgroups([])
    own_pages(madvise)

    message, control, _, _ = channel.recvmsg(300000, 64)
    if not message:
        os._exit(0)
    length = int.from_bytes(message[:4], "big")
    while len(message) < length:
        piece = channel.recv(300000)
        if not piece:
            os._exit(0)
        message += piece
    handles = control[0][2]
    fds = [int.from_bytes(handles[at : at + 4], sys.byteorder) for at in (0, 4, 8)]
    for standard in (0, 1, 2):
        os.dup2(fds[standard], standard)
    channel.detach()
    os.closerange(3, 64)
    fields = message[4:].split(b"\0")[:-1]
    uid = int(fields[0])
    count = int(fields[1])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if os.getresuid() != (uid, uid, uid) or os.getresgid() != (uid, uid, uid) or os.getgroups():
        os._exit(71)
    prctl(set_dumpable, 1, 0, 0, 0)
    os.umask(0o022)
    os.chdir("/workspace/run")
    os.environ.clear()
    for variable in fields[2 + count :]:
        name, _, value = variable.partition(b"=")
        os.environb[name] = value
    sys.argv[:] = [os.fsdecode(argument) for argument in fields[3 : 2 + count]]
    sys.path[:] = [entry for entry in sys.path if entry != "/dev/sandmill"]
    sys.path_importer_cache.pop("/dev/sandmill", None)


try:
    wait_and_become()
except BaseException:
    import traceback

    traceback.print_exc()
    sys.stderr.flush()
    os._exit(71)
del wait_and_become, own_pages
