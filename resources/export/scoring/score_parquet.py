"""Gives the comments in data/ their rewards with Ray Data, on one machine or a cluster, and writes them to rewards/. See README.md.

    python score_parquet.py
    python score_parquet.py --address auto --actors 64
"""

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.dataset
import ray

HERE = Path(__file__).resolve().parent
# By these rewards find back to their comments: they leave as they came.
KEYS = ["id", "comment_key", "input_key"]


class Scorer:
    """One copy of the model, which Ray keeps for many batches."""

    def __init__(self, folder: str, threads: int):
        sys.path.insert(0, folder)
        import rewards

        rewards.THREADS = threads
        self.rewards = rewards.load(folder)

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        given = np.array(self.rewards(list(zip(batch["post"], batch["comment"]))), np.float64)
        return {**{name: batch[name] for name in KEYS}, "reward": given}


def counted(folder: Path) -> tuple[int, int]:
    """How many rows a folder of Parquet files has, and how many of them have a reward that is a number."""
    found = pyarrow.dataset.dataset(folder, format="parquet", exclude_invalid_files=True)
    if "reward" not in found.schema.names:
        return found.count_rows(), 0
    good = sum(int(np.isfinite(batch["reward"].to_numpy(zero_copy_only=False)).sum()) for batch in found.to_batches(columns=["reward"]))
    return found.count_rows(), good


def main() -> None:
    cores = os.cpu_count() or 1
    options = argparse.ArgumentParser(description="Scores the comments of a bundle.")
    options.add_argument("--data", type=Path, default=HERE / "data", help="folder of the Parquet files, that all machines see")
    options.add_argument("--model", type=Path, default=HERE / "model", help="folder of the model, that all machines see")
    options.add_argument("--out", type=Path, default=HERE / "rewards", help="folder for the rewards, which must not be there yet")
    options.add_argument("--address", help="a cluster of Ray: 'auto' for the one this machine is part of; without it this machine alone")
    options.add_argument("--actors", type=int, help="copies of the model; as many as this machine has cores without it")
    options.add_argument("--threads", type=int, default=1, help="cores that each copy takes")
    options.add_argument("--batch", type=int, default=1024, help="comments that a copy is given at once")
    said = options.parse_args()
    actors = said.actors or max(1, cores // said.threads)
    if said.out.exists():
        sys.exit(f"{said.out} is there already. Nothing was written: import it, or move it away, and run this again.")

    # The copies of the model take their cores for good, and files are read by tasks that take one as well: without one left for them nothing would begin.
    cores_here = {} if said.address else {"num_cpus": actors * said.threads + 1}
    ray.init(address=said.address, include_dashboard=False, **cores_here)
    room = ray.cluster_resources().get("CPU", 0)
    if room <= actors * said.threads:
        sys.exit(f"{actors} copies of {said.threads} cores take all {room:.0f} cores of the cluster: leave one for reading, with fewer --actors. Nothing was written.")
    ray.data.DataContext.get_current().enable_progress_bars = False
    begun = time.monotonic()
    (
        # Pieces enough that no copy of the model waits for another one's.
        ray.data.read_parquet(str(said.data), override_num_blocks=4 * actors)
        .map_batches(
            Scorer,
            fn_constructor_args=(str(said.model.resolve()), said.threads),
            batch_size=said.batch,
            num_cpus=said.threads,
            compute=ray.data.ActorPoolStrategy(size=actors),
        )
        .write_parquet(str(said.out))
    )
    seconds = time.monotonic() - begun

    asked, _ = counted(said.data)
    rows, good = counted(said.out)
    print(f"{good} of {asked} comments have a reward in {said.out} ({seconds:.1f} s, {good / seconds:.0f} a second).")
    if rows != asked or good != asked:
        sys.exit("Some are missing, or are no numbers: see what Ray said above. What is there can be imported.")


if __name__ == "__main__":
    main()
