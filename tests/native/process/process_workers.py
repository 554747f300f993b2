"""What children of the probe do, in a module of its own beside it."""
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor


def square(number):
    return number * number


def where(_):
    return os.path.basename(sys.argv[0]) != '', sys.modules['__main__'].__name__, multiprocessing.parent_process() is not None


def run_pools(methods):
    for method in methods:
        context = multiprocessing.get_context(method)
        with context.Pool(2) as pool:
            print(method, pool.map(square, range(4)), pool.map(where, range(1)))
        with ProcessPoolExecutor(2, mp_context=context) as executor:
            print(method, list(executor.map(square, range(4))))
        process = context.Process(target=sys.exit, args=(7,))
        process.start()
        process.join()
        queue = context.Queue()
        sender = context.Process(target=queue.put, args=('through a queue',))
        sender.start()
        print(method, process.exitcode, queue.get(timeout=60))
        sender.join()
