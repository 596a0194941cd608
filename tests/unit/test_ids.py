"""A15: ids of new records."""

import subprocess
import sys
import uuid

from cellarhand import clock, ids

MOMENT = 1_720_000_000_000


def test_a_new_id_has_the_form_of_version_4() -> None:
    for _ in range(200):
        made = ids.new_id()
        read = uuid.UUID(made)
        assert (str(read), read.version, read.variant) == (made, 4, uuid.RFC_4122)


def test_ids_of_later_milliseconds_are_greater() -> None:
    made = list[str]()
    for moment in (0, 1, MOMENT, MOMENT + 1, MOMENT + 256, 2**48 - 1):
        with clock.frozen(moment):
            made.append(ids.new_id())
    assert made == sorted(made)


def test_ids_of_one_millisecond_differ() -> None:
    with clock.frozen(MOMENT):
        made = {ids.new_id() for _ in range(5000)}
    assert len(made) == 5000


def test_seeded_ids_are_the_same_each_time() -> None:
    def ten() -> list[str]:
        with ids.seeded(3):
            return [ids.new_id() for _ in range(10)]

    first = ten()
    assert first == ten()
    assert all(uuid.UUID(each).version == 4 for each in first)


def test_a_forked_process_gives_out_ids_of_its_own() -> None:
    """Within one instant, so that nothing but chance tells them apart."""
    program = """if True:
        import os
        from cellarhand import clock
        from cellarhand.ids import new_id
        with clock.frozen(1_700_000_000_000):
            new_id()
            if os.fork() == 0:
                print(new_id(), flush=True)
                os._exit(0)
            os.wait()
            print(new_id())
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    one, other = done.stdout.split()
    assert one != other
