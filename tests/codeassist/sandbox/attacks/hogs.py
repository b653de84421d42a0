"""Programs that want too much: processes, memory, disk."""

import os
import time


def fork_bomb(it):
    for _ in range(2_000):
        try:
            if os.fork() == 0:
                time.sleep(600)
        except OSError:
            break
    time.sleep(600)


def memory_hog(it):
    for _ in range(8):
        if os.fork() == 0:
            hog = bytearray(b"x" * 1024) * (24 << 10)
            time.sleep(600)
            del hog
    time.sleep(600)


def disk_hog(it):
    for number in range(40):
        (it.scratch / f"hog{number}").write_bytes(bytes(8 << 20))
    time.sleep(600)


def disk_hog_of_deleted_files(it):
    kept = []
    for number in range(40):
        file = (it.scratch / f"hog{number}").open("wb")
        os.unlink(file.name)
        file.write(bytes(8 << 20))
        file.flush()
        kept.append(file)
    time.sleep(600)


HOGS = (fork_bomb, memory_hog, disk_hog, disk_hog_of_deleted_files)
