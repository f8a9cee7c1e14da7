"""A network gives each beat the same probabilities, whatever the others are."""

import numpy as np

from ecgfuse.annotate.model_file import ModelFile, find_model
from ecgfuse.annotate.network import Network


def open_network(name: str) -> Network:
    return Network(ModelFile(find_model(name)))


def test_the_result_does_not_depend_on_batches_and_workers() -> None:
    network = open_network("hybrid")
    rng = np.random.default_rng(0)
    inputs = {
        i.name: rng.normal(size=(700, *i.shape[1:])).astype(np.float32)
        for i in network.file.session.get_inputs()
    }
    whole = network.predict(inputs)
    assert whole.shape == (700, 4)
    np.testing.assert_array_equal(network.predict(inputs, workers=3), whole)
    one = network.predict({name: array[99:100] for name, array in inputs.items()})
    np.testing.assert_allclose(one, whole[99:100], atol=1e-6)


def test_without_beats_there_are_no_probabilities() -> None:
    network = open_network("early")
    shapes = {"ecg": (0, 3, 128), "rr": (0, 7), "morphology": (0, 6)}
    empty = {name: np.empty(shape, np.float32) for name, shape in shapes.items()}
    assert network.predict(empty).shape == (0, 4)
