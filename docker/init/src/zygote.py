# A warm Python. Imported as sitecustomize, so the interpreter is whole but for its program. It forks when it is
# asked to; the child gets itself ready, waits for its program, drops every right, and by returning lets the
# interpreter go on to run the program as always: __main__, tracebacks, SystemExit and shutdown are Python's own.
# Whatever goes wrong before that ends the process.
import os
import sys


# The memory that this process has written to, as (address, length). A child writes to most of it again.
def own_memory():
    page = os.sysconf("SC_PAGE_SIZE")
    present = 0x80
    gap_pages = 2
    with open("/proc/self/maps", "rb") as maps:
        lines = maps.read().splitlines()
    pagemap = os.open("/proc/self/pagemap", os.O_RDONLY)
    ranges = []
    for line in lines:
        span, rights = line.split(None, 2)[:2]
        if rights != b"rw-p":
            continue
        start, end = (int(part, 16) for part in span.split(b"-"))
        # 8 bytes for each page, little-endian; the highest bit says that the page is there.
        flags = os.pread(pagemap, (end - start) // page * 8, start // page * 8)[7::8]
        for number, flag in enumerate(flags):
            if flag & present:
                address = start + number * page
                if ranges and 0 <= address - sum(ranges[-1]) <= gap_pages * page:
                    ranges[-1] = (ranges[-1][0], address + page - ranges[-1][0])
                else:
                    ranges.append((address, page))
    os.close(pagemap)
    return ranges


def wait_and_become():
    started_with = set(sys.modules)
    for name in filter(None, os.environ.get("SANDMILL_IMPORT", "").split(",")):
        __import__(name)
    # The interpreter looks for another customisation when this one is done: what it lists for that stays known.
    for finder in sys.meta_path:
        finder.find_spec("usercustomize", None)
    memory = own_memory()
    known = set(sys.modules)
    imported = known - started_with
    import gc
    import _socket
    from ctypes import CDLL, c_int, c_size_t, c_void_p

    libc = CDLL(None)
    prctl = libc.prctl
    madvise = libc.madvise
    madvise.argtypes = [c_void_p, c_size_t, c_int]
    populate_write = 23
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
    # Copies now the pages that are shared with the parent, rather than one by one while the program is waited for.
    # Older kernels refuse that; then each is copied when it is written to.
    for address, length in memory:
        madvise(address, length, populate_write)
    # Python's own generator is seeded again by every fork; this one is not.
    if "numpy.random" in imported:
        sys.modules["numpy.random"].seed()

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
    # A file of the program's own goes before a module of that name, which must not have been imported then.
    if imported and not imported.isdisjoint(name.partition(".")[0] for name in os.listdir(".")):
        os.execve(sys.executable, [sys.executable, *fields[3 : 2 + count]], os.environb)
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
del wait_and_become, own_memory
