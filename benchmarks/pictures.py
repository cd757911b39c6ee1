"""How long pictures take: `python -m benchmarks.pictures`. The race with which the app opens; the median of nine, after one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from pictures import film, still
from web.pictures import PAGES, Asked, drawn

QUERY = "run=sgd&run=momentum&run=adam"
SMALL = {
    "schedules": "run=sgd:lr=0.01~cosine&run=sgd:lr=0.01",
    "initialization": "width=256&batch=64&init=lecun&init=he_normal",
}


def timed(work: Callable[[], bytes], times: int = 9) -> str:
    """Milliseconds and kilobytes."""
    size, taken = len(work()), []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return f"{statistics.median(taken):6.0f} ms {size / 1000:6.0f} kB"


def main() -> None:
    whole = drawn(Asked("race", QUERY, (0, 0)), "en")
    for page, kind in PAGES.items():
        for show in kind.shows:
            picture = drawn(Asked(page, QUERY if page == "race" else SMALL.get(page, ""), (0, 0), show=show), "en")
            for size in ((320, 200), (640, 400)):
                result = timed(lambda p=picture, s=size: still.png(p, s, "light", "en", bare=True))
                print(f"card {page} {show} {size[0]}x{size[1]}: {result}")
    for size in ((640, 480), (960, 600), (1920, 1080)):
        print(f"png {size[0]}x{size[1]}: {timed(lambda s=size: still.png(whole, s, 'light', 'en'))}")
    print(f"svg 960x600: {timed(lambda: still.svg(whole, (960, 600), 'light', 'en'))}")
    print(f"gif 640x480, 6 s, 15 fps: {timed(lambda: film.gif(whole, (640, 480), 'light', 'en', 6, 15), 2)}")


if __name__ == "__main__":
    main()
