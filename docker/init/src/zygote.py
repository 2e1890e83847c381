# A warm Python. Imported as sitecustomize, so the interpreter is whole but for its program. It waits here and
# forks; the child drops every right, and by returning lets the interpreter go on to run its program as always:
# __main__, tracebacks, SystemExit and shutdown are Python's own. Whatever goes wrong before that ends the process.
import os
import sys


def wait_and_become():
    known = set(sys.modules)
    import gc
    import _socket
    from ctypes import CDLL

    prctl = CDLL(None).prctl
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
        message, control, _, _ = channel.recvmsg(300000, 64)
        if not message:
            os._exit(0)
        handles = control[0][2]
        fds = [int.from_bytes(handles[at : at + 4], sys.byteorder) for at in (0, 4, 8)]
        child = os.fork()
        if child == 0:
            break
        for fd in fds:
            os.close(fd)
        _, status, usage = os.wait4(child, 0)
        channel.send(b"%d %d" % (status, usage.ru_maxrss))

    for standard in (0, 1, 2):
        os.dup2(fds[standard], standard)
    channel.detach()
    os.closerange(3, 64)
    score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    os.write(score, b"1000")
    os.close(score)
    fields = message.split(b"\0")[:-1]
    uid = int(fields[0])
    count = int(fields[1])
    os.setsid()
    os.setgroups([])
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
del wait_and_become
