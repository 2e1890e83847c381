# A warm Python: gets everything ready that every program finds, and hands over to warm.c, which forks them.
import os
import sys


def get_ready():
    started_with = set(sys.modules)
    for name in filter(None, os.environ.get("SANDMILL_IMPORT", "").split(",")):
        __import__(name)
    known = set(sys.modules)
    if "numpy.random" in sys.modules:
        # Python's own generator is seeded again by every fork; this one is not.
        os.register_at_fork(after_in_child=sys.modules["numpy.random"].seed)
    imported = frozenset(name.partition(".")[0] for name in known - started_with)
    import gc
    import posix
    from importlib.machinery import ExtensionFileLoader, SourceFileLoader
    from importlib.util import module_from_spec, spec_from_file_location

    library = os.path.join(sys.path[0], "warm.so")
    warm = module_from_spec(spec_from_file_location("warm", library, loader=ExtensionFileLoader("warm", library)))
    warm.prepare(os.environ._data, posix.environ, SourceFileLoader)
    for name in [name for name in sys.modules if name not in known]:
        del sys.modules[name]
    sys.path_importer_cache.pop(sys.path[0], None)
    # What is there before the program is left out of the collections at its end, and so stays shared.
    gc.collect()
    gc.freeze()
    return warm, imported


warm, imported = get_ready()
warm.serve(imported)
